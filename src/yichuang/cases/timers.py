"""The sweep: lets time pass on every case whose next moment has come. It only says `tick`; the law is in `core.lapse`.

The acts themselves arm it: every projection stores the case's next moment in `cases_timer`. Rows another worker holds
are skipped, and one broken case never stops the rest.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import connection, transaction

from yichuang.cases.service import tick

log = logging.getLogger("yichuang.cases")
BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    done: int
    failed: int


def sweep(limit: int = BATCH) -> Swept:
    """Tick due cases, the longest due first, each in its own transaction. Returns how many went well and how many
    not.
    """
    follow_reckoning()
    done = failed = 0
    for id in _due(limit):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select 1 from cases_case where id = %s for update skip locked", [id])
                if cursor.fetchone():
                    tick(id)
                    done += 1
        except Exception:
            failed += 1
            log.exception("case %s could not be swept", id)
            _postpone(id)
    return Swept(done, failed)


def follow_reckoning() -> int:
    """When a year was loaded or a parameter changed, wake every open case: its dates are reckoned anew (design §4).

    Effects in law that waited for the year have no moment of their own to wake at. Returns how many were woken.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into cases_place as p (name, position, at)"
            " select 'reckoning', (select coalesce(max(id), 0) from org_calendaryear)"
            " + (select coalesce(max(id), 0) from cases_parameter), ledger_now()"
            " on conflict (name) do update set position = excluded.position, at = excluded.at"
            " where p.position < excluded.position returning 1"
        )
        if cursor.fetchone() is None:
            return 0
        cursor.execute(
            "insert into cases_timer as t (case_id, wake_at) select id, ledger_now() from cases_case"
            " where closed_on is null"
            " on conflict (case_id) do update set wake_at = least(t.wake_at, excluded.wake_at)"
        )
        return int(cursor.rowcount)


def mark_swept() -> None:
    """Leave word that the sweep ran to its end: the watch page is red when it is long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into cases_place (name, position, at) values ('sweep', 0, ledger_now())"
            " on conflict (name) do update set at = excluded.at"
        )


def _due(limit: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select case_id from cases_timer where wake_at <= ledger_now() order by wake_at limit %s", [limit]
        )
        return [id for (id,) in cursor.fetchall()]


def _postpone(id: str) -> None:
    """A case that fails is tried again in ten minutes, behind the others."""
    with connection.cursor() as cursor:
        cursor.execute("update cases_timer set wake_at = ledger_now() + interval '10 minutes' where case_id = %s", [id])
