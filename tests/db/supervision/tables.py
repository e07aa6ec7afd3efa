"""Rows of the contract for a test, made from the little that matters to it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from yichuang.supervision import contract, ddl
from yichuang.supervision.contract import ColumnKind

_EMPTY = {
    ColumnKind.TEXT: "",
    ColumnKind.INT: 0,
    ColumnKind.BOOL: False,
    ColumnKind.DAY: date(2018, 3, 12),
    ColumnKind.MOMENT: datetime(2018, 3, 12, 1, 30, tzinfo=UTC),
}


def row(table: contract.Table, **values: Any) -> dict[str, Any]:
    """A row with these values; null where that is allowed, else nothing in particular."""
    assert values.keys() <= {c.name for c in table.columns}, values.keys() - {c.name for c in table.columns}
    return {c.name: None if c.null else _EMPTY[c.kind] for c in table.columns} | values


def put(table: contract.Table, *rows: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ddl.upsert(table), [json.dumps([row(table, **one) for one in rows], default=str)])


def put_calendar() -> None:
    """The calendar that comes with the program, and two years by estimate."""
    from yichuang.kernel.calendar import seed_calendar
    from yichuang.supervision import days

    put(contract.CALENDAR, *days.rows(seed_calendar(), 2017, 2028))


def count() -> None:
    """Have the planner know what the tables hold: a statement over everything, planned while they count as empty, may
    not end for hours. In a running city autovacuum does it. An empty calendar is left out: what is counted outlives a
    test's transaction, and the next test's rules would read a calendar that counts as empty whole for each of its days.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"select exists (select from {contract.CALENDAR.stored_as})")
        counted = [table for table in contract.TABLES if table != contract.CALENDAR or cursor.fetchone() == (True,)]
        cursor.execute("analyze " + ", ".join(table.stored_as for table in counted))
