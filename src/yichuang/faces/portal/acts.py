"""What an applicant does on a filed case: supply, answer, withdraw, pay, sign for the result. Each is one command."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.aggregates import uploads
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import corrections, payment, service
from yichuang.cases.core import commands as co
from yichuang.cases.core.state import PAPER
from yichuang.cases.declared import CASE
from yichuang.cases.prepare import fixed_of, prepare, prepare_supply
from yichuang.catalog.standard import Material
from yichuang.faces import who
from yichuang.faces.correction_form import keep_correction, marks_for, show_correction, take_correction
from yichuang.faces.forms import Bound
from yichuang.faces.guide import when_text
from yichuang.faces.portal.files import Cap, refusal_text, sent, takes_files
from yichuang.faces.portal.mine import Sight, see_case
from yichuang.faces.portal.page import page, refused, signed_in
from yichuang.faces.requests import posted_id
from yichuang.faces.whys import find_why
from yichuang.ledger.actor import Actor

FORMS = ("GET", "HEAD", "POST")
AT_WINDOW = Refused(
    "payment-not-online",
    "本平台还没有开通网上缴费。",
    next="请带上缴费通知到政务服务大厅的收费窗口缴纳，缴后本页会更新。",
    kind=Kind.RULE,
)


def _actor(request: HttpRequest, sight: Sight) -> Any:
    """As whom the account acts on this case: an agent's act says for whom."""
    return who.applicant(request, subject=sight.view.case.subject, item=sight.view.standard.item)


def _stream(sight: Sight) -> str:
    return CASE.stream(sight.view.row.id)


def _perform(request: HttpRequest, sight: Sight, name: str, data: dict[str, Any]) -> None:
    """Carry out a command with the id of the form. Raises Refused."""
    prepared = prepare(name, data, subject=sight.view.case.subject)
    service.perform(sight.view.row.id, prepared, _actor(request, sight), command_id=posted_id(request))


def _back(id: uuid.UUID) -> tuple[str, str]:
    return "回到办件", reverse("portal:case", args=[id])


# --- withdraw, answer, sign for the result ----------------------------------------------------------------------------


