"""What the desk lists of the items, the tasks of laws and the standards of counties, for programs: an office or a
department finds here the id of what it acts on (3.1, 3.2). The acts are those of every life.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.catalog.consistency import deviation, proposal
from yichuang.catalog.consistency.declared import list_unexplained
from yichuang.catalog.consistency.lists import list_deviations, list_followings, list_proposals
from yichuang.catalog.laws.queries import OpenTask, list_open_tasks
from yichuang.catalog.laws.state import Cause
from yichuang.catalog.listing.queries import ItemFilter, find_items
from yichuang.catalog.listing.state import Stage
from yichuang.catalog.revising.declared import DRAFTERS
from yichuang.catalog.revising.state import Stage as RevisionStage
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.catalogue import ItemsQuery
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.org.queries import city_code

if TYPE_CHECKING:
    from yichuang.catalog import models

router = Router(tags=["清单和规程的办理"])
PROBLEMS = frozenset({400, 401, 403, 422, 429, 503})
PAGE = 50  # rows of one answer


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item of the list as its ledger left it. `id` names it to the acts of the office."""

    id: uuid.UUID
    item: str
    name: str
    former_names: tuple[str, ...]
    division: str
    department: str
    stage: str
    stage_label: str
    ground: str
    part_of: str
    listed_on: date
    ends_on: date | None
    ended_by: str
    merged_into: str
    transition: str
    rule: str
    once: str
    shared_with: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class ListedItems:
    """A page of the list; `counted`: how many items the whole list counts."""

    items: tuple[ListedItem, ...]
    total: int
    counted: int
    page: int


@dataclass(frozen=True, slots=True)
class LawTaskRow:
    """What a change of a law asks of a department."""

    law: uuid.UUID
    number: int
    title: str
    cause: str
    cause_label: str
    since: date
    division: str
    item: str
    name: str
    department: str
    standard: str
    lines: tuple[str, ...]
    due_on: date
    late: bool


@dataclass(frozen=True, slots=True)
class UnexplainedDifference:
    """A difference that nobody answered for; `difference` names it to `explain`."""

    difference: str
    item: str
    name: str
    attribute: str
    line: str
    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DeviationRow:
    id: uuid.UUID
    stage: str
    stage_label: str
    division: str
    item: str
    attribute: str
    line: str
    words: str
    department: str
    reason: str
    remarks: int
    remarks_until: date
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class ProposalRow:
    id: uuid.UUID
    stage: str
    stage_label: str
    division: str
    item: str
    attribute: str
    words: str
    department: str
    proposer: str
    due_on: date
    answer: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class FollowingRow:
    """A revision of a county that follows a change of the city's base. `late`: not handed in by its day."""

    id: uuid.UUID
    stage: str
    stage_label: str
    division: str
    item: str
    name: str
    department: str
    follows: str
    due_on: date | None


class ListedItemsQuery(ItemsQuery):
    """What the list is narrowed to, as at the desk."""

    text: Annotated[str, Field(max_length=60, pattern=shapes.WORD)] = Field(
        "", description="事项名称（含原名）或编码的开头"
    )
    department: Annotated[str, Field(max_length=64, pattern=shapes.WORD)] = ""
    stage: Literal["", *(s.value for s in Stage if s is not Stage.NEW)] = ""  # type: ignore[valid-type]
    page: number(1, 1000) = 1  # type: ignore[valid-type]


class PageQuery(shapes.Body):
    """Which page is asked for."""

    page: number(1, 1000) = 1  # type: ignore[valid-type]


@router.get(
    "/listed-items", response={200: ListedItems, PROBLEMS: ProblemBody}, operation_id="list_listed_items",
    summary="审批事项清单",
    description=f"清单上的事项和它现在的状态，即将退出的在前，每页 {PAGE} 项；包括还没有施行规程的。"
    "逐笔变动见 GET /api/catalogue/changes。",
)  # fmt: skip
def listed_items(request: HttpRequest, query: Query[ListedItemsQuery]) -> ListedItems:
    """A page of the list of a division; the last one where so many are not there. Two statements."""
    known_only(request, ListedItemsQuery)
    filter = ItemFilter(query.text, query.department, query.stage)
    found = find_items(query.division or city_code(), filter, query.page)
    return ListedItems(tuple(map(_item, found.rows)), found.total, found.counted, found.number)


def _item(row: models.Item) -> ListedItem:
    shared = None if row.shared_with is None else tuple(row.shared_with)
    return ListedItem(
        row.pk, row.code, row.name, row.former, row.division, row.department, row.stage, Stage(row.stage).label,
        row.ground, row.part_of, row.listed_on, row.ends_on, row.ended_by, row.merged_into, row.transition, row.rule,
        row.once, shared,
    )  # fmt: skip


