"""What the mechanism of every life needs to know of orders: their row, their number, what their facts are."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.settings import reads_of
from yichuang.aggregates.tables import Row
from yichuang.ledger.actor import Actor
from yichuang.orders.codec import CODEC
from yichuang.orders.core import decide as core
from yichuang.orders.core.state import Issued, Order
from yichuang.orders.models import Order as OrderRow
from yichuang.orders.parameters import LIMITS, limits_upto
from yichuang.orders.queries import find_order, names_of_watchers
from yichuang.org import door as org
from yichuang.org.models import Department
from yichuang.org.queries import find_high_risk_posts, names_of_colleagues

READS = {"calendar": "(select coalesce(max(id), 0) from org_calendaryear)", **reads_of(LIMITS.scope)}


def facts(locked: Locked[Order], command: Any, actor: Actor) -> core.OrderFacts:
    """What every command on an order knows: the calendar and the limits in force. No statement once they are read."""
    reads = locked.reads
    limits = limits_upto(reads["parameters"], reads["announced"])
    return core.OrderFacts(locked.now, org.calendar_upto(reads["calendar"]), actor, limits)


def risky(persons: Iterable[str], day: date) -> Callable[[], frozenset[tuple[str, str]]]:
    """Who of them holds a post of high risk where: asked once, when it matters."""
    return cache(lambda: find_high_risk_posts(persons, day))


def _responsible(order: Order, command: Any, facts: core.OrderFacts) -> Callable[[], frozenset[tuple[str, str]]]:
    draft = getattr(command, "draft", order)
    return risky({draft.person}, facts.today)


def _holders(order: Order, command: Any, facts: core.OrderFacts) -> frozenset[str]:
    return frozenset(names_of_colleagues(order.department, facts.today))


def _watchers(order: Order, command: Any, facts: core.OrderFacts) -> frozenset[str]:
    return frozenset(names_of_watchers(order.division, facts.today))


def _department_exists(order: Order, command: core.Open, facts: core.OrderFacts) -> bool:
    return Department.objects.filter(pk=command.draft.department).exists()


def number(event: Any, order: Order, facts: core.OrderFacts) -> Numbered | None:
    """The 监察编号 of an order that is sent: division, day, number; at most 20 characters (GB/T 39046 table 11)."""
    if not isinstance(event, Issued) or event.serial:
        return None
    division, day = order.division, f"{facts.today:%Y%m%d}"
    return Numbered(f"order/{division}/{day}", lambda n: replace(event, serial=f"{division}{day}{n:04d}"))


def row(order: Order, facts: core.OrderFacts) -> dict[str, Any]:
    """The columns of an order's row."""
    last = core.due(order, facts)
    return {
        "stage": order.stage.value,
        "origin": order.origin.value,
        "level": order.level.value,
        "division": order.division,
        "department": order.department,
        "person": order.person,
        "watcher": order.watcher,
        "rule": order.rule,
        "finding": uuid.UUID(order.finding) if order.finding else None,
        "case_id": order.case,
        "item": order.item,
        "number": order.number,
        "serial": order.serial,
        "reach": order.reach,
        "due_on": last[0] if last else None,
        "opened_at": order.drafted_at,
        "issued_at": order.issued_at,
        "moved_at": order.moved_at,
        "closed_at": order.closed_at,
    }


ORDER: Aggregate[Order, core.OrderFacts] = Aggregate(
    kind="order",
    label="督办单",
    life=core.LIFE,
    codec=CODEC,
    blank=Order,
    facts=facts,
    next_moment=core.next_moment,
    last_moment=lambda order: order.moved_at,
    row=Row(OrderRow, row, dates=("due_on",)),
    alive="closed_at is null",
    finds=find_order,
    absent=("no-such-order", "没有这张督办单，或您无权查看。", "请从督办列表重新进入。"),
    number=number,
    needs={
        "high_risk": _responsible,
        "holders": _holders,
        "watchers": _watchers,
        "department_exists": _department_exists,
    },
    reads=READS,
)
