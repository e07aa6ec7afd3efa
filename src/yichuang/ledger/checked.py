"""Records the nightly verification: one entry a night in the stream `check/ledger`, with how much was checked and what
was wrong. It names streams, entries and files, but no person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yichuang.kernel.localtime import SHANGHAI, local_day
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.report import Report
from yichuang.ledger.service import record

STREAM, KIND = "check/ledger", "checked"
NIGHT = 2  # o'clock, local time: it runs once a day from then on
LATE = 2 * 24 * 3600  # seconds without one after which something is wrong
NAMED = 20  # faults, and notes, that the entry names

# The last one, and how long the store exists, in seconds: for other rooms' statements
LAST = f"select recorded_at, body from ledger_entry where stream = '{STREAM}' order by seq desc limit 1"
AGE = "select extract(epoch from ledger_now() - min(applied)) from django_migrations"


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of the last nightly verification. `faults` is -1 when its entry can't be read."""

    at: datetime
    entries: int = 0
    texts: int = 0
    files: int = 0
    faults: int = -1
    named: tuple[str, ...] = ()


def record_check(report: Report) -> None:
    """Put the result of a verification on record."""
    body: dict[str, Any] = {
        "entries": report.entries,
        "seals": report.seals,
        "texts": report.texts,
        "files": report.files,
        "faults": report.kinds.total(),
        "kinds": dict(sorted(report.kinds.items())),
        "named": [f"{fault.where}：{fault.text}" for fault in report.faults[:NAMED]],
        "notes": report.notes[:NAMED],
    }
    record(STREAM, KIND, body, SYSTEM)


def read_check(at: datetime | None, body: str | None) -> Checked | None:
    """The verification recorded in an entry's body; None without an entry."""
    if at is None or body is None:
        return None
    try:
        content = json.loads(body)
        counts = {name: int(content[name]) for name in ("entries", "texts", "files", "faults")}
        return Checked(at, **counts, named=tuple(map(str, content["named"])))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Checked(at)


def is_due() -> bool:
    """Whether today's verification has not run yet. The day on which the store was created needs none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select ledger_now(), coalesce((select recorded_at from ({LAST}) last),"
            " (select min(applied) from django_migrations))"
        )
        now, last = cursor.fetchone()
    return now.astimezone(SHANGHAI).hour >= NIGHT and (last is None or local_day(last) < local_day(now))
