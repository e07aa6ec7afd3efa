"""Reads of orders, each scoped to who asks. A card that was not sent exists for the watch alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, Count, Q, QuerySet, Value, When

from yichuang.ledger.actor import Actor
from yichuang.orders.core.decide import WATCH
from yichuang.orders.core.state import CLOSED, OFFICE_HEAD, OURS, THEIRS, OrderLevel, Stage
from yichuang.orders.models import Order
from yichuang.org.queries import names_of_staff
from yichuang.org.structure import OFFICE_CODE
from yichuang.supervision.findings import FINDING_READERS, PAGE, watched_divisions

_OPEN = [stage.value for stage in Stage if stage not in CLOSED]


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a reader narrows a list by; empty means all. `state`: todo | open | closed | all, or a stage."""

    state: str = "open"
    level: str = ""
    department: str = ""
    watcher: str = ""  # the person who follows it up


@dataclass(frozen=True, slots=True)
class OrderPage:
    rows: tuple[Order, ...]
    total: int
    number: int


def visible_orders(actor: Actor) -> QuerySet[Order]:
    """The orders that exist for this reader: a division's and those of the divisions under it for its watchers, as
    their findings do; for the supervised those that were sent and have reached them. The head of the office sees
    besides what has reached the top.
    """
    if actor.post_kind in FINDING_READERS:
        return Order.objects.filter(division__in=watched_divisions(actor))
    if not actor.post:
        return Order.objects.none()
    mine = Q(person=actor.person)
    if actor.post_kind == "head":
        mine |= Q(department=actor.department, reach__gte=1)
        if actor.department == f"{actor.division}/{OFFICE_CODE}":
            mine |= Q(division=actor.division, reach__gte=OFFICE_HEAD)
    return Order.objects.filter(mine).exclude(serial="")


def waiting_orders(actor: Actor) -> QuerySet[Order]:
    """Of those, the ones that wait for the reader: to send, verify or recheck for the watch, to sign or answer for the
    supervised.
    """
    if actor.post_kind in WATCH:
        return Order.objects.filter(division=actor.division, stage__in=[stage.value for stage in OURS])
    waiting = visible_orders(actor).filter(stage__in=[stage.value for stage in THEIRS])
    own = Q(person=actor.person)
    if actor.post_kind == "head":
        own |= Q(department=actor.department)
    return waiting.filter(own) if actor.post_kind not in FINDING_READERS else waiting.none()


def list_orders(actor: Actor, filter: OrderFilter = OrderFilter(), number: int = 1) -> OrderPage:
    """A page of orders: what waits longest beyond its day first, then red before yellow. Two statements."""
    orders = waiting_orders(actor) if filter.state == "todo" else visible_orders(actor)
    if filter.state == "open":
        orders = orders.filter(stage__in=_OPEN)
    elif filter.state == "closed":
        orders = orders.exclude(stage__in=_OPEN)
    elif filter.state in set(Stage):
        orders = orders.filter(stage=filter.state)
    named = {"level": filter.level, "department": filter.department, "watcher": filter.watcher}
    orders = orders.filter(**{name: value for name, value in named.items() if value})
    total = orders.count()
    number = max(1, min(number, -(-total // PAGE) or 1))
    gravest = Case(*(When(level=level.value, then=Value(-level.rank)) for level in OrderLevel))
    rows = orders.order_by("due_on", gravest, "-moved_at", "id")[(number - 1) * PAGE : number * PAGE]
    return OrderPage(tuple(rows), total, number)


def find_order(actor: Actor, id: Any) -> Order | None:
    """The order when it exists for this reader."""
    return visible_orders(actor).filter(pk=id).first()


def find_orders(actor: Actor, ids: Sequence[uuid.UUID]) -> list[Order]:
    """Those of these orders that exist for this reader, in the order of their ids. One statement."""
    rows = {row.id: row for row in visible_orders(actor).filter(pk__in=ids)}
    return [rows[id] for id in ids if id in rows]


def names_of_watchers(division: str, day: date) -> dict[str, str]:
    """Names by person of the watch of a division who are present that day. One statement."""
    return names_of_staff(division, WATCH, day)


def findings_of_watcher(actor: Actor) -> QuerySet[Any]:
    """Ids of the findings whose open cards the reader follows up, as a query."""
    return visible_orders(actor).filter(watcher=actor.person, stage__in=_OPEN, finding__isnull=False).values("finding")


def findings_by_serial(actor: Actor, text: str) -> QuerySet[Any]:
    """Ids of the findings whose cards have these characters in their 监察编号, as a query."""
    return visible_orders(actor).filter(serial__contains=text, finding__isnull=False).values("finding")


def find_order_of_finding(actor: Actor, finding_id: Any) -> Order | None:
    """The latest order on a finding, when it exists for this reader."""
    return visible_orders(actor).filter(finding=finding_id).order_by("-opened_at").first()


def orders_of_findings(actor: Actor, ids: Iterable[Any]) -> dict[Any, Order]:
    """The latest order on each of these findings, as far as it exists for this reader. One statement."""
    rows = visible_orders(actor).filter(finding__in=list(ids)).order_by("opened_at")
    return {order.finding: order for order in rows}


def count_by_stage(actor: Actor, today: date) -> dict[str, tuple[int, int]]:
    """By stage, in the order of a life: how many orders stand there, and how many beyond their day. One statement."""
    late = Count("id", filter=Q(due_on__lt=today))
    rows = visible_orders(actor).values("stage").annotate(n=Count("id"), late=late).values_list("stage", "n", "late")
    counted = {stage: (count, beyond) for stage, count, beyond in rows}
    return {stage.value: counted[stage.value] for stage in Stage if stage.value in counted}


def count_of_department(actor: Actor, department: str) -> dict[str, int]:
    """By stage, the reader's orders on a department. One statement."""
    rows = visible_orders(actor).filter(department=department).values("stage").annotate(n=Count("id"))
    counted = dict(rows.values_list("stage", "n"))
    return {stage.value: counted[stage.value] for stage in Stage if stage.value in counted}


def orders_of_person(actor: Actor, person: str) -> QuerySet[Order]:
    """The reader's orders for which a person is responsible, the latest first."""
    return visible_orders(actor).filter(person=person).order_by("-opened_at", "id")


def sql_waiting(actor: Actor) -> tuple[str, list[Any]]:
    """SQL that counts what waits for the reader, for the numbers beside a navigation (`cases.queries.tally`)."""
    sql, values = _sql_waiting(actor.person, actor.post, actor.post_kind, actor.department, actor.division)
    return sql, [*values]


@lru_cache(maxsize=1024)
def _sql_waiting(person: str, post: str, kind: str, department: str, division: str) -> tuple[str, tuple[Any, ...]]:
    """Kept by what it hangs on: who asks, and from where. Django takes longer to write the SQL than the server to
    answer it.
    """
    reader = Actor(person=person, post=post, post_kind=kind, department=department, division=division)
    try:
        sql, values = waiting_orders(reader).order_by().values("id").query.sql_with_params()
    except EmptyResultSet:
        return "select 0", ()
    return f"select count(*) from ({sql}) waiting", values
