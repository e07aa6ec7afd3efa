"""From entries of a life to what changes in the contract tables. Pure; what its rows are, a life's room declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yichuang.aggregates.flattening import Flattener, Row
from yichuang.ledger.envelope import Envelope
from yichuang.supervision.contract import table

Key = tuple[Any, ...]
Rows = dict[str, dict[Key, Row]]  # table → key → row


def flatten(flattener: Flattener, entries: Iterable[Envelope]) -> Rows:
    """The rows of a life after these entries, which follow those it has read. No rows without any entry.

    `session`, `ip` and `device` go into the rows as they are: the caller masks them.
    """
    read = False
    for entry in entries:
        flattener.take(entry)
        read = True
    return _by_key(flattener.rows()) if read else {}


def changed_rows(flattener: Flattener, known: Iterable[Envelope], new: Iterable[Envelope]) -> dict[str, list[Row]]:
    """The rows that the new entries of a life add or change, by table; tables without any are left out. The stream is
    read once.
    """
    return changes(flatten(flattener, known), flatten(flattener, new))


def changes(before: Rows, after: Rows) -> dict[str, list[Row]]:
    """The rows of `after` that are new or differ, by table; tables without any are left out."""
    out = {
        name: [row for key, row in rows.items() if before.get(name, {}).get(key) != row] for name, rows in after.items()
    }
    return {name: rows for name, rows in out.items() if rows}


def _by_key(tables: Mapping[str, Iterable[Row]]) -> Rows:
    return {name: {tuple(row[k] for k in table(name).key): row for row in rows} for name, rows in tables.items()}
