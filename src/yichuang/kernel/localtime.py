"""The day and the midnight of Zhengzhou: UTC+8 all year (China has had no summer time since 1991)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


@lru_cache(maxsize=1024)  # a command asks a hundred times for the day of one moment
def local_day(moment: datetime) -> date:
    """The day on which a moment falls here. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a moment must say its offset from UTC")
    return moment.astimezone(SHANGHAI).date()


@lru_cache(maxsize=1024)
def midnight(day: date) -> datetime:
    """The moment a day begins here, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def chinese_date(day: date) -> str:
    """The day as documents write it, in Arabic numerals without leading zeros (GB/T 9704 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
