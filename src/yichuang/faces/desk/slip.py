"""送达回证 to be signed: printed before the hand-over, with the rows that the record of the delivery will have.

Nothing has happened yet: no number is drawn and nothing is recorded. The signed paper comes back as a scan with 送达.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from yichuang.cases import looking
from yichuang.cases.core import commands as co
from yichuang.cases.core.outcome import METHODS
from yichuang.cases.view import names_of_applicants
from yichuang.documents import citing, returning
from yichuang.faces import frame, who
from yichuang.faces.desk.case import see
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """The blank to print, for who may deliver now; a way of delivery is chosen on the page."""
    shown = see(request, actor, case_id).view
    offer = next((o for o in shown.offers if o.command is co.Deliver), None)
    if offer is None or offer.refusal:
        late = f"本件现在是“{shown.case.stage.label}”，没有要送达的。"
        messages.warning(request, offer.refusal.say() if offer and offer.refusal else late)
        return redirect("desk:case", case_id=case_id)
    looking.trace_case(actor, case_id)
    method = request.GET.get("method", "")
    method = method if method in returning.ON_PAPER else returning.ON_PAPER[0]
    standard, applicant = shown.standard, names_of_applicants((shown.row,), actor)[shown.row.id]
    served = returning.name_served(standard, [(paper.kind, paper.number) for paper in shown.papers])
    division = org.get_department(f"{standard.division}/{standard.department}").division.name
    by = "、".join(org.names_of({actor.person}).values())
    context = {
        "title": "送达回证（待签）",
        "view": shown,
        "methods": [(code, METHODS[code]) for code in returning.ON_PAPER],
        "method": method,
        "rows": [
            *returning.list_rows(applicant, served, method, division, by=by),
            *returning.list_signatures(),
        ],
        "bases": citing.merged(returning.list_bases(standard)),
    }
    return frame.page(request, actor, "slip.html", context)
