"""取号机 and 叫号屏: pages of a hall that nobody logs in to (3.4b; docs/adr/0039). Nobody is named."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.faces import who
from yichuang.faces.errors import too_many
from yichuang.faces.portal.page import page
from yichuang.faces.requests import STATUS, or_404, posted_id
from yichuang.faces.visitor import address_of
from yichuang.hall.kiosk import is_machine
from yichuang.hall.queries import find_arrangement
from yichuang.hall.queueing import count_ahead, find_ticket
from yichuang.hall.serving import machine_of, take_ticket
from yichuang.hall.status import read_queue
from yichuang.people import tries

if TYPE_CHECKING:
    from yichuang.hall.models import Arrangement

CALLS_SHOWN = 24  # windows on the screen, the last calls first


@never_cache
@require_safe
def screen(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The screen of a hall: which number goes to which window, and how many wait. Four statements."""
    row = or_404(find_arrangement(id))
    queue = read_queue(row.pk, who.today())
    context = {"title": f"{row.name}叫号", "hall": row, "queue": queue, "windows": queue.windows[:CALLS_SHOWN]}
    return page(request, "screen.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest, id: uuid.UUID, token: str) -> HttpResponse:
    """A ticket machine: choose a class, get a ticket. Who has not the hall's address is told of nothing."""
    row = _hall_of(id, token)
    if request.method != "POST":
        return _machine(request, row, token)
    if wait := tries.count_try((tries.KIOSK_HALL, str(row.pk))):
        return too_many(request, seconds=wait)
    try:
        command_id = posted_id(request)
        priority = request.POST.get("priority") == "yes"
        actor = machine_of(row.pk, row.division, address_of(request))
        take_ticket(row.pk, request.POST.get("code", "")[:1], priority, actor, command_id=command_id)
    except Refused as refused:
        return _machine(request, row, token, refused)
    return redirect("portal:ticket", id, token, command_id)


def _hall_of(id: uuid.UUID, token: str) -> Arrangement:
    row = or_404(find_arrangement(id))
    if not is_machine(row, token):
        raise Http404(token)
    return row


def _machine(request: HttpRequest, row: Arrangement, token: str, refused: Refused | None = None) -> HttpResponse:
    context = {
        "title": f"{row.name}取号",
        "hall": row,
        "token": token,
        "classes": [line for line in read_queue(row.pk, who.today()).classes if line.windows],
        "refused": refused,
        "command_id": new_command_id,
        "has_errors": refused is not None,
    }
    return page(request, "kiosk.html", context, STATUS[refused.kind] if refused else 200)


@never_cache
@require_safe
def ticket(request: HttpRequest, id: uuid.UUID, token: str, ticket: uuid.UUID) -> HttpResponse:
    """The ticket that was just taken, to be printed: number, who is ahead, about how long."""
    row = _hall_of(id, token)
    taken = or_404(find_ticket(ticket, row.pk))
    queue = read_queue(row.pk, who.today())
    line = next((line for line in queue.classes if line.code == taken.code), None)
    ahead = count_ahead(taken)
    context = {
        "title": f"{taken.number}号",
        "hall": row,
        "token": token,
        "ticket": taken,
        "line": line,
        "ahead": ahead,
        "minutes": line.estimate(ahead) if line else None,
    }
    return page(request, "ticket.html", context)
