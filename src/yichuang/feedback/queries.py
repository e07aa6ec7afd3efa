"""What a rating and a complaint can be about: the cases of whoever speaks, and the departments."""

from __future__ import annotations

import uuid

from yichuang.feedback.served import Served
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.org.models import Department

LISTED = 100  # cases offered to choose from, the last ended first

# The cases of the reader's subjects. A rating asks for those that have ended and have none.
_SERVED = """
select c.id, c.receipt, c.item, c.title, c.division, c.department, c.subject, c.channel = 'window' or c.visits > 0,
  c.closed_on
from cases_access a join cases_case c on c.id = a.case_id
where a.scope_kind = 'subject' and a.scope_id = any(%(subjects)s) and (%(case)s::uuid is null or c.id = %(case)s)
  and (not %(unrated)s or c.closed_on is not null
    and not exists (select 1 from feedback_rating r where r.case_id = c.id))
order by c.closed_on desc nulls first, c.submitted_at desc limit %(most)s"""


def list_served(actor: Actor, case: uuid.UUID | None = None, *, unrated: bool = False) -> list[Served]:
    """The cases of whom the actor may speak for, or the one asked for. One statement."""
    if actor.post_kind or not actor.subjects:
        return []
    known = {"subjects": list(actor.subjects), "case": case, "unrated": unrated, "most": LISTED}
    with run(_SERVED, known) as cursor:
        return [Served(str(row[0]), *row[1:]) for row in cursor.fetchall()]


def find_served(actor: Actor, case: str, *, unrated: bool = False) -> Served | None:
    """One of them by its id, whatever was sent as one. One statement."""
    try:
        id = uuid.UUID(case)
    except ValueError:
        return None
    return next(iter(list_served(actor, id, unrated=unrated)), None)


def list_departments() -> dict[str, str]:
    """Every department there is now, by id, those of one division together. One statement."""
    rows = Department.objects.filter(last_day=None).order_by("division", "id")
    return {id: f"{place} {name}" for id, place, name in rows.values_list("id", "division__name", "name")}
