"""What a correction of the calendar or an outage does to findings (4.1b). Before it is done it is judged in earnest,
and taken back.

What they do in the end is `tasks.follow_calendar` and `tasks.follow_outage`: the rules that read them judge again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from yichuang.kernel.calendar import WorkingCalendar
from yichuang.org.queries import get_calendar
from yichuang.supervision import days, ddl, judging
from yichuang.supervision.contract import table
from yichuang.supervision.judging import CALENDAR, OUTAGE
from yichuang.supervision.models import Finding
from yichuang.supervision.rules.rule import Rule

AFTER = 31  # days after an outage within which what it held up was made up for: the longest holiday is shorter
MOST = 2_000  # cases judged for a preview; of more it is told that there are


@dataclass(frozen=True, slots=True)
class Effect:
    """What a calendar or an outage would do to the findings that stand."""

    withdrawn: tuple[Finding, ...] = ()
    restated: int = 0
    exact: bool = True  # False: only the first cases were judged


def rules(of: str = "calendar") -> list[Rule]:
    """The rules on a case that read this table of the contract."""
    return judging.list_reading(table(of).stored_as)


def preview(new: WorkingCalendar) -> Effect:
    """Which open findings this calendar would withdraw. Nothing remains of it; live judging waits meanwhile."""
    reading = rules()
    standing = Finding.objects.filter(open=True, rule__in=[rule.code for rule in reading])
    return _effect(reading, standing, CALENDAR, lambda: _put(new))


def preview_outage(first: date, last: date) -> Effect:
    """Which open findings an outage of these days would withdraw; nothing remains of it."""
    row = {"outage": "preview", "first_day": first, "last_day": last, "reason": ""}

    def put() -> None:
        with connection.cursor() as cursor:
            ddl.write(cursor, table("outages"), [row])

    return _effect(rules("outages"), _caused(first, last), OUTAGE, put)


def _caused(first: date, last: date) -> QuerySet[Finding]:
    """The open findings that an outage of these days can have caused: what they say fell due or was recorded from its
    first day to some days after its last.
    """
    days = (first, last + timedelta(days=AFTER))
    return Finding.objects.filter(open=True, rule__in=[rule.code for rule in rules("outages")], day__range=days)


def follow_outage(first: date, last: date) -> judging.Judged:
    """Withdraw what an outage of these days caused, in one transaction: no case without a finding of them changes."""
    cases = list(_caused(first, last).order_by("case_id").values_list("case_id", flat=True).distinct())
    with transaction.atomic():
        return judging.judge_only(rules("outages"), cases, OUTAGE)


def resumed(last: date) -> date:
    """The first working day after an outage: what fell due in it is excused until then."""
    return get_calendar().next_working(last + timedelta(days=1))


def _effect(reading: list[Rule], standing: QuerySet[Finding], because: str, put: Callable[[], None]) -> Effect:
    cases = list(standing.order_by("case_id").values_list("case_id", flat=True).distinct()[: MOST + 1])
    if not cases:
        return Effect()
    some = cases[:MOST]
    with transaction.atomic():
        before = {finding.id: finding for finding in standing.filter(case_id__in=some)}
        put()
        judged = judging.judge_only(reading, some, because)
        left = set(standing.filter(id__in=before).values_list("id", flat=True))
        transaction.set_rollback(True)
    gone = tuple(finding for id, finding in before.items() if id not in left)
    return Effect(gone, judged.restated, len(cases) <= MOST)


def _put(new: WorkingCalendar) -> None:
    """The calendar's days in place of those that rules read, in the caller's transaction."""
    stored = table("calendar")
    with connection.cursor() as cursor:
        cursor.execute(f"select min(day), max(day) from {stored.stored_as}")
        first, last = cursor.fetchone()
        if first is not None:
            rows = list(days.rows(new, first.year, last.year))
            cursor.execute(ddl.upsert(stored), [json.dumps(rows, default=str)])
