"""Steps on the register of laws: what the legal desk enters, what it asks of departments, what everybody reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import connection
from django.test import Client
from pytest_bdd import given, parsers, then, when

from tests.clauses.steps_revising import edit, revision
from tests.clauses.story import Story, day
from tests.clauses.ways import Pages, main, public, text_of, words
from tests.db.licences.lives import scan
from yichuang.aggregates.rebuild import rebuild
from yichuang.catalog.laws.declared import LAW
from yichuang.catalog.laws.queries import list_law_faults, list_open_tasks
from yichuang.catalog.models import Law
from yichuang.catalog.revising.manuscript import read_manuscript
from yichuang.catalog.service import put_in_force
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import SYSTEM

LAW_OF = "“(?P<title>.+?)”"


def act(story: Story, name: str, title: str, what: str, **data: Any) -> None:
    """An act on a law; the food standard is published, and with it the first register."""
    story.find("食品经营许可")
    actor = story.who(name)
    if what in ("amend", "repeal"):
        data["evidence"] = scan(actor)
    with story.attempt():
        story.way.on_life("laws", str(Law.objects.get(title=title).pk), what, actor, data)


@given(parsers.re(rf"(?P<name>\S+?)登记{LAW_OF}自(?P<on>\d+年\d+月\d+日)起修改“(?P<changed>.*?)”"))
@when(parsers.re(rf"(?P<name>\S+?)登记{LAW_OF}自(?P<on>\d+年\d+月\d+日)起修改“(?P<changed>.*?)”"))
def _(story: Story, name: str, title: str, on: str, changed: str) -> None:
    since = day(on)
    data = {"label": f"{since.year}修正", "since": since.isoformat(), "changed": changed, "source": "主席令第9号"}
    act(story, name, title, "amend", **data)


@given(parsers.re(rf"(?P<name>\S+?)登记{LAW_OF}自(?P<on>\d+年\d+月\d+日)起废止"))
def _(story: Story, name: str, title: str, on: str) -> None:
    act(story, name, title, "repeal", since=day(on).isoformat(), source="主席令第1号")


@given(parsers.re(rf"(?P<name>\S+?)查明{LAW_OF}是内部文件"))
@when(parsers.re(rf"(?P<name>\S+?)查明{LAW_OF}是内部文件"))
def _(story: Story, name: str, title: str) -> None:
    act(story, name, title, "hide", publication="internal", reason="公报和政府网站上都查不到。")


@when(parsers.re(rf"(?P<name>\S+?)登记{LAW_OF}公布在“(?P<place>.+?)”"))
def _(story: Story, name: str, title: str, place: str) -> None:
    act(story, name, title, "publish", place=place)


@when(parsers.re(rf"(?P<name>\S+?)核对{LAW_OF}的“(?P<articles>.+?)”"))
def _(story: Story, name: str, title: str, articles: str) -> None:
    act(story, name, title, "compare", version=f"{title}（2019）", articles=articles)


@given(parsers.re(rf"(?P<name>\S+?)判断{LAW_OF}的修改不需修订，理由“(?P<reason>.*?)”"))
@when(parsers.re(rf"(?P<name>\S+?)判断{LAW_OF}的修改不需修订，理由“(?P<reason>.*?)”"))
def _(story: Story, name: str, title: str, reason: str) -> None:
    act(story, name, title, "judge", number="1", reason=reason)


@when(parsers.parse("依据改引“{version}”的新版施行"))
def _(story: Story, version: str) -> None:
    put_in_force(citing(story, version), SYSTEM)


@given(parsers.parse("{name}把新版的依据改引“{version}”"))
def _(story: Story, name: str, version: str) -> None:
    draft = read_manuscript(story.who(name), revision().pk)
    assert draft is not None
    first, *others = draft.content["bases"]
    edit(story.who(name), bases=[{**first, "law": version}, *others])


def citing(story: Story, version: str) -> Standard:
    """The next version of the food standard, its first basis naming this version of its law."""
    standard = story.find("食品经营许可")
    first = replace(standard.bases[0], law=version)
    return replace(standard, version=2, bases=(first, *standard.bases[1:]))


@then(
    parsers.re(
        r"(?P<name>\S+?)有(?P<number>\d+)项法规变动的任务(，涉及“(?P<lines>.+?)”，(?P<due>\d+年\d+月\d+日)前完成)?$"
    )
)
def _(story: Story, name: str, number: str, lines: str | None, due: str | None) -> None:
    story.settle()
    actor = story.who(name)
    tasks = list_open_tasks(actor)
    assert len(tasks) == int(number)
    if isinstance(story.way, Pages):
        page = words(main(text_of(story.way.browser(actor).get("/desk/laws"))))
        assert all(word in page for word in (lines, "食品经营许可") if word), page
    if due:
        assert tasks[0].row.due_on == day(due)


@then(parsers.re(rf"法规库公开{LAW_OF}，写着“(?P<word>.+?)”和“(?P<more>.+?)”"))
def _(story: Story, title: str, word: str, more: str) -> None:
    story.settle()
    story.find("食品经营许可")
    assert title in public(f"/laws?q={title}")
    page = words(main(text_of(Client().get(f"/laws/named?law={title}", follow=True))))
    assert word in page and more in page, page


@then(parsers.re(r"办事指南(?P<has>有|没有)依据“(?P<basis>.+?)”"))
def _(story: Story, has: str, basis: str) -> None:
    standard = story.find("食品经营许可")
    page = public(f"/items/{standard.division}/{standard.item}")
    assert (basis in page.partition("依据")[2]) is (has == "有"), page


@then(parsers.parse("公布的规程都引用得起"))
def _(story: Story) -> None:
    assert list_law_faults(story.find("食品经营许可")) == []


@when("有人越过程序删去法规变动的一项任务")
def _(story: Story) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from catalog_lawtask")


@then("以重放核对发现法规变动的任务不符")
def _(story: Story) -> None:
    assert any("法规变动的任务" in difference.what for difference in rebuild(LAW).differences)
