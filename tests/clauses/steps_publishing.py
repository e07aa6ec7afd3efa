"""Steps on decisions that everybody may read (许可法40条)."""

from __future__ import annotations

from pytest_bdd import then

from tests.clauses.story import FIRM, Story
from tests.clauses.ways import public
from yichuang.aggregates.models import Paper
from yichuang.cases.models import Case
from yichuang.faces.web import day


def ask(story: Story) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = story.programs.ask(story.who("申请人"), "/decisions")["decisions"]
    return listed


@then("准予许可决定公开列出这一件的事项、被许可人、决定日期和文号")
def _(story: Story) -> None:
    row = Case.objects.get(pk=story.case_id)
    number = Paper.objects.get(stream=f"case/{story.case_id}", kind="grant").number
    page, (told,) = public("/decisions"), ask(story)
    assert all(words in page for words in (row.title, FIRM, day(row.decided_on), number)), page
    assert (told["title"], told["holder"], told["number"]) == (row.title, FIRM, number)


@then("准予许可决定公开里没有身份证号、电话和受理号")
def _(story: Story) -> None:
    row, page, told = Case.objects.get(pk=story.case_id), public("/decisions"), str(ask(story))
    for text in (page, told):
        assert row.receipt not in text and row.number not in text and row.subject not in text
        assert "11010519491231002X" not in text


@then("准予许可决定公开里没有这一件")
def _(story: Story) -> None:
    story.settle()
    assert FIRM not in public("/decisions") and ask(story) == []
