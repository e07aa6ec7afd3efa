"""The calendar as rows of the contract: what rules subtract and join by instead of asking the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from yichuang.kernel.calendar import WorkingCalendar


def rows(known: WorkingCalendar, first: int, last: int) -> Iterator[dict[str, Any]]:
    """A row for each day from the year `first` through the year `last`; unpublished years by estimate."""
    day, end = date(first, 1, 1), date(last, 12, 31)
    while day <= end:
        yield {
            "day": day,
            "working": known.is_working(day),
            "ordinal": known.ordinal(day),
            "number": day.toordinal(),
            "next_working": known.next_working(day),
            "month": day.year * 12 + day.month,
            "day_of_month": day.day,
            "last_of_month": (day + timedelta(days=1)).day == 1,
            "published": known.is_published(day),
        }
        day += timedelta(days=1)
