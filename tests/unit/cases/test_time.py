"""时限、预警和尚未公布放假安排的年份(design §4)。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.unit.cases.bench import CITIZEN, HEAD, REVIEWER, WINDOW, Life, days, food, moment
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.clocks import running
from yichuang.cases.core.facts import CaseFacts, Parameters
from yichuang.cases.core.lapse import lapse, next_moment
from yichuang.cases.core.state import Stage, bridge_steps, downstream
from yichuang.catalog.standard import Step
from yichuang.kernel.calendar import WorkingCalendar, seed_calendar
from yichuang.kernel.clock import Limit, Unit
from yichuang.kernel.localtime import midnight
from yichuang.ledger.actor import SYSTEM

FEBRUARY = date(2018, 2, 9)


def without(year: int) -> WorkingCalendar:
    """The calendar as it is before the year's notice of holidays comes out."""
    seed = seed_calendar()
    return WorkingCalendar.from_days(
        (d for d in seed.off_days if d.year != year),
        (d for d in seed.work_weekends if d.year != year),
        seed.years - {year},
    )


def test_every_rung_comes_once_in_order_at_its_legal_moment() -> None:
    """The whole month without a sweep: each clock's rungs come as if the sweep had run every night."""
    case = Life().accepted()
    case.at("2018-03-30").tick()
    assert case.warnings() == [
        ("step.S1.1", "warn", date(2018, 2, 22)),
        ("step.S2.1", "warn", date(2018, 2, 22)),
        ("step.S1.1", "over", date(2018, 2, 23)),
        ("step.S2.1", "over", date(2018, 2, 23)),
        ("promised", "remind", date(2018, 2, 26)),
        ("promised", "warn", date(2018, 2, 27)),
        ("promised", "over", date(2018, 3, 1)),
        ("statutory", "warn", date(2018, 3, 13)),
        ("statutory", "over", date(2018, 3, 15)),
    ]
    assert not case.tick()
    moments = [one.at for one in case.did if one.at]
    assert all(a <= b for a, b in pairwise(moments))


def test_a_sweep_every_night_says_the_same_as_one_after_a_month() -> None:
    daily, once = Life().accepted(), Life().accepted()
    for n in range(49):
        daily.now = midnight(FEBRUARY + timedelta(days=1 + n))
        daily.tick()
    once.now = daily.now
    once.tick()
    assert [(d.event, d.at) for d in daily.did if d.at] == [(d.event, d.at) for d in once.did if d.at]
    assert replace(daily.case, last_at=None) == replace(once.case, last_at=None)


def test_a_rung_longer_than_the_limit_is_left_out() -> None:
    case = Life(replace(food(), promised=days(1))).accepted()
    case.at("2018-02-13").tick()
    assert [rung for clock, rung, _ in case.warnings() if clock == "promised"] == ["over"]


def test_a_limit_in_calendar_days_warns_by_calendar_days() -> None:
    case = Life(replace(food(), promised=Limit(20, Unit.DAY))).accepted()  # to Thursday, 1 March
    case.at("2018-03-03").tick()
    assert [(rung, day) for clock, rung, day in case.warnings() if clock == "promised"] == [
        ("remind", date(2018, 2, 27)),
        ("warn", date(2018, 2, 28)),
        ("over", date(2018, 3, 2)),
    ]


def test_other_rungs_come_from_the_parameters() -> None:
    case = Life().received()
    case.more = {"parameters": Parameters(rungs={"accept": (("remind", 4), ("warn", 2))})}
    case.at("2018-02-23").tick()
    assert [w for w in case.warnings() if w[0] == "accept"] == [
        ("accept", "remind", date(2018, 2, 11)),
        ("accept", "warn", date(2018, 2, 13)),
        ("accept", "over", date(2018, 2, 23)),
    ]


def test_after_a_correction_the_window_is_warned_of_its_second_five_days() -> None:
    case = Life().received(without=("M03",))
    case.at("2018-02-22").do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    case.at("2018-02-26").do(co.Supply({"M03": ("u",)}), CITIZEN)
    case.at("2018-03-05").tick()
    assert [w for w in case.warnings() if w[0] == "accept"] == [
        ("accept", "warn", date(2018, 2, 14)),
        ("accept", "warn", date(2018, 3, 2)),
    ]


def test_a_standing_clock_warns_nobody() -> None:
    case = Life().accepted()
    case.do(co.StartSpecial("hearing", date(2018, 3, 20), "听证"), HEAD)
    case.at("2018-03-19").tick()
    assert case.warnings() == []
    case.at("2018-03-22").tick()
    assert case.warnings() == [("special.X1", "over", date(2018, 3, 21))]


