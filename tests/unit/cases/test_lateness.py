"""说明超期原因: no decision after the last day of the law without a reason, and none is asked for before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cases.bench import HEAD, REVIEWER, Life, moment, post
from yichuang.aggregates.acts import Happened
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.lateness import find_lateness
from yichuang.cases.core.state import evolve
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import SYSTEM

pytestmark = pytest.mark.clause("3.5g.4")
# accepted on 2018-02-09, twenty working days, with the Spring Festival between: the last day is 2018-03-14
DUE = date(2018, 3, 14)
WHY = "vault:why"


def test_a_decision_on_the_last_day_is_asked_for_no_reason() -> None:
    life = Life().reviewed().at("2018-03-14 17:00")
    assert find_lateness(life.case, life.facts(HEAD)) is None
    assert life.refuse(co.Decide(True, late_reason=WHY), HEAD).code == "not-late"
    assert [type(e) for e in life.do(co.Decide(True), HEAD)] == [ev.Decided]


def test_a_decision_on_the_day_after_says_why_first() -> None:
    life = Life().reviewed().at("2018-03-15 09:00")
    life.tick()
    refused = life.refuse(co.Decide(True), HEAD)
    assert (refused.code, refused.clause) == ("late-reason-missing", "优化营商环境条例第三十六条第二款")
    assert "2018年3月14日" in refused.message and refused.next
    explained, decided = life.do(co.Decide(True, late_reason=WHY), HEAD)
    assert explained == ev.LatenessExplained(date(2018, 3, 15), DUE, WHY, at_end=True)
    assert isinstance(decided, ev.Decided) and life.case.late_reason == WHY
    assert find_lateness(life.at("2018-06-01").case, life.facts(HEAD)).over == 1, "the decision stopped it"  # type: ignore[union-attr]


def test_a_reason_given_before_is_not_asked_for_again() -> None:
    life = Life().reviewed()
    assert life.refuse(co.ExplainLateness(WHY), HEAD).code == "not-late"
    life.at("2018-03-16")
    assert life.refuse(co.ExplainLateness(""), HEAD).code == "reason-missing"
    assert life.refuse(co.ExplainLateness(WHY), REVIEWER).code == "wrong-post"
    life.do(co.ExplainLateness(WHY), HEAD)
    life.at("2018-03-20").do(co.ExplainLateness("vault:more"), HEAD)
    assert life.case.late_reason == "vault:more", "what was said last, while nobody has decided"
    assert [type(e) for e in life.do(co.Decide(True), HEAD)] == [ev.Decided]
    assert life.refuse(co.ExplainLateness(WHY), HEAD).code == "explained-already"


@pytest.mark.parametrize("command", [co.Terminate("vault:r"), co.RevokeAcceptance("vault:r")])
def test_other_ends_by_an_officer_say_why_as_well(command: co.Terminate | co.RevokeAcceptance) -> None:
    life = Life().accepted().at("2018-03-15")
    assert life.refuse(command, HEAD).code == "late-reason-missing"
    end = type(command)(command.reason, late_reason=WHY)
    assert isinstance(life.do(end, HEAD)[-2], ev.LatenessExplained)


def test_a_withdrawal_after_the_last_day_leaves_the_office_late_and_free_to_say_why() -> None:
    from tests.unit.cases.bench import CITIZEN

    life = Life().accepted().at("2018-03-19")
    life.do(co.Withdraw(), CITIZEN)
    life.at("2018-04-02").do(co.ExplainLateness(WHY), HEAD)
    lateness = find_lateness(life.case, life.facts(HEAD))
    assert lateness and (lateness.due, lateness.until, lateness.over) == (DUE, date(2018, 3, 19), 3)


def test_where_silence_decided_the_office_was_late_until_the_eve_and_may_say_why() -> None:
    life = Life().reviewed().at("2018-03-20")
    silent = ev.Decided(True, date(2018, 3, 20), (), "", (), (), deemed=True)
    life.case = evolve(life.case, Happened(silent, "system", life.now, life.now, "system"))
    lateness = find_lateness(life.case, life.facts(HEAD))
    assert life.case.decided_by_silence and lateness
    assert (lateness.until, lateness.over) == (date(2018, 3, 19), 3)
    life.do(co.ExplainLateness(WHY), HEAD)


@pytest.mark.parametrize(("day", "over"), [("2018-03-15", None), ("2018-03-16", 1)])
def test_a_case_that_ended_with_its_item_was_late_only_until_the_eve(day: str, over: int | None) -> None:
    """It ends at 00:00: who could decide until the last day of the law is not late."""
    life = Life().accepted()
    life.do(co.EndWithItem(date.fromisoformat(day), "国务院国发〔2018〕9号"), SYSTEM)
    life.at("2018-03-20").tick()
    lateness = find_lateness(life.case, life.facts(HEAD))
    assert life.case.closed_on == date.fromisoformat(day)
    assert (lateness and lateness.over) == over
    warned = [dated.event for dated in life.did if isinstance(dated.event, ev.Warned)]
    missed = any((event.clock, event.rung) == ("statutory", "over") for event in warned)
    assert missed is (over is not None), "nobody is warned of a limit that was not missed"


def test_a_case_that_stands_still_by_law_is_not_late() -> None:
    life = Life().accepted()
    life.do(co.StartSpecial("hearing", date(2018, 6, 1), "vault:r"), post("a:h1", "head"))
    life.at("2018-05-02")
    assert find_lateness(life.case, life.facts(HEAD)) is None


def test_a_calendar_that_is_not_published_makes_nobody_late() -> None:
    life = Life(calendar=WorkingCalendar.load({})).reviewed().at("2018-05-02")
    assert find_lateness(life.case, life.facts(HEAD)) is None
    life.do(co.Decide(True), HEAD)


@given(days=st.integers(0, 90), explained=st.booleans(), granted=st.booleans())
def test_no_decision_stands_after_the_last_day_without_a_reason(days: int, explained: bool, granted: bool) -> None:
    life = Life().reviewed()
    life.now = moment("2018-02-09 11:00") + timedelta(days=days)
    late = life.now.date() > DUE
    basis = life.standard.main_basis_on(DUE)
    decide = co.Decide(granted, basis, "vault:r", late_reason=WHY if explained else "")
    if late is not explained:
        assert life.refuse(decide, HEAD).code == ("late-reason-missing" if late else "not-late")
        return
    life.do(decide, HEAD)
    assert bool(life.case.late_reason) is late
