"""The three rates (R-N01 … R-N03; clause 4.1a): what keeps one of them below 100 %, by name.

The policy defines none of them; ADR 14 does. What an exclusion covers on the day of judgement is left out.
`supervision.rates` counts the same for any day; a test holds both to one answer.
"""

from __future__ import annotations

from typing import Any

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import (
    asof,
    calendar,
    cases,
    departments,
    exclusions,
    holders,
    items,
    posts,
    standards,
    systems,
)


def not_connected(parameters: Parameters) -> Table:
    """R-N01: a department that should be connected, where nobody holds a post and no system is connected."""
    due = _left(departments.filter(departments.due), "department").select("department", "division")
    held = _today(holders, holders.first_day, holders.last_day).join(posts, "post").select("department")
    linked = _today(systems, systems.connected_on, systems.disconnected_on).select("department")
    inside = ibis.union(held, linked).distinct().mutate(inside=ibis.literal(1, "int32"))
    known = due.left_join(inside, "department").drop("department_right")
    known = known.mutate(inside=known.inside.fill_null(0))
    counted = known.group_by("division").agg(have=known.inside.sum(), due=known.count())
    missing = known.filter(known.inside == 0).join(counted, "division")
    return hits(
        missing, at=missing.department, level=Level.YELLOW, department=missing.department, measured=missing.have,
        allowed=missing.due,
    )  # fmt: skip


def handled_elsewhere(parameters: Parameters) -> Table:
    """R-N02: a department reports applications of the last days of which there is no case here."""
    day = calendar.select(submitted_on=calendar.day, number_of_day=calendar.number)
    today = asof.join(calendar.select(today=calendar.day, today_number=calendar.number), "today")
    recent = cases.join(day, "submitted_on").cross_join(today)
    recent = recent.filter(
        recent.number_of_day > recent.today_number - parameters["days"], recent.number_of_day <= recent.today_number
    )
    recent = recent.filter((recent.source != "reported") | (recent.number == ""))
    recent = _left(_left(recent, "department"), "item")
    counted = recent.group_by("department").agg(
        have=(recent.source != "reported").cast("int32").sum(), due=recent.count()
    )
    short = counted.filter(counted.have < counted.due)
    return hits(
        short, at=short.department, level=Level.YELLOW, department=short.department, measured=short.have,
        allowed=short.due,
    )  # fmt: skip


def not_online(parameters: Parameters) -> Table:
    """R-N03: a listed item whose standard in force does not open it online."""
    offered = items.filter(items.state == "listed").select("division", "item", "department", "standard")
    offered = offered.join(standards.select("standard", "online"), "standard").filter(lambda t: t.online.notnull())
    due = _left(_left(offered, "department"), "item")
    counted = due.group_by("division", "department").agg(have=due.online.cast("int32").sum(), due=due.count())
    missing = due.filter(~due.online).join(counted, ["division", "department"])
    return hits(
        missing, at=missing.division + "/" + missing.item, level=Level.YELLOW, department=missing.department,
        item=missing.item, measured=missing.have, allowed=missing.due,
    )  # fmt: skip


def _left(table: Table, kind: str) -> Table:
    """What no exclusion of this kind covers today."""
    excluded = _today(exclusions.filter(exclusions.kind == kind), exclusions.first_day, exclusions.last_day)
    key = ["department"] if kind == "department" else ["division", "item"]
    return table.anti_join(excluded.select(key).distinct(), key)


def _today(table: Table, first: Any, last: Any) -> Table:
    """The rows that hold on the day of judgement, both ends included."""
    placed = table.mutate(from_day=first, to_day=last).cross_join(asof)
    return placed.filter(placed.from_day <= placed.today, placed.to_day.isnull() | (placed.to_day >= placed.today))
