"""Acceptance check at the window: the materials against the standard at a glance, and what may follow from it.

Which acts stand below is `may`'s answer; the verdict 齐全 or 缺 is the case's own.
"""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.aggregates.prepare import new_command_id
from yichuang.cases import looking
from yichuang.cases.view import names_of_applicants
from yichuang.faces import frame, who
from yichuang.faces.desk import case
from yichuang.faces.desk.fields import ActForm
from yichuang.faces.telling import clock_of
from yichuang.ledger.actor import Actor
from yichuang.people.face import HIDE, CasePart

# Of all acts of the stage, those that a check of the materials leads to
_FOLLOW = ("receive", "accept", "promise_gaps", "promise", "ask_correction", "decline")


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """One case's checklist, with its acts."""
    sight = case.see(request, actor, case_id)
    shown = sight.view
    if shown.level(CasePart.MATERIALS) == HIDE:
        raise Http404("check")
    looking.trace_case(actor, case_id)
    lines = case.materials(shown)
    acts = [act for act in case.acts_of(sight) if act["key"] in _FOLLOW]
    refused = [o for o in shown.offers if o.refusal and ActForm.key(o) in _FOLLOW]
    context = {
        "title": f"核对材料 · {shown.row.title}",
        "view": shown,
        "applicant": names_of_applicants((shown.row,), actor)[shown.row.id],
        "lines": lines,
        "missing": [line for line in lines if not line["there"]],
        "acts": acts,
        "refused": refused,
        "seq": sight.seq,
        "command_id": new_command_id,
        "clocks": [clock_of(c) for c in shown.clocks if c.live],
    }
    return frame.page(request, actor, "check.html", context)
