"""Taking materials in at the window after the application: what a notice listed, with the form where it listed fields;
what is missing after silence accepted; what the applicant brought before any notice.

The door says whether a supply is complete; a form that is still wrong is not sent, it would use up the notice.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.aggregates import uploads
from yichuang.aggregates.acts import Offer
from yichuang.aggregates.prepare import Prepared, new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.cases import corrections, looking, service
from yichuang.cases.core import commands as co
from yichuang.cases.core.decide import ACTS
from yichuang.cases.core.state import PAPER, Stage
from yichuang.cases.declared import CASE
from yichuang.cases.prepare import fixed_of, prepare, prepare_supply
from yichuang.cases.view import CaseView, names_of_applicants
from yichuang.catalog.standard import Material
from yichuang.faces import frame, requests, who
from yichuang.faces.correction_form import keep_correction, marks_for, show_correction, take_correction
from yichuang.faces.desk import acts
from yichuang.faces.desk.case import see
from yichuang.faces.desk.fields import NAMES
from yichuang.faces.forms import Bound
from yichuang.faces.guide import when_text
from yichuang.ledger.actor import Actor

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload


TAKING = (co.Supply, co.AddMaterials, co.SupplyGaps)  # the acts of this page; a stage has one of them


@requests.takes(requests.FILE_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def page(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """补正收件, 补收材料."""
    sight = see(request, actor, case_id)
    shown = sight.view
    offers = [o for o in shown.offers if o.command in TAKING]
    offer = next((o for o in offers if o.allowed), offers[0] if offers else None)
    if offer is None or offer.refusal:
        late = f"本件现在是“{shown.case.stage.label}”，不能再收材料。"
        messages.warning(request, offer.refusal.say() if offer and offer.refusal else late)
        return redirect("desk:case", case_id=case_id)
    act = _act(request, offer)
    if request.method != "POST":
        return _page(request, actor, shown, offer, show_correction(actor, shown))
    bound = take_correction(request, actor, shown) if act == offer.act.name else None
    if bound and (bound.clashes or not bound.valid):
        status = 200 if bound.editing else 409 if bound.clashes else 422
        return _page(request, actor, shown, offer, bound, status=status)
    try:
        given = _given(request, actor, shown)
        prepared = _prepared(shown, act, bound, given)
        outcome = service.perform(case_id, prepared, actor, command_id=requests.posted_id(request))
    except Refused as refused:
        problems = [(refused.say(), "#main-content")]
        return _page(request, actor, shown, offer, bound, problems, requests.STATUS[refused.kind])
    files = [uuid.UUID(f) for way in given.values() for f in way if f != PAPER]
    uploads.file_to(files, actor.person, CASE.stream(case_id))
    if bound:
        corrections.forget(case_id)
    messages.success(request, acts.done(offer.label, outcome))
    return redirect("desk:case", case_id=case_id)


def _act(request: HttpRequest, offer: Offer) -> str:
    """The act the page was opened for: where another stage has come meanwhile, the door says why it is late."""
    sent = request.POST.get("act", "")
    return sent if sent in {NAMES[command] for command in TAKING} else offer.act.name


@require_POST
@who.for_officers
def keep(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """What was typed into the corrected form, kept as it changes; for the posts that may supply."""
    shown = see(request, actor, case_id).view
    if actor.post_kind not in ACTS[co.Supply].who.posts:
        raise PermissionDenied("补正由综合窗口收取。如您有该岗位，请先切换岗位。")
    return keep_correction(request, actor, shown)


def _given(request: HttpRequest, actor: Actor, shown: CaseView) -> dict[str, tuple[str, ...]]:
    """Paper ticked and scans kept, by material. Raises Refused(input) for a file that can't be taken."""
    out: dict[str, list[str]] = {}
    known = {m.code: m for m in _takable(shown)}
    for kept in uploads.staged(CASE.stream(shown.row.id), actor.person, shown.case.files):
        out.setdefault(kept.material, []).append(str(kept.id))
    for code in request.POST.getlist("handed"):
        if code in known:
            out.setdefault(code, []).append(PAPER)
    for name in request.FILES:
        code = name.removeprefix("file:")
        for sent in request.FILES.getlist(name):
            if code not in known:
                continue
            if (sent.size or 0) > uploads.MOST_BYTES:
                raise uploads.too_big(sent.name or "")
            wanted = known[code].file_kinds
            stream = CASE.stream(shown.row.id)
            upload = uploads.keep(
                sent.name or "", sent.read(), actor=actor, material=code, wanted=wanted, stream=stream
            )
            out.setdefault(code, []).append(str(upload.id))
    return {code: tuple(ways) for code, ways in out.items()}


def _takable(shown: CaseView) -> list[Material]:
    """What may be handed in now; and what a corrected form may come to need besides."""
    case = shown.case
    further = case.dormant(shown.standard) if case.fields_asked else ()
    return [m for m in shown.standard.materials if m.code in case.takable or m in further]


def _prepared(shown: CaseView, act: str, bound: Bound | None, given: dict[str, tuple[str, ...]]) -> Prepared:
    subject = shown.case.subject
    if bound is None:
        return prepare(act, {"given": given}, subject=subject)
    return prepare_supply(
        shown.standard,
        situation=shown.case.situation,
        subject=subject,
        applicant=(shown.form or {}).get("applicant") or {},
        values=bound.values,
        agent=bool(shown.case.agent),
        given=given,
        fixed=fixed_of(shown.case, shown.form),
        filing=shown.filing,
    )


def _names(kept: list[Upload]) -> dict[str, list[str]]:
    """Names of the scans kept from an earlier try, by material."""
    out: dict[str, list[str]] = {}
    for upload in kept:
        out.setdefault(upload.material, []).append(upload.name)
    return out


def _page(
    request: HttpRequest,
    actor: Actor,
    shown: CaseView,
    offer: Offer,
    bound: Bound | None,
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    case = shown.case
    looking.trace_case(actor, shown.row.id)
    errors = [*(problems or []), *(bound.summary if bound else [])]
    asked = next((m for m in reversed(shown.timeline) if m.kind == "correction_asked"), None)
    adding = offer.command is co.AddMaterials
    context: dict[str, Any] = {
        "title": f"{offer.label} · {shown.row.title}",
        "label": offer.label,
        "act": offer.act.name,
        "adding": adding,
        "view": shown,
        "applicant": names_of_applicants((shown.row,), actor)[shown.row.id],
        "correction": case.correction if case.stage is Stage.CORRECTION else None,
        "promised": case.gaps if offer.command is co.SupplyGaps else None,
        "reason": asked.texts.get("reason", "") if asked else "",
        "lines": [(m, "" if m.code in case.takable else when_text(shown.standard, m.when)) for m in _takable(shown)],
        "came": {m: len(ways) for m, ways in case.given.items()} if adding else {},
        "kept": _names(uploads.staged(CASE.stream(shown.row.id), actor.person, shown.case.files)),
        "taken": {m.code: bool(uploads.taken(m.file_kinds)) for m in shown.standard.materials},
        "bound": bound,
        "marks": marks_for(bound),
        "command_id": new_command_id,
        "handed": request.POST.getlist("handed") if request.method == "POST" else (),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "supply.html", context, status=status)
