"""Reads of revisions, each beginning from what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Value, When

from yichuang.catalog.models import Item, Revision
from yichuang.catalog.queries import list_open
from yichuang.catalog.revising.declared import DRAFTERS, REVISION
from yichuang.catalog.revising.state import AT_OFFICE, WRITTEN, Stage
from yichuang.ledger.actor import Actor

PAGE = 25  # revisions on a page of the list
MINE = "mine"


@dataclass(frozen=True, slots=True)
class RevisionFilter:
    """What a list is narrowed to: `text` in the name or the code of the item, a department, a stage, and whose turn it
    is: `MINE`, or the stage at which it is somebody's.
    """

    text: str = ""
    department: str = ""
    stage: str = ""
    turn: str = ""


EVERY = RevisionFilter()


@dataclass(frozen=True, slots=True)
class RevisionPage:
    rows: list[Revision]
    total: int
    number: int


def list_revisions(actor: Actor, filter: RevisionFilter = EVERY) -> QuerySet[Revision]:
    """The revisions that exist for the reader: those that wait for the reader first, then those under way, the latest
    of each first.
    """
    rows = REVISION.visible(actor)
    if text := filter.text.strip():
        rows = rows.filter(Q(name__icontains=text) | Q(item__istartswith=text))
    if filter.department:
        rows = rows.filter(department=filter.department)
    if filter.stage:
        rows = rows.filter(stage=filter.stage)
    if filter.turn:
        rows = rows.filter(stage__in=_list_turns(actor) if filter.turn == MINE else [filter.turn])
    ranks = [When(stage__in=_list_turns(actor), then=Value(0)), When(stage__in=[*WRITTEN], then=Value(1))]
    rank = Case(*ranks, default=Value(2), output_field=IntegerField())
    return rows.order_by(rank, "-moved_at", "pk")


def find_revisions(actor: Actor, filter: RevisionFilter, number: int) -> RevisionPage:
    """A page of that list; the last one where so many are not there. Two statements."""
    rows = list_revisions(actor, filter)
    total = rows.count()
    number = min(number, -(-total // PAGE) or 1)
    return RevisionPage(list(rows[(number - 1) * PAGE : number * PAGE]), total, number)


def find_open(actor: Actor, division: str, item: str) -> Revision | None:
    """The revision of an item that is not in force yet, when it exists for the reader. One statement."""
    stages = [*WRITTEN, Stage.APPROVED]
    return REVISION.visible(actor).filter(division=division, item=item, stage__in=stages).first()


def list_last_returned() -> dict[tuple[str, str], date]:
    """The last day on which the office gave a version back, or withdrew one, by division and item. One statement."""
    rows = Revision.objects.filter(returned_on__isnull=False).values("division", "item")
    return {(row["division"], row["item"]): row["last"] for row in rows.annotate(last=Max("returned_on"))}


def list_reviews() -> QuerySet[Revision]:
    """The versions in force of items that take applications, with the day by which they are looked at again (3.2a). Not
    those whose next version the office has: that is no longer the department's turn; nor those of an item that another
    department exercises by now.
    """
    place = {"division": OuterRef("division"), "item": OuterRef("item")}
    waiting = Revision.objects.filter(stage__in=AT_OFFICE, **place)
    exercised = Item.objects.filter(
        division=OuterRef("division"), code=OuterRef("item"), department=OuterRef("department")
    )
    dated = Revision.objects.filter(key__in=list_open().values("current_id"), review_on__isnull=False)
    return dated.filter(Exists(exercised), ~Exists(waiting)).order_by("key")


def may_begin(actor: Actor, department: str) -> bool:
    """Whether the reader may begin a revision of an item of this department."""
    return actor.post_kind in DRAFTERS and actor.department == department


def sql_waiting(actor: Actor) -> tuple[str, list[Any]]:
    """SQL that counts what waits for the reader, for the numbers beside a navigation (`cases.queries.tally`)."""
    sql, values = _sql_waiting(actor.post_kind, actor.department, actor.division)
    return sql, [*values]


@lru_cache(maxsize=1024)
def _sql_waiting(kind: str, department: str, division: str) -> tuple[str, tuple[Any, ...]]:
    """Kept by what it hangs on, as that of orders is."""
    reader = Actor("", post_kind=kind, department=department, division=division)
    rows = REVISION.visible(reader).filter(stage__in=_list_turns(reader))
    try:
        sql, values = rows.values("id").query.sql_with_params()
    except EmptyResultSet:
        return "select 0", ()
    return f"select count(*) from ({sql}) waiting", values


def _list_turns(actor: Actor) -> list[Stage]:
    """The stages at which it is this post's turn."""
    turns = {
        "reviewer": [Stage.DRAFTING],
        "head": [Stage.DRAFTING, Stage.HEAD],
        "office": [Stage.EXAMINATION],
    }
    return turns.get(actor.post_kind, [])
