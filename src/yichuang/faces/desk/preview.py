"""A document before it goes: what an act's form holds, said as the document would say it. Nothing is done or kept."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.refusal import Refused
from yichuang.cases import looking
from yichuang.cases.codec import COMMANDS
from yichuang.cases.core import commands as co
from yichuang.cases.declared import CASE
from yichuang.cases.prepare import prepare
from yichuang.documents.content import Content
from yichuang.documents.previewing import preview_papers
from yichuang.faces import frame, requests, who
from yichuang.faces.act_form import Failed
from yichuang.faces.desk import case
from yichuang.faces.desk.act_forms import FORMS
from yichuang.faces.desk.fields import PREVIEWED, ActForm
from yichuang.ledger.actor import Actor


@require_POST
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID, act: str) -> HttpResponse:
    """The documents that an act would issue, or what still keeps it from being done."""
    command = COMMANDS.get(act, co.PreReview)
    if command not in PREVIEWED:
        raise Http404(act)
    sight = case.see(request, actor, case_id)
    offer = next((o for o in sight.view.offers if o.command is command), None)
    if offer is None:
        raise Http404(act)
    looking.trace_case(actor, case_id)
    form = FORMS[command](sight.matter, offer, request.POST)
    papers: tuple[Content, ...] = ()
    refused = offer.refusal
    if refused is None and form.is_valid():
        try:
            papers = preview_papers(CASE, case_id, _prepare(form, sight), actor)
        except Refused as error:
            refused = error
            form.refuse(error)
    failed = Failed(form, refused) if refused or form.errors else None
    context = {
        "title": f"预览：{offer.label}",
        "view": sight.view,
        "label": offer.label,
        "papers": papers,
        "failed": failed,
        "errors": [message for message, _ in failed.errors] if failed else [],
        "has_errors": failed is not None,
    }
    status = requests.STATUS[refused.kind] if refused else 422 if failed else 200
    return frame.page(request, actor, "preview.html", context, status=status)


def _prepare(form: ActForm, sight: case.Sight) -> Prepared:
    return prepare(form.act.name, form.content(), subject=sight.view.case.subject)
