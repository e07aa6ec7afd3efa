"""Views of the watch: the page of the day for supervisors, the office, inspectors and heads; the public day roots."""

from __future__ import annotations

import re
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yichuang.cases import queries, watching
from yichuang.cases.core.events import LABELS
from yichuang.faces import who
from yichuang.faces.telling import light_of_row
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.ledger.outside import PUBLIC, configured_outside
from yichuang.ledger.seals import list_seals
from yichuang.ledger.service import now
from yichuang.orders import queries as orders
from yichuang.orders.core.state import Stage
from yichuang.org import queries as org
from yichuang.people.mfa import is_demo_store
from yichuang.supervision.findings import totals
from yichuang.supervision.queries import reading
from yichuang.supervision.reach import reach_of

NEAREST = 20
SEALS = 10
_DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}\.json")


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Today, findings and lights by department, nearest dates, the health of ledger and sweep. Updates itself every
    half minute.
    """
    frame.only_watchers(actor)
    scopes = queries.scopes_of(actor)
    moment = now()
    nearest = queries.nearest(scopes, NEAREST)
    context: dict[str, Any] = {
        "title": "今日监察",
        "now": moment,
        "today": [(LABELS[kind], count) for kind, count in watching.today(scopes, moment).items()],
        "lights": watching.lights(scopes),
        "nearest": [(row, light_of_row(row, who.seated(request).day)) for row in nearest],
        "names": org.names_of_departments(reach_of(actor).divisions),
        "health": watching.health(),
        "reading": reading(),
        "found": totals(actor),
        "orders": [
            (Stage(stage), count, late)
            for stage, (count, late) in orders.count_by_stage(actor, who.seated(request).day).items()
        ],
    }
    return frame.page(request, actor, "home.html", context, active="watch:home")


@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """The published roots of the ledger: signed day roots, the last seals, the public key, how to check. Public."""
    outside = configured_outside()
    days = sorted((f.name for f in outside.folder.glob("????-??-??.json")), reverse=True)[:60]
    context = {
        "title": "账本公开",
        "days": days,
        "seals": list_seals(SEALS),
        "has_key": (outside.folder / PUBLIC).exists(),
        "public_key": PUBLIC,
        "demo": is_demo_store(),
    }
    return render(request, "watch/roots.html", context)


@require_safe
def root(request: HttpRequest, name: str) -> HttpResponseBase:
    """A signed day root or the public key, as a file."""
    if not (_DAY_FILE.fullmatch(name) or name == PUBLIC):
        raise Http404(name)
    file = configured_outside().folder / name
    if not file.is_file():
        raise Http404(name)
    return FileResponse(file.open("rb"), as_attachment=True, filename=name)
