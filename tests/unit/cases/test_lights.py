"""What lights a case and what it waits for: only what an office has not done in time is its overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.cases.bench import CASHIER, HEAD, WINDOW, Life, food, moment
from yichuang.cases.core import commands as co
from yichuang.cases.core.clocks import delivery_clocks, running
from yichuang.cases.core.lights import LIGHTS, Wait, level_of, level_of_clock, wait_of
from yichuang.cases.projections import nearest_due
from yichuang.catalog.standard import Fee
from yichuang.kernel.clock import Limit, Unit, due_on
from yichuang.ledger.actor import SYSTEM

pytestmark = pytest.mark.clause("4.1b.2")
FEE = "F01"


def light(case: Life) -> tuple[str, Wait | None]:
    """The word of the case's level, and what it waits for, after time has acted."""
    case.tick()
    return LIGHTS[level_of(case.case, case.standard)][1], wait_of(case.case)


def with_a_fee() -> Life:
    """A granted case whose fee was not asked for yet."""
    case = Life().granted()
    case.case = replace(case.case, due_fees={FEE: 5000})
    case.standard = replace(food(), fees=(Fee(FEE, "工本费", "50元", "收费依据", "city", fixed=5000),))
    return case


def test_a_case_turns_red_by_the_day_of_the_law_alone() -> None:
    case = Life().accepted()
    for day, word in {
        "2018-02-09 10:01": "正常",  # a minute after acceptance
        "2018-02-22": "预警",  # the last day of the first steps
        "2018-02-23": "超期",  # of a step
        "2018-03-14": "超期",  # of the promise; the last day of the law
        "2018-03-15": "超法定",
    }.items():
        assert light(case.at(day)) == (word, None), day


@pytest.mark.parametrize("promised", [1, 2, 3, 5, 10])
def test_no_clock_warns_in_the_minute_of_acceptance(promised: int) -> None:
    case = Life(replace(food(), promised=Limit(promised, Unit.WORKDAY))).accepted()
    case.now = moment("2018-02-09 10:01")
    case.tick()
    assert {level_of_clock(case.case, clock) for clock in running(case.case, case.standard)} == {0}


def test_what_was_late_and_is_done_lights_no_more() -> None:
    """The finding stays on record; the light says how the case stands now."""
    case = Life().accepted()
    assert light(case.at("2018-02-23"))[0] == "超期"
    case.conclude("S1")
    case.conclude("S2")
    assert light(case)[0] == "正常"


def test_a_certificate_that_lies_ready_is_nobodys_overdue() -> None:
    case = Life().granted()
    assert light(case) == ("正常", None)
    case.do(co.MakeCertificate(), WINDOW)
    assert light(case.at("2018-06-01")) == ("正常", Wait.COLLECTION)
    assert nearest_due(case.case, case.facts(SYSTEM)) is None
    (clock,) = delivery_clocks(case.case, case.standard)
    assert clock.clock.stopped == case.case.made_on


def test_a_certificate_that_nobody_makes_turns_red() -> None:
    case = Life().granted()
    assert light(case.at("2018-02-28"))[0] == "预警"
    assert light(case.at("2018-03-01"))[0] == "超法定"


def test_a_refusal_has_nothing_to_make() -> None:
    case = Life().granted()
    case.case = replace(case.case, granted=False, outcome="refused")
    assert light(case.at("2018-06-01")) == ("正常", Wait.COLLECTION)


def test_days_of_an_unpaid_fee_are_not_the_offices() -> None:
    case = with_a_fee()
    case.at("2018-02-12").do(co.ChargeFee(FEE, 5000), WINDOW)
    assert light(case.at("2018-06-01")) == ("正常", Wait.PAYMENT)
    assert nearest_due(case.case, case.facts(SYSTEM)) is None
    case.at("2018-06-01").do(co.PayFee(FEE, 5000, "R-1"), CASHIER)
    assert light(case) == ("正常", None)
    # two of the ten working days (one a Sunday of 调休) were used before the payment was asked for
    (clock,) = running(case.case, case.standard)
    assert due_on(clock.clock, case.calendar, case.facts(SYSTEM).today).day == date(2018, 6, 13)
    assert light(case.at("2018-06-14"))[0] == "超法定"


def test_a_fee_that_nobody_asks_for_is_the_offices() -> None:
    case = with_a_fee()
    assert light(case.at("2018-03-01")) == ("超法定", None)


def test_a_correction_waits_for_its_applicant() -> None:
    case = Life().received(without=("M03",))
    case.at("2018-02-12").do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    assert case.case.correction
    assert light(case.at(case.case.correction.due.isoformat())) == ("正常", Wait.CORRECTION)


def test_a_paused_case_is_late_only_beyond_the_time_notified() -> None:
    case = Life().accepted()
    case.do(co.StartSpecial("hearing", date(2018, 3, 20), "听证"), HEAD)
    assert light(case.at("2018-03-20")) == ("正常", Wait.PAUSED)
    assert light(case.at("2018-03-21")) == ("超期", Wait.PAUSED)
    case.do(co.EndSpecial("X1"), HEAD)
    assert light(case) == ("正常", None)
