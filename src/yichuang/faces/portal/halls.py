"""大厅: where windows are, which of them take which items, and 进驻率 (3.4a, 3.4b). For everybody; names nobody."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog import search
from yichuang.faces import who
from yichuang.faces.place import choose_division
from yichuang.faces.portal.page import page_for_all
from yichuang.faces.requests import or_404
from yichuang.hall.lists import read_hall, read_halls
from yichuang.hall.queries import find_arrangement
from yichuang.hall.status import count_waiting, read_queue
from yichuang.org.queries import find_hall


@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    """The halls of a division and the rates of the four classes. Ten statements."""
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    standing = read_halls(division)
    context = {
        "title": "政务服务大厅",
        "places": places,
        "division": division,
        "place": dict(places).get(division, ""),
        "standing": standing,
        "waiting": count_waiting([hall.id for hall in standing.halls], who.today()),
    }
    return page_for_all(request, "halls.html", context)


@require_safe
def hall(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One hall: address, classes with their windows and items, how many wait. Ten statements."""
    row = or_404(find_arrangement(id))
    queue = {line.code: line for line in read_queue(row.pk, who.today()).classes}
    context = {"title": row.name, "hall": read_hall(row), "about": find_hall(row.hall), "queue": queue}
    return page_for_all(request, "hall.html", context)
