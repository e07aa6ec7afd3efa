"""隐瞒、虚假 (许可法78条): told, heard or given the time to be, and only then found, with a warning and a bar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.cases.bench import AGENT, CITIZEN, HEAD, REVIEWER, WINDOW, Life, food, moment, post, standards
from yichuang.aggregates.refusal import Kind
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.catalog.standard import Standard
from yichuang.kernel.calendar import seed_calendar

FORGED = co.AllegeFalsehood("租赁合同系伪造，出租人否认签过。")
ANSWER = co.AnswerAllegation("合同由中介代办，我不知情。")
FALSE_PAPERS = co.Decline("not_accepted", "租赁合同系伪造。", falsified=True)
REFUSED = co.Decide(False, reason="租赁合同系伪造。", falsified=True)
HEAD2 = post("a:h2", "head")


def declined(life: Life) -> ev.Declined:
    return next(e for e in life.do(FALSE_PAPERS, WINDOW) if isinstance(e, ev.Declined))


def failed(standard: Standard | None = None) -> Life:
    """Accepted on 2018-02-09, and one step failed."""
    life = Life(standard or food()).accepted()
    life.conclude("S1", "fail")
    return life


def test_the_applicant_is_told_until_when_to_answer() -> None:
    """Friday 2018-02-09 and three working days, Sunday 11th being worked: Tuesday 13th."""
    life = Life().received()
    (alleged,) = life.do(FORGED, WINDOW)
    assert alleged == ev.FalsehoodAlleged(date(2018, 2, 9), date(2018, 2, 13), FORGED.reason, alleged.reckoned)
    assert alleged.reckoned.startswith(food().key)
    assert life.case.allegation and life.case.allegation.by == ("a:w1",)


def test_nothing_is_found_that_was_not_alleged() -> None:
    life = Life().received()
    refused = life.refuse(FALSE_PAPERS, WINDOW)
    assert (refused.code, refused.clause) == ("not-alleged", "行政处罚法44条、45条、62条")
    assert failed().refuse(REFUSED, HEAD).code == "not-alleged"


def test_nor_before_the_applicant_answered_or_had_the_time_to() -> None:
    life = Life().received()
    life.do(FORGED, WINDOW)
    life.at("2018-02-13 23:59")
    assert life.refuse(FALSE_PAPERS, WINDOW).code == "not-heard"
    life.at("2018-02-14 00:00")
    found = declined(life)
    assert (found.falsified, found.barred_until) == (True, date(2019, 2, 13))
    assert found.bases == ("行政许可法78条",) and found.remedies


def test_an_answer_is_enough_and_more_may_be_said() -> None:
    life = Life().received()
    life.do(FORGED, WINDOW)
    assert life.do(ANSWER, AGENT) == [ev.AllegationAnswered(date(2018, 2, 9), ANSWER.statement)]
    life.do(co.AnswerAllegation("补充：已经报警。"), CITIZEN)
    assert declined(life).falsified


def test_an_answer_says_something() -> None:
    life = Life().received()
    assert life.refuse(ANSWER, CITIZEN).code == "nothing-alleged"
    life.do(FORGED, WINDOW)
    refused = life.refuse(co.AnswerAllegation(""), CITIZEN)
    assert (refused.code, refused.kind) == ("statement-missing", Kind.INPUT)
    assert life.refuse(FORGED, WINDOW).code == "alleged-already"


def test_the_head_refuses_after_review() -> None:
    life = failed()
    life.do(FORGED, REVIEWER)
    life.do(ANSWER, CITIZEN)
    decided = next(e for e in life.do(REFUSED, HEAD) if isinstance(e, ev.Decided))
    assert decided.falsified and decided.barred_until == date(2019, 2, 8)
    assert decided.bases == ("行政许可法78条",)


def test_who_alleged_does_not_decide_on_it() -> None:
    life = failed()
    life.do(FORGED, HEAD)
    life.do(ANSWER, CITIZEN)
    assert life.refuse(REFUSED, HEAD).code == "separation"
    life.do(REFUSED, HEAD2)
    assert life.case.outcome == "refused"


def test_a_finding_is_no_ground_to_grant_and_goes_with_one_outcome_alone() -> None:
    life = Life().reviewed()
    life.do(FORGED, REVIEWER)
    life.do(ANSWER, CITIZEN)
    assert life.refuse(replace(REFUSED, granted=True), HEAD).code == "falsified-granted"
    life.do(co.Decide(True), HEAD)
    assert life.case.granted, "an allegation that was not upheld needs no more"
    other = Life().received()
    other.do(FORGED, WINDOW)
    other.do(ANSWER, CITIZEN)
    refused = other.refuse(replace(FALSE_PAPERS, outcome="not_required"), WINDOW)
    assert (refused.code, refused.kind) == ("falsified-outcome", Kind.INPUT)
    other.do(replace(FALSE_PAPERS, outcome="not_required", falsified=False), WINDOW)
    assert not next(d.event for d in other.did if isinstance(d.event, ev.Declined)).falsified


def test_an_item_that_touches_no_safety_knows_no_bar() -> None:
    labour = replace(food(), item="ZZ-007")
    life = failed(labour)
    life.do(FORGED, REVIEWER)
    life.do(ANSWER, CITIZEN)
    decided = next(e for e in life.do(REFUSED, HEAD) if isinstance(e, ev.Decided))
    assert decided.falsified and decided.barred_until is None


@pytest.mark.parametrize("code", ["registration", "filing"])
def test_other_procedures_know_no_such_finding(code: str) -> None:
    standard = next(s for s in standards().values() if s.procedure.code == code)
    life = Life(replace(food(), procedure=standard.procedure)).received()
    refused = life.refuse(FORGED, WINDOW)
    assert (refused.code, refused.kind) == ("no-such-finding", Kind.RULE)
    assert life.refuse(FALSE_PAPERS, WINDOW).code in ("basis-missing", "not-alleged")


def test_silence_accepts_all_the_same_and_the_allegation_is_carried_over() -> None:
    life = Life().received()
    life.do(FORGED, WINDOW)
    life.at("2018-02-24 09:00").tick()
    assert life.case.silent and life.case.allegation
    life.conclude("S1", "fail")
    life.do(REFUSED, HEAD)
    assert life.case.outcome == "refused"


def test_who_supplied_everything_is_still_found_out() -> None:
    """The window must accept what was supplied as asked, unless it is false."""
    life = Life().received(without=("M03",))
    life.do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    life.do(co.Supply({"M03": ("u2",)}), CITIZEN)
    assert life.refuse(FALSE_PAPERS, WINDOW).code == "must-accept"
    life.do(FORGED, WINDOW)
    life.do(ANSWER, CITIZEN)
    plain = replace(FALSE_PAPERS, falsified=False, bases=food().bases_on(None)[:1])
    assert life.refuse(plain, WINDOW).code == "must-accept"
    assert declined(life).falsified


def test_what_was_told_to_another_is_not_told_to_the_right_applicant() -> None:
    life = Life()
    life.submit(WINDOW).do(co.Receive(), WINDOW)
    life.do(FORGED, WINDOW)
    life.do(co.CorrectApplicant("s:2", "vault:form", "选错了申请人"), WINDOW)
    assert life.refuse(FALSE_PAPERS, WINDOW).code == "not-alleged"
    life.do(FORGED, WINDOW)


def test_days_of_a_year_that_is_not_published_harm_nobody() -> None:
    """Alleged on the last days of the calendar: the time to answer is an estimate, and nobody is late by one."""
    year = max(seed_calendar().years)
    life = Life(now=moment(f"{year}-12-30")).received()
    life.do(FORGED, WINDOW)
    life.at(f"{year + 1}-01-06")
    assert life.refuse(FALSE_PAPERS, WINDOW).code == "not-heard"
    life.do(ANSWER, CITIZEN)
    assert declined(life).falsified
