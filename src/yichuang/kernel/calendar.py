"""Which days are worked, and counting by them. No limit of any law and no present moment enters it.

A calendar holds only the exceptions to the Monday–Friday week: weekdays off and weekends worked (调休).
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any, Self

from .sm3 import sm3

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarGap:
    """The exceptions in a range of days: runs of rest around holidays, worked weekends, years without data."""

    holidays: tuple[tuple[date, date], ...]
    work_weekends: tuple[date, ...]
    unpublished: tuple[int, ...]


def _weekdays_through(ordinal: int) -> int:
    """Mondays to Fridays from 0001-01-01, a Monday, through the day with this ordinal."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _nth_weekday(number: int) -> int:
    """The ordinal of the n-th Monday-to-Friday day since 0001-01-01; the inverse of `_weekdays_through`."""
    weeks, rest = divmod(number - 1, 5)
    return weeks * 7 + rest + 1


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The working days of the published years (许可法 82 条: 工作日,不含法定节假日).

    Other years are a Monday–Friday estimate. Equal facts make equal calendars.
    Every question costs at most a binary search over the exceptions.
    """

    off_days: frozenset[date]
    work_weekends: frozenset[date]
    years: frozenset[int]
    version: str = field(init=False, compare=False)
    _exceptions: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _shift: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _numbers: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the facts and prepare the search tables. Raises ValueError with a Chinese message."""
        for day in sorted(self.work_weekends):
            if day.weekday() < 5:
                raise ValueError(f"{day} 不是周末，本来就上班，不能列为调休上班日；请核对放假通知。")
        if outside := sorted(day for day in self.off_days | self.work_weekends if day.year not in self.years):
            raise ValueError(f"{outside[0]} 不在所载入的年份之内；请把它放到 {outside[0].year} 年的安排里。")
        if both := sorted(self.off_days & self.work_weekends):
            raise ValueError(f"{both[0]} 既列为放假又列为上班；请核对放假通知。")
        # A notice lists whole holidays, weekends too; a weekend is at rest anyway and changes nothing.
        off = frozenset(day for day in self.off_days if day.weekday() < 5)
        steps = sorted([(day.toordinal(), -1) for day in off] + [(day.toordinal(), 1) for day in self.work_weekends])
        shift = tuple(accumulate((step for _, step in steps), initial=0))
        prepared = {
            "off_days": off,
            "version": _digest(off, self.work_weekends, self.years),
            "_exceptions": tuple(ordinal for ordinal, _ in steps),
            "_shift": shift,
            "_numbers": tuple(_weekdays_through(o) + s for (o, _), s in zip(steps, shift[1:], strict=True)),
        }
        for name, value in prepared.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_days(cls, off_days: Iterable[date], work_weekends: Iterable[date], years: Iterable[int]) -> Self:
        """A calendar from its facts. Weekends among `off_days` are dropped. Raises ValueError on a contradiction."""
        return cls(frozenset(off_days), frozenset(work_weekends), frozenset(years))

    @classmethod
    def load(cls, years: Mapping[int, Mapping[str, Any]] | Mapping[str, Mapping[str, Any]]) -> Self:
        """A calendar from `{year: {"off_days": [ISO date], "work_weekends": [...], "total_working_days": 250}}`.

        Years may be text, as JSON keeps them. Where a total is given it must agree. Raises ValueError.
        """
        facts = {int(year): facts for year, facts in years.items()}

        def days(name: str) -> list[date]:
            return [date.fromisoformat(day) for facts_of_year in facts.values() for day in facts_of_year[name]]

        calendar = cls.from_days(days("off_days"), days("work_weekends"), facts)
        for year, facts_of_year in facts.items():
            counted = calendar.count(date(year, 1, 1), date(year, 12, 31)) + calendar.is_working(date(year, 1, 1))
            if (total := facts_of_year.get("total_working_days", counted)) != counted:
                raise ValueError(f"{year} 年应有 {total} 个工作日，按所列日期算得 {counted} 个；请核对放假通知。")
        return calendar

    def is_published(self, day: date) -> bool:
        """Whether the holidays of the day's year are loaded."""
        return day.year in self.years

    def is_certain(self, start: date, end: date) -> bool:
        """Whether the holidays of every year in the range, both ends included, are loaded."""
        return not self.unpublished(min(start, end) - _DAY, max(start, end))

    def unpublished(self, start: date, end: date) -> tuple[int, ...]:
        """The years without data among the days after `start` up to and including `end`."""
        first = start + _DAY
        return tuple(y for y in range(first.year, end.year + 1) if y not in self.years) if first <= end else ()

    def is_working(self, day: date) -> bool:
        """Whether the day is worked; in an unpublished year an estimate, Monday to Friday."""
        return day in self.work_weekends if day.weekday() >= 5 else day not in self.off_days

    def ordinal(self, day: date) -> int:
        """Working days from 0001-01-01 through the day. The difference of two is the count between them."""
        number = day.toordinal()
        return _weekdays_through(number) + self._shift[bisect_right(self._exceptions, number)]

    def count(self, start: date, end: date) -> int:
        """Working days after `start`, up to and including `end`; negative when `end` is before `start`."""
        return self.ordinal(end) - self.ordinal(start)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`; for a negative n the n-th before it; `day` itself for 0."""
        if n == 0:
            return day
        return self._with_ordinal(self.ordinal(day) + n if n > 0 else self.ordinal(day - _DAY) + n + 1)

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, else the first working day after it."""
        return self._with_ordinal(self.ordinal(day - _DAY) + 1)

    def describe_gap(self, start: date, end: date) -> CalendarGap:
        """The exceptions in the days after `start` up to and including `end`, for people to read.

        A holiday is a run of rest days with a weekday off among them, cut to the range.
        """
        first, last = start + _DAY, end
        runs: list[tuple[date, date]] = []
        for ordinal in self._between(start, end):
            day = date.fromordinal(ordinal)
            if day in self.off_days and not (runs and day <= runs[-1][1]):
                # two runs never touch: between them lies a working day
                runs.append((max(self.add(day, -1) + _DAY, first), min(self.next_working(day) - _DAY, last)))
        worked = tuple(day for o in self._between(start, end) if (day := date.fromordinal(o)) in self.work_weekends)
        return CalendarGap(tuple(runs), worked, self.unpublished(start, end))

    def _between(self, start: date, end: date) -> tuple[int, ...]:
        low, high = (bisect_right(self._exceptions, day.toordinal()) for day in (start, end))
        return self._exceptions[low:high]

    def _with_ordinal(self, number: int) -> date:
        """The working day with this ordinal.

        The first exception to reach the number bounds the day from above; before it the shift is constant, so the
        Monday–Friday inverse answers, unless it runs past the exception: then the day is that worked weekend itself.
        """
        place = bisect_left(self._numbers, number)
        day = _nth_weekday(number - self._shift[place])
        if place < len(self._exceptions):
            day = min(day, self._exceptions[place])
        return date.fromordinal(day)


def _digest(off_days: Iterable[date], work_weekends: Iterable[date], years: Iterable[int]) -> str:
    """Twelve hexadecimal digits of the SM3 of the facts: the same facts always have the same version."""
    facts = [sorted(map(str, off_days)), sorted(map(str, work_weekends)), sorted(years)]
    return sm3(json.dumps(facts, separators=(",", ":")).encode()).hex()[:12]


@cache
def seed_calendar() -> WorkingCalendar:
    """The calendar of 2017–2026 that comes with the program; an administrator loads later years and corrections.

    Source of `data/holidays.json`: the yearly holiday notices of the State Council's General Office
    (国务院办公厅关于节假日安排的通知), as collected by the open-source package chinesecalendar 1.11.0 (MIT).
    Local emergency days (an order of the city to close) are not in it.
    """
    return WorkingCalendar.load(_packaged("holidays.json"))


@cache
def historical_calendar() -> WorkingCalendar:
    """The calendar of 2004–2026, for histories of before the platform; of the same source."""
    return WorkingCalendar.load(_packaged("holidays_2004_2016.json") | _packaged("holidays.json"))


def _packaged(name: str) -> dict[str, Any]:
    years: dict[str, Any] = json.loads(resources.files(__package__).joinpath("data", name).read_text("utf-8"))
    return years
