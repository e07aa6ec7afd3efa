"""Steps of what a clerk at a window sees at once: the same matter twice, a stand-in, a procedure that goes on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from pytest_bdd import given, parsers, then, when

from tests.clauses.steps_acting import VERDICTS
from tests.clauses.story import Story, plain
from tests.clauses.ways import PAPER, Pages, draft_at, main, text_of, went_on, words
from tests.db.portal.pages import flat
from yichuang.cases.models import Case
from yichuang.org.models import Absence, Delegation, Officer


def pages(story: Story) -> Pages:
    assert isinstance(story.way, Pages)
    return story.way


def draft_of(story: Story, item: str, **values: Any) -> str:
    """A draft filled in and ready to be checked; its address."""
    filing = story.filing(item, values=values)
    browser = pages(story).browser(story.who("申请人"))
    begun = {"subject": filing.subject, "situation": filing.situation}
    draft = went_on(browser.post(f"/items/{filing.standard.division}/{filing.standard.item}/apply", begun))
    draft = draft_at(draft)
    went_on(browser.post(f"{draft}/form", flat(filing.values)))
    for code in re.findall(r'<input[^>]* id="file-(M\d+)"', text_of(browser.get(f"{draft}/materials"))):
        went_on(browser.post(f"{draft}/materials", {"material": code, "way": PAPER}))
    return draft


@when(parsers.parse("申请人为同一地点再填一份“{item}”申请"), target_fixture="draft")
def _(story: Story, item: str) -> str:
    return draft_of(story, item)


@when(parsers.parse("申请人为“{place}”再填一份“{item}”申请"), target_fixture="draft")
def _(story: Story, place: str, item: str) -> str:
    return draft_of(story, item, project_address=place)


@then(parsers.parse("核对页提醒“{what}”，并有那一件的链接"))
def _(story: Story, draft: str, what: str) -> None:
    page = main(text_of(pages(story).browser(story.who("申请人")).get(f"{draft}/review")))
    assert plain(what) in plain(words(page))
    assert f'href="/my/{story.case_id}"' in page


@then("核对页没有提醒")
def _(story: Story, draft: str) -> None:
    assert 'id="twins"' not in text_of(pages(story).browser(story.who("申请人")).get(f"{draft}/review"))


@when("申请人照常提交")
def _(story: Story, draft: str) -> None:
    went_on(pages(story).browser(story.who("申请人")).post(f"{draft}/submit", {"promise": "yes"}))


@then(parsers.parse("在办的“{item}”有{number:d}件"))
def _(story: Story, item: str, number: int) -> None:
    story.settle()
    assert Case.objects.filter(item=story.find(item).item, closed_on=None).count() == number


@when(parsers.parse("{name}看过提醒，仍收下“{item}”申请"))
def _(story: Story, name: str, item: str) -> None:
    from yichuang.cases.models import Draft

    filing = story.filing(item)
    browser = pages(story).browser(story.who(name))
    draft = Draft.objects.get(submitted_as=None)
    brought = {**flat(filing.values), "handed": filing.given, "take": "1"}
    page = text_of(browser.post(f"/desk/intake/form/{draft.pk}", brought))
    shown = re.search(r'name="twins" value="([^"]+)"', page)
    assert shown and f'href="/desk/case/{story.case_id}"' in page
    went_on(browser.post(f"/desk/intake/form/{draft.pk}", {**brought, "twins": shown[1]}))


# --- a stand-in -------------------------------------------------------------------------------------------------------


@given(parsers.re(r"(?P<name>\S+?)不在岗，由(?P<other>\S+?)代班"))
@when(parsers.re(r"(?P<name>\S+?)不在岗，由(?P<other>\S+?)代班"))
def _(story: Story, name: str, other: str) -> None:
    absent, stand_in = (Officer.objects.get(account_id=int(story.who(person).person[2:])) for person in (name, other))
    days = {"first_day": date(2018, 3, 12), "last_day": date(2018, 3, 16)}
    absence = Absence.objects.create(officer=absent, reason="leave", **days)
    Delegation.objects.create(post_id=story.who(name).post, absence=absence, absent=absent, stand_in=stand_in, **days)


@when(parsers.re(r"(?P<other>\S+?)代(?P<name>\S+?)办结“(?P<step>.+?)”结论为(?P<verdict>\S+)"))
def _(story: Story, other: str, name: str, step: str, verdict: str) -> None:
    absent = story.who(name)
    actor = replace(absent, person=story.who(other).person, on_behalf_of=absent.person)
    story.conclude(step, actor, VERDICTS[verdict])


# --- special procedures -----------------------------------------------------------------------------------------------


@when(parsers.re(r"(?P<name>\S+?)在“(?P<step>.+?)”启动到(?P<until>\S+?)的“(?P<kind>.+?)”特别程序"))
def _(story: Story, name: str, step: str, until: str, kind: str) -> None:
    from tests.clauses.story import moment
    from yichuang.catalog.standard import StepKind

    code = next(k.value for k in StepKind if k.label == kind)
    at = next(s.code for s in story.standard.steps if s.name == step)
    about = {"kind": code, "step": at, "until": moment(until).date().isoformat(), "reason": "样品送检"}
    story.do("start_special", story.who(name), **about)


@then(parsers.parse("{kind}仍在进行，时限暂停"))
def _(story: Story, kind: str) -> None:
    story.settle()
    assert story.case.paused
    assert [s.kind for s in story.case.specials.values() if s.ended is None] == ["testing"]


@then(parsers.parse("办件的经过写明“{what}”"))
def _(story: Story, what: str) -> None:
    """On the desk's page, whatever way the scenario went."""
    story.settle()
    page = text_of(Pages().browser(story.who("负责人")).get(f"/desk/case/{story.case_id}"))
    assert plain(what) in plain(words(main(page)))