def test_a_resumed_clock_warns_by_its_new_dates() -> None:
    case = Life().accepted()
    case.at("2018-02-13").do(co.StartSpecial("hearing", date(2018, 3, 2), "听证"), HEAD)
    case.at("2018-03-02").do(co.EndSpecial("X1"), HEAD)
    case.at("2018-03-28").tick()
    assert ("statutory", "over", date(2018, 3, 28)) in case.warnings()
    assert [w for w in case.warnings() if w[0] == "statutory"] == [
        ("statutory", "warn", date(2018, 3, 26)),
        ("statutory", "over", date(2018, 3, 28)),
    ]


def test_delivery_has_its_ten_days() -> None:
    """44条:自作出决定之日起十日内颁发、送达。"""
    case = Life().granted()
    case.at("2018-02-28").tick()
    assert [w for w in case.warnings() if w[0] == "deliver"] == [("deliver", "warn", date(2018, 2, 27))]
    case.at("2018-03-01").tick()
    assert case.warnings()[-1] == ("deliver", "over", date(2018, 3, 1))


def test_where_the_limit_runs_from_the_application_it_starts_there() -> None:
    case = Life(replace(food(), statutory_from="apply")).received()
    case.at("2018-02-22").do(co.Accept(), WINDOW)
    starts = {c.name: c.clock.start for c in running(case.case, case.standard)}
    assert (starts["promised"], starts["statutory"]) == (date(2018, 2, 22), FEBRUARY)


def test_where_the_limit_runs_from_the_application_what_was_missing_is_no_days_of_the_office() -> None:
    case = Life(replace(food(), statutory_from="apply")).received(without=("M03",))
    case.do(co.AskCorrection("缺布局图", ("M03",)), WINDOW)
    case.at("2018-03-05").do(co.Supply({"M03": ("u2",)}), CITIZEN)
    case.at("2018-03-06").do(co.Accept(), WINDOW)
    starts = {c.name: c.clock.start for c in running(case.case, case.standard)}
    assert starts["statutory"] == date(2018, 3, 5)


@pytest.mark.parametrize(
    ("stage", "names"),
    [
        ("submit", {"pre_review", "accept"}),
        ("received", {"accept"}),
        ("accepted", {"promised", "statutory", "step.S1.1", "step.S2.1"}),
        ("granted", {"deliver"}),
    ],
)
def test_which_clocks_run(stage: str, names: set[str]) -> None:
    case = getattr(Life(), stage)()
    assert {c.name for c in running(case.case, case.standard)} == names


def test_every_clock_names_its_article() -> None:
    articles = {c.name: c.basis for life in (Life().submit(), Life().accepted()) for c in running(life.case, food())}
    assert articles["accept"] == "行政许可法32条一款四项"
    assert articles["statutory"] == "行政许可法42条一款"


# --- a year whose holidays are not published --------------------------------------------------------------------------


def test_silence_waits_for_the_year_and_then_holds_from_its_legal_date() -> None:
    """2018-12-28 + 5 个工作日落在 2019 年。Before that year's notice nobody can say which day the fifth is."""
    case = Life(calendar=without(2019)).at("2018-12-28").received(without=("M03",))
    case.at("2019-02-01").tick()
    assert case.case.stage is Stage.RECEIVED
    estimates = [(d.event.clock, d.event.rung, d.event.estimate) for d in case.did if isinstance(d.event, ev.Warned)]
    assert estimates == [("accept", "warn", True), ("accept", "over", True)]
    assert next_moment(case.case, case.facts(SYSTEM)) is None
    case.calendar = seed_calendar()
    case.tick()
    assert (case.case.stage, case.case.accepted_on) == (Stage.ACCEPTED, date(2018, 12, 28))
    accepted = next(d for d in case.did if isinstance(d.event, ev.Accepted))
    # 12-29 is a worked Saturday; 01-02, 03, 04 and 07 are the other four
    assert accepted.at == midnight(date(2019, 1, 8))


def test_a_correction_overdue_in_an_unknown_year_waits_too() -> None:
    """Calendar days need the holidays only where the end may fall on one."""
    case = Life(calendar=without(2019)).at("2018-12-20").received(without=("M03",))
    case.do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    case.at("2019-02-10").tick()
    assert case.case.stage is Stage.CORRECTION
    case.calendar = seed_calendar()
    assert case.refuse(co.Supply({"M03": ("u",)}), CITIZEN).code == "correction-overdue"


def test_a_calendar_that_moves_a_date_is_put_on_record_and_warns_anew() -> None:
    case = Life(calendar=without(2018)).accepted()
    assert ("promised", "over", date(2018, 2, 24)) not in case.warnings()
    case.at("2018-02-23").tick()
    early = [w for w in case.warnings() if w[0] == "promised"]
    assert early == [("promised", "remind", date(2018, 2, 21)), ("promised", "warn", date(2018, 2, 22))]
    case.calendar = seed_calendar()
    case.more = {"moved": True}
    events = case.tick()
    assert isinstance(events[0], ev.Recalculated)
    assert case.case.generation == 1
    case.more = {}
    case.at("2018-03-30").tick()
    again = [(d.event.clock, d.event.rung, d.at) for d in case.did if isinstance(d.event, ev.Warned)]
    assert ("promised", "over", midnight(date(2018, 3, 1))) in again
    assert len([w for w in again if w[:2] == ("promised", "over")]) == 1


