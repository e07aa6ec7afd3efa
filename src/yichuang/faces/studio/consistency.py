"""市县统一: each county against the city over the seven attributes of the policy (3.2c), down to the words that differ.
All of it is public.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yichuang.catalog.consistency.attributes import Attribute
from yichuang.catalog.consistency.queries import (
    PAGE,
    County,
    Judged,
    find_item_name,
    find_pair,
    list_differing_items,
    list_judged,
    read_report,
)
from yichuang.kernel.people_csv import people_csv
from yichuang.org.queries import names_of_departments
from yichuang.people.mfa import is_demo_store

HEAD = (
    "区县", "事项编码", "事项", "方面", "不同之处", "市级", "县级", "状态", "理由", "批准单位", "批准日期", "文件",
)  # fmt: skip
STATES = {"approved": "已批准", "explained": "已说明理由，待审定", "": "未说明理由"}
LIGHTS = {"approved": "green", "explained": "yellow", "": "red"}


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The counties by attribute; with `at` the items of one that differ; with `as=csv` every difference. Five
    statements.
    """
    if request.GET.get("as") == "csv":
        return _file(request.GET.get("at", ""))
    counties = read_report()
    county = _choose(counties, request.GET.get("at"))
    known = {attribute.value for attribute in Attribute}
    attribute = request.GET.get("attribute", "")
    attribute = attribute if attribute in known else ""
    page = Paginator(range(10**6), PAGE).get_page(request.GET.get("page")).number
    context: dict[str, Any] = {
        "title": "市县办事规程比对",
        "counties": counties,
        "county": county,
        "attributes": list(Attribute),
        "attribute": attribute,
        "items": list_differing_items(county.code, page, attribute) if county else None,
        "names": names_of_departments([county.code]) if county else {},
        "size": PAGE,
        "demo": is_demo_store(),
    }
    return render(request, "studio/consistency.html", context)


def _choose(counties: tuple[County, ...], asked: str | None) -> County | None:
    """The county asked for, else the one with the most that nobody answered for."""
    known = {county.code: county for county in counties}
    worst = max(counties, key=lambda county: county.total.flagged, default=None)
    return known.get(asked or "", worst)


@require_safe
def item(request: HttpRequest, division: str, item: str) -> HttpResponse:
    """One item of a county beside the city's, line by line. Four statements."""
    rows = list_judged(division, item)
    county, base = find_pair(division, item)
    name = rows[0].name if rows else find_item_name(division, item)
    counties = {one.code: one.name for one in read_report()}
    if not name or division not in counties:
        raise Http404("没有这个区县的这个事项")
    context = {
        "title": name,
        "place": counties[division],
        "rows": [(row, STATES[row.stage], LIGHTS[row.stage]) for row in rows],
        "county": county,
        "base": base,
        "division": division,
        "item": item,
        "demo": is_demo_store(),
    }
    return render(request, "studio/consistency_item.html", context)


def _file(division: str) -> HttpResponse:
    """Every difference, as the pages show them."""
    places = {county.code: county.name for county in read_report()}
    lines = [_cells(row, places) for row in list_judged(division if division in places else "")]
    response = HttpResponse(people_csv([HEAD, *lines]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="consistency.csv"'
    return response


def _cells(row: Judged, places: dict[str, str]) -> tuple[str, ...]:
    day = row.approved_on.isoformat() if row.approved_on else ""
    return (
        places.get(row.division, row.division), row.item, row.name, row.label, row.words, row.before, row.after,
        STATES[row.stage], row.reason, row.approved_by, day, row.document,
    )  # fmt: skip
