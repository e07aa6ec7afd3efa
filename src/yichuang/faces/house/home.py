"""Where an administrator lands, and the state of the system itself for the system administrator. No case enters."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from yichuang.cases import watching
from yichuang.cases.readiness import list_gaps
from yichuang.cases.rights import STATE
from yichuang.faces import who
from yichuang.faces.house import frame
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.supervision.queries import reading


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """To the first page of the administrator's post."""
    places = frame.PLACES.get(actor.post_kind)
    if places is None:
        raise PermissionDenied("这里由系统、安全、审计管理员使用。如您有该岗位，请先切换岗位。")
    return redirect(places[0][1])


@require_safe
@frame.for_right(STATE)
def state(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Whether what must run by itself runs: sweep, worker, seals, supervision; the facts of the watch page."""
    gaps = list_gaps()
    context = {"title": "系统状态", "now": now(), "health": watching.health(), "reading": reading(), "gaps": gaps}
    return frame.page(request, actor, "state.html", context, active="house:state")