def corrected(rest: tuple[date, ...] = (), work: tuple[date, ...] = ()) -> WorkingCalendar:
    """The published calendar with these days of rest and of work put right."""
    seed = seed_calendar()
    weekdays = {day for day in rest if day.weekday() < 5}
    return WorkingCalendar.from_days(seed.off_days | weekdays, seed.work_weekends - set(rest) | set(work), seed.years)


def asked() -> Life:
    """A correction asked on 2018-03-08: thirty days end on Saturday the 7th of April, told as Sunday the 8th, on which
    people work instead of the holiday before.
    """
    case = Life().at("2018-03-08").received(without=("M03",))
    case.do(co.AskCorrection("缺件", ("M03",)), WINDOW)
    assert case.case.correction and case.case.correction.due == date(2018, 4, 8)
    return case


def test_a_day_of_supply_once_told_is_not_taken_back() -> None:
    """告知到4月8日，后来的日历把7日改成上班：仍然等到8日，8日补正有效。"""
    case = asked()
    case.calendar = corrected(work=(date(2018, 4, 7),))
    case.more = {"moved": True}
    case.at("2018-04-08 23:00").tick()
    assert case.case.stage is Stage.CORRECTION and case.case.correction
    assert case.case.correction.due == date(2018, 4, 8)
    case.more = {}
    case.do(co.Supply({"M03": ("u",)}), CITIZEN)
    assert case.case.stage is Stage.RECEIVED


def test_a_calendar_puts_a_day_of_supply_off_in_state_clock_and_text_alike() -> None:
    """8日、9日改成放假：期限顺延到10日，11日零时才终止。"""
    case = asked()
    case.calendar = corrected(rest=(date(2018, 4, 8), date(2018, 4, 9)))
    case.more = {"moved": True}
    events = case.at("2018-04-02").tick()
    assert isinstance(events[0], ev.Recalculated) and events[0].supply_due == date(2018, 4, 10)
    assert case.case.correction and case.case.correction.due == date(2018, 4, 10)
    case.more = {}
    case.at("2018-04-10 23:00").tick()
    assert case.case.stage is Stage.CORRECTION
    case.at("2018-04-11 08:00").tick()
    assert case.case.stage is Stage.TERMINATED and case.case.closed_on == date(2018, 4, 11)
    case = asked()
    assert case.case.correction
    kept = replace(case.case.correction, due=date(2018, 4, 10))  # put off once, it is told anew and stays
    assert running(replace(case.case, correction=kept), case.standard)[0].clock.told == date(2018, 4, 10)


# --- time never runs backwards ----------------------------------------------------------------------------------------


def test_the_latest_moment_of_a_case_only_grows() -> None:
    case = Life().received()
    latest = case.case.last_at
    case.at("2018-02-08").do(co.Accept(), WINDOW)
    assert case.case.last_at == latest == moment("2018-02-09")


def test_lapse_asks_nothing_of_the_actor() -> None:
    """Whoever comes, the same time has passed: the lapsed case does not depend on who looks at it."""
    case = Life().received()
    case.at("2018-03-01")
    first, *others = [lapse(case.case, case.facts(actor)) for actor in (SYSTEM, CITIZEN, WINDOW, REVIEWER)]
    assert first[0].stage is Stage.ACCEPTED
    assert all(one == first for one in others)


def test_the_day_of_facts_is_zhengzhous() -> None:
    late = CaseFacts(moment("2018-02-09 00:30"), seed_calendar(), food(), SYSTEM)
    assert late.now.utcoffset() is not None
    assert late.today == FEBRUARY


# --- the graph --------------------------------------------------------------------------------------------------------


def graph(**after: tuple[str, ...]) -> tuple[Step, ...]:
    return tuple(replace(food().steps[0], code=code, after=before) for code, before in after.items())


def test_bridging_and_downstream() -> None:
    steps = graph(A=(), B=("A",), C=("B",), D=("A",), E=("C", "D"))
    assert {s.code: s.after for s in bridge_steps(steps, ("B", "C"))} == {"A": (), "D": ("A",), "E": ("A", "D")}
    assert {s.code: s.after for s in bridge_steps(steps, ("A", "B"))} == {"C": (), "D": (), "E": ("C", "D")}
    assert downstream(steps, "B") == ("B", "C", "E")
    assert downstream(steps, "A") == ("A", "B", "C", "D", "E")


def test_an_immediate_promise_is_due_on_the_day() -> None:
    case = Life(replace(food(), promised=Limit(0, Unit.IMMEDIATE))).accepted()
    case.at("2018-02-10").tick()
    assert ("promised", "over", date(2018, 2, 10)) in case.warnings()
