"""Carrying out an act: the form to a command, the command to the door, its answer to a page. No rule is here."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from yichuang.aggregates import uploads
from yichuang.aggregates.acts import Offer
from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import correcting, service
from yichuang.cases.codec import COMMANDS
from yichuang.cases.core.decide import ACTS
from yichuang.cases.declared import CASE
from yichuang.cases.papers import issued_by
from yichuang.cases.prepare import prepare
from yichuang.documents.kinds import KINDS
from yichuang.faces import requests, who
from yichuang.faces.act_form import Failed, keep_files
from yichuang.faces.desk import case
from yichuang.faces.desk.act_forms import FORMS
from yichuang.faces.desk.fields import ActForm
from yichuang.ledger.actor import Actor

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload

SCANS = ("pdf", "jpg", "png")  # of what was signed on paper


@requests.takes(requests.FILE_BYTES)
@require_POST
@who.for_officers
def do(request: HttpRequest, actor: Actor, case_id: uuid.UUID, act: str, step: str = "") -> HttpResponse:
    """One act. What is not offered goes to the door all the same, so that the door says why and records it."""
    command = COMMANDS.get(act)
    if command not in FORMS:
        raise Http404(act)
    sight = case.see(request, actor, case_id)
    label = ACTS[command].label
    offer = next((o for o in sight.view.offers if o.command is command and o.step == step), None)
    if offer is None or not offer.allowed:
        return _not_offered(request, actor, sight, offer or Offer(ACTS[command], step, None))
    form = FORMS[command](sight.matter, offer, request.POST, request.FILES)
    seen = requests.number(request.POST.get("seq"), 0)
    refused: Refused | None = None
    if form.is_valid():
        try:
            outcome = _perform(sight, form, actor, requests.posted_id(request))
        except Refused as error:
            refused = error
            form.refuse(error)
        else:
            messages.success(request, done(label, outcome))
            return _go_on(case_id)
        sight = case.see(request, actor, case_id)  # the case may have moved on while we asked
    failed = Failed(form, refused, seen)
    status = requests.STATUS[refused.kind] if refused else 422
    return case.show(request, actor, sight, failed=failed, status=status)


def _go_on(case_id: uuid.UUID) -> HttpResponse:
    """To the case page, which then names the next case too."""
    return redirect(f"{reverse('desk:case', args=[case_id])}?{case.DONE}=1")


def _not_offered(request: HttpRequest, actor: Actor, sight: case.Sight, offer: Offer) -> HttpResponse:
    """An act of a page that the case has left behind, or that was never this post's.

    The same command sent twice is no conflict: its receipt answers. Otherwise the door's refusal is shown.
    """
    row, known = sight.view.row, {s.code for s in sight.matter.standard.steps}
    if offer.step and offer.step not in known:
        raise Http404(offer.step)
    form = FORMS[offer.command](sight.matter, offer, request.POST, request.FILES)
    form.recall()
    seen = requests.number(request.POST.get("seq"), 0)
    refused = offer.refusal or _left_behind(sight, offer)
    if form.is_valid():
        try:
            outcome = _perform(sight, form, actor, requests.posted_id(request))
        except Refused as error:
            refused = error
        else:
            messages.success(request, done(offer.label, outcome))
            return _go_on(row.id)
    form.refuse(refused)
    shown = case.see(request, actor, row.id)
    return case.show(request, actor, shown, failed=Failed(form, refused, seen), status=requests.STATUS[refused.kind])


def _left_behind(sight: case.Sight, offer: Offer) -> Refused:
    """Of an act that is none of this stage, where what was filled in is not enough to ask the door."""
    message = f"本件现在是“{sight.view.case.stage.label}”，不能办理“{offer.label}”。"
    return Refused("act-left-behind", message, next="请看您打开这一页之后发生了什么。", kind=Kind.STALE)


def _perform(sight: case.Sight, form: ActForm, actor: Actor, command_id: uuid.UUID) -> service.Outcome:
    """The command from what the form gives, through the door. The files it sends lie with the case from then on; a
    retry is told by their content. Raises Refused, and keeps no file then.
    """
    id = sight.view.row.id
    kept: list[Upload] = []
    try:
        data = keep_files(form, actor, SCANS, kept)
        plain = data | {name: [upload.digest for upload in kept] for name in form.act.files}
        prepared = _prepared(sight, form.act.name, data, plain)
        outcome = service.perform(id, prepared, actor, command_id=command_id)
    except Refused:
        for upload in kept:
            uploads.drop(upload, actor)
        raise
    if outcome.repeated:  # the files of the first time are there
        for upload in kept:
            uploads.drop(upload, actor)
    elif kept:
        uploads.file_to([upload.id for upload in kept], actor.person, CASE.stream(id))
    return outcome


def _prepared(sight: case.Sight, act: str, data: dict[str, Any], plain: dict[str, Any]) -> Prepared:
    if act == correcting.NAME:
        return correcting.prepare_correct_applicant(sight.view, data)
    return prepare(act, data, subject=sight.view.case.subject, plain=plain)


def done(label: str, outcome: service.Outcome) -> str:
    """What the notice says: the act, and which paper it issued."""
    if outcome.repeated:
        return f"“{label}”此前已经办好，没有重复办理。"
    papers = [f"{KINDS[kind].name} {number}" for kind, number in _issued(outcome)]
    return f"“{label}”。" + (f"已出具{'、'.join(papers)}。" if papers else "")


def _issued(outcome: service.Outcome) -> list[tuple[str, str]]:
    """Kind and number of the documents that a command issued."""
    events = [dated.event for dated in outcome.events]
    return [(kind, event.number) for event in events if (kind := issued_by(event, outcome.state))]
