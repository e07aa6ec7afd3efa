"""容缺受理告知承诺书 to be signed: printed at the window before the promise is entered (3.6b).

Nothing has happened yet: no number is drawn and nothing is recorded.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from yichuang.cases import looking
from yichuang.cases.core import commands as co
from yichuang.cases.core.gaps import list_tolerable
from yichuang.cases.view import names_of_applicants
from yichuang.documents.promising import tell_promise
from yichuang.faces import frame, requests, who
from yichuang.faces.desk.case import see
from yichuang.ledger.actor import Actor


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """The paper to print, for who may enter the promise now; materials and days are chosen on the page."""
    shown = see(request, actor, case_id).view
    offer = next((o for o in shown.offers if o.command is co.PromiseGaps), None)
    if offer is None or offer.refusal:
        late = f"本件现在是“{shown.case.stage.label}”，不能容缺受理。"
        messages.warning(request, offer.refusal.say() if offer and offer.refusal else late)
        return redirect("desk:case", case_id=case_id)
    looking.trace_case(actor, case_id)
    case, standard = shown.case, shown.standard
    tolerable = list_tolerable(case, standard)
    chosen = {*case.missing, *(m for m in request.GET.getlist("material") if m in tolerable)}
    most = len(shown.gap_days)
    days = min(requests.number(request.GET.get("days", str(most))), most)
    situation = standard.situation(case.situation)
    matter = f"{standard.name}（{situation.name}）" if situation else standard.name
    context = {
        "title": "容缺受理告知承诺书（待签）",
        "view": shown,
        "applicant": names_of_applicants((shown.row,), actor)[case_id],
        "choices": [(m, m.code in chosen, m.code in case.missing) for m in standard.materials if m.code in tolerable],
        "materials": [m for m in standard.materials if m.code in chosen],
        "dates": list(enumerate(shown.gap_days, start=1)),
        "days": days,
        "told": tell_promise(standard, "申请人", matter, days, shown.gap_days[days - 1], shown.gap_regime),
    }
    return frame.page(request, actor, "promise.html", context)
