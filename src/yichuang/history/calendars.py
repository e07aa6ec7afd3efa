"""The calendars by which a history is judged: built-in ones, or a file of days off and days worked of any country."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yichuang.history.unclear import Unclear, UniqueKeys, first_line
from yichuang.kernel.calendar import WorkingCalendar, historical_calendar

CHINA, WEEKDAYS, EVERY_DAY = "china", "weekdays", "none"
CALENDARS = (CHINA, WEEKDAYS, EVERY_DAY)
YEARS = (1970, 2100)  # outside them a date is a slip of the pen, and a calendar of it would have millions of days
AHEAD = 2  # years of a calendar after the last event
_KEYS = ("days_off", "days_worked", "years")


@cache
def load_calendar(name: str) -> WorkingCalendar:
    """A built-in calendar, or the one in a file. Raises Unclear."""
    all_years = range(YEARS[0], YEARS[1] + AHEAD + 1)
    if name == CHINA:
        return historical_calendar()
    if name == WEEKDAYS:
        return WorkingCalendar.from_days((), (), all_years)
    if name == EVERY_DAY:
        first, end = date(all_years[0], 1, 1), date(all_years[-1], 12, 31)
        days = (first + timedelta(n) for n in range((end - first).days + 1))
        return WorkingCalendar.from_days((), (day for day in days if day.weekday() >= 5), all_years)
    return _read_calendar(Path(name))


def _read_calendar(path: Path) -> WorkingCalendar:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeys)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        hint = f"calendar 可以写 {'、'.join(CALENDARS)}，或者一个文件"
        raise Unclear(f"日历文件 {path} 读不懂（{first_line(error)}）；{hint}。") from error
    if not isinstance(content, dict) or set(content) - set(_KEYS):
        raise Unclear(
            f"日历文件 {path} 应有 days_off（休息的日子）和 days_worked（上班的周末），可以有 years（写全了的年份）。"
        )
    off, worked = (_days(content.get(key) or [], key, path) for key in _KEYS[:2])
    years = content.get("years") or sorted({day.year for day in (*off, *worked)})
    if not isinstance(years, list) or not all(isinstance(year, int) for year in years):
        raise Unclear(f"日历文件 {path} 的 years 要写成年份的清单，如 [2024, 2025]。")
    try:
        return WorkingCalendar.from_days(off, worked, years)
    except ValueError as error:
        raise Unclear(f"日历文件 {path}：{error}") from error


def _days(days: Any, key: str, path: Path) -> list[date]:
    if not isinstance(days, list) or not all(type(day) is date for day in days):
        raise Unclear(f"日历文件 {path} 的 {key} 要写成日期的清单，如 [2024-01-01]。")
    return days