@require_http_methods(FORMS)
@signed_in
def withdraw(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """撤回申请, after asking."""
    sight = see_case(request, id)
    context = {"title": "撤回申请", "v": sight.view, "command_id": uuid.uuid4(), "reason": "", "error": None}
    if request.method != "POST":
        return page(request, "withdraw.html", context)
    reason = request.POST.get("reason", "")
    try:
        context["command_id"] = posted_id(request)
        _perform(request, sight, "withdraw", {"reason": reason})
    except Refused as error:
        if error.kind is Kind.INPUT:
            return page(request, "withdraw.html", context | {"reason": reason, "error": error, "has_errors": True}, 422)
        return refused(request, error, _back(id), kept=reason)
    messages.success(request, "申请已撤回。需要时可以重新申请。")
    return redirect("portal:case", id)


@require_http_methods(FORMS)
@signed_in
def answer(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """陈述申辩 on what is alleged, or waiving it."""
    sight = see_case(request, id)
    told = next((m for m in reversed(sight.view.timeline) if m.kind == "falsehood_alleged"), None)
    if told is None:
        raise Http404("allegation")
    context = {
        "title": "陈述申辩", "v": sight.view, "told": told, "command_id": uuid.uuid4(), "statement": "", "error": None,
    }  # fmt: skip
    if request.method != "POST":
        return page(request, "answer.html", context)
    statement = request.POST.get("statement", "")
    try:
        context["command_id"] = posted_id(request)
        _perform(request, sight, "answer_allegation", {"statement": statement})
    except Refused as error:
        if error.kind is Kind.INPUT:
            more = {"statement": statement, "error": error, "has_errors": True}
            return page(request, "answer.html", context | more, 422)
        return refused(request, error, _back(id), kept=statement)
    messages.success(request, "陈述申辩已提交。")
    return redirect("portal:case", id)


@require_http_methods(FORMS)
@signed_in
def deliver(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """网上签收 (电子送达): signing for the result closes the case."""
    sight = see_case(request, id)
    if request.method != "POST":
        return page(request, "deliver.html", {"title": "网上签收", "v": sight.view, "command_id": uuid.uuid4()})
    try:
        _perform(request, sight, "deliver", {"method": "electronic"})
    except Refused as error:
        return refused(request, error, _back(id))
    messages.success(request, "已签收，本件办结。")
    return redirect("portal:case", id)


# --- pay --------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
@signed_in
def pay(request: HttpRequest, id: uuid.UUID, fee: str) -> HttpResponse:
    """To the provider's cashier page with the order of this charge."""
    sight = see_case(request, id)
    charge = sight.view.case.charges.get(fee)
    if charge is None:
        raise Http404(fee)
    if charge.paid:
        messages.info(request, "这项费用已经缴过。")
        return redirect("portal:case", id)
    if charge.waived:
        messages.info(request, f"这项费用已经退还（退费凭证 {charge.refunded}），不需要再缴。")
        return redirect("portal:case", id)
    provider = payment.provider()
    if provider is None:
        return refused(request, AT_WINDOW, _back(id))
    name = next((f.name for f in sight.view.standard.fees if f.code == fee), fee)
    order = payment.Order(str(id), sight.view.case.subject, fee, name, charge.order, charge.amount)
    return redirect(f"{reverse('portal:cashier')}?{urlencode({'order': provider.cashier(order)})}")


@require_http_methods(FORMS)
@signed_in
def cashier(request: HttpRequest) -> HttpResponse:
    """演示收银台: stands for the provider's own page and its call-back. Raises Http404 where another provider, or none,
    takes the money.
    """
    provider = payment.provider()
    if not isinstance(provider, payment.LocalProvider):
        raise Http404("cashier")
    token = request.POST.get("order") or request.GET.get("order", "")
    try:
        order = provider.read(token)
    except ValueError as error:
        gone = Refused("payment-unknown", str(error), next="请回到办件页面重新进入付款。", kind=Kind.STALE)
        return refused(request, gone, ("我的办件", reverse("portal:mine")))
    id = uuid.UUID(order.case_id)
    sight = see_case(request, id)
    charge = sight.view.case.charges.get(order.fee)
    if charge and (charge.waived or charge.order != order.number):
        gone = Refused(
            "payment-refunded",
            f"订单{order.number}缴纳的费用已经退还（退费凭证 {charge.refunded}）。",
            next="还需要缴纳的，请回到办件页面重新进入付款。",
            kind=Kind.STALE,
        )
        return refused(request, gone, _back(id))
    if request.method != "POST":
        context = {"title": "收银台", "order": order, "token": token, "v": sight.view, "notice": provider.notice}
        return page(request, "cashier.html", context)
    try:
        payment.book(provider, token, _actor(request, sight))
    except Refused as error:
        return refused(request, error, _back(id))
    messages.success(request, f"{order.name}已缴清。")
    return redirect("portal:case", id)


# --- supply -----------------------------------------------------------------------------------------------------------


@require_http_methods(FORMS)
@takes_files
@signed_in
def supply(request: HttpRequest, id: uuid.UUID, cap: Cap) -> HttpResponse:
    """补正, or 补充材料 before a notice: files are kept one by one; sending then gives them all to the case."""
    sight = see_case(request, id)
    offer = next((o for o in sight.view.offers if o.command is co.AddMaterials), None)
    if offer and offer.refusal and request.method != "POST":
        return refused(request, offer.refusal, _back(id))
    sent_act = request.POST.get("act", "")
    act = sent_act if sent_act in _DONE else _act_now(sight)
    done = _DONE[act]
    wrong: dict[str, str] = {}
    bound: Bound | None = None
    if request.method == "POST":
        try:
            if code := request.POST.get("material"):
                _stage(request, cap, sight, code)
                return redirect(reverse("portal:supply", args=[id]) + f"#{code}")
            bound = take_correction(request, sight.actor, sight.view) if act == "supply" else None
            _stage_further(request, cap, sight)
            if not (bound and (bound.editing or bound.clashes)):
                _supply(request, sight, act, bound)
                messages.success(request, f"{done}已提交。")
                return redirect("portal:case", id)
        except Refused as error:
            if error.code == "command-id-reused":  # sent again once it was given: what was asked for is no more
                messages.info(request, f"{done}此前已经提交，没有重复办理。")
                return redirect("portal:case", id)
            if error.kind is not Kind.INPUT:
                return refused(request, error, _back(id))
            wrong = {request.POST.get("material", ""): refusal_text(error)}
    return _supply_page(request, sight, bound, wrong)


@require_POST
@signed_in
def keep(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What was typed into the corrected form, kept as it changes."""
    sight = see_case(request, id)
    return keep_correction(request, sight.actor, sight.view)


def _stage(request: HttpRequest, cap: Cap, sight: Sight, code: str) -> None:
    """Keep or drop a file for a material that was asked for. Raises Refused."""
    actor = who.applicant(request)
    if remove := request.POST.get("remove-file"):
        for upload in uploads.staged(_stream(sight), actor.person, sight.view.case.files):
            if str(upload.id) == remove:
                uploads.drop(upload, actor, named=False)
        return
    material = next((m for m in _takable(sight) if m.code == code), None)
    if material is None:
        message = "现在不需要这份材料。"
        raise Refused("material-not-asked", message, next="请刷新后再看。", kind=Kind.STALE)
    files = list(sent(request, cap, "file"))
    if not files:
        raise Refused("no-file", "没有选择文件。", next="请先选择文件，再点“上传”。", kind=Kind.INPUT)
    _keep(files, material, sight, actor)


def _stage_further(request: HttpRequest, cap: Cap, sight: Sight) -> None:
    """Keep the files for what only the corrected form needs; they come with the form itself. Raises Refused."""
    for material in _further_materials(sight):
        _keep(sent(request, cap, f"file:{material.code}"), material, sight, who.applicant(request))


def _keep(files: Iterable[UploadedFile[bytes]], material: Material, sight: Sight, actor: Actor) -> None:
    about: dict[str, Any] = {"material": material.code, "wanted": material.file_kinds, "stream": _stream(sight)}
    for file in files:
        uploads.keep(file.name or "", file.read(), actor=actor, **about)


def _supply(request: HttpRequest, sight: Sight, act: str, bound: Bound | None) -> None:
    """Give what was staged to the case. Raises Refused, also when nothing that was asked for is there."""
    seen = sight.view
    staged: dict[str, tuple[str, ...]] = {}
    for upload in uploads.staged(_stream(sight), sight.actor.person, sight.view.case.files):
        staged[upload.material] = (*staged.get(upload.material, ()), str(upload.id))
    takable = (*_takable(sight), *_further_materials(sight))
    paper = {m.code for m in takable if request.POST.get(f"paper-{m.code}") == "yes"}
    given = staged | {code: (PAPER,) for code in paper if code not in staged}
    if bound is None:
        _perform(request, sight, act, {"given": given})
        return
    prepared = prepare_supply(
        seen.standard,
        situation=seen.case.situation,
        subject=seen.case.subject,
        applicant=(seen.form or {}).get("applicant", {}),
        values=bound.raw,
        agent=bool(seen.case.agent),
        given=given,
        fixed=fixed_of(seen.case, seen.form),
        filing=seen.filing,
    )
    service.perform(seen.row.id, prepared, _actor(request, sight), command_id=posted_id(request))
    corrections.forget(seen.row.id)


# What is handed in on the page, by act; a stage has one of them
_DONE = {"add_materials": "补充的材料", "supply": "补正", "supply_gaps": "补交的材料"}
_TITLES = {"add_materials": "补充材料", "supply": "补正材料", "supply_gaps": "补交容缺材料"}


def _act_now(sight: Sight) -> str:
    if sight.may(co.AddMaterials):
        return "add_materials"
    return "supply_gaps" if sight.may(co.SupplyGaps) else "supply"


def _takable(sight: Sight) -> list[Material]:
    """The materials that may be given now."""
    if not any(map(sight.may, (co.Supply, co.AddMaterials, co.SupplyGaps))):
        return []
    return [m for m in sight.view.standard.materials if m.code in sight.view.case.takable]


def _further_materials(sight: Sight) -> tuple[Material, ...]:
    """What a corrected form may come to need besides; nothing when no field was asked for."""
    case = sight.view.case
    return case.dormant(sight.view.standard) if case.fields_asked else ()


def _supply_page(request: HttpRequest, sight: Sight, bound: Bound | None, wrong: dict[str, str]) -> HttpResponse:
    seen = sight.view
    fields, act = seen.case.fields_asked, _act_now(sight)
    if fields and bound is None:
        bound = show_correction(sight.actor, seen)
    labels = {f.name: f.label for section in seen.standard.form.sections for f in section.fields}
    staged: dict[str, list[Any]] = {}
    for upload in uploads.staged(_stream(sight), sight.actor.person, sight.view.case.files):
        staged.setdefault(upload.material, []).append(upload)
    reasons = [text for m in seen.timeline if m.kind == "correction_asked" for text in m.texts.values()]
    context = {
        "title": _TITLES[act],
        "act": act,
        "adding": act == "add_materials",
        "promised": seen.case.gaps if act == "supply_gaps" else None,
        "v": seen,
        "command_id": uuid.uuid4(),
        "materials": [(m, staged.get(m.code, [])) for m in _takable(sight)],
        "further": [(m, when_text(seen.standard, m.when), staged.get(m.code, [])) for m in _further_materials(sight)],
        "fields": [labels.get(f, f) for f in fields],
        "reasons": reasons,
        "whys": {m.code: why for m in _takable(sight) for text in reasons if (why := find_why(m.name, text))},
        "bound": bound,
        "marks": marks_for(bound),
        "wrong": wrong,
        "has_errors": bool(wrong),
        "taken": uploads.taken,
    }
    status = 422 if wrong else 409 if bound and bound.clashes else 200
    return page(request, "supply.html", context, status)
