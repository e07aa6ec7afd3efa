"""“一次办妥”清单 with what really happened (3.5a), 容缺受理清单 (3.6a), 四个比率 with what is missing by name.

Counts of nobody.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog import search
from yichuang.catalog.listing.queries import list_items
from yichuang.catalog.listing.state import Stage
from yichuang.catalog.ratios import count_ratios
from yichuang.faces import who
from yichuang.faces.later import list_later
from yichuang.faces.once import list_once
from yichuang.faces.place import choose_division
from yichuang.faces.portal.page import page_for_all


@require_safe
def once(request: HttpRequest) -> HttpResponse:
    """Items done in one visit at most: computed, confirmed, and against that how often people came. Five statements."""
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    today = who.today()
    rows, first = list_once(division, today)
    context = {
        "title": "“一次办妥”清单",
        "places": places,
        "division": division,
        "place": dict(places).get(division, ""),
        "rows": rows,
        "confirmed": sum(row.confirmed for row in rows),
        "cases": sum(row.visits.cases for row in rows),
        "beyond": sum(row.visits.beyond(row.item.visits) for row in rows),
        "first": first,
        "today": today,
    }
    return page_for_all(request, "once.html", context)


@require_safe
def later(request: HttpRequest) -> HttpResponse:
    """容缺受理清单: which materials may come after acceptance, and how promises were kept. Three statements."""
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    rows = list_later(division)
    context = {
        "title": "容缺受理清单",
        "places": places,
        "division": division,
        "place": dict(places).get(division, ""),
        "rows": rows,
        "used": sum(row.promises.used for row in rows),
        "kept": sum(row.promises.kept for row in rows),
        "breached": sum(row.promises.breached for row in rows),
    }
    return page_for_all(request, "later.html", context)


@require_safe
def ratios(request: HttpRequest) -> HttpResponse:
    """The four ratios of a division, and the items that are missing in each. Four statements."""
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    listed = [item for item in list_items(division) if item.stage != Stage.ENDED]
    context = {
        "title": "四个比率",
        "places": places,
        "division": division,
        "place": dict(places).get(division, ""),
        "ratios": count_ratios([item.code for item in listed], search.list_entries(division)),
        "names": {item.code: item.name for item in listed},
    }
    return page_for_all(request, "ratios.html", context)
