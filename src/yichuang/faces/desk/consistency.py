"""市县统一 at the desk: what the reader's department or office has to do with the city's base, and where it begins
(3.2b, 3.2c).
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.catalog.consistency import deviation, proposal
from yichuang.catalog.consistency.declared import DRAFTERS, list_unexplained
from yichuang.catalog.consistency.lists import list_deviations, list_followings, list_proposals
from yichuang.catalog.revising.state import Stage as RevisionStage
from yichuang.faces import frame, who
from yichuang.ledger.actor import Actor
from yichuang.org.queries import city_code, names_of_divisions

MOST = 100  # rows of each table


@require_safe
@who.for_officers
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for the reader first. Ten statements at most."""
    if actor.post_kind not in frame.REVISION_READERS:
        raise PermissionDenied("市县统一由实施部门、政务服务办和监察岗位办理；比对结果在“规程工作室”公开。")
    drafts, in_city = actor.post_kind in DRAFTERS, actor.division == city_code()
    deviations, proposals = list_deviations(actor)[:MOST], list_proposals(actor)[:MOST]
    followings = list_followings(actor)[:MOST]
    context = {
        "title": "市县统一",
        "division": actor.division,
        "deviations": [(row, deviation.Stage(row.stage)) for row in deviations],
        "proposals": [(row, proposal.Stage(row.stage)) for row in proposals],
        "places": names_of_divisions(row.division for rows in (deviations, proposals, followings) for row in rows),
        "followings": [(row, RevisionStage(row.stage)) for row in followings],
        "unexplained": list(list_unexplained(actor.department).values()) if drafts and not in_city else [],
        "explains": drafts and not in_city,
        "proposes": drafts and in_city,
        "today": who.today(),
    }
    return frame.page(request, actor, "consistency.html", context, active=(frame.CONSISTENCY, ""))
