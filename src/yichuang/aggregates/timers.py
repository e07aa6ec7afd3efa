"""The sweep: lets time pass on every life whose next moment has come. It only says `tick`; the law is in each `lapse`.

The acts themselves arm it: every writing stores the life's next moment in `aggregates_timer`. Rows another worker holds
are skipped, and one broken life never stops the rest.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from yichuang.aggregates.aggregate import AGGREGATES, Aggregate
from yichuang.aggregates.door import tick

log = logging.getLogger("yichuang.aggregates")
BATCH = 500
SWEEP = "sweep"  # the place that says when the sweep last ran to its end


@dataclass(frozen=True, slots=True)
class Swept:
    done: int
    failed: int
    skipped: int = 0  # held by another worker, or gone

    @property
    def due(self) -> int:
        return self.done + self.failed + self.skipped


def sweep(limit: int = BATCH) -> Swept:
    """Tick due lives, the longest due first, each in its own transaction. Returns how many went well and how many
    not.
    """
    for aggregate in AGGREGATES.values():
        follow_reckoning(aggregate)
    done = failed = skipped = 0
    for stream in _due(limit):
        kind, _, id = stream.partition("/")
        try:
            aggregate = AGGREGATES[kind]
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"select 1 from {aggregate.table} where id = %s for update skip locked", [id])
                if cursor.fetchone():
                    tick(aggregate, id)
                    done += 1
                else:
                    skipped += 1
                    cursor.execute(
                        "delete from aggregates_timer where stream = %s"
                        f" and not exists (select 1 from {aggregate.table} where id = %s)",
                        [stream, id],
                    )
        except Exception:
            failed += 1
            log.exception("%s could not be swept", stream)
            _postpone(stream)
    return Swept(done, failed, skipped)


def follow_reckoning(aggregate: Aggregate[Any, Any]) -> int:
    """When a year was loaded or a parameter changed, wake every life that time may still change: its dates are
    reckoned anew (design §4).

    Effects in law that waited for the year have no moment of their own to wake at. A kind that reckons with nothing has
    no date to move. Returns how many were woken.
    """
    if not aggregate.reads:
        return 0
    reads = " + ".join(aggregate.reads.values())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"insert into aggregates_place as p (name, position, at) select %s, {reads}, ledger_now()"
            " on conflict (name) do update set position = excluded.position, at = excluded.at"
            " where p.position < excluded.position returning 1",
            [f"reckoning/{aggregate.kind}"],
        )
        if cursor.fetchone() is None:
            return 0
        cursor.execute(
            f"insert into aggregates_timer as t (stream, wake_at) select %s || id, ledger_now() from {aggregate.table}"
            f" where {aggregate.alive}"
            " on conflict (stream) do update set wake_at = least(t.wake_at, excluded.wake_at)",
            [aggregate.stream("")],
        )
        return int(cursor.rowcount)


def mark_swept() -> None:
    """Leave word that the sweep ran to its end: the watch page is red when it is long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into aggregates_place (name, position, at) values (%s, 0, ledger_now())"
            " on conflict (name) do update set at = excluded.at",
            [SWEEP],
        )


def _due(limit: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select stream from aggregates_timer where wake_at <= ledger_now() order by wake_at limit %s", [limit]
        )
        return [stream for (stream,) in cursor.fetchall()]


def _postpone(stream: str) -> None:
    """A life that fails is tried again in ten minutes, behind the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update aggregates_timer set wake_at = ledger_now() + interval '10 minutes' where stream = %s", [stream]
        )
