"""Steps on revisions of standards: who writes, signs and examines, and which version is in force."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.db import connection
from pytest_bdd import given, parsers, then, when

from tests.clauses.story import Story, day
from tests.clauses.ways import Pages, public
from tests.db.org.test_calendar_check import found
from yichuang.aggregates.door import facts_of, read_lives
from yichuang.catalog.drafting.merge import marks_of
from yichuang.catalog.models import Item, Revision
from yichuang.catalog.queries import current_key
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript
from yichuang.catalog.revising.state import Stage
from yichuang.catalog.service import publish, put_in_force
from yichuang.catalog.standard_check import check_standards
from yichuang.ledger.actor import SYSTEM, Actor


def revision() -> Revision:
    return Revision.objects.latest("moved_at")


def do(story: Story, act: str, actor: Actor, **data: Any) -> None:
    with story.attempt():
        story.way.on_life("revision", str(revision().pk), act, actor, data)


def edit(actor: Actor, **changes: Any) -> None:
    id = revision().pk
    draft = read_manuscript(actor, id)
    assert draft is not None
    save_manuscript(actor, id, {**draft.content, **changes}, marks_of(draft.content))


@given(parsers.parse("{name}起草“{title}”的新版"))
def begin(story: Story, name: str, title: str) -> None:
    item = Item.objects.get(name=title)
    with story.attempt():
        story.way.begin_life("revision", "begin", story.who(name), {"item": item.code})
    edit(story.who(name), keywords=[*story.find(title).keywords, "开店"])


@given(parsers.parse("{name}把新版的“{part}”清空"))
def _(story: Story, name: str, part: str) -> None:
    edit(story.who(name), **{part: []})


@given(parsers.re(r"(?P<name>\S+?)在新版加上(?P<what>条件|材料)“(?P<words>.+?)”，依据“(?P<basis>.+?)”"))
def _(story: Story, name: str, what: str, words: str, basis: str) -> None:
    draft = read_manuscript(story.who(name), revision().pk)
    assert draft is not None
    if what == "条件":
        edit(story.who(name), conditions=[*draft.content["conditions"], {"id": "c99", "text": words, "basis": basis}])
        return
    like = next(row for row in draft.content["materials"] if not row.get("generated") and not row.get("replaced_by"))
    more = {**like, "id": "M99", "code": "M99", "name": words, "basis": basis, "when": None}
    edit(story.who(name), materials=[*draft.content["materials"], more])


@given(parsers.parse("{name}提交新版"))
@when(parsers.parse("{name}提交新版"))
def submit(story: Story, name: str) -> None:
    do(story, "submit", story.who(name))


@given(parsers.parse("{name}签署新版"))
@when(parsers.parse("{name}签署新版"))
def sign(story: Story, name: str) -> None:
    do(story, "sign", story.who(name), opinion="同意。")


@given("一份新版等政务服务办审定")
def _(story: Story) -> None:
    begin(story, "审查人员甲", "食品经营许可")
    submit(story, "审查人员甲")
    sign(story, "负责人")


@given(parsers.parse("{name}对“{line}”提出意见“{text}”"))
@when(parsers.parse("{name}对“{line}”提出意见“{text}”"))
def _(story: Story, name: str, line: str, text: str) -> None:
    do(story, "comment", story.who(name), line=line, text=text)


@given(parsers.parse("{name}退回新版"))
@when(parsers.parse("{name}退回新版"))
def _(story: Story, name: str) -> None:
    do(story, "return", story.who(name), reason="请按意见修改。")


@given(parsers.parse("{name}答复意见“{text}”"))
@when(parsers.parse("{name}答复意见“{text}”"))
def _(story: Story, name: str, text: str) -> None:
    do(story, "answer", story.who(name), comment="1", reply=text)


@when(parsers.parse("{name}了结意见"))
def _(story: Story, name: str) -> None:
    do(story, "settle", story.who(name), comment="1")


@given(parsers.parse("{name}回答核对问题"))
def _(story: Story, name: str) -> None:
    id = revision().pk
    work = facts_of(REVISION, read_lives(REVISION, [id])[id], SYSTEM).work()
    for question in work.questions:
        do(story, "judge", story.who(name), question=question.code, answer="已对照依据核对。")


@given(parsers.re(r"(?P<name>\S+?)审定新版自(?P<on>\d+年\d+月\d+日)起施行"))
@when(parsers.re(r"(?P<name>\S+?)审定新版自(?P<on>\d+年\d+月\d+日)起施行"))
def _(story: Story, name: str, on: str) -> None:
    person, _, post = name.partition("以")
    actor = story.also(person, post.removesuffix("的岗位")) if post else story.who(person)
    do(story, "approve", actor, on=day(on).isoformat())


@when(parsers.re(r"(?P<name>\S+?)复审新版，结论“(?P<words>.+?)”，下次在(?P<on>\d+年\d+月\d+日)以前"))
def _(story: Story, name: str, words: str, on: str) -> None:
    do(story, "review", story.who(name), conclusion=words, review_on=day(on).isoformat())


@when(parsers.parse("{name}撤回新版"))
def _(story: Story, name: str) -> None:
    do(story, "withdraw", story.who(name), reason="上位法正在修改。")


@when(parsers.parse("维护人员直接发布“{title}”的新版"))
def _(story: Story, title: str) -> None:
    with story.attempt():
        publish(replace(story.find(title), version=2), SYSTEM)


@when("有人越过程序改动送审稿")
def _(story: Story) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update catalog_submission set content = replace(content, '开店', '开厂')")


@when("有人越过审定把新版放进规程")
def _(story: Story) -> None:
    put_in_force(replace(story.standard, version=2), SYSTEM, str(uuid.uuid4()))


@then(parsers.parse("核验写着“{words}”"))
def _(story: Story, words: str) -> None:
    assert any(words in text for _, text in found(check_standards))


@then(parsers.parse("“{title}”施行第{version:d}版"))
def _(story: Story, title: str, version: int) -> None:
    item = story.find(title).item
    assert current_key("410100", item) == f"410100/{item}/{version}"
    assert f"第{version}版" in public(f"/items/410100/{item}").replace(" ", "")


@then(parsers.parse("新版处于“{stage}”"))
def _(story: Story, stage: str) -> None:
    story.settle()
    assert Stage(revision().stage).label == stage


@then("新版的经过写明核对过的问题")
def _(story: Story) -> None:
    page = Pages().browser(story.who("负责人")).get(f"/lives/revision/{revision().pk}").content.decode()
    judged = read_lives(REVISION, [revision().pk])[revision().pk].state.judged
    assert judged and page.count("回答核对问题：") == len(judged), page


@then(parsers.parse("新版的页面写着“{words}”和“{more}”"))
def _(story: Story, words: str, more: str) -> None:
    page = Pages().browser(story.who("负责人")).get(f"/lives/revision/{revision().pk}").content.decode()
    assert words in page and more in page, page
