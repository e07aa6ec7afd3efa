"""“一次办妥”清单 with what really happened (3.5a), and 四个比率 with what is missing by name. Counts of nobody."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.cases.visiting import Visits, count_visits
from yichuang.catalog import search
from yichuang.catalog.listing.queries import list_items
from yichuang.catalog.listing.state import Stage
from yichuang.catalog.ratios import count_ratios
from yichuang.faces import who
from yichuang.faces.place import choose_division
from yichuang.faces.portal.page import page_for_all

DAYS = 365  # of ended cases that are counted


@require_safe
def once(request: HttpRequest) -> HttpResponse:
    """Items done in one visit at most: computed, confirmed, and against that how often people came. Five statements."""
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    today = who.today()
    first = today - timedelta(days=DAYS - 1)
    visits = count_visits(division, first, today)
    confirmed = {item.code: item.once for item in list_items(division)}
    entries = [entry for entry in search.list_entries(division) if entry.visits <= 1]
    rows = [(e, confirmed.get(e.item) == e.key, visits.get(e.item, Visits({}))) for e in entries]
    context = {
        "title": "“一次办妥”清单",
        "places": places,
        "division": division,
        "place": dict(places).get(division, ""),
        "rows": sorted(rows, key=lambda row: not row[1]),
        "confirmed": sum(sure for _, sure, _ in rows),
        "cases": sum(seen.cases for _, _, seen in rows),
        "beyond": sum(seen.beyond(e.visits) for e, _, seen in rows),
        "first": first,
        "today": today,
    }
    return page_for_all(request, "once.html", context)


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
