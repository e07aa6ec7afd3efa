"""The way of a case: which leg it is on, by when its paper is in hand, and why no day can be named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.unit.cases.bench import CASHIER, CITIZEN, HEAD, WINDOW, Life, food
from yichuang.cases.core import commands as co
from yichuang.cases.core.journey import Journey, Leg, Stop, plot_journey
from yichuang.cases.core.state import Leaving, Stage
from yichuang.catalog.standard import Fee
from yichuang.faces.journey import say_way
from yichuang.kernel.localtime import local_day

pytestmark = pytest.mark.clause("3.5g.1")
FEE = "F01"


def way_of(life: Life) -> Journey:
    return plot_journey(life.case, life.standard, life.calendar, local_day(life.now))


def here(way: Journey) -> list[Leg]:
    return [part.leg for part in way.parts if part.here]


def test_before_acceptance_each_limit_follows_the_last_day_of_the_one_before() -> None:
    """受理 5 个工作日, 承诺 10 个工作日, 送达 10 个工作日; 2018 年春节放假 2 月 15 至 21 日, 11 日和 24 日上班."""
    way = way_of(Life().received())
    assert here(way) == [Leg.ACCEPTED]
    assert [(part.leg, part.due.day) for part in way.parts if part.due] == [
        (Leg.ACCEPTED, date(2018, 2, 22)),
        (Leg.DECIDED, date(2018, 3, 7)),
        (Leg.PAPER, date(2018, 3, 21)),
    ]
    assert way.expected and way.expected.certain


def test_after_acceptance_the_clock_of_the_case_counts() -> None:
    life = Life().accepted()
    way = way_of(life)
    assert here(way) == [Leg.REVIEWED]
    assert way.parts[1].on == date(2018, 2, 9)
    assert way.parts[3].due and way.parts[3].due.day == date(2018, 2, 28)
    for step in ("S1", "S2", "S3"):
        life.conclude(step)
    assert here(way_of(life)) == [Leg.DECIDED]
    assert say_way(way_of(life), life.standard).startswith("最迟2018年")


def test_while_the_applicant_is_asked_no_day_is_named() -> None:
    life = Life().received()
    life.do(co.AskCorrection("缺件", ("M01",)), WINDOW)
    way = way_of(life)
    assert (way.stop, way.expected) == (Stop.CORRECTION, None)
    assert "补齐后再算" in say_way(way, life.standard)


def test_a_special_procedure_stops_the_clock_and_says_why() -> None:
    life = Life().accepted()
    life.do(co.StartSpecial("hearing", date(2018, 3, 20), "听证"), HEAD)
    way = way_of(life)
    assert (way.stop, way.expected) == (Stop.SPECIAL, None)
    assert say_way(way, life.standard) == (
        "正在听证（2018年2月9日（周五）起，告知到2018年3月20日（周二）止），时限停止计算，结束后再算日期。"
    )


def test_a_granted_case_ends_with_its_paper_and_waits_for_a_fee() -> None:
    life = Life().granted()
    assert here(way_of(life)) == [Leg.PAPER]
    assert way_of(life).expected
    life.case = replace(life.case, due_fees={FEE: 5000})
    life.standard = replace(food(), fees=(Fee(FEE, "工本费", "50元", "收费依据", "city", fixed=5000),))
    life.do(co.ChargeFee(FEE, 5000), WINDOW)
    assert (way_of(life).stop, way_of(life).expected) == (Stop.PAYMENT, None)
    life.do(co.PayFee(FEE, 5000, "R-1"), CASHIER)
    assert way_of(life).expected


def test_a_refusal_ends_with_the_decision() -> None:
    life = Life().reviewed()
    life.do(co.Decide(False, ("食品安全法（2021修正） 35条",), "不符合"), HEAD)
    way = way_of(life)
    assert [part.leg for part in way.parts][-1] is Leg.DECIDED
    assert here(way) == [Leg.DECIDED]
    assert say_way(way, life.standard) == ""


def test_a_day_that_has_passed_is_said_and_no_other_is_made_up() -> None:
    life = Life().accepted().at("2018-03-12")
    life.tick()
    way = way_of(life)
    assert way.stop is Stop.LATE and way.expected is None
    assert way.passed and way.passed < date(2018, 3, 12)
    assert "已经超期" in say_way(way, life.standard)


def test_of_an_item_that_leaves_before_no_day_is_named() -> None:
    life = Life().accepted()
    life.case = replace(life.case, leaving=Leaving(date(2018, 2, 12), "决定"))
    assert way_of(life).stop is Stop.LEAVING


def test_an_ended_case_shows_the_legs_it_went() -> None:
    life = Life().received()
    life.do(co.Withdraw("不开了"), CITIZEN)
    way = way_of(life)
    assert life.case.stage is Stage.WITHDRAWN
    assert [part.leg for part in way.parts] == [Leg.FILED]
    assert here(way) == [] and say_way(way, life.standard) == ""


@pytest.mark.parametrize("ahead", range(0, 60, 3))
def test_no_day_that_is_named_has_passed_and_none_comes_before_another(ahead: int) -> None:
    for life in (Life().received(), Life().accepted(), Life().granted()):
        today = local_day(life.now) + timedelta(days=ahead)
        way = plot_journey(life.case, life.standard, life.calendar, today)
        days = [part.due.day for part in way.parts if part.due]
        assert days == sorted(days) and all(day >= today for day in days)
