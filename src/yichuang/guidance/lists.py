"""Lists of guidances, each beginning from what the reader may see: what waits for them first, the nearest day first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, Q

from yichuang.guidance.acts import POST
from yichuang.guidance.declared import GUIDANCE
from yichuang.guidance.state import WAITING
from yichuang.ledger.actor import Actor

PAGE = 25


@dataclass(frozen=True, slots=True)
class GuidancePage:
    """A page of guidances."""

    rows: tuple[Any, ...]
    total: int
    number: int


def list_guidances(actor: Actor, number: int = 1, *, waiting: bool = False) -> GuidancePage:
    """The guidances that exist for the reader, or those alone that wait for an answer. Two statements."""
    rows = GUIDANCE.visible(actor)
    rows = rows.filter(due_on__isnull=False) if waiting else rows
    total = rows.count()
    number = max(1, min(number, -(-total // PAGE) or 1))
    listed = rows.order_by(F("due_on").asc(nulls_last=True), "-moved_at", "pk")
    return GuidancePage(tuple(listed[(number - 1) * PAGE : number * PAGE]), total, number)


def sql_waiting(actor: Actor) -> tuple[str, list[Any]]:
    """SQL that counts what waits for the reader, for the numbers beside a navigation (`cases.queries.tally`)."""
    sql, values = _sql_waiting(actor.post_kind, actor.department)
    return sql, [*values]


@lru_cache(maxsize=1024)
def _sql_waiting(kind: str, department: str) -> tuple[str, tuple[Any, ...]]:
    """Kept by what it hangs on, as that of orders is."""
    if kind != POST:
        return "select 0", ()
    reader = Actor("", post_kind=kind, department=department)
    rows = GUIDANCE.visible(reader).filter(Q(stage__in=sorted(WAITING), department=department))
    try:
        sql, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "select 0", ()
    return f"select count(*) from ({sql}) w", tuple(values)
