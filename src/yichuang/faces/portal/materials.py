"""交材料: for each material a file, the paper at the window, or the certificate we hold. No check is made here."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yichuang.aggregates import uploads
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import drafts, reusing
from yichuang.cases.drafts import Open, Supply, Way
from yichuang.faces import who
from yichuang.faces.portal.apply import STEPS, closed, moved_on, opened
from yichuang.faces.portal.files import Cap, refusal_text, sent, takes_files
from yichuang.faces.portal.page import page, refused, signed_in

WAYS = {
    Way.UPLOAD: "上传文件",
    Way.PAPER: "到窗口交原件",
    Way.HELD: "用已有的电子证照",
    Way.FORM: "由申请表自动生成",
}


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files
@signed_in
def materials(request: HttpRequest, id: uuid.UUID, cap: Cap) -> HttpResponse:
    """One form a material: its files, or another way it comes. Each act is kept at once."""
    try:
        application = opened(request, id)
        if done := moved_on(application):
            return done
        if request.method != "POST":
            return _page(request, application)
        if "reuse-all" in request.POST:
            reusing.use_given(who.applicant(request), application)
            return redirect("portal:materials", id)
        code = request.POST.get("material", "")
        supply = next((s for s in application.supplies if s.material.code == code), None)
        if supply is None:
            message = "按您填的申请表，不需要这份材料。"
            raise Refused("material-not-needed", message, next="请刷新后再看。", kind=Kind.STALE)
    except Refused as error:
        if error.code == "not-listed":
            return closed(request, id, error)
        return refused(request, error, ("回到交材料", reverse("portal:materials", args=[id])))
    try:
        _change(request, cap, application, supply)
    except Refused as error:
        wrong = {supply.material.code: refusal_text(error)}
        status = 422 if error.kind is Kind.INPUT else 409
        return _page(request, opened(request, id), wrong, status)
    return redirect(reverse("portal:materials", args=[id]) + f"#{supply.material.code}")


def _change(request: HttpRequest, cap: Cap, application: Open, supply: Supply) -> None:
    """Do what the button asks. Raises Refused."""
    actor, code = who.applicant(request), supply.material.code
    if "reuse" in request.POST:
        reusing.use_given(actor, application, code)
        return
    if wanted := request.POST.get("remove-file"):
        for upload in supply.files:
            if str(upload.id) == wanted:
                uploads.drop(upload, actor)
        return
    if way := request.POST.get("way"):
        drafts.choose(application.draft, code, way)
        return
    files = list(sent(request, cap, "file"))
    if not files:
        raise Refused("no-file", "没有选择文件。", next="请先选择文件，再点“上传”。", kind=Kind.INPUT)
    for file in files:
        # a file above the limit never came this far; the name alone decides nothing
        name, data = file.name or "", file.read()
        wanted_kinds = supply.material.file_kinds
        uploads.keep(name, data, actor=actor, material=code, wanted=wanted_kinds, stream=application.draft.stream)
    drafts.choose(application.draft, code, Way.UPLOAD)


def _group(application: Open) -> list[tuple[str, list[Supply]]]:
    """The materials in three groups, those that are empty left out: now, found or made by us, and later, where the
    standard lets a material come after filing.
    """
    found = [s for s in application.supplies if s.way in (Way.HELD, Way.FORM)]
    later = list(application.later)
    now = [s for s in application.supplies if s not in found and s not in later]
    groups = [("现在要交", now), ("已替您查到", found), ("以后可交", later)]
    return [(title, some) for title, some in groups if some]


def _page(
    request: HttpRequest, application: Open, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    wrong = wrong or {}
    given = reusing.list_given(who.applicant(request), application)
    context: dict[str, Any] = {
        "given": given,
        "groups": _group(application),
        "title": f"交材料：{application.standard.name}",
        "open": application,
        "ways": WAYS,
        "wrong": wrong,
        "has_errors": bool(wrong),
        "taken": uploads.taken,
        "accepted": uploads.accepted,
        "steps": STEPS,
        "step": 2,
    }
    return page(request, "materials.html", context, status)
