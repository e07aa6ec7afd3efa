"""市县统一 for programs: the same report and differences as the studio's pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.catalog.consistency import queries
from yichuang.catalog.consistency.attributes import Attribute
from yichuang.faces.api import shapes
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only, number

router = Router(tags=["公开"])
MOST = 200  # differences of a page
PROBLEMS = frozenset({400, 401, 422, 429, 503})


@dataclass(frozen=True, slots=True)
class AttributeCount:
    attribute: str
    label: str
    differences: int
    approved: int


@dataclass(frozen=True, slots=True)
class CountyReport:
    """A county against the city over the seven attributes."""

    division: str
    name: str
    items: int
    compared: int
    without: int
    attributes: tuple[AttributeCount, ...]


@dataclass(frozen=True, slots=True)
class CountyDifference:
    """A line in which a county differs from the city's standard in force, and who approved it."""

    division: str
    item: str
    name: str
    department: str
    attribute: str
    line: str
    words: str
    before: str
    after: str
    stage: str  # approved | explained, or empty: nobody answered for it
    reason: str
    approved_by: str
    approved_on: date | None
    document: str


class DifferencesQuery(shapes.Body):
    """Which differences are asked for."""

    division: Annotated[str, Field(max_length=12, pattern=r"^[0-9A-Z]*$")] = Field(
        "", description="区县的行政区划代码；不填为全部区县"
    )
    item: Annotated[str, Field(max_length=64, pattern=r"^[0-9A-Za-z_-]*$")] = Field("", description="事项编码")
    page: number(1, 1000) = 1  # type: ignore[valid-type]


@router.get(
    "/consistency",
    response={200: list[CountyReport], PROBLEMS: ProblemBody},
    operation_id="read_consistency",
    summary="市县统一：各区县的比对",
    description="各区县的办事规程与市级基准在数量、名称、条件、材料、流程、时限、收费七个方面的不同处数，以及其中已批准的处数。",
)
def report(request: HttpRequest) -> list[CountyReport]:
    """The counties by attribute. Two statements."""
    return [
        CountyReport(
            county.code,
            county.name,
            county.items,
            county.compared,
            county.without,
            tuple(
                AttributeCount(attribute.value, attribute.label, count.differences, count.approved)
                for attribute in Attribute
                for count in (county.count(attribute),)
            ),
        )
        for county in queries.read_report()
    ]


@router.get(
    "/consistency/differences",
    response={200: list[CountyDifference], PROBLEMS: ProblemBody},
    operation_id="list_county_differences",
    summary="市县统一：不同之处",
    description="区县的办事规程与市级基准的每一处不同：两边的写法、理由和批准；没有批准的 stage 不是 approved。"
    f"每页 {MOST} 处。",
)
def differences(request: HttpRequest, query: Query[DifferencesQuery]) -> list[CountyDifference]:
    """Every difference in force, of a county or an item. One statement."""
    known_only(request, DifferencesQuery)
    return [
        CountyDifference(
            row.division, row.item, row.name, row.department, row.attribute, row.line, row.words, row.before, row.after,
            row.stage, row.reason, row.approved_by, row.approved_on, row.document,
        )
        for row in queries.list_judged(query.division, query.item, skip=(query.page - 1) * MOST, most=MOST)
    ]  # fmt: skip
