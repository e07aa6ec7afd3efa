"""Steps on city and counties: what the city changes, what a county follows, and who answers for what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.test import Client
from pytest_bdd import given, parsers, then, when

from tests.clauses.steps_listing import shown
from tests.clauses.steps_rating import counted, findings
from tests.clauses.story import Story, day
from tests.clauses.ways import Pages, public
from tests.db.catalog.test_consistency import found_county
from yichuang.aggregates.door import facts_of, read_lives
from yichuang.catalog.consistency.declared import list_unexplained
from yichuang.catalog.consistency.following import FOLLOWER
from yichuang.catalog.consistency.queries import Count, read_report
from yichuang.catalog.drafting.merge import marks_of
from yichuang.catalog.models import Deviation, Item, Proposal, Revision
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript
from yichuang.catalog.revising.state import Stage
from yichuang.catalog.service import publish, put_in_force
from yichuang.kernel.clock import Limit, Unit
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.org.models import Holding, Officer, Post
from yichuang.people.models import Account

COUNTY, FOOD = "410184", "ZZ-001"
_POSTS = {
    "新郑市审查人员": ("scjg", "reviewer"),
    "新郑市负责人": ("scjg", "head"),
    "新郑市政务服务办": ("zwb", "office"),
    "新郑市新的部门": ("zwb", "reviewer"),
}


def officers(story: Story) -> None:
    """The officers of the county, each with an account."""
    for name, (code, kind) in _POSTS.items():
        post = Post.objects.create(
            id=f"{COUNTY}/{code}/{kind}/1", department_id=f"{COUNTY}/{code}", kind=kind, name=kind
        )
        account = Account.objects.create_user(f"{COUNTY}-{code}-{kind}", kind="officer")
        officer = Officer.objects.create(account=account, name=kind, number=f"{COUNTY}-{code}-{kind}")
        Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
        story.people[name] = Actor(
            account.person,
            post=post.id,
            post_kind=kind,
            department=post.department_id,
            division=COUNTY,
            channel="online",
        )


@given(parsers.re(r"新郑市(?P<how>照市级基准|没有)实施“食品经营许可”"))
@given(parsers.re(r"新郑市实施“食品经营许可”，承诺(?P<days>\d+)个工作日"))
def _(story: Story, how: str = "", days: str = "") -> None:
    standard = found_county(story.city)
    officers(story)
    if days:
        standard = replace(standard, promised=Limit(int(days), Unit.WORKDAY))
    if how != "没有":
        publish(standard, SYSTEM)


CHANGES = parsers.re(r"市级(新|第(?P<version>\d+))版把承诺时限改为(?P<days>\d+)个工作日，自(?P<on>\S+)起施行")


@given(CHANGES)
@when(CHANGES)
def _(story: Story, days: str, on: str, version: str | None) -> None:
    first = day(on)
    limit = Limit(int(days), Unit.WORKDAY)
    following = replace(story.city.standard, version=int(version or 2), promised=limit, valid_from=first.isoformat())
    put_in_force(following, SYSTEM, first_day=first)
    FOLLOWER.take(_published())


def _published() -> Any:
    """What the follower would read: tests are one transaction, in which nothing is settled."""
    from yichuang.aggregates.following import Followed
    from yichuang.ledger.models import Entry

    names = [name for name in Followed.__slots__]
    return [Followed(**{name: getattr(row, name) for name in names}) for row in Entry.objects.filter(kind="published")]


def revision() -> Revision:
    return Revision.objects.filter(division=COUNTY).latest("moved_at")


def promise(actor: Actor, days: int) -> None:
    draft = read_manuscript(actor, revision().pk)
    assert draft is not None
    sent = {**draft.content, "promised": {"value": days, "unit": "workday"}}
    save_manuscript(actor, revision().pk, sent, marks_of(draft.content))


def on_revision(story: Story, name: str, act: str, **data: Any) -> None:
    with story.attempt():
        story.way.on_life("revision", str(revision().pk), act, story.who(name), data)


@given(parsers.parse("新郑市审查人员开始修订“食品经营许可”，承诺{days:d}个工作日"))
def _(story: Story, days: int) -> None:
    begin(story)
    promise(story.who("新郑市审查人员"), days)


def begin(story: Story) -> None:
    story.way.begin_life("revision", "begin", story.who("新郑市审查人员"), {"item": FOOD})


@given("新郑市把新版报审")
@when("新郑市把新版报审")
def _(story: Story) -> None:
    on_revision(story, "新郑市审查人员", "submit")
    on_revision(story, "新郑市负责人", "sign", opinion="同意。")
    life = read_lives(REVISION, [revision().pk])[revision().pk]
    for question in facts_of(REVISION, life, story.who("新郑市政务服务办")).work().questions:
        on_revision(story, "新郑市政务服务办", "judge", question=question.code, answer="已经核对。")


@when(parsers.parse("新郑市政务服务办审定新版自{on}起施行"))
def _(story: Story, on: str) -> None:
    on_revision(story, "新郑市政务服务办", "approve", on=day(on).isoformat(), opinion="")


@when("新郑市审查人员撤回新版")
def _(story: Story) -> None:
    on_revision(story, "新郑市审查人员", "withdraw", reason="不改了")


@then(parsers.parse("新郑市的新版处于“{stage}”，承诺{days:d}个工作日，期限是{due}"))
def _(story: Story, stage: str, days: int, due: str) -> None:
    row = revision()
    draft = read_manuscript(story.who("新郑市审查人员"), row.pk)
    assert draft is not None
    assert (Stage(row.stage).label, draft.content["promised"]["value"], row.due_on) == (stage, days, day(due))


@then(parsers.parse("新郑市的新版页面写着“{word}”和“{more}”"))
def _(story: Story, word: str, more: str) -> None:
    browser = Pages().browser(story.who("新郑市审查人员"))
    page = browser.get(f"/lives/revision/{revision().pk}").content.decode()
    assert word in page and more in page


@then(parsers.re(r"新郑市实施部门(?P<has>有|没有)监察发现“(?P<title>.+?)”"))
def _(story: Story, has: str, title: str) -> None:
    counted(story)
    assert findings(title, f"{COUNTY}/scjg") is (has == "有")


@then("新郑市与市级没有不同")
def _(story: Story) -> None:
    story.settle()
    (county,) = read_report()
    assert county.total == Count() and county.compared == 1
    assert "七个方面与市级一致" in public(f"/studio/consistency/{COUNTY}/{FOOD}")


@given(parsers.parse("{name}建议新郑市“{words}”"))
@when(parsers.parse("{name}建议新郑市“{words}”"))
def _(story: Story, name: str, words: str) -> None:
    data = {"target": f"{COUNTY}:{FOOD}", "attribute": "limits", "words": words}
    with story.attempt():
        story.way.begin_life("proposals", "propose", story.who(name), data)


@when("新郑市审查人员开始修订“食品经营许可”并采纳建议")
def _(story: Story) -> None:
    begin(story)
    data = {"revision": str(revision().pk), "answer": ""}
    with story.attempt():
        story.way.on_life("proposals", str(Proposal.objects.get().pk), "adopt", story.who("新郑市审查人员"), data)


@when(parsers.re(r"(?P<name>\S+?)不采纳建议，理由是“(?P<answer>.*?)”"))
def _(story: Story, name: str, answer: str) -> None:
    with story.attempt():
        story.way.on_life("proposals", str(Proposal.objects.get().pk), "decline", story.who(name), {"answer": answer})


@then(parsers.parse("建议处于“{stage}”，写着“{words}”"))
def _(story: Story, stage: str, words: str) -> None:
    for name in ("审查人员甲", "新郑市审查人员"):
        answer = Pages().browser(story.who(name)).get(f"/lives/proposals/{Proposal.objects.get().pk}")
        page = answer.content.decode()
        assert stage in page and words in page, page


@given(parsers.parse("新郑市审查人员说明偏差理由“{reason}”"))
@when(parsers.parse("新郑市审查人员说明偏差理由“{reason}”"))
def _(story: Story, reason: str) -> None:
    (key,) = list_unexplained(f"{COUNTY}/scjg")
    data = {"difference": key, "reason": reason}
    with story.attempt():
        story.way.begin_life("deviations", "explain", story.who("新郑市审查人员"), data)


@when(parsers.parse("{name}对偏差提出意见“{text}”"))
def _(story: Story, name: str, text: str) -> None:
    data = {"view": "agree", "text": text}
    with story.attempt():
        story.way.on_life("deviations", str(Deviation.objects.get().pk), "remark", story.who(name), data)


@when("新郑市政务服务办批准偏差")
def _(story: Story) -> None:
    with story.attempt():
        story.way.on_life(
            "deviations", str(Deviation.objects.get().pk), "approve", story.who("新郑市政务服务办"), {"document": ""}
        )


@when("新郑市政务服务办把“食品经营许可”改由新的部门实施")
def _(story: Story) -> None:
    item = Item.objects.get(division=COUNTY, code=FOOD)
    data = {**shown(story, "新郑市政务服务办"), "number": "新政〔2018〕9号", "department": f"{COUNTY}/zwb"}
    with story.attempt():
        story.way.on_life("list", str(item.pk), "move", story.who("新郑市政务服务办"), data)


@then(parsers.parse("{name}看到建议处于“{stage}”，{other}看不到"))
def _(story: Story, name: str, stage: str, other: str) -> None:
    address = f"/lives/proposals/{Proposal.objects.get().pk}"
    assert stage in Pages().browser(story.who(name)).get(address).content.decode()
    assert Pages().browser(story.who(other)).get(address).status_code == 404


@when("政务服务办确定“食品经营许可”由新郑市同步实施")
def _(story: Story) -> None:
    item = Item.objects.get(division="410100", code=FOOD)
    data = {**shown(story, "政务服务办"), "number": "郑政〔2018〕9号", "counties": [COUNTY]}
    with story.attempt():
        story.way.on_life("list", str(item.pk), "share", story.who("政务服务办"), data)


@then(parsers.parse("公开的比对写着“{word}”"))
def _(story: Story, word: str) -> None:
    page = public(f"/studio/consistency/{COUNTY}/{FOOD}")
    assert word in page, page
    told = Client().get("/studio/consistency?as=csv").content.decode()
    assert word in told, told
