"""Guidances for programs: the list of whoever asks (3.4d, 3.4e). Their acts are those of every life."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.guidance.lists import list_guidances

router = Router(tags=["咨询辅导"])
PROBLEMS = frozenset({400, 401, 403, 422, 429, 503})


class GuidanceQuery(shapes.Body):
    """Which page is asked for, and whether only what waits for an answer."""

    page: number(1, 1000) = 1  # type: ignore[valid-type]
    waiting: bool = Field(False, description="只要待答复的")


@dataclass(frozen=True, slots=True)
class GuidanceRow:
    """A guidance in a list. `due_on`: until when an answer is owed; none once it was given. `late`: not in its days."""

    id: uuid.UUID
    number: str
    stage: str
    topic: str
    hard: str
    item: str
    department: str
    draft: str
    asked_on: date
    due_on: date | None
    done_on: date | None
    notice: str
    late: bool


@dataclass(frozen=True, slots=True)
class Guidances:
    guidances: tuple[GuidanceRow, ...]
    total: int
    page: int


@router.get(
    "/guidances",
    response={200: Guidances, PROBLEMS: ProblemBody},
    operation_id="list_guidances",
    summary="咨询辅导",
    description="您看得到的咨询辅导，期限近的在前：申请人看自己的，辅导员和负责人看本部门的，政务服务办、监察岗看本级的。",
)
def list_of_guidances(request: HttpRequest, query: Query[GuidanceQuery]) -> Guidances:
    """The guidances that exist for the caller."""
    known_only(request, GuidanceQuery)
    listed = list_guidances(caller(request).actor(), query.page, waiting=query.waiting)
    rows = tuple(
        GuidanceRow(
            row.pk, row.number, row.stage, row.topic, row.hard, row.item, row.department, row.draft, row.asked_on,
            row.due_on, row.done_on, row.notice, row.late,
        )
        for row in listed.rows
    )  # fmt: skip
    return Guidances(rows, listed.total, listed.number)
