"""Replaying a case's stream: rebuilding its state when the row's shape is old, and for `verify --rebuild`."""

from __future__ import annotations

import uuid

from django.db import connection

from yichuang.cases.codec import load_event
from yichuang.cases.core.state import Case, Happened, evolve


def happened(id: uuid.UUID | str) -> list[Happened]:
    """The events of a case with who and when, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, v, body, actor, occurred_at, recorded_at, channel"
            " from ledger_entry where stream = %s order by seq",
            [f"case/{id}"],
        )
        return [
            Happened(load_event(kind, v, body), actor, occurred, recorded, channel)
            for kind, v, body, actor, occurred, recorded, channel in cursor.fetchall()
        ]


def state_of(id: uuid.UUID | str) -> Case:
    """The state of a case from its stream alone."""
    case = Case(str(id))
    for one in happened(id):
        case = evolve(case, one)
    return case
