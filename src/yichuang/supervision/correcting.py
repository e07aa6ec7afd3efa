"""What a correction of the calendar does to findings, before it is done (4.1b): judged in earnest, and taken back.

The correction itself is `tasks.follow_calendar`: every rule that reads the calendar judges every case again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db import connection, transaction

from yichuang.kernel.calendar import WorkingCalendar
from yichuang.supervision import days, ddl, judging
from yichuang.supervision.contract import table
from yichuang.supervision.judging import CALENDAR
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.catalogue import LIVE
from yichuang.supervision.rules.rule import Rule, Scope

MOST = 2_000  # cases judged for a preview; of more it is told that there are


@dataclass(frozen=True, slots=True)
class Effect:
    """What a calendar would do to the findings that stand on the one in force."""

    withdrawn: tuple[Finding, ...] = ()
    restated: int = 0
    exact: bool = True  # False: only the first cases were judged


def rules() -> list[Rule]:
    """The rules on a case that read the calendar."""
    name = f'"{table("calendar").stored_as}"'
    return [rule for rule in LIVE if rule.scope is Scope.CASE and name in judging.statement(rule.code, ())]


def preview(calendar: WorkingCalendar) -> Effect:
    """Which open findings this calendar would withdraw. Nothing remains of it; live judging waits meanwhile."""
    reading = rules()
    standing = Finding.objects.filter(open=True, rule__in=[rule.code for rule in reading])
    cases = list(standing.order_by("case_id").values_list("case_id", flat=True).distinct()[: MOST + 1])
    if not cases:
        return Effect()
    some = cases[:MOST]
    with transaction.atomic():
        before = {finding.id: finding for finding in standing.filter(case_id__in=some)}
        _put(calendar)
        judged = judging.judge_only(reading, some, CALENDAR)
        left = set(standing.filter(id__in=before).values_list("id", flat=True))
        transaction.set_rollback(True)
    gone = tuple(finding for id, finding in before.items() if id not in left)
    return Effect(gone, judged.restated, len(cases) <= MOST)


def _put(calendar: WorkingCalendar) -> None:
    """The calendar's days in place of those that rules read, in the caller's transaction."""
    stored = table("calendar")
    with connection.cursor() as cursor:
        cursor.execute(f"select min(day), max(day) from {stored.stored_as}")
        first, last = cursor.fetchone()
        if first is not None:
            rows = list(days.rows(calendar, first.year, last.year))
            cursor.execute(ddl.upsert(stored), [json.dumps(rows, default=str)])
