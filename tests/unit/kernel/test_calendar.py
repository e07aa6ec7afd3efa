"""Working days against the published holidays of 2017–2026 and against a walk from day to day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel.calendar import WorkingCalendar, seed_calendar

CALENDAR = seed_calendar()
DAY = timedelta(days=1)
days = st.dates(date(2016, 6, 1), date(2028, 6, 1))


@pytest.mark.parametrize(
    ("year", "total"),
    [
        (2018, 250),
        (2019, 250),
        (2020, 249),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 248),
        (2026, 248),
    ],
)
def test_working_days_of_a_year(year: int, total: int) -> None:
    assert CALENDAR.count(date(year - 1, 12, 31), date(year, 12, 31)) == total


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2018, 2, 9), 5, date(2018, 2, 22)),  # Sunday 02-11 is worked, 02-15 to 02-21 is not
        (date(2018, 4, 27), 1, date(2018, 4, 28)),  # a worked Saturday
        (date(2018, 12, 28), 1, date(2018, 12, 29)),  # a worked Saturday
        (date(2018, 9, 28), 3, date(2018, 10, 8)),  # a worked weekend, then the week of the National Day
        (date(2018, 2, 17), 1, date(2018, 2, 22)),  # from within a holiday
        (date(2018, 2, 17), 0, date(2018, 2, 17)),
        (date(2018, 2, 22), -1, date(2018, 2, 14)),
        (date(2018, 2, 17), -1, date(2018, 2, 14)),
        (date(2018, 10, 8), -7, date(2018, 9, 21)),  # 09-30 and 09-29 are worked, 09-24 is not
    ],
)
def test_add(day: date, n: int, then: date) -> None:
    assert CALENDAR.add(day, n) == then


@settings(max_examples=200)
@given(days, st.integers(0, 400))
def test_add_and_count_agree_with_a_walk(day: date, n: int) -> None:
    walked, passed = day, 0
    while passed < n:
        walked += DAY
        passed += CALENDAR.is_working(walked)
    assert CALENDAR.add(day, n) == walked
    assert CALENDAR.count(day, walked) == n
    assert CALENDAR.count(walked, day) == -n


@given(days, st.integers(1, 300))
def test_going_back_undoes_going_forth(day: date, n: int) -> None:
    day = CALENDAR.next_working(day)
    assert CALENDAR.add(CALENDAR.add(day, n), -n) == day


@given(days)
def test_next_working_is_the_first_worked_day_not_before(day: date) -> None:
    found = CALENDAR.next_working(day)
    assert found >= day and CALENDAR.is_working(found)
    assert not any(CALENDAR.is_working(day + i * DAY) for i in range((found - day).days))


def test_an_unpublished_year_is_an_estimate_and_says_so() -> None:
    assert not CALENDAR.is_published(date(2027, 1, 1))
    assert CALENDAR.is_working(date(2027, 1, 1)), "a Friday, taken for worked until the year is loaded"
    assert CALENDAR.is_certain(date(2026, 12, 1), date(2026, 12, 31))
    assert not CALENDAR.is_certain(date(2026, 12, 1), date(2027, 1, 1))
    assert not CALENDAR.is_certain(date(2027, 1, 1), date(2026, 12, 1))
    assert CALENDAR.unpublished(date(2026, 12, 31), date(2028, 1, 5)) == (2027, 2028)
    assert CALENDAR.unpublished(date(2016, 12, 31), date(2017, 1, 5)) == ()


def test_describe_gap_cuts_runs_to_the_range() -> None:
    gap = CALENDAR.describe_gap(date(2018, 2, 9), date(2018, 3, 1))
    assert gap.holidays == ((date(2018, 2, 15), date(2018, 2, 21)),)
    assert gap.work_weekends == (date(2018, 2, 11), date(2018, 2, 24))
    inside = CALENDAR.describe_gap(date(2018, 2, 16), date(2018, 2, 20))
    assert inside.holidays == ((date(2018, 2, 17), date(2018, 2, 20)),)
    assert CALENDAR.describe_gap(date(2018, 3, 1), date(2018, 3, 10)).holidays == (), "a plain weekend is no holiday"
    assert CALENDAR.describe_gap(date(2018, 3, 10), date(2018, 3, 1)).holidays == ()


@given(days, st.integers(0, 80))
def test_described_holidays_hold_no_worked_day_and_every_weekday_off(start: date, length: int) -> None:
    end = start + length * DAY
    gap = CALENDAR.describe_gap(start, end)
    resting = {first + i * DAY for first, last in gap.holidays for i in range((last - first).days + 1)}
    assert not any(CALENDAR.is_working(day) for day in resting)
    inside = {start + i * DAY for i in range(1, length + 1)}
    assert resting <= inside
    assert {day for day in inside if day.weekday() < 5 and not CALENDAR.is_working(day)} <= resting


def test_equal_facts_make_equal_calendars_and_versions() -> None:
    facts = {"2030": {"off_days": ["2030-01-01"], "work_weekends": ["2030-01-05"]}}
    loaded = WorkingCalendar.load(facts)
    # a notice names the whole holiday; a weekend in it changes nothing
    same = WorkingCalendar.from_days([date(2030, 1, 1), date(2030, 1, 6)], [date(2030, 1, 5)], [2030])
    assert loaded == same and loaded.version == same.version and hash(loaded) == hash(same)
    corrected = WorkingCalendar.from_days([date(2030, 1, 1)], [], [2030])
    assert corrected != loaded and corrected.version != loaded.version
    with pytest.raises(AttributeError):
        loaded.years = frozenset()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("off", "worked", "message"),
    [
        ([], [date(2030, 1, 1)], "本来就上班"),
        ([date(2031, 1, 1)], [], "不在所载入的年份"),
        ([date(2030, 1, 5)], [date(2030, 1, 5)], "既列为放假又列为上班"),
    ],
)
def test_facts_that_cannot_be_are_refused(off: list[date], worked: list[date], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WorkingCalendar.from_days(off, worked, [2030])


def test_a_wrong_total_is_refused() -> None:
    with pytest.raises(ValueError, match="2030 年应有 250 个工作日，按所列日期算得 261 个"):
        WorkingCalendar.load({2030: {"off_days": [], "work_weekends": [], "total_working_days": 250}})
