"""One life with its course, its documents and the acts open to the reader; and the beginning of one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yichuang.aggregates import uploads
from yichuang.aggregates.acts import Offer
from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.faces import frame
from yichuang.faces.act_form import ActForm, Failed, act_forms, choices_at_birth, choices_of, keep_files
from yichuang.faces.opening import check_level
from yichuang.faces.requests import FILE_BYTES, STATUS, or_404, posted_id, takes
from yichuang.faces.shown import SHOWN, Shown, Sight, begun_id, carry_out, see_life
from yichuang.faces.who import account_of, for_readers
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of
from yichuang.people.face import HIDE, CasePart
from yichuang.people.mfa import is_demo_store
from yichuang.people.queries import count_unread

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload


@require_safe
@for_readers
def life(request: HttpRequest, actor: Actor, kind: str, id: uuid.UUID) -> HttpResponse:
    """One life that exists for the reader."""
    return _page(request, or_404(see_life(_shown(kind), actor, id)))


@takes(FILE_BYTES)
@require_POST
@for_readers
def do_act(request: HttpRequest, actor: Actor, kind: str, id: uuid.UUID, act: str, step: str = "") -> HttpResponse:
    """One act. What is not open goes to the door all the same, so that the door says why and records it."""
    shown = _shown(kind)
    wanted = shown.acts.get(act)
    sight = see_life(shown, actor, id)
    if wanted is None or wanted.creates or sight is None:
        raise Http404(act)
    choices = choices_of(wanted, sight.state, sight.facts)
    form = ActForm(wanted, step, data=request.POST, sent=request.FILES, choices=choices)
    failed = _sent(request, actor, shown, id, form)
    if failed is None:
        return redirect("lives:life", kind=kind, id=id)
    return _page(request, or_404(see_life(shown, actor, id)), failed)


@takes(FILE_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def begin(request: HttpRequest, actor: Actor, kind: str, act: str) -> HttpResponse:
    """The form that begins a life."""
    shown = _shown(kind)
    wanted = shown.acts.get(act)
    if wanted is None or not wanted.creates or act in {*shown.typed, *shown.paged}:
        raise Http404(act)
    choices = choices_at_birth(shown.aggregate, wanted, actor)
    form, failed = ActForm(wanted, choices=choices), None
    form.initial = request.GET.dict()  # what the page that led here knows already
    if request.method == "POST":
        form = ActForm(wanted, data=request.POST, sent=request.FILES, choices=choices)
        failed = _sent(request, actor, shown, None, form)
        if failed is None:
            return redirect("lives:life", kind=kind, id=begun_id(posted_id(request)))
    entry = {"key": act, "label": wanted.label, "step": "", "form": form, "open": True}
    entry["url"] = reverse("lives:begin", args=[kind, act])
    context = {"title": wanted.label, "act": entry, "failed": failed, "command_id": new_command_id}
    return _answer(request, actor, "begin.html", context, failed, shown.place)


def _shown(kind: str) -> Shown:
    return or_404(SHOWN.get(kind))


def _sent(request: HttpRequest, actor: Actor, shown: Shown, id: uuid.UUID | None, form: ActForm) -> Failed | None:
    """Carry out what a form asks; None when it is done."""
    if not form.is_valid():
        return Failed(form)
    kept: list[Upload] = []
    try:
        command_id = posted_id(request)
        life = id or begun_id(command_id)
        data = keep_files(form, actor, shown.files, kept)
        outcome = carry_out(shown, life, form.act, data, actor, command_id=command_id)
    except Refused as refused:
        for upload in kept:
            uploads.drop(upload, actor)
        form.refuse(refused)
        return Failed(form, refused)
    label = form.act.label
    messages.success(request, f"“{label}”此前已经办好。" if outcome.repeated else f"“{label}”已办理。")
    return None


def _page(request: HttpRequest, sight: Sight, failed: Failed | None = None) -> HttpResponse:
    def form_of(offer: Offer) -> ActForm | None:
        if offer.act.name in sight.shown.paged:
            return None
        return ActForm(offer.act, offer.step, choices=choices_of(offer.act, sight.state, sight.facts))

    def address_of(offer: Offer) -> str:
        where = [sight.shown.path, sight.id, offer.act.name, *([offer.step] if offer.step else [])]
        return reverse("lives:do", args=where)

    context = {
        "title": sight.shown.title(sight.state),
        "label": sight.shown.aggregate.label,
        "stage": sight.stage,
        "light_of": sight.shown.lights.get(str(sight.state.stage), ""),
        "panels": list(sight.shown.panels(sight)),
        "ways": list(sight.shown.ways(sight)),
        "trail": list(sight.shown.trail(sight)),
        "acts": act_forms(sight.offers, form_of, address_of, failed),
        "moments": _moments(sight),
        "papers": sight.papers,
        "opens": check_level(sight.reader, sight.row, CasePart.PAPERS) != HIDE,
        "kind": sight.shown.aggregate.kind,
        "failed": failed,
        "seq": len(sight.moments),
        "command_id": new_command_id,
    }
    return _answer(request, sight.reader, "life.html", context, failed, sight.shown.place)


def _moments(sight: Sight) -> list[dict[str, Any]]:
    """What happened, as the timeline shows it: with what was written, and the files that were sent."""
    acts = sight.shown.acts.values()
    labels = {name: asked.label for act in acts for name, asked in act.asks.items()}
    names = names_of({moment.person for moment in sight.moments})
    stored = uploads.list_uploads(sight.shown.aggregate.stream(sight.id)) if _file_fields(acts) else ()
    kept = {str(file.id): file for file in stored if _may_open(sight, file)}
    whole = sight.shown.reads(sight)
    out = []
    for moment in sight.moments:
        texts = moment.texts if whole else {}
        written = [f"{labels.get(name, name)}：{text}" for name, text in texts.items()]
        sent = [file for name in _file_fields(acts) for file in getattr(moment.event, name, ())]
        by = "系统" if moment.person == "system" else names.get(moment.person, "办事人")
        entry = {"title": sight.shown.name_event(moment), "by": by, "at": moment.at, "lines": written}
        out.append(entry | {"files": [kept[file] for file in sent if file in kept]})
    return out


def _may_open(sight: Sight, file: Upload) -> bool:
    return sight.shown.aggregate.may_open(sight.reader, sight.row, file)


def _file_fields(acts: Any) -> list[str]:
    return list(dict.fromkeys(name for act in acts for name in act.files))


def _answer(
    request: HttpRequest, reader: Actor, name: str, context: dict[str, Any], failed: Failed | None, place: str
) -> HttpResponse:
    """A page in the reader's own frame: an officer's desk with its navigation, else the portal."""
    status = 200 if failed is None else STATUS[failed.refused.kind] if failed.refused else 422
    if reader.post_kind:
        around = {"layout": "desk/frame.html", **frame.around(request, reader, (place, ""))}
    else:
        unread = count_unread(account_of(request))
        around = {"layout": "portal/frame.html", "unread": unread, "demo": is_demo_store()}
    given = {**around, **context, "has_errors": failed is not None}
    response = render(request, f"lives/{name}", given, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
