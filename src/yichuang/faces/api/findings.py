"""Findings as a program may read them: the list, and one with its ground and the entries it rests on. Nothing is
judged here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.kernel.policy import cite_policy
from yichuang.supervision import findings
from yichuang.supervision.findings import FindingFilter
from yichuang.supervision.own.known import rule_of
from yichuang.supervision.rules.catalogue import JUDGING
from yichuang.supervision.rules.rule import Level

if TYPE_CHECKING:
    from yichuang.supervision.models import Finding

router = Router(tags=["监察"])
PROBLEMS = frozenset({400, 401, 403, 404, 422, 429, 503})
FindingId = Annotated[shapes.Id, Path(description="监察发现的 id")]


OwnCode = Annotated[str, Field(max_length=16, pattern=r"^Z-\d{3,6}(-\d{1,4})?$")]  # a rule as data, or a version of it


class FindingQuery(shapes.Body):
    """What a list is narrowed by."""

    state: Literal["open", "withdrawn", "excused", "all"] = "open"
    level: Literal["", *(level.value for level in Level)] = ""  # type: ignore[valid-type]
    rule: Literal["", *(rule.code for rule in JUDGING)] | OwnCode = ""  # type: ignore[valid-type]
    department: Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z/_-]*$")] = ""
    page: number(1, 1000) = 1  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """`excused` says why people took it back: appeal, decision or dismissed; empty when they did not. `case` is the key
    of the case in the log contract: ours, or of what a department reported.
    """

    id: uuid.UUID
    rule: str
    title: str
    level: str
    says: str
    case: str
    case_number: str
    item: str
    department: str
    person: str
    day: date | None
    open: bool
    excused: str
    found_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class FindingList:
    findings: tuple[FindingRow, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry that the rule saw."""

    seq: int
    kind: str
    person: str
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class FindingMove:
    kind: str
    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FindingDetail:
    """`made_by` is the version of the rule and its parameters; `basis` and `policy` are its ground."""

    finding: FindingRow
    basis: str
    policy: str
    made_by: str
    measured: int | None
    allowed: int | None
    seen: tuple[Seen, ...]
    life: tuple[FindingMove, ...]


@router.get(
    "/findings",
    response={200: FindingList, PROBLEMS: ProblemBody},
    operation_id="list_findings",
    summary="监察发现列表",
    description="监察岗位看本级和所辖区县的，部门负责人看本部门的，其他工作人员只看涉及本人的；新的在前，每页 30 条。",
)
def listed(request: HttpRequest, query: Query[FindingQuery]) -> FindingList:
    """The findings that exist for the caller."""
    known_only(request, FindingQuery)
    state = "" if query.state == "all" else query.state
    narrowed = FindingFilter(state, level=query.level, rule=query.rule, department=query.department)
    listing = findings.page(caller(request).actor(), narrowed, query.page)
    return FindingList(tuple(map(_row, listing.rows)), listing.total, listing.number)


@router.get(
    "/findings/{finding_id}",
    response={200: FindingDetail, PROBLEMS: ProblemBody},
    operation_id="read_finding",
    summary="一条监察发现，连同依据和所见的账目",
)
def one(request: HttpRequest, finding_id: FindingId) -> FindingDetail:
    """One finding with what it rests on. The same 404 whether it does not exist or is not the caller's."""
    row = findings.one(caller(request).actor(), finding_id)
    if row is None:
        message = "没有这条监察发现，或您无权查看。"
        raise Problem(404, "no-such-finding", message, next="请从列表取得 id。")
    rule = rule_of(row.rule)
    return FindingDetail(
        _row(row),
        rule.basis,
        cite_policy(rule.clause),
        row.version,
        row.measured,
        row.allowed,
        tuple(Seen(s.seq, s.kind, s.person, s.occurred_at, s.recorded_at) for s in findings.seen(row)),
        tuple(FindingMove(move.kind, move.at, move.body) for move in findings.moves(row)),
    )


def _row(row: Finding) -> FindingRow:
    return FindingRow(
        row.id,
        row.rule,
        rule_of(row.rule).title,
        row.level,
        findings.sentence(row),
        row.case_id,
        row.number,
        row.item,
        row.department,
        row.person,
        row.day,
        row.open,
        row.excused,
        row.found_at,
        row.withdrawn_at,
    )
