"""What portal pages print and count of the list, for programs: leaflets, “一次办妥”, 四个比率. Public, of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from yichuang.catalog.listing.queries import list_items
from yichuang.catalog.listing.state import Stage
from yichuang.catalog.queries import standard
from yichuang.catalog.ratios import count_ratios
from yichuang.catalog.search import list_entries
from yichuang.documents.leaflets import Leaflet, make_leaflet
from yichuang.faces import who
from yichuang.faces.api.catalogue import PROBLEMS, ItemsQuery, Segment, find_listed
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only
from yichuang.faces.later import list_later
from yichuang.faces.once import OnceRow, list_once
from yichuang.org.queries import city_code

router = Router(tags=["公开"])


@dataclass(frozen=True, slots=True)
class OnceItem:
    item: str
    name: str
    department: str
    visits: int
    confirmed: bool
    cases: int
    by_number: dict[str, int]
    beyond: int


@dataclass(frozen=True, slots=True)
class LaterItem:
    item: str
    name: str
    department: str
    materials: tuple[str, ...]
    used: int
    kept: int
    breached: int


@dataclass(frozen=True, slots=True)
class RatioRow:
    ratio: str
    label: str
    meaning: str
    have: int
    due: int
    missing: tuple[str, ...]


@router.get(
    "/items/{division}/{item}/leaflets/{kind}",
    response={200: Leaflet, PROBLEMS: ProblemBody},
    operation_id="read_leaflet",
    summary="办事指南、一次性告知单和海报的内容",
    description="由现行规程生成的全部文字，与网站上的 PDF 相同；address 是二维码指向的网上指南。",
)
def leaflet(
    request: HttpRequest, division: Segment, item: Segment, kind: Literal["guide", "notice", "poster"]
) -> Leaflet:
    """What a leaflet says. One statement."""
    key = find_listed(division, item)
    return make_leaflet(standard(key), kind, f"{settings.PUBLIC_URL}/items/{division}/{item}")


@router.get(
    "/once", response={200: list[OnceItem], PROBLEMS: ProblemBody}, operation_id="list_once", summary="“一次办妥”清单",
    description="规程写明到现场不多于一次的事项，政务服务办是否确认，最近365天结束的办件实际到场几次。",
)  # fmt: skip
def once(request: HttpRequest, query: Query[ItemsQuery]) -> list[OnceItem]:
    """Three statements."""
    known_only(request, ItemsQuery)
    rows, _ = list_once(query.division or city_code(), who.today())
    return [_once(row) for row in rows]


def _once(row: OnceRow) -> OnceItem:
    known, seen = row.item, row.visits
    by_number = {str(number): cases for number, cases in seen.by_number.items()}
    beyond = seen.beyond(known.visits)
    return OnceItem(
        known.item, known.name, known.department, known.visits, row.confirmed, seen.cases, by_number, beyond
    )


@router.get(
    "/later", response={200: list[LaterItem], PROBLEMS: ProblemBody}, operation_id="list_later", summary="容缺受理清单",
    description="现行规程写明可以在受理以后补交的材料，和容缺受理的办件有没有补齐。",
)  # fmt: skip
def later(request: HttpRequest, query: Query[ItemsQuery]) -> list[LaterItem]:
    """Two statements."""
    known_only(request, ItemsQuery)
    rows = list_later(query.division or city_code())
    return [
        LaterItem(e.item, e.name, e.department, e.later, p.used, p.kept, p.breached)
        for e, p in ((row.item, row.promises) for row in rows)
    ]


@router.get(
    "/ratios", response={200: list[RatioRow], PROBLEMS: ProblemBody}, operation_id="count_ratios", summary="四个比率",
    description="进驻、可网办、不见面、零材料：由清单和现行规程算出，missing 是没有达到的事项编码。口径由本项目拟定。",
)  # fmt: skip
def ratios(request: HttpRequest, query: Query[ItemsQuery]) -> list[RatioRow]:
    """Two statements."""
    known_only(request, ItemsQuery)
    division = query.division or city_code()
    listed = [item.code for item in list_items(division) if item.stage != Stage.ENDED]
    return [
        RatioRow(r.ratio.value, r.ratio.label, r.ratio.meaning, r.have, r.due, r.missing)
        for r in count_ratios(listed, list_entries(division))
    ]
