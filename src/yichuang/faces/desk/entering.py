"""补记入册: the head of a department enters a paper licence of before this platform. First which item, then what
the paper says.

What the paper may say and who may enter it is for `licences` to say; here are only the controls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates import uploads
from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.form import Filing
from yichuang.catalog.queries import list_standards
from yichuang.catalog.standard import Standard
from yichuang.faces import fields, frame, requests, who
from yichuang.faces.forms import Bound, bind, django_errors, show
from yichuang.faces.licences import LICENCES
from yichuang.faces.requests import or_404
from yichuang.faces.shown import begun_id, carry_out
from yichuang.ledger.actor import Actor
from yichuang.licences.core import commands as co
from yichuang.licences.core.decide import ACTS
from yichuang.licences.entering import stated_form
from yichuang.people.kinds import ID_TYPES

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload

ENTER = ACTS[co.Enter]
PLACE = ("desk:enter", "")
USCC = "uscc"


def for_entering(view: Callable[..., HttpResponse]) -> who.View:
    """For the posts that may enter a licence: the table of acts says which."""

    @who.for_officers
    @wraps(view)
    def guarded(request: HttpRequest, actor: Actor, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor.post_kind not in ENTER.who.posts:
            raise PermissionDenied("证照补记入册由本机关负责人办理。如您有该岗位，请先切换岗位。")
        return view(request, actor, *args, **kwargs)

    return guarded


class PaperForm(forms.Form):
    """What every paper licence says; what this one states besides is in the standard's own form."""

    def __init__(self, standard: Standard, data: Any = None, sent: Any = None) -> None:
        super().__init__(data, sent, prefix="paper")
        person, corp = "person" in standard.applicants, "corp" in standard.applicants
        kinds = [(USCC, "统一社会信用代码（单位）")] if corp else []
        kinds += list(ID_TYPES.items()) if person else []
        self.fields["holder_type"] = fields.choice("持证人证件种类", kinds)
        self.fields["holder"] = fields.short("持证人证件号码", hint="持证人应当已在本系统登记。")
        self.fields["number"] = fields.short("证照编号", hint="照证照原件填写。")
        self.fields["valid_from"] = fields.day_field("有效期自")
        self.fields["valid_to"] = fields.day_field("有效期至", required=False, hint="长期有效的不填。")
        self.fields["evidence"] = fields.files("证照原件扫描件")

    def refuse(self, refused: Refused) -> None:
        """Put what the door said beside the field it speaks of, else above the form."""
        name = str(refused.details.get("field", ""))
        self.add_error(name if name in self.fields else None, refused.say())


@require_safe
@for_entering
def choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """First page: the items of the department."""
    context = {"title": "证照补记入册", "standards": list_standards(actor.division, actor.department)}
    return frame.page(request, actor, "enter_item.html", context, active=PLACE)


@requests.takes(requests.FILE_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@for_entering
def enter(request: HttpRequest, actor: Actor, item: str) -> HttpResponse:
    """Second page: the paper licence."""
    known = {standard.item: standard for standard in list_standards(actor.division, actor.department)}
    standard = or_404(known.get(item))
    stated = stated_form(standard)
    if request.method != "POST":
        return _page(request, actor, standard, PaperForm(standard), show(stated, {}, {}))
    today = who.today()
    filing = Filing(standard.division, today, today)
    form, bound = PaperForm(standard, request.POST, request.FILES), bind(stated, request.POST, {}, filing)
    if not form.is_valid() or not bound.valid:
        return _page(request, actor, standard, form, bound, status=422)
    kept: list[Upload] = []
    try:
        command_id = requests.posted_id(request)
        data = _data(standard, form, bound, actor, kept)
        outcome = carry_out(LICENCES, begun_id(command_id), ENTER, data, actor, command_id=command_id)
    except Refused as refused:
        for upload in kept:
            uploads.drop(upload, actor)
        form.refuse(refused)
        return _page(request, actor, standard, form, bound, status=requests.STATUS[refused.kind])
    messages.success(request, "证照已经补记入册。" if not outcome.repeated else "这张证照此前已经补记。")
    return redirect("lives:life", kind=LICENCES.path, id=outcome.id)


def _data(standard: Standard, form: PaperForm, bound: Bound, actor: Actor, kept: list[Upload]) -> dict[str, Any]:
    """What was typed, with the scans kept, each by its id. Raises Refused(input)."""
    typed = dict(form.cleaned_data)
    if typed["holder_type"] == USCC:
        typed["holder_type"] = ""
    for file in typed["evidence"]:
        if (file.size or 0) > uploads.MOST_BYTES:
            raise uploads.too_big(file.name or "")
        kept.append(uploads.keep(file.name or "", file.read(), actor=actor, material="evidence", wanted=LICENCES.files))
    return typed | {"item": standard.item, "values": bound.values, "evidence": [str(upload.id) for upload in kept]}


def _page(
    request: HttpRequest, actor: Actor, standard: Standard, form: PaperForm, bound: Bound, *, status: int = 200
) -> HttpResponse:
    errors = [*django_errors(form), *bound.summary]
    context = {
        "title": standard.name,
        "standard": standard,
        "form": form,
        "bound": bound,
        "command_id": new_command_id,
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "enter_paper.html", context, status=status, active=PLACE)
