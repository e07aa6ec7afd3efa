"""What another calendar would do to open cases, before it is loaded. Counts only: no case is named. Nothing is written
here.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from yichuang.cases.codec import load_case
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.state import STATE_VERSION
from yichuang.cases.models import Case
from yichuang.cases.projections import limits, nearest_due
from yichuang.cases.queries import COUNTED
from yichuang.cases.service import replay_case
from yichuang.catalog.queries import standard
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.service import now
from yichuang.org import queries as org


def would_move(calendar: WorkingCalendar, first_changed: date) -> tuple[int, bool]:
    """How many open cases would have another nearest, promised or statutory date; and whether all were counted.

    `first_changed` is the first day on which the calendar differs from the one in force: dates before it stay. Stops
    counting beyond COUNTED. One statement, and one per standard not read yet.
    """
    moment, current = now(), org.get_calendar()
    reached = Q(due_on__gte=first_changed) | Q(promised_due__gte=first_changed) | Q(statutory_due__gte=first_changed)
    rows = Case.objects.filter(reached, closed_on=None).values_list("id", "standard", "state", "state_v")
    moved = 0
    for id, key, state, version in rows.iterator(chunk_size=500):
        case = load_case(state) if version == STATE_VERSION else replay_case(id)
        before, after = (CaseFacts(moment, year, standard(key), SYSTEM) for year in (current, calendar))
        if (nearest_due(case, before), limits(case, before)) != (nearest_due(case, after), limits(case, after)):
            moved += 1
        if moved > COUNTED:
            return COUNTED, False
    return moved, True
