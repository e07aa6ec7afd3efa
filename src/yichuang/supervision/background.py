"""The contract tables that all cases share, as the catalogue, the posts and the calendar stand now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from yichuang.aggregates.flattening import Row
from yichuang.cases.flattening import limit, step_row
from yichuang.catalog.consistency.tasks import list_county_tasks
from yichuang.catalog.laws.waiting import list_waiting_tasks
from yichuang.catalog.models import InForce, Item, Published
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.revising.queries import list_reviews
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.org.models import Delegation, Department, Holding, Post, System
from yichuang.org.queries import get_calendar
from yichuang.supervision import days
from yichuang.supervision.models import Exclusion, Outage

AHEAD = 2  # years after the last published one, by estimate


def background() -> dict[str, list[Row]]:
    """All rows of the shared tables, by table."""
    standards = [
        (published_standard(key), local_day(at)) for key, at in Published.objects.values_list("key", "published_at")
    ]
    return {
        "items": list(_items()),
        "standards": [_standard(standard, day) for standard, day in standards],
        "standard_steps": [step_row(standard, step) for standard, _ in standards for step in standard.steps],
        "standard_order": [
            {"standard": standard.key, "step": step.code, "after": after}
            for standard, _ in standards
            for step in standard.steps
            for after in step.after
        ],
        "points": [
            {
                "standard": standard.key,
                "point": point.code,
                "kind": point.kind.value,
                "at": point.at,
                "rule": point.rule,
            }
            for standard, _ in standards
            for point in standard.points
        ],
        **_posts(),
        "holders": list(_holders()),
        "departments": list(_departments()),
        "exclusions": list(_exclusions()),
        "outages": list(_outages()),
        "systems": list(_systems()),
        "law_tasks": list(_law_tasks()),
        "standard_reviews": list(_standard_reviews()),
        "county_tasks": [asdict(task) for task in list_county_tasks()],
        "calendar": list(_calendar()),
    }


def _items() -> Iterator[Row]:
    ending = Item.objects.filter(ends_on__isnull=False)
    ends = {(division, code): day for division, code, day in ending.values_list("division", "code", "ends_on")}
    for row in InForce.objects.select_related("current").defer("current__document"):
        end = ends.get((row.division, row.item))
        yield {
            "division": row.division,
            "item": row.item,
            "name": row.current.name,
            "department": row.current.department,
            "state": "cancelled" if end else "listed",
            "cancelled_on": end,
            "standard": row.current_id,
        }


def _standard(standard: Standard, published_on: date) -> Row:
    procedure = standard.procedure
    return {
        "standard": standard.key,
        "division": standard.division,
        "item": standard.item,
        "version": standard.version,
        "department": f"{standard.division}/{standard.department}",
        "procedure": procedure.code,
        "item_class": standard.hall_class,
        "instant": standard.instant,
        "silence_accepts": procedure.silence_accepts,
        "statutory_from": standard.statutory_from,
        **limit("statutory", standard.statutory),
        **limit("promised", standard.promised),
        **limit("accept_within", procedure.accept_within),
        **limit("supply_within", procedure.supply_within),
        **limit("deliver_within", procedure.deliver_within),
        **limit("extension", standard.statutory_extension or procedure.extension),
        "reviewer_may_decide": standard.reviewer_may_decide,
        "gaps_allowed": standard.gaps_allowed,
        "certificate_type": standard.result.certificate_type,
        "online": "online" in standard.channels,
        "published_on": published_on,
    }


def _posts() -> dict[str, list[Row]]:
    posts = list(Post.objects.select_related("department"))
    return {
        "posts": [
            {
                "post": post.id,
                "division": post.department.division_id,
                "department": post.department_id,
                "kind": post.kind,
                "name": post.name,
            }
            for post in posts
        ],
        "risk_points": [{"post": post.id, "level": post.risk} for post in posts if post.risk],
    }


def _holders() -> Iterator[Row]:
    for holding in Holding.objects.select_related("officer"):
        yield _held(holding.post_id, holding.officer.account_id, holding.first_day, holding.last_day)
    for stand in Delegation.objects.select_related("stand_in", "absent"):
        absent = f"a:{stand.absent.account_id}"
        yield _held(stand.post_id, stand.stand_in.account_id, stand.first_day, stand.last_day, absent)


def _held(post: str, account: Any, first: date, last: date | None, absent: str = "") -> Row:
    person = f"a:{account}"
    return {"post": post, "person": person, "first_day": first, "last_day": last, "standing_in": absent}


def _departments() -> Iterator[Row]:
    for department in Department.objects.all():
        yield {
            "department": department.id,
            "division": department.division_id,
            "name": department.name,
            "due": department.may_exercise,
        }


def _exclusions() -> Iterator[Row]:
    for exclusion in Exclusion.objects.all():
        names = ("kind", "division", "department", "item", "reason", "basis", "first_day", "last_day")
        yield {"exclusion": str(exclusion.pk)} | {name: getattr(exclusion, name) for name in names}


def _outages() -> Iterator[Row]:
    for outage in Outage.objects.filter(cancelled_at=None):
        yield {"outage": str(outage.pk)} | {name: getattr(outage, name) for name in ("first_day", "last_day", "reason")}


def _systems() -> Iterator[Row]:
    for system in System.objects.all():
        yield {
            "system": system.code,
            "department": system.department_id,
            "connected_on": local_day(system.connected_at),
            "disconnected_on": system.revoked_at and local_day(system.revoked_at),
        }


def _law_tasks() -> Iterator[Row]:
    """What changes of laws ask of departments."""
    names = ("number", "cause", "division", "item", "department", "opened_on", "since", "done_on")
    for task, due_on in list_waiting_tasks():
        row = {"law": task.title, "lines": len(task.lines), "due_on": due_on}
        yield row | {name: getattr(task, name) for name in names}


def _standard_reviews() -> Iterator[Row]:
    """The versions in force, and by when their departments look at them again."""
    names = ("division", "item", "department", "review_on")
    for row in list_reviews():
        yield {"standard": row.key, "in_force_on": row.effective_on} | {name: getattr(row, name) for name in names}


def _calendar() -> Iterator[Row]:
    """Nothing before the first year is loaded: a new city has none yet."""
    known = get_calendar()
    if not known.years:
        return iter(())
    return days.rows(known, min(known.years), max(known.years) + AHEAD)
