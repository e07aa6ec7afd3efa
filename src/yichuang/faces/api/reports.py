"""Reports of departments' own systems (4.1e): what they say happened outside this door is stored as they say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from yichuang.exchange.service import Unreadable, report
from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import Problem, ProblemBody

router = Router(tags=["交换"])
PROBLEMS = frozenset({400, 401, 403, 422, 429, 503})
Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$")]


class ReportBody(shapes.Body):
    """An act that a department's own system recorded; `occurred_at` with its zone, as that system claims it."""

    system: Key
    record: Key
    kind: Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z_]*$")]
    occurred_at: shapes.Moment
    case_number: Annotated[str, Field(max_length=64, pattern=shapes.WORD)] = ""
    details: Annotated[dict[str, Any], Field(max_length=50)] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    system: str
    record: str
    versions: int
    new: bool
    received_at: datetime


@router.post(
    "/reported",
    response={200: Taken, PROBLEMS: ProblemBody},
    operation_id="report_act",
    summary="报送本部门系统的办理情况",
    description="按（系统、记录号）幂等：内容相同不重复，内容不同记为新的一版。所报时间、人员如实保存，由监察判断。",
)
def reported(request: HttpRequest, body: ReportBody) -> Taken:
    """Only a client that acts from a post may report; nothing it says is refused but what cannot be stored."""
    actor = caller(request).actor()
    if not actor.post:
        next = "请用代表本部门岗位的令牌报送。"
        raise Problem(403, "no-post", "只有代表部门岗位的接口用户可以报送。", clause="4.1e", next=next)
    try:
        row, new = report(
            body.system,
            body.record,
            kind=body.kind,
            occurred_at=body.occurred_at,
            actor=actor,
            case_number=body.case_number,
            details=body.details,
        )
    except ValueError as error:
        fault = error if isinstance(error, Unreadable) else Unreadable("内容不能保存；请按接口说明重报。")
        raise Problem(422, "unreadable", str(fault), clause="4.1e", next="请改正后重报。") from error
    return Taken(row.system, row.record, row.entries, new, row.received_at)
