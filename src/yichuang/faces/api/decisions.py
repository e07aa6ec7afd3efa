"""准予许可决定公开 for programs: the same list as the portal's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.cases.decisions import Decision, list_decisions
from yichuang.faces.api import shapes
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only, number

router = Router(tags=["公开"])
PROBLEMS = frozenset({400, 401, 422, 429, 503})


class DecisionQuery(shapes.Body):
    """What the list is narrowed by."""

    division: Annotated[str, Field(max_length=12, pattern=r"^[0-9A-Z]*$")] = Field("", description="行政区划代码")
    department: Annotated[str, Field(max_length=64, pattern=shapes.WORD)] = Field("", description="决定机关")
    page: number(1, 50) = 1  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class DecisionList:
    decisions: tuple[Decision, ...]
    total: int
    exact: bool
    page: int
    pages: int


@router.get(
    "/decisions",
    response={200: DecisionList, PROBLEMS: ProblemBody},
    operation_id="list_decisions",
    summary="准予许可决定公开",
    description="准予许可的决定（行政许可法第四十条），新的在前，每页 20 件，最多 1000 件。自然人的姓名只显示姓。",
)
def decisions(request: HttpRequest, query: Query[DecisionQuery]) -> DecisionList:
    """The public list of what was granted."""
    known_only(request, DecisionQuery)
    listed = list_decisions(query.division, query.department, query.page)
    return DecisionList(listed.rows, listed.total, listed.exact, listed.number, listed.pages)
