"""Views of the watch: the page of the day for supervisors, the office, inspectors and heads; the public day roots."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yichuang.cases import queries, watching
from yichuang.cases.core.events import LABELS
from yichuang.catalog import search
from yichuang.faces import who
from yichuang.faces.desk import frame
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Seal
from yichuang.ledger.outside import PUBLIC, configured
from yichuang.ledger.service import now
from yichuang.people.mfa import demo_store, notice
from yichuang.supervision.queries import reading

WATCHERS = {"supervisor", "office", "inspector", "head"}
NEAREST = 20
_DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}\.json")


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Today, lights by department, nearest dates, the health of ledger and sweep. Updates itself every half minute."""
    if actor.post_kind not in WATCHERS:
        raise PermissionDenied("监察页由电子监察、政务服务办、督查和机关负责人查看。请切换到相应岗位。")
    scopes = queries.scopes_of(actor)
    moment = now()
    nearest = queries.cases(scopes, queries.Filter(open=True)).rows[:NEAREST]
    names = {f"{e.division}/{e.department}": e.department_name for e in search.entries(actor.division)}
    context: dict[str, Any] = {
        "title": "今日监察",
        "now": moment,
        "today": [(LABELS[kind], count) for kind, count in watching.today(scopes, moment).items()],
        "lights": watching.lights(scopes),
        "nearest": nearest,
        "names": names,
        "health": watching.health(),
        "reading": reading(),
        "identity": frame.identity(request, actor),
        "side": _side(),
        "notice": notice(),
    }
    response = render(request, "watch/home.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _side() -> list[dict[str, Any]]:
    places = (("今日监察", "watch:home"), ("账本日根", "watch:roots"), ("办件清单", "desk:home"))
    return [
        {"title": "监察", "items": [{"text": t, "href": reverse(n), "active": n == "watch:home"} for t, n in places]}
    ]


@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """The published roots of the ledger: signed day roots, the last seals, the public key, how to check. Public."""
    outside = configured()
    days = sorted((f.name for f in outside.folder.glob("????-??-??.json")), reverse=True)[:60]
    context = {
        "title": "账本公开",
        "days": days,
        "seals": Seal.objects.order_by("-number").defer("leaves")[:10],
        "has_key": (outside.folder / PUBLIC).exists(),
        "public_key": PUBLIC,
        "demo": demo_store(),
    }
    return render(request, "watch/roots.html", context)


@require_safe
def root(request: HttpRequest, name: str) -> HttpResponseBase:
    """A signed day root or the public key, as a file."""
    if not (_DAY_FILE.fullmatch(name) or name == PUBLIC):
        raise Http404(name)
    file = configured().folder / name
    if not file.is_file():
        raise Http404(name)
    return FileResponse(file.open("rb"), as_attachment=True, filename=name)
