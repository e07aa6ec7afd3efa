"""廉政风险点: the posts of a department with level, holders and steps, and where nobody watches."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import who
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.org.kinds import POST_KINDS, RISKS
from yichuang.supervision import risks
from yichuang.supervision.reach import reach_of

ACTIVE = "watch:risks"
LIGHTS = {"high": "red", "medium": "yellow", "low": "green", "": "grey"}


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The departments of the reader's reach with how many posts are rated how."""
    frame.only_watchers(actor)
    reach = reach_of(actor)
    if reach.department:
        return _register(request, actor, reach.department)
    divisions = org.names_of_divisions(reach.divisions)
    context = {
        "title": "廉政风险点",
        "rows": risks.totals(reach, who.seated(request).day),
        "divisions": divisions,
    }
    return frame.page(request, actor, "risks.html", context, active=ACTIVE)


@require_safe
@who.for_officers
def department(request: HttpRequest, actor: Actor, division: str, code: str) -> HttpResponse:
    """The register of one department."""
    frame.only_watchers(actor)
    reach = reach_of(actor)
    asked = f"{division}/{code}"
    if division not in reach.divisions or reach.department not in ("", asked):
        raise Http404(asked)
    return _register(request, actor, asked)


def _register(request: HttpRequest, actor: Actor, asked: str) -> HttpResponse:
    day = who.seated(request).day
    division = asked.partition("/")[0]
    points = risks.register(asked, day, division)
    names = frame.departments(division)
    if asked not in names:
        raise Http404(asked)
    context = {
        "title": f"{names[asked]}廉政风险点",
        "points": points,
        "people": org.names_of({person for point in points for person in point.holders}),
        "kinds": POST_KINDS,
        "levels": {"": "未定级", **RISKS},
        "lights": LIGHTS,
        "whole": actor.post_kind != "head",
    }
    return frame.page(request, actor, "risk.html", context, active=ACTIVE)
