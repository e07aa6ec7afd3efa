"""超时办件公开 for programs: the same list as the portal's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.faces.api import shapes
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.supervision.late_cases import LateFilter, ListedCase, count_late_cases, list_late_cases

router = Router(tags=["公开"])
PROBLEMS = frozenset({400, 401, 422, 429, 503})


class LateQuery(shapes.Body):
    """What the list is narrowed by."""

    division: Annotated[str, Field(max_length=12, pattern=r"^[0-9A-Z]*$")] = Field("", description="行政区划代码")
    department: Annotated[str, Field(max_length=64, pattern=shapes.WORD)] = Field("", description="办理单位")
    reason: Literal["all", "none"] = Field("all", description="全部，或者只列尚未说明原因的")
    page: number(1, 1000) = 1  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class LateList:
    cases: tuple[ListedCase, ...]
    total: int
    page: int
    pages: int


@router.get(
    "/late-cases",
    response={200: LateList, PROBLEMS: ProblemBody},
    operation_id="list_late_cases",
    summary="超时办件公开",
    description="超过法定办理期限的办件和办理单位说明的原因（优化营商环境条例第三十六条第二款），到期晚的在前，"
    "每页 20 件。不含申请人，受理号不含末三位。",
)
def late_cases(request: HttpRequest, query: Query[LateQuery]) -> LateList:
    """The public list of late cases."""
    known_only(request, LateQuery)
    asked = LateFilter(query.division, query.department, unexplained=query.reason == "none")
    listed = list_late_cases(asked, query.page, count_late_cases())
    return LateList(listed.rows, listed.total, listed.number, listed.pages)
