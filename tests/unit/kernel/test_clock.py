"""Clocks: dated examples beside the article, and properties against a walk from day to day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel.calendar import WorkingCalendar, seed_calendar
from yichuang.kernel.clock import (
    Clock,
    Due,
    Limit,
    Suspension,
    Unit,
    count_left,
    count_used,
    due_on,
    explain,
    format_day,
    unite,
)

CALENDAR = seed_calendar()
DAY = timedelta(days=1)
LATER = date(2030, 1, 1)
TWENTY = Limit(20, Unit.WORKDAY)
START = date(2018, 2, 9)
FIRST = Suspension(date(2018, 2, 13), date(2018, 3, 2))
SECOND = Suspension(date(2018, 2, 27), date(2018, 3, 6))


def due(clock: Clock, today: date = LATER) -> date:
    return due_on(clock, CALENDAR, today).day


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        # 许可法 82 条: working days, the worked weekends among them
        (date(2018, 2, 9), 5, date(2018, 2, 22)),
        (date(2018, 2, 9), 20, date(2018, 3, 14)),
        (date(2018, 4, 27), 1, date(2018, 4, 28)),
        (date(2018, 12, 28), 1, date(2018, 12, 29)),
        (date(2018, 9, 28), 3, date(2018, 10, 8)),
    ],
)
def test_working_days(start: date, limit: int, end: date) -> None:
    assert due_on(Clock(Limit(limit, Unit.WORKDAY), start), CALENDAR, start) == Due(end, True, False)


@pytest.mark.parametrize(
    ("suspensions", "extension", "end"),
    [
        ((FIRST,), 0, date(2018, 3, 27)),  # 许可法 45 条
        ((FIRST, SECOND), 0, date(2018, 3, 29)),  # they overlap and are united
        ((SECOND, FIRST), 0, date(2018, 3, 29)),
        ((), 10, date(2018, 3, 28)),  # 许可法 42 条
        ((FIRST,), 10, date(2018, 4, 11)),
        ((Suspension(date(2018, 3, 14), date(2018, 4, 20)),), 0, date(2018, 3, 14)),  # it had run out that day
        ((Suspension(date(2018, 3, 2), date(2018, 2, 13)),), 0, date(2018, 3, 14)),  # ended before it began
        ((Suspension(date(2018, 2, 1), date(2018, 2, 11)),), 0, date(2018, 3, 15)),  # began before the clock
    ],
)
def test_suspensions_and_extension(suspensions: tuple[Suspension, ...], extension: int, end: date) -> None:
    assert due(Clock(TWENTY, START, suspensions, extension)) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2018, 3, 1), 7, date(2018, 3, 8)),
        (date(2018, 3, 1), 9, date(2018, 3, 12)),  # 民法典 203 条: a Saturday moves to Monday
        (date(2018, 2, 9), 7, date(2018, 2, 22)),  # 02-16 is the Spring Festival
        (date(2018, 2, 17), 7, date(2018, 2, 24)),  # a worked Saturday is no rest day
    ],
)
def test_calendar_days(start: date, days: int, end: date) -> None:
    assert due(Clock(Limit(days, Unit.DAY), start)) == end


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2018, 3, 15), 3, date(2018, 6, 15)),  # 民法典 202 条: the corresponding day
        (date(2018, 1, 31), 1, date(2018, 2, 28)),  # none in February: its last day
        (date(2024, 1, 29), 1, date(2024, 2, 29)),
        (date(2020, 1, 31), 1, date(2020, 3, 2)),  # 02-29 is a Saturday
        (date(2020, 2, 29), 12, date(2021, 3, 1)),  # 2021-02-28 is a Sunday
        (date(2018, 5, 31), 1, date(2018, 7, 2)),  # 06-30 is a Saturday
        (date(2018, 8, 31), 1, date(2018, 9, 30)),  # a worked Sunday is no rest day
        (date(2018, 9, 1), 1, date(2018, 10, 8)),  # the National Day
        (date(2018, 12, 31), 2, date(2019, 2, 28)),
    ],
)
def test_months(start: date, months: int, end: date) -> None:
    assert due(Clock(Limit(months, Unit.MONTH), start)) == end


def test_suspended_calendar_days_push_the_end() -> None:
    pause = Suspension(date(2018, 3, 5), date(2018, 3, 10))
    assert due(Clock(Limit(7, Unit.DAY), date(2018, 3, 1), (pause,))) == date(2018, 3, 13)
    assert due(Clock(Limit(1, Unit.MONTH), date(2018, 3, 1), (pause,))) == date(2018, 4, 8)  # 04-06, rest until 04-08


@pytest.mark.parametrize(("until", "end"), [(11, 12), (12, 13), (14, 15)])
def test_a_suspension_on_the_rest_days_at_the_end_still_moves_it(until: int, end: int) -> None:
    # 03-10 is a Saturday: by 民法典 203 条 the limit lasts till Monday 03-12
    pause = Suspension(date(2018, 3, 10), date(2018, 3, until))
    assert due(Clock(Limit(9, Unit.DAY), date(2018, 3, 1), (pause,))) == date(2018, 3, end)


def test_what_has_run_out_is_not_suspended_any_more() -> None:
    clock = Clock(TWENTY, START, (Suspension(date(2018, 3, 14), date(2018, 4, 20)),))
    late = CALENDAR.count(date(2018, 3, 14), date(2018, 5, 2))
    assert count_left(clock, CALENDAR, date(2018, 5, 2)) == -late
    assert count_used(clock, CALENDAR, date(2018, 5, 2)) == 20 + late


def test_overlapping_and_touching_suspensions_are_one() -> None:
    touching = Suspension(FIRST.to or LATER, date(2018, 3, 5))
    assert unite([touching, FIRST], LATER) == ((date(2018, 2, 13), date(2018, 3, 5)),)
    assert unite([SECOND, FIRST], LATER) == ((date(2018, 2, 13), date(2018, 3, 6)),)
    assert unite([Suspension(START, None)], START) == ()


def test_an_extension_of_months_is_in_months() -> None:
    assert due(Clock(Limit(1, Unit.MONTH), date(2018, 1, 31), extension=1)) == date(2018, 4, 2)  # 03-31 is a Saturday


def test_immediate_is_due_the_same_day() -> None:
    clock = Clock(Limit(0, Unit.IMMEDIATE), date(2018, 2, 9), (FIRST,))
    assert due_on(clock, CALENDAR, START) == Due(START, True, False)
    assert (count_used(clock, CALENDAR, START), count_left(clock, CALENDAR, START)) == (0, 0)
    assert count_left(clock, CALENDAR, date(2018, 2, 12)) == -2  # the worked Sunday and Monday
    assert explain(clock, CALENDAR, START) == ("2018年2月9日（周五）当场办结，到期日即为当日。",)


def test_immediate_on_a_rest_day_is_due_on_the_next_working_day() -> None:
    """民法典203条; nobody is there on a Saturday. In a year without holidays that day is an estimate."""
    saturday, monday = date(2018, 3, 10), date(2018, 3, 12)
    clock = Clock(Limit(0, Unit.IMMEDIATE), saturday)
    assert due_on(clock, CALENDAR, saturday) == Due(monday, True, False)
    assert [count_left(clock, CALENDAR, day) for day in (saturday, monday, date(2018, 3, 13))] == [1, 0, -1]
    assert explain(clock, CALENDAR, saturday) == (
        "2018年3月10日（周六）是休息日，当场办结的到期日顺延至2018年3月12日（周一）（民法总则第二百零三条）。",
    )
    assert not due_on(Clock(Limit(0, Unit.IMMEDIATE), date(2031, 3, 10)), CALENDAR, saturday).certain


def test_a_running_suspension_counts_until_today() -> None:
    clock = Clock(TWENTY, START, (Suspension(date(2018, 2, 13), None),))
    assert due_on(clock, CALENDAR, date(2018, 3, 2)) == Due(date(2018, 3, 27), True, True)
    assert due_on(clock, CALENDAR, date(2018, 2, 13)) == Due(date(2018, 3, 14), True, True)
    assert count_used(clock, CALENDAR, date(2018, 3, 2)) == 3  # 02-11, 02-12, 02-13
    assert count_left(clock, CALENDAR, date(2018, 3, 2)) == 17
    assert any("尚未结束" in line for line in explain(clock, CALENDAR, date(2018, 3, 2)))


def test_a_running_suspension_after_the_due_date_changes_nothing() -> None:
    clock = Clock(TWENTY, START, (Suspension(date(2018, 3, 14), None),))
    assert due_on(clock, CALENDAR, date(2018, 3, 20)) == Due(date(2018, 3, 14), True, False)
    assert count_left(clock, CALENDAR, date(2018, 3, 20)) == -4


def test_a_stopped_clock_stands_still() -> None:
    clock = Clock(TWENTY, START, (Suspension(date(2018, 2, 13), None),), stopped=date(2018, 3, 2))
    on_the_day, later = (
        (due_on(clock, CALENDAR, day), count_used(clock, CALENDAR, day), count_left(clock, CALENDAR, day))
        for day in (date(2018, 3, 2), LATER)
    )
    assert on_the_day == later == (Due(date(2018, 3, 27), True, False), 3, 17)
    assert "2018年3月2日（周五）停止计时，已用3个工作日。" in explain(clock, CALENDAR, LATER)
    assert "停止计时" not in "".join(explain(clock, CALENDAR, date(2018, 3, 1)))


def test_left_counts_down_through_the_due_date() -> None:
    clock = Clock(Limit(5, Unit.WORKDAY), START)
    seen = [count_left(clock, CALENDAR, date(2018, 2, day)) for day in (9, 10, 11, 14, 18, 22, 23, 24)]
    assert seen == [5, 5, 4, 1, 1, 0, -1, -2]
    assert count_left(clock, CALENDAR, date(2018, 2, 1)) == 5, "before it starts the whole limit is left"
    assert count_used(clock, CALENDAR, date(2018, 2, 1)) == 0
    days = Clock(Limit(7, Unit.DAY), START)  # ends 02-16, due 02-22
    assert [count_left(days, CALENDAR, date(2018, 2, day)) for day in (9, 16, 22, 24)] == [13, 6, 0, -2]


def test_a_due_date_in_an_unpublished_year_is_not_certain() -> None:
    clock = Clock(Limit(60, Unit.WORKDAY), date(2026, 12, 1))
    assert due_on(clock, CALENDAR, LATER) == Due(date(2027, 2, 23), False, False)
    assert "2027年的放假安排尚未载入，按周一至周五上班估算，载入后重新计算。" in explain(clock, CALENDAR, LATER)
    # calendar days need the holidays only at their end
    assert due_on(Clock(Limit(400, Unit.DAY), date(2016, 1, 4)), CALENDAR, LATER).certain
    assert not due_on(Clock(Limit(2, Unit.MONTH), date(2026, 12, 1)), CALENDAR, LATER).certain


def test_the_explanation_says_what_was_counted() -> None:
    clock = Clock(TWENTY, START, (FIRST,), 10)
    assert explain(clock, CALENDAR, LATER) == (
        "2018年2月9日（周五）起算，当日不计入，期限20个工作日（民法总则第二百零一条）。",
        "延长10个工作日，合计30个工作日。",
        "2018年2月11日（周日）调休上班，计入。",
        "2018年2月13日（周二）次日起至2018年3月2日（周五）止暂停计时，其间9个工作日不计入。",
        "2018年4月5日（周四）至2018年4月7日（周六）放假，不计入。",
        "2018年4月8日（周日）调休上班，计入。",
        "到期日为2018年4月11日（周三）。",
    )


def test_the_explanation_of_months() -> None:
    assert explain(Clock(Limit(12, Unit.MONTH), date(2020, 2, 29)), CALENDAR, LATER)[1:] == (
        "2021年2月没有29日，以月末日2021年2月28日（周日）为期间的最后一日（民法总则第二百零二条）。",
        "期满日2021年2月28日（周日）是休息日，顺延至2021年3月1日（周一）（民法总则第二百零三条）。",
        "到期日为2021年3月1日（周一）。",
    )
    assert explain(Clock(Limit(3, Unit.MONTH), date(2021, 3, 15)), CALENDAR, LATER) == (
        "2021年3月15日（周一）起算，当日不计入，期限3个月（民法典第二百零一条）。",
        "按月计算，到期月的对应日为2021年6月15日（周二）（民法典第二百零二条）。",
        "到期日为2021年6月15日（周二）。",
    )


@pytest.mark.parametrize(
    ("limit", "label"),
    [
        (Limit(20, Unit.WORKDAY), "20个工作日"),
        (Limit(7, Unit.DAY), "7日"),
        (Limit(3, Unit.MONTH), "3个月"),
        (Limit(0, Unit.IMMEDIATE), "当场"),
    ],
)
def test_labels(limit: Limit, label: str) -> None:
    assert limit.label == label


def test_negative_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="不能为负数"):
        Limit(-1, Unit.DAY)
    with pytest.raises(ValueError, match="不能为负数"):
        Clock(TWENTY, START, extension=-1)


days = st.dates(date(2017, 1, 1), date(2027, 3, 1))
counted = st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.MONTH])


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    start = draw(days)
    near = st.integers(-20, 90).map(lambda n: start + n * DAY)
    ends = st.one_of(st.none(), near)
    unit = draw(counted)
    limit = Limit(draw(st.integers(0, 4 if unit is Unit.MONTH else 45)), unit)
    suspensions = draw(st.lists(st.builds(Suspension, near, ends), max_size=4))
    return Clock(limit, start, tuple(suspensions), draw(st.integers(0, 15)) % (2 if unit is Unit.MONTH else 16))


def walk(clock: Clock, today: date) -> date:
    """The due date by walking: nothing but the definition."""

    def suspended(day: date) -> bool:
        return any(one.from_ < day <= (one.to or today) for one in clock.suspensions)

    def counts(day: date) -> bool:
        return clock.limit.unit is not Unit.WORKDAY or CALENDAR.is_working(day)

    budget = clock.limit.value + clock.extension
    if clock.limit.unit is Unit.MONTH:
        month = clock.start.year * 12 + clock.start.month - 1 + budget
        last = date((month + 1) // 12, (month + 1) % 12 + 1, 1) - DAY
        budget = (last.replace(day=min(last.day, clock.start.day)) - clock.start).days
    day = clock.start
    while budget:
        day += DAY
        budget -= counts(day) and not suspended(day)
    if clock.limit.unit is not Unit.WORKDAY:
        while not CALENDAR.is_working(day) or (day > clock.start and suspended(day)):
            day += DAY
    return day


@settings(max_examples=200)
@given(clocks(), st.integers(-10, 150))
def test_due_equals_a_walk(clock: Clock, passed: int) -> None:
    today = clock.start + passed * DAY
    assert due(clock, today) == walk(clock, today)


@settings(max_examples=100)
@given(clocks(), st.integers(0, 150))
def test_a_longer_limit_is_never_due_earlier(clock: Clock, passed: int) -> None:
    today = clock.start + passed * DAY
    longer = replace(clock, limit=replace(clock.limit, value=clock.limit.value + 1))
    assert due(clock, today) <= due(longer, today)
    assert due(clock, today) <= due(replace(clock, extension=clock.extension + 1), today)


@settings(max_examples=100)
@given(clocks(), st.integers(0, 150), st.randoms(use_true_random=False))
def test_the_order_of_suspensions_does_not_matter(clock: Clock, passed: int, random: Random) -> None:
    today = clock.start + passed * DAY
    shuffled = list(clock.suspensions) + list(clock.suspensions[:1])  # one told twice counts once
    random.shuffle(shuffled)
    other = replace(clock, suspensions=tuple(shuffled))
    assert due_on(clock, CALENDAR, today) == due_on(other, CALENDAR, today)
    assert count_used(clock, CALENDAR, today) == count_used(other, CALENDAR, today)
    assert unite(clock.suspensions, today) == unite(shuffled, today)


@settings(max_examples=100)
@given(clocks(), st.integers(0, 150))
def test_used_and_left_make_up_the_limit(clock: Clock, passed: int) -> None:
    today = clock.start + passed * DAY
    rest = count_left(clock, CALENDAR, today)
    if clock.limit.unit is Unit.WORKDAY:
        assert count_used(clock, CALENDAR, today) + rest == clock.limit.value + clock.extension
    if today > due(clock, today):
        end = due(clock, today)
        assert rest == -(CALENDAR.count(end, today) if clock.limit.unit is Unit.WORKDAY else (today - end).days)
    else:
        assert rest >= 0


@settings(max_examples=100)
@given(clocks(), st.integers(0, 150))
def test_the_explanation_ends_where_the_clock_does(clock: Clock, passed: int) -> None:
    today = clock.start + passed * DAY
    found, lines = due_on(clock, CALENDAR, today), explain(clock, CALENDAR, today)
    assert lines[-1] == f"到期日为{format_day(found.day)}。"
    assert found.certain != any("估算" in line for line in lines)
    assert found.open_ended == any("尚未结束" in line for line in lines)


def test_a_day_that_was_told_is_not_taken_back_and_moves_only_forward() -> None:
    """2026-10-12 was told; a calendar corrected later makes it the 11th, or the 14th."""
    clock = Clock(Limit(30, Unit.DAY), date(2026, 9, 11), told=date(2026, 10, 12))
    works_on_sunday = WorkingCalendar.from_days((), (date(2026, 10, 11),), {2026})
    rests_on_monday = WorkingCalendar.from_days((date(2026, 10, 12), date(2026, 10, 13)), (), {2026})
    for calendar, due in ((works_on_sunday, date(2026, 10, 12)), (rests_on_monday, date(2026, 10, 14))):
        assert due_on(clock, calendar, date(2026, 10, 1)).day == due
        assert count_left(clock, calendar, due) == 0
        assert count_left(clock, calendar, due + timedelta(days=1)) == -1
        said = explain(clock, calendar, date(2026, 10, 1))
        assert said[-1] == f"到期日为{format_day(due)}。"
        assert ("已经告知的2026年10月12日（周一）不提前" in "".join(said)) is (calendar is works_on_sunday)