@router.get(
    "/law-tasks", response={200: list[LawTaskRow], PROBLEMS: ProblemBody}, operation_id="list_law_tasks",
    summary="法规变动的任务",
    description="没有完成的，期限近的在前：部门看本部门的，政务服务办、监察岗看本级的。"
    "书面判断不需修订的，用 POST /api/laws/{law}/judge。",
)  # fmt: skip
def law_tasks(request: HttpRequest, query: Query[PageQuery]) -> list[LawTaskRow]:
    """A page of the open tasks of whoever asks. One statement."""
    known_only(request, PageQuery)
    actor = caller(request).actor()
    return [_task(task) for task in _page(list_open_tasks(actor) if actor.post_kind else [], query.page)]


def _task(task: OpenTask) -> LawTaskRow:
    row, cause = task.row, Cause(task.row.cause)
    return LawTaskRow(
        row.law_id, row.number, row.title, cause.value, cause.label, row.since, row.division, row.item, row.name,
        row.department, row.standard, tuple(row.lines), row.due_on, task.late,
    )  # fmt: skip


@router.get(
    "/consistency/unexplained", response={200: list[UnexplainedDifference], PROBLEMS: ProblemBody},
    operation_id="list_unexplained_differences", summary="市县统一：没有说明理由的不同",
    description="本部门现行的和正在编制的规程与市级基准的不同，还没有人说明理由的；"
    "difference 用于 POST /api/deviations。",
)  # fmt: skip
def unexplained(request: HttpRequest, query: Query[PageQuery]) -> list[UnexplainedDifference]:
    """Of the department of a county that asks; nothing for others. Four statements, more while it revises."""
    known_only(request, PageQuery)
    actor = caller(request).actor()
    explains = actor.post_kind in DRAFTERS and actor.division != city_code()
    found = list_unexplained(actor.department) if explains else {}
    return [
        UnexplainedDifference(key, f.item, f.name, f.attribute, f.line, f.words, f.before, f.after)
        for key, f in _page([*found.items()], query.page)
    ]


@router.get(
    "/consistency/deviations", response={200: list[DeviationRow], PROBLEMS: ProblemBody},
    operation_id="list_deviations", summary="市县统一：偏差",
    description=f"本岗位看得到的，等本岗位办理的在前，每页 {PAGE} 处。",
)  # fmt: skip
def deviations(request: HttpRequest, query: Query[PageQuery]) -> list[DeviationRow]:
    """The deviations that exist for the caller. One statement."""
    known_only(request, PageQuery)
    return [
        DeviationRow(
            row.pk, row.stage, deviation.Stage(row.stage).label, row.division, row.item, row.attribute, row.line,
            row.words, row.department, row.reason, row.remarks, row.remarks_until, row.moved_at,
        )
        for row in _page(list_deviations(caller(request).actor()), query.page)
    ]  # fmt: skip


@router.get(
    "/consistency/proposals", response={200: list[ProposalRow], PROBLEMS: ProblemBody},
    operation_id="list_proposals", summary="市县统一：市级部门的建议",
    description=f"本岗位看得到的，等本岗位答复的在前，每页 {PAGE} 条。",
)  # fmt: skip
def proposals(request: HttpRequest, query: Query[PageQuery]) -> list[ProposalRow]:
    """The proposals that exist for the caller. One statement."""
    known_only(request, PageQuery)
    return [
        ProposalRow(
            row.pk, row.stage, proposal.Stage(row.stage).label, row.division, row.item, row.attribute, row.words,
            row.department, row.proposer, row.due_on, row.answer, row.moved_at,
        )
        for row in _page(list_proposals(caller(request).actor()), query.page)
    ]  # fmt: skip


@router.get(
    "/consistency/followings", response={200: list[FollowingRow], PROBLEMS: ProblemBody},
    operation_id="list_followings", summary="市县统一：随市级基准的修订",
    description=f"区县随市级基准变动的规程编制，没有办完的在前，每页 {PAGE} 份：区县看本部门、本级的，"
    "市级看本系统、全市的。",
)  # fmt: skip
def followings(request: HttpRequest, query: Query[PageQuery]) -> list[FollowingRow]:
    """The revisions of counties that follow, as far as the caller's post reaches. One statement."""
    known_only(request, PageQuery)
    actor = caller(request).actor()
    return [
        FollowingRow(
            row.pk, row.stage, RevisionStage(row.stage).label, row.division, row.item, row.name, row.department,
            row.follows, row.due_on,
        )
        for row in _page(list_followings(actor) if actor.post_kind else [], query.page)
    ]  # fmt: skip


def _page(rows: Sequence[Any] | Any, page: int) -> Any:
    return rows[(page - 1) * PAGE : page * PAGE]
