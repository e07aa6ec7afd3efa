"""Steps in which hidden facts or false material are alleged, answered and found (许可法78条)."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import parsers, then, when

from tests.clauses.steps_undoing import _other, _other_firm
from tests.clauses.story import FIRM, Story
from tests.clauses.ways import draft_at
from tests.db.watching import client

OTHER_FIRM = "郑州另一家餐饮有限公司"


@when(parsers.re(r"(?P<name>[^“”以]+?)以“(?P<reason>.+?)”告知拟认定虚假"))
def _(story: Story, name: str, reason: str) -> None:
    story.do("allege_falsehood", story.who(name), reason=reason)


@when(parsers.re(r"(?P<name>\S+?)就告知书申辩“(?P<statement>.+?)”"))
def _(story: Story, name: str, statement: str) -> None:
    story.do("answer_allegation", story.who(name), statement=statement)


@when(parsers.re(r"(?P<name>\S+?)认定虚假并不予受理"))
def _(story: Story, name: str) -> None:
    found = {"outcome": "not_accepted", "reason": "租赁合同系伪造。", "falsified": True}
    story.do("decline", story.who(name), **found)


@when(parsers.re(r"(?P<name>\S+?)认定虚假并不予许可"))
def _(story: Story, name: str) -> None:
    story.do("decide", story.who(name), granted=False, reason="租赁合同系伪造。", falsified=True)


@when(parsers.parse("另一家企业在网上提交“{item}”申请"))
def _(story: Story, item: str) -> None:
    other = _other_firm(OTHER_FIRM)
    story.file(replace(story.filing(item), subject=other, applicant=OTHER_FIRM), _other(story))


@then(parsers.re("申请人开始新办、填表和核对时(?P<no>没有)?得知不得再次申请"))
def _(story: Story, no: str | None) -> None:
    story.settle()
    rules, browser = story.find("食品经营许可"), client(story.who("申请人"))
    start = f"/items/{rules.division}/{rules.item}/apply"
    draft = draft_at(browser.post(start, {"subject": story.firm, "situation": "new"}).url)
    for address in (start, f"{draft}/form", f"{draft}/review"):
        page = browser.get(address).content.decode()
        told = f"{FIRM}在" in page and "不能申请新办本事项" in page and "行政许可法第七十八条" in page
        assert told is (no is None), address


def last_document(story: Story) -> str:
    """What the newest document of the case says."""
    from yichuang.aggregates.models import Paper
    from yichuang.documents.content import Document
    from yichuang.documents.gathering import gather

    paper = Paper.objects.filter(stream=f"case/{story.case_id}").latest("seq")
    content = gather(paper.stream, paper.seq).say()
    assert isinstance(content, Document)
    return "".join((content.heading, *content.paragraphs, *content.bases, *content.remedies))


@then(parsers.parse("最后的文书写明“{words}”"))
def _(story: Story, words: str) -> None:
    story.settle()
    text = last_document(story)
    assert not [word for word in words.split("”和“") if word not in text], text


@then(parsers.parse("最后的文书没有写“{words}”"))
def _(story: Story, words: str) -> None:
    story.settle()
    assert words not in last_document(story)
