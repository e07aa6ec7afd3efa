"""清单变动台账: every move of the list of approval items with its document, and its number over time (3.1d)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from yichuang.catalog import search
from yichuang.catalog.listing.queries import End, count_founding, count_over_time, find_public_file, list_moves
from yichuang.faces import who
from yichuang.faces.opening import send_upload
from yichuang.faces.place import choose_division
from yichuang.faces.portal.page import page_for_all
from yichuang.org.queries import names_of_departments

PAGE = 50
ONCE = "once"
SHOWS = {"": "清单的变动", ONCE: "“一次办妥”的确认"}


@require_safe
def moves(request: HttpRequest) -> HttpResponse:
    """The ledger of the list of a division. Eight statements."""
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    counts = count_over_time(division)
    shown = request.GET.get("show") if request.GET.get("show") in SHOWS else ""
    rows = Paginator(list_moves(division, once=shown == ONCE), PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "审批事项清单的变动",
        "places": places,
        "division": division,
        "place": dict(places).get(division, ""),
        "shows": [*SHOWS.items()],
        "shown": shown,
        "moves": rows,
        "total": rows.paginator.count,
        "size": PAGE,
        "names": names_of_departments([division]),
        "now": counts[-1][1] if counts else 0,
        "founding": count_founding(division),
        "counts": list(reversed(counts)),
        "chart": _steps(counts, who.today()),
    }
    return page_for_all(request, "list.html", context)


@require_safe
def evidence(request: HttpRequest, id: uuid.UUID) -> HttpResponseBase:
    """The document of a move, which the office keeps open to everybody."""
    upload = find_public_file(id)
    if upload is None:
        raise Http404("no file that is open to everybody")
    return send_upload(upload)


def _steps(counts: list[tuple[date, int]], today: date) -> dict[str, Any]:
    """The number of items as a line of steps up to today."""
    last = [(today, counts[-1][1])] if counts else []
    points = [[day.isoformat(), number] for day, number in (*counts, *last)]
    return {
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "minInterval": 1, "min": 0},
        "series": [{"type": "line", "step": "end", "name": "在列事项", "data": points}],
    }


def ended_page(request: HttpRequest, end: End, division: str) -> HttpResponse:
    """What stands in place of the guide of an item that has ended: since when, by what, and what to do."""
    response = page_for_all(request, "ended.html", {"title": f"{end.name}：不再受理", "end": end, "division": division})
    if response.status_code == 200:
        response.status_code = 410
    return response
