"""授权 of a person at the window: the mandates they gave, and ending one for who comes in person (许可法 29 条)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.refusal import Invalid
from yichuang.cases import looking
from yichuang.catalog import search
from yichuang.faces import frame, requests, who
from yichuang.faces.desk.intake import PLACE, at_window
from yichuang.faces.requests import or_404
from yichuang.ledger.actor import Actor
from yichuang.people import face
from yichuang.people import queries as people
from yichuang.people.mandates import revoke_mandate


@require_http_methods(["GET", "HEAD", "POST"])
@at_window
def page(request: HttpRequest, actor: Actor, subject_id: str) -> HttpResponse:
    """The mandates that hold or are to begin; by POST one of them is ended, which both sides are told."""
    subject = or_404(people.load_subject(subject_id))
    looking.trace_person(actor, subject.pk, "mandates_opened")
    given = people.list_mandates_given(subject, who.seated(request).day)
    if request.method == "POST":
        asked = requests.number(request.POST.get("mandate"), 0)
        mandate = or_404(next((listed for listed in given if listed.pk == asked), None))
        try:
            revoke_mandate(mandate, actor)
        except Invalid as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "授权已撤销，委托人和代理人都会收到通知。代理人经手办件的查询码已更换。")
        return redirect("desk:intake-mandates", subject_id=subject.pk)
    reader = face.reader_of(actor, subject.pk)
    context = {
        "title": "授权代办",
        "subject": subject,
        "name": face.mask_fields(subject, reader).get("name", ""),
        "given": [(m, m.name_of_agent) for m in given],
        "items": {entry.item: entry.name for entry in search.list_entries(actor.division)},
    }
    return frame.page(request, actor, "mandates.html", context, active=PLACE)
