"""廉政风险点 (4.1b) for programs: the posts of a department with level, holders and steps."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.api.reads import known_only
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.supervision import risks
from yichuang.supervision.reach import reach_of
from yichuang.supervision.risks import Point

router = Router(tags=["监察"])
PROBLEMS = frozenset({400, 401, 403, 422, 429, 503})


class RisksQuery(shapes.Body):
    """A department of the caller's reach (`410100/scjg`); a head's own without one."""

    department: Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z/_-]*$")] = ""


@router.get(
    "/risk-points",
    response={200: tuple[Point, ...], PROBLEMS: ProblemBody},
    operation_id="list_risk_points",
    summary="部门的廉政风险点：岗位、等级、在岗的人、环节和监察节点",
    description="监察岗位看本级和所属区划的部门，部门负责人看本部门；`findings` 只数本级的发现。",
)
def listed(request: HttpRequest, query: Query[RisksQuery]) -> tuple[Point, ...]:
    """The register of one department today."""
    known_only(request, RisksQuery)
    actor = caller(request).actor()
    reach = reach_of(actor)
    asked = query.department or reach.department
    if asked.partition("/")[0] not in reach.divisions or reach.department not in ("", asked):
        next = "监察岗位请写明本级或所属区划的部门，负责人只能查本部门。"
        raise Problem(403, "no-department", "不能看这个部门的风险点。", clause="4.1b", next=next)
    return tuple(risks.register(asked, local_day(now()), actor.division))
