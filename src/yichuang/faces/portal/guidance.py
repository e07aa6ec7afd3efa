"""Asking a counsellor, from a guide or from a draft, and what was asked (3.4d, 3.4e)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates import uploads
from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.faces import who
from yichuang.faces.act_form import ActForm, Failed, keep_files
from yichuang.faces.fields import choice, files, text
from yichuang.faces.guidance import SHOWN
from yichuang.faces.portal.page import page, signed_in
from yichuang.faces.requests import FILE_BYTES, STATUS, number, or_404, posted_id, takes
from yichuang.faces.shown import begun_id, carry_out
from yichuang.guidance.lists import PAGE, list_guidances
from yichuang.guidance.queries import find_draft, find_matter, list_applicants, list_situations
from yichuang.guidance.state import TOPICS, GuidanceStage, Matter
from yichuang.ledger.actor import Actor

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload

ASK = SHOWN.acts["ask"]


class AskForm(ActForm):
    """What is asked of one item, or of one draft."""

    def __init__(self, matter: Matter, names: dict[str, str], data: Any = None, sent: Any = None) -> None:
        self.matter, self.names = matter, names
        self.situations = {} if matter.draft else list_situations(matter)
        super().__init__(ASK, data=data, sent=sent)

    def build(self) -> dict[str, forms.Field]:
        asks = ASK.asks
        hint = "看材料是否齐全、是否符合法定形式的，可以传上来。"
        whose = {"subject": choice(asks["subject"].label, list(self.names.items()))} if len(self.names) > 1 else {}
        which = {"situation": choice("办理情形", list(self.situations.items()), required=False)}
        return (
            (which if len(self.situations) > 1 else {})
            | whose
            | {
                "topic": choice(asks["topic"].label, list(TOPICS.items())),
                "words": text(asks["words"].label, hint=f"最多{asks['words'].most}个字。"),
                "files": files(asks["files"].label, required=False, hint=hint),
            }
        )

    def content(self) -> dict[str, Any]:
        matter = self.matter
        about = {"draft": matter.draft} if matter.draft else {"item": f"{matter.division}/{matter.item}"}
        only = {"subject": next(iter(self.names))} if len(self.names) == 1 else {}
        return {**only, **super().content(), **about}


@takes(FILE_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask_item(request: HttpRequest, division: str, item: str) -> HttpResponse:
    """Ask about an item; of one that has left the list, why nothing is asked any more."""
    matter = or_404(find_matter(f"{division}/{item}"))
    return _ask(request, who.applicant(request), matter, reverse("portal:item", args=[division, item]))


@takes(FILE_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask_draft(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Ask about a draft of one's own: the counsellor sees which materials it has."""
    actor = who.applicant(request)
    subject, matter = or_404(find_draft(actor, str(id)))
    if subject not in actor.own_subjects:
        actor = who.applicant(request, subject=subject, item=matter.item)
    return _ask(request, actor, matter, reverse("portal:review", args=[id]))


def _ask(request: HttpRequest, actor: Actor, matter: Matter, back: str) -> HttpResponse:
    names = {} if matter.draft else list_applicants(actor, matter)
    form, failed = AskForm(matter, names), None
    if request.method == "POST":
        form = AskForm(matter, names, request.POST, request.FILES)
        failed = _sent(form, actor, command_id := posted_id(request))
        if failed is None:
            messages.success(request, "已提交，答复后会给您发消息。")
            return redirect("lives:life", "guidance", begun_id(command_id))
    context = {"title": "咨询辅导", "matter": matter, "form": form, "failed": failed, "back": back}
    context |= {"command_id": new_command_id, "has_errors": failed is not None}
    status = STATUS[failed.refused.kind if failed.refused else Kind.INPUT] if failed else 200
    return page(request, "ask.html", context, status)


def _sent(form: AskForm, actor: Actor, command_id: uuid.UUID) -> Failed | None:
    """Carry it out; None when it is done."""
    if not form.is_valid():
        return Failed(form)
    kept: list[Upload] = []
    try:
        data = keep_files(form, actor, SHOWN.files, kept)
        carry_out(SHOWN, begun_id(command_id), ASK, data, actor, command_id=command_id)
    except Refused as refused:
        for upload in kept:
            uploads.drop(upload, actor)
        form.refuse(refused)
        return Failed(form, refused)
    return None


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What those of the account asked, what waits for an answer first."""
    listed = list_guidances(who.applicant(request), number(request.GET.get("page")))
    rows = [(row, GuidanceStage(row.stage), TOPICS[row.topic]) for row in listed.rows]
    context = {"title": "我的咨询辅导", "rows": rows, "listed": listed, "per_page": PAGE}
    return page(request, "guidance.html", context)
