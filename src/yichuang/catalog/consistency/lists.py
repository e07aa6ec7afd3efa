"""Lists of deviations and proposals, each beginning from what the reader may see."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from yichuang.catalog.consistency.declared import DEVIATION, DRAFTERS, PROPOSAL
from yichuang.catalog.models import Deviation, Proposal, Revision
from yichuang.catalog.revising.state import WRITTEN
from yichuang.ledger.actor import Actor
from yichuang.org.queries import city_code


def list_deviations(actor: Actor) -> QuerySet[Deviation]:
    """Those that wait for the reader first, then the latest."""
    return _in_order(DEVIATION.visible(actor), _deviations_of_turn(actor))


def list_proposals(actor: Actor) -> QuerySet[Proposal]:
    """Those that wait for the reader first, then the latest."""
    return _in_order(PROPOSAL.visible(actor), _proposals_of_turn(actor))


def list_followings(actor: Actor) -> QuerySet[Revision]:
    """The revisions of counties that follow a change of the base, those that are not finished first: of the reader's
    department or division, and of the whole line or all counties for the city's. That a county follows is public.
    """
    rows = Revision.objects.exclude(follows="")
    if actor.division != city_code():
        own = {"department": actor.department} if actor.post_kind in DRAFTERS else {"division": actor.division}
        rows = rows.filter(**own)
    elif actor.post_kind in DRAFTERS:
        rows = rows.filter(department__endswith=f"/{actor.department.partition('/')[2]}")
    finished = Case(When(stage__in=WRITTEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(finished, "due_on", "pk")


def _in_order(rows: QuerySet[Any], turn: Q) -> QuerySet[Any]:
    rank = Case(When(turn, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(rank, "-moved_at", "pk")


def _deviations_of_turn(actor: Actor) -> Q:
    """The county's office approves; the city's department remarks, once."""
    waits = Q(stage="explained")
    if actor.post_kind == "office":
        return waits & Q(division=actor.division)
    if actor.post_kind in DRAFTERS and actor.division == city_code():
        return waits & Q(remarks=0)
    return Q(pk__in=())


def _proposals_of_turn(actor: Actor) -> Q:
    """The county's department answers."""
    if actor.post_kind in DRAFTERS:
        return Q(stage="open", department=actor.department)
    return Q(pk__in=())


def sql_waiting(actor: Actor) -> tuple[str, list[Any]]:
    """SQL that counts what waits for the reader, for the numbers beside a navigation (`cases.queries.tally`)."""
    sql, values = _sql_waiting(actor.post_kind, actor.department, actor.division, city_code())
    return sql, [*values]


@lru_cache(maxsize=1024)
def _sql_waiting(kind: str, department: str, division: str, city: str) -> tuple[str, tuple[Any, ...]]:
    """Kept by what it hangs on, as that of orders is."""
    reader = Actor("", post_kind=kind, department=department, division=division)
    parts: list[str] = []
    values: list[Any] = []
    for rows in (
        DEVIATION.visible(reader).filter(_deviations_of_turn(reader)),
        PROPOSAL.visible(reader).filter(_proposals_of_turn(reader)),
    ):
        try:
            sql, more = rows.values("id").query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(select count(*) from ({sql}) waiting)")
        values += more
    return f"select {' + '.join(parts) or '0'}", tuple(values)
