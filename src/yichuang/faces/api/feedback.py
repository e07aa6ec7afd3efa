"""Ratings and complaints for programs: the lists of whoever asks, and the public figures (3.5i). Their acts are those
of every life.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.faces import who
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.feedback.figures import count_feedback
from yichuang.feedback.lists import list_complaints, list_ratings

router = Router(tags=["评价和投诉"])
PROBLEMS = frozenset({400, 401, 403, 422, 429, 503})
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


class FeedbackQuery(shapes.Body):
    """Which page is asked for."""

    page: number(1, 1000) = 1  # type: ignore[valid-type]


class RatingsQuery(FeedbackQuery):
    """And whether the bad ratings alone."""

    bad: bool = Field(True, description="只要差评（不满意、非常不满意），默认如此")


@dataclass(frozen=True, slots=True)
class RatingRow:
    """A rating in a list. `due_on`: until when what its stage waits for must be done; none when it waits for no day."""

    id: uuid.UUID
    stage: str
    level: str
    receipt: str
    item: str
    department: str
    rated_at: datetime
    due_on: date | None
    contact_missed: bool
    cure_missed: bool


@dataclass(frozen=True, slots=True)
class Ratings:
    ratings: tuple[RatingRow, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint in a list. `late`: whether a day was missed."""

    id: uuid.UUID
    number: str
    stage: str
    kind: str
    receipt: str
    department: str
    filed_on: date
    due_on: date | None
    result: str
    late: bool


@dataclass(frozen=True, slots=True)
class Complaints:
    complaints: tuple[ComplaintRow, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class DepartmentFeedback:
    """The figures of a department in a period. `levels`: how many ratings of each, from the best to the worst."""

    department: str
    name: str
    ended: int
    rated: int
    levels: tuple[int, ...]
    bad: int
    contacted_in_time: int
    cured_in_time: int
    closed: int
    content: int
    complaints: int
    answered: int
    founded: int
    late: int


class PeriodQuery(shapes.Body):
    """The days that count, both included; by default the last twelve months."""

    first: Day | None = Field(None, description="从哪一天起办结的；不填为十二个月前的月初")
    last: Day | None = Field(None, description="到哪一天为止；不填为今天")


@router.get(
    "/feedback/ratings",
    response={200: Ratings, PROBLEMS: ProblemBody},
    operation_id="list_ratings",
    summary="评价",
    description="您看得到的评价，等您办理的在前：部门看对本部门的，政务服务办、监察岗看本级的，申请人看自己的。",
)
def list_of_ratings(request: HttpRequest, query: Query[RatingsQuery]) -> Ratings:
    """The ratings that exist for the caller."""
    known_only(request, RatingsQuery)
    listed = list_ratings(caller(request).actor(), query.page, bad=query.bad)
    rows = tuple(
        RatingRow(
            row.pk, row.stage, row.level, row.receipt, row.item, row.department, row.rated_at, row.due_on,
            row.contact_missed, row.cure_missed,
        )
        for row in listed.rows
    )  # fmt: skip
    return Ratings(rows, listed.total, listed.number)


@router.get(
    "/feedback/complaints",
    response={200: Complaints, PROBLEMS: ProblemBody},
    operation_id="list_complaints",
    summary="投诉",
    description="您看得到的投诉，等您办理的在前。",
)
def list_of_complaints(request: HttpRequest, query: Query[FeedbackQuery]) -> Complaints:
    """The complaints that exist for the caller."""
    known_only(request, FeedbackQuery)
    listed = list_complaints(caller(request).actor(), query.page)
    rows = tuple(
        ComplaintRow(
            row.pk, row.number, row.stage, row.kind, row.receipt, row.department, row.filed_on, row.due_on, row.result,
            row.late,
        )
        for row in listed.rows
    )  # fmt: skip
    return Complaints(rows, listed.total, listed.number)


@router.get(
    "/feedback/figures",
    response={200: list[DepartmentFeedback], PROBLEMS: ProblemBody},
    operation_id="count_feedback",
    summary="评价和投诉的数量",
    description="各办理单位在一段时间里办结、评价、差评、投诉的数量。没有评价的不算好评；不含任何个人的信息。",
)
def figures_of_feedback(request: HttpRequest, query: Query[PeriodQuery]) -> list[DepartmentFeedback]:
    """The same figures as the public page."""
    known_only(request, PeriodQuery)
    last = query.last or who.today()
    first = query.first or last.replace(year=last.year - 1, day=1)
    return [
        DepartmentFeedback(
            row.department, row.name, row.ended, row.rated, row.levels, row.bad, row.contacted_in_time,
            row.cured_in_time, row.closed, row.content, row.complaints.filed, row.complaints.answered,
            row.complaints.founded, row.complaints.late,
        )
        for row in count_feedback(first, last)
    ]  # fmt: skip
