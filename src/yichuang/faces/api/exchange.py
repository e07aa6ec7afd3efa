"""The catalogue for the provincial platform and for whoever keeps a copy: items in the national fields, and the feed of
changes. Public, like the pages that show the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from yichuang.catalog.changes import MOST, Changes, list_changes
from yichuang.catalog.laws.queries import lawful_standard, read_version
from yichuang.catalog.listing.queries import find_ends
from yichuang.catalog.provincial import Organ, Task, describe_task
from yichuang.catalog.queries import find_current, find_published, list_current
from yichuang.faces.api import shapes
from yichuang.faces.api.catalogue import Segment
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.org.queries import city_code, departments_by_id, list_open_halls

if TYPE_CHECKING:
    from yichuang.catalog.models import Published

router = Router(tags=["公开"])
PROBLEMS = frozenset({400, 401, 404, 422, 429, 503})
PAGE = 50  # items of one answer


class TasksQuery(shapes.Body):
    division: Annotated[str, Field(max_length=12, pattern=r"^[0-9A-Z]*$")] = Field(
        "", description="行政区划代码；不填为本市"
    )
    page: number(1, 1000) = 1  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class Tasks:
    tasks: tuple[Task, ...]
    total: int
    page: int
    pages: int


class ChangesQuery(shapes.Body):
    position: number(0, 2**53 - 1) = Field(0, description="上次回答里的 next；第一次不填")  # type: ignore[valid-type]
    most: number(1, MOST) = Field(MOST, description="至多给几条")  # type: ignore[valid-type]


@router.get(
    "/catalogue",
    response={200: Tasks, PROBLEMS: ProblemBody},
    operation_id="list_tasks",
    summary="实施清单",
    description="一个区划现行的事项，按国家实施清单的字段名，按名称排序，每页 50 项。本平台不掌握的字段不给；"
    "unconfirmed 列出代码表尚未核对原文的字段。",
)
def tasks(request: HttpRequest, query: Query[TasksQuery]) -> Tasks:
    """The items of a division in the national fields. Six statements, and one for standards not read before."""
    known_only(request, TasksQuery)
    division = query.division or city_code()
    rows = list_current(division)
    total = rows.count()
    shown = list(rows[(query.page - 1) * PAGE : query.page * PAGE])
    return Tasks(_describe(division, shown, {row.key for row in shown}), total, query.page, max(1, -(-total // PAGE)))


@router.get(
    "/catalogue/changes",
    response={200: Changes, PROBLEMS: ProblemBody},
    operation_id="list_catalogue_changes",
    summary="清单和规程的变动",
    description="事项清单的每次变动和每次发布的规程，按入账先后，从 position 之后起；下次用回答里的 next 作 position。"
    "不会漏：迟入账的也排在后面。",
)
def changes(request: HttpRequest, query: Query[ChangesQuery]) -> Changes:
    """What changed since the last time."""
    known_only(request, ChangesQuery)
    return list_changes(query.position, query.most)


@router.get(
    "/catalogue/{division}/{item}/{version}",
    response={200: Task, PROBLEMS: ProblemBody},
    operation_id="read_task",
    summary="实施清单的一项",
    description="一个事项的一个版本，按国家实施清单的字段名。",
)
def task(request: HttpRequest, division: Segment, item: Segment, version: Segment) -> Task:
    """One published version in the national fields."""
    row = find_published(f"{division}/{item}/{version}")
    if row is None:
        raise Problem(404, "no-such-standard", "没有发布过这个标准。", next="请核对区划、事项和版本号。")
    current = find_current(division, item)
    return _describe(division, [row], {current.key} if current else set())[0]


def _describe(division: str, rows: Sequence[Published], current: Collection[str]) -> tuple[Task, ...]:
    """Published versions in the national fields, based on what the register of laws has in force; `current` are the
    keys of those in force. Five statements, and one for each standard not read before.
    """
    today, laws = local_day(now()), read_version()
    departments = departments_by_id([row.department for row in rows])
    halls = list_open_halls(division, today)
    ends = find_ends(division, [row.item for row in rows])
    hall = halls[0] if halls else None
    out = []
    for row in rows:
        department = departments[row.department]
        organ = Organ(
            department.name,
            department.uscc,
            department.kind,
            department.phone or (hall.phone if hall else ""),
            hall.name if hall else "",
            hall.address if hall else "",
            hall.hours if hall else "",
        )
        address = settings.PUBLIC_URL + reverse("portal:item", args=[row.division, row.item])
        rules = lawful_standard(row.key, laws, today)
        end, is_current = ends.get(row.item), row.key in current
        out.append(
            describe_task(rules, row.digest, organ, today=today, ends_on=end, address=address, current=is_current)
        )
    return tuple(out)
