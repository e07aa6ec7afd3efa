"""叫号: what a clerk at a window sees: who waits, the ticket that was called, and what to do with it (3.4b)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.faces import frame, who
from yichuang.faces.requests import STATUS, posted_id
from yichuang.faces.shown import begun_id, carry_out
from yichuang.faces.tickets import TICKETS
from yichuang.hall.queries import Seat, find_seat
from yichuang.hall.queueing import find_at_window, list_missed
from yichuang.hall.serving import call_next
from yichuang.hall.status import read_queue
from yichuang.hall.ticket import TicketStage
from yichuang.ledger.actor import Actor

# What the clerk may do with the ticket at the window, by its stage: acts in the order of their buttons
_ACTS = {TicketStage.CALLED: ("begin", "recall", "miss"), TicketStage.SERVING: ("finish",)}


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The window of the post. Seven statements besides the frame's."""
    if actor.post_kind != "window":
        raise PermissionDenied("叫号由综合窗口办理。如您有该岗位，请先切换岗位。")
    return _page(request, actor)


@require_POST
@who.for_officers
def call(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Call whose turn it is."""
    try:
        call_next(actor, command_id=posted_id(request))
    except Refused as refused:
        return _page(request, actor, refused)
    return redirect("desk:window")


@require_POST
@who.for_officers
def take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A ticket for somebody who does not get on with the machine."""
    seat = find_seat(actor.post)
    data = {"hall": str(seat.arrangement) if seat else "", "code": request.POST.get("code", "")[:1]}
    data_all = {**data, "priority": request.POST.get("priority") == "on"}
    try:
        command_id = posted_id(request)
        act = TICKETS.acts["take"]
        ticket = carry_out(TICKETS, begun_id(command_id), act, data_all, actor, command_id=command_id).state
    except Refused as refused:
        return _page(request, actor, refused)
    messages.success(request, f"已取{ticket.number}号。")
    return redirect("desk:window")


@require_POST
@who.for_officers
def act_on_ticket(request: HttpRequest, actor: Actor, id: uuid.UUID, act: str) -> HttpResponse:
    """One act on a ticket; who begins with it may go on to the intake at once."""
    wanted = TICKETS.acts.get(act)
    if wanted is None or wanted.creates or TICKETS.aggregate.find(actor, id) is None:
        raise Http404(act)
    data = {"code": request.POST.get("code", "")[:1]} if act == "carry" else {}
    try:
        carry_out(TICKETS, id, wanted, data, actor, command_id=posted_id(request))
    except Refused as refused:
        return _page(request, actor, refused)
    if request.POST.get("then") == "intake":
        return redirect("desk:intake")
    return redirect("desk:window")


def _page(request: HttpRequest, actor: Actor, refused: Refused | None = None) -> HttpResponse:
    seat = find_seat(actor.post) if actor.post_kind == "window" else None
    context = {
        "title": "叫号",
        "seat": seat,
        "refused": refused,
        "command_id": new_command_id,
        **(_standing(seat) if seat else {}),
    }
    status = STATUS[refused.kind] if refused else 200
    context["has_errors"] = refused is not None
    return frame.page(request, actor, "window.html", context, status=status, active=(frame.WINDOW, ""))


def _standing(seat: Seat) -> dict[str, object]:
    day = who.today()
    ticket = find_at_window(seat.arrangement, seat.number, day)
    queue = read_queue(seat.arrangement, day)
    acts = [TICKETS.acts[name] for name in _ACTS[TicketStage(ticket.stage)]] if ticket else []
    return {
        "ticket": ticket,
        "stage": TicketStage(ticket.stage) if ticket else None,
        "acts": acts,
        "mine": [line for line in queue.classes if line.code in seat.classes],
        "classes": [line for line in queue.classes if line.windows],
        "missed": list_missed(seat.arrangement, day),
    }
