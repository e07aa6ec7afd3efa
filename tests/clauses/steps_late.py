"""Steps on what is late: the reason that the office gives, and the public list."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from tests.clauses.story import FIRM, Story, day
from tests.clauses.ways import public
from tests.db.watching import officer
from yichuang.cases.models import Case
from yichuang.supervision import outages, tailing

REASON = "(?P<name>[^“”以]+?)说明超期原因“(?P<reason>.+?)”"


@when(parsers.re(REASON + "$"))
def _(story: Story, name: str, reason: str) -> None:
    story.do("explain_lateness", story.who(name), reason=reason)


@when(parsers.re(REASON + "并准予许可"))
def _(story: Story, name: str, reason: str) -> None:
    story.do("decide", story.who(name), granted=True, late_reason=reason)


@when(parsers.re("(?P<name>[^“”以]+?)终止办理$"))
def _(story: Story, name: str) -> None:
    story.do("terminate", story.who(name), reason="申请人已经注销")


@when(parsers.re(REASON + "并终止办理"))
def _(story: Story, name: str, reason: str) -> None:
    story.do("terminate", story.who(name), reason="申请人已经注销", late_reason=reason)


@when(parsers.parse("登记了{date}的停运"))
def _(story: Story, date: str) -> None:
    story.settle()
    outages.record_outage(day(date), day(date), "机房停电", officer("sysadmin"))


@then(parsers.parse("超时办件公开列出“{words}”"))
def _(story: Story, words: str) -> None:
    """The page, and what a program reads."""
    page = read_list(story)
    for word in words.split("”和“"):
        assert word in page, page
    (listed,) = story.programs.ask(story.who("申请人"), "/late-cases")["cases"]
    told = [listed["case"]["title"], listed["case"]["reason"]]
    assert all(text in page for text in told), (told, page)


@then("超时办件公开里没有申请人的名称和完整的受理号")
def _(story: Story) -> None:
    page, receipt = read_list(story), Case.objects.get(pk=story.case_id).receipt
    assert FIRM not in page and receipt not in page and receipt[:-3] in page
    assert receipt not in str(story.programs.ask(story.who("申请人"), "/late-cases"))


@then("超时办件公开里没有这一件")
def _(story: Story) -> None:
    assert "没有这样的办件" in read_list(story)
    assert story.programs.ask(story.who("申请人"), "/late-cases")["cases"] == []


@then(parsers.parse("申请人的程序读到超期，救济途径写明“{words}”"))
def _(story: Story, words: str) -> None:
    late = story.programs.ask(story.who("申请人"), f"/cases/{story.case_id}")["late"]
    assert late["over"] == 1 and any(words in remedy for remedy in late["remedies"]), late


def read_list(story: Story) -> str:
    """The public page, once supervision has read what happened."""
    story.settle()
    while tailing.tail().more:
        pass
    return public("/late")
