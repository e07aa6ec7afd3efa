"""Compares the working calendar with the ledger: each loaded year must have the version that was recorded."""

from __future__ import annotations

import json
from datetime import date
from itertools import zip_longest

from django.db import connection

from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.report import Report
from yichuang.org.models import CalendarYear

_LOADED = "select seq, body from ledger_entry where stream = 'org/calendar' and kind = 'calendar_loaded' order by seq"


def check_calendar(report: Report) -> None:
    """Report loaded years that are missing, differ from what was recorded, or were never recorded."""
    with connection.cursor() as cursor:
        cursor.execute(_LOADED)
        entries = cursor.fetchall()
    for entry, row in zip_longest(entries, CalendarYear.objects.order_by("id")):
        if entry is None:
            report.add("text", f"工作日历 {row.year} 年", "没有装载的记录：是越过程序放进来的。")
        elif row is None:
            report.add("text", f"org/calendar 第{entry[0]}条", "所记的一年日历，表中不见了。")
        elif _recorded(entry[1]) != _recomputed(row):
            report.add("text", f"工作日历 {row.year} 年（org/calendar 第{entry[0]}条）", "与装载时的记录不符：被改动。")


def _recorded(body: str) -> tuple[object, ...] | None:
    try:
        content = json.loads(body)
        return content["year"], content["year_version"], content["version"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _recomputed(row: CalendarYear) -> tuple[object, ...] | None:
    """(year, its version computed again from the row's days, version of the whole); empty for unreadable days."""
    try:
        off, worked = (frozenset(map(date.fromisoformat, days)) for days in (row.off_days, row.work_weekends))
        return row.year, WorkingCalendar.from_days(off, worked, [row.year]).version, row.version
    except (ValueError, TypeError):
        return ()
