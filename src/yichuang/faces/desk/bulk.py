"""The same act on several cases ticked in the list: 制证 and 送达. Each goes through the door by itself, is recorded by
itself, and what the door refuses is said of that case alone.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.cases import queries, service
from yichuang.cases.core import commands as co
from yichuang.cases.core.decide import ACTS
from yichuang.cases.core.outcome import METHODS
from yichuang.cases.filters import APPLICANT
from yichuang.cases.prepare import prepare
from yichuang.cases.queries import Row
from yichuang.cases.view import names_of_applicants
from yichuang.faces import frame, requests, who
from yichuang.faces.fields import choice
from yichuang.faces.forms import django_errors
from yichuang.faces.telling import light_of_row
from yichuang.ledger.actor import Actor

BULK = {ACTS[command].name: ACTS[command] for command in (co.MakeCertificate, co.Deliver)}
_RECIPIENT = "recipient-"  # before the id of a case: who signed for it


# In which list each is offered: what is made waits for the window, what lies ready for the applicant
_LISTS = {ACTS[co.MakeCertificate].name: "todo", ACTS[co.Deliver].name: APPLICANT}


def list_bulk_acts(actor: Actor, listing: str = "") -> list[tuple[str, str]]:
    """(name, label) of the acts this post may do on several cases at once; of those of one list by its key."""
    own = ((name, act) for name, act in BULK.items() if actor.post_kind in act.who.posts)
    return [(name, act.label) for name, act in own if listing in ("", _LISTS[name])]


class BulkForm(forms.Form):
    """What all the ticked cases share: for 送达 the way."""

    def __init__(self, act: str, data: Any = None) -> None:
        super().__init__(data)
        if act == ACTS[co.Deliver].name:
            self.fields["method"] = choice("送达方式", list(METHODS.items()), many=6)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """First what was ticked, to look over; sent from there, each case's act. What was done and what was not is said
    above the list.
    """
    known = dict(list_bulk_acts(actor))
    if not known:
        raise PermissionDenied("成批制证、送达由综合窗口和机关负责人办理。如您有该岗位，请先切换岗位。")
    sent = request.POST if request.method == "POST" else request.GET
    act, rows = sent.get("act", ""), _ticked(actor, sent.getlist("case"))
    if act not in known or not rows:
        messages.warning(request, "请先在清单里勾选办件，再选要办什么。")
        return redirect("desk:home")
    listing = next(one for one in frame.queues(actor) if one.key == _LISTS[act])
    form = BulkForm(act, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _carry_out(request, actor, act, rows, form.cleaned_data)
        return redirect(listing.href)
    shown, today = names_of_applicants(rows, actor), who.seated(request).day
    errors = django_errors(form)
    context = {
        "title": f"成批{known[act]}",
        "act": act,
        "listing": listing,
        "label": known[act],
        "form": form,
        "rows": [(row, shown[row.id], light_of_row(row, today)) for row in rows],
        "signed": _RECIPIENT if act == ACTS[co.Deliver].name else "",
        "command_id": new_command_id(),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "bulk.html", context, status=422 if errors else 200, active=(listing.key, ""))


def _ticked(actor: Actor, ids: list[str]) -> tuple[Row, ...]:
    """The cases named that exist for this reader, at most a page of them. One statement."""
    known = []
    for id in ids[: queries.PAGE]:
        try:
            known.append(str(uuid.UUID(id)))
        except ValueError:
            continue
    return queries.list_rows(queries.scopes_of(actor), known)


def _carry_out(request: HttpRequest, actor: Actor, act: str, rows: tuple[Row, ...], shared: dict[str, Any]) -> None:
    """Each case's act through the door. Sent twice it is done once: a case's command id follows from the page's."""
    base, done = requests.posted_id(request), 0
    for row in rows:
        recipient = request.POST.get(f"{_RECIPIENT}{row.id}", "").strip()[:50]
        data = {**shared, "recipient": recipient} if recipient else shared
        try:
            prepared = prepare(act, data, subject=row.subject)
            service.perform(row.id, prepared, actor, command_id=uuid.uuid5(base, str(row.id)))
        except Refused as refused:
            messages.error(request, f"{row.title}（{row.receipt}）：{refused.say()}")
        else:
            done += 1
    if done:
        messages.success(request, f"“{BULK[act].label}”办好{done}件。")
