"""What changes of laws ask of departments as it stands now, each with the day that holds: what supervision judges and
officers are reminded of (3.5h).
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef

from yichuang.aggregates.settings import list_settings, value_on
from yichuang.catalog.laws.parameters import FOLLOWING
from yichuang.catalog.models import InForce, Item, LawTask, Revision
from yichuang.catalog.revising.queries import list_last_returned
from yichuang.catalog.revising.state import AT_OFFICE
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.org.queries import get_calendar


def list_waiting_tasks(*, open_only: bool = False) -> list[tuple[LawTask, date]]:
    """The tasks of standards of items that take applications, as long as the department that was asked exercises the
    item: another one was never given the day. Not while the office has the next version: that is no longer the
    department's turn. What the office gives back has its days again, as many as were set on that day. Four statements.
    """
    place = {"division": OuterRef("division"), "item": OuterRef("item")}
    items = Item.objects.filter(division=OuterRef("division"), code=OuterRef("item"), department=OuterRef("department"))
    exercised = items.exclude(ends_on__lte=local_day(now()))
    in_force, at_office = InForce.objects.filter(**place), Revision.objects.filter(stage__in=AT_OFFICE, **place)
    rows = LawTask.objects.filter(Exists(exercised), Exists(in_force), ~Exists(at_office)).order_by("title", "number")
    if open_only:
        rows = rows.filter(done="")
    calendar, set_days, returned = get_calendar(), list_settings(FOLLOWING, "revise"), list_last_returned()
    out = []
    for task in rows:
        due_on, day = task.due_on, returned.get((task.division, task.item))
        if day and day >= task.opened_on:
            due_on = max(due_on, calendar.add(day, value_on(FOLLOWING, "revise", set_days, day)))
        out.append((task, due_on))
    return out
