"""Window intake for people with paper: who applies, for what, the form and the materials, then the receipt.

Five short pages that go by keyboard alone. Rules are the door's and the people room's; what is entered is counter.py's.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yichuang.aggregates import uploads
from yichuang.aggregates.refusal import Invalid, Refused
from yichuang.cases import drafts, looking, queries
from yichuang.cases.core import commands as co
from yichuang.cases.core.decide import ACTS
from yichuang.cases.drafts import Way
from yichuang.cases.filters import CaseFilter
from yichuang.cases.twins import find_twins
from yichuang.cases.view import papers, query_code_now
from yichuang.catalog import queries as catalog
from yichuang.catalog import search
from yichuang.catalog.standard import Standard
from yichuang.faces import frame, requests, saving, who
from yichuang.faces.desk import counter
from yichuang.faces.desk.case import FACTS
from yichuang.faces.desk.reading import read_document
from yichuang.faces.forms import (
    Bound,
    bind,
    django_errors,
    read_choices,
    read_marks,
    show,
    show_merged,
    unflatten,
    write_marks,
)
from yichuang.faces.naming import NUMBER_TYPES, SHUT, USCC
from yichuang.faces.requests import or_404
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.people import face, service, tries
from yichuang.people import queries as people
from yichuang.people.kinds import RESIDENT_ID

if TYPE_CHECKING:
    from yichuang.cases.models import Draft
    from yichuang.people.models import Subject

PLACE = ("desk:intake", "")


def at_window(view: Callable[..., HttpResponse]) -> who.View:
    """For the posts that may submit for an applicant: the door's own table says which."""

    @who.for_officers
    @wraps(view)
    def guarded(request: HttpRequest, actor: Actor, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor.post_kind not in ACTS[co.Submit].who.posts:
            raise PermissionDenied("窗口收件由综合窗口办理。如您有该岗位，请先切换岗位。")
        return view(request, actor, *args, **kwargs)

    return guarded


class WhoForm(forms.Form):
    type = forms.ChoiceField(label="证件种类", choices=NUMBER_TYPES, initial=RESIDENT_ID)
    number = forms.CharField(
        label="证件号码",
        max_length=400,
        error_messages={"required": "请填写“证件号码”。"},
        help_text="身份证号码和统一社会信用代码自动分辨，不用先选种类；也可以刷读卡器。",
    )


class NewForm(WhoForm):
    """Registering who is not on record yet."""

    name = forms.CharField(
        label="姓名或单位名称", max_length=200, error_messages={"required": "请填写“姓名或单位名称”。"}
    )
    legal_name = forms.CharField(label="法定代表人（负责人）", max_length=50, required=False, help_text="单位填写。")
    legal_id_number = forms.CharField(label="法定代表人证件号码", max_length=30, required=False)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    address = forms.CharField(label="地址", max_length=300, required=False)


_FIELD_OF = {"number": "number", "phone": "phone", "name": "name", "other-name": "name", "type": "type"}


@require_http_methods(["GET", "HEAD", "POST"])
@at_window
def find(request: HttpRequest, actor: Actor) -> HttpResponse:
    """First page: the number on the document. Found, it goes on; not found, the same page takes the rest."""
    if request.method != "POST":
        return _find_page(request, actor, WhoForm())
    new = "name" in request.POST
    counts = counters_of(actor, request.POST.get("number", "") if new else "")
    if wait := tries.count_try(*counts):
        sent = NewForm(request.POST) if new else WhoForm(request.POST)
        sent.add_error("number", SHUT.format(tries.whole_minutes(wait)))
        return _find_page(request, actor, sent, 429, new=new)
    if new:
        return _register(request, actor, NewForm(request.POST), counts)
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _find_page(request, actor, form, 422)
    read = read_document(form.cleaned_data["type"], form.cleaned_data["number"])
    kind, number = read.kind, read.number
    subject = service.find_subject(id_type="" if kind == USCC else kind, number=number)
    if subject is None:
        known = {"type": kind, "number": number, "name": read.name, "address": read.address}
        return _find_page(request, actor, NewForm(initial=known), new=True)
    tries.uncount_try(*counts)
    looking.trace_person(actor, subject.id)
    return redirect("desk:intake-item", subject_id=subject.id)


def counters_of(actor: Actor, named: str) -> list[tries.Count]:
    """The counters of numbers looked up in vain: of a number whose name is being tried, if any, and of the officer."""
    number, counts = tidy(named[:60]), [(tries.PERSON_OFFICER, actor.person)]
    return [(tries.PERSON_NUMBER, f"{actor.person}|{number}"), *counts] if number else counts


def _register(request: HttpRequest, actor: Actor, form: NewForm, counts: list[tries.Count]) -> HttpResponse:
    if form.is_valid():
        data = dict(form.cleaned_data)
        kind = data.pop("type")
        person = kind != USCC
        if person:
            data["legal_name"] = data["legal_id_number"] = ""
        try:
            subject = service.register_subject(
                kind="person" if person else "organisation", id_type=kind if person else "", actor=actor, **data
            )
        except Invalid as error:
            field = _FIELD_OF.get(error.code, "name")
            form.add_error(field, error.message)
            if error.code == "other-name":  # that says somebody is on record with the number
                looking.trace_number(actor, kind if person else "", data["number"])
        else:
            tries.uncount_try(*counts)
            return redirect("desk:intake-item", subject_id=subject.id)
    return _find_page(request, actor, form, 422, new=True)


def _find_page(
    request: HttpRequest, actor: Actor, form: forms.Form, status: int = 200, *, new: bool = False
) -> HttpResponse:
    errors = django_errors(form)
    context = {
        "title": "窗口收件",
        "form": form,
        "new": new,
        "begun": () if new else drafts.list_window_drafts(actor),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "intake_find.html", context, status=status, active=PLACE)


@require_safe
@at_window
def choose(request: HttpRequest, actor: Actor, subject_id: str) -> HttpResponse:
    """Second page: who it is, masked, and the item by name, code or initials. With htmx only the results change."""
    subject = find_applicant(subject_id)
    looking.trace_person(actor, subject.id)
    text = request.GET.get("q", "").strip()
    applicant = "person" if subject.kind == "person" else "corp"
    entries = [e for e in search.search(actor.division, text) if applicant in e.applicants] if text else []
    earlier = () if text else _filed_before(actor, subject.id, applicant)
    context = {
        "title": "办什么事",
        "earlier": earlier,
        "subject": subject,
        "facts": facts(subject, actor),
        "q": text,
        "found": entries[:9],
        "more": len(entries) > 9,
    }
    return frame.page(request, actor, "intake_item.html", context, active=PLACE)


def _filed_before(actor: Actor, subject: str, applicant: str) -> list[search.ListedItem]:
    """The items this applicant has filed here before, the latest first, of those taken in today. Two statements."""
    wanted = CaseFilter(open=None, subject=subject, sort="newest")
    filed = queries.cases(queries.scopes_of(actor), wanted, counted=(queries.PAGE, True)).rows
    listed = {entry.item: entry for entry in search.list_entries(actor.division) if applicant in entry.applicants}
    return [listed[item] for item in dict.fromkeys(row.item for row in filed) if item in listed][:9]


@requests.takes(requests.FILE_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@at_window
def fill(request: HttpRequest, actor: Actor, draft_id: uuid.UUID) -> HttpResponse:
    """Fourth page: the form and the materials. The main button submits and receives; the others stay here."""
    draft = drafts.own(actor, draft_id)
    if draft is None:
        raise Http404("draft")
    if draft.submitted_as:
        return redirect("desk:intake-receipt", case_id=draft.submitted_as)
    if drafts.is_superseded(draft) and _renew(request, actor, draft):
        return redirect("desk:intake-form", draft_id=draft_id)
    opened = counter.load(draft)
    if request.method != "POST":
        return _form_page(request, actor, opened, show(opened.standard.form, opened.raw, opened.context, opened.fixed))
    sent = bind(opened.standard.form, request.POST, opened.context, opened.filing, opened.fixed)
    ticked = _ticked(request, opened.standard)
    try:
        merged = counter.keep(
            draft,
            sent.raw if sent.editing else unflatten(sent.form, request.POST),
            ticked,
            read_marks(request.POST),
            read_choices(request.POST),
        )
    except Refused:
        now = drafts.own(actor, draft_id)
        if now is None or now.submitted_as is None:
            raise
        return redirect("desk:intake-receipt", case_id=now.submitted_as)
    problems = _files(request, actor, draft)
    opened = counter.load(draft)
    if sent.editing:
        return _form_page(request, actor, opened, show_merged(sent, merged, opened.filing), problems, ticked=ticked)
    bound = show_merged(sent, merged, opened.filing, opened.fixed)
    stay = any(name.startswith(("upload", "remove-file", "choose:")) for name in request.POST)
    if problems or stay or bound.clashes:
        status = 422 if problems else 409 if bound.clashes else 200
        return _form_page(request, actor, opened, replace(bound, errors={}), problems, status=status)
    if not bound.valid:
        return _form_page(request, actor, opened, bound, status=422)
    lacking, twins = " ".join(supply.material.code for supply in counter.lacking(opened)), find_twins(opened, actor)
    unread = bool(lacking) and request.POST.get("lacking") != lacking
    if unread or (twins and request.POST.get("twins") != _names(twins)):
        status = 422 if unread else 200
        return _form_page(request, actor, opened, bound, status=status, twins=twins, warned=bool(lacking))
    try:
        id = counter.take(opened, actor)
    except Refused as refused:
        status = requests.STATUS[refused.kind]
        message = refused.say()
        return _form_page(request, actor, opened, bound, [(message, "#main-content")], status=status)
    return redirect("desk:intake-receipt", case_id=id)


def _renew(request: HttpRequest, actor: Actor, draft: Draft) -> bool:
    """Move the draft to the version in force, with what was sent from a page of the one before. Whether it moved."""
    if request.method == "POST":
        standard = catalog.standard(draft.standard)
        raw, ticked = unflatten(standard.form, request.POST), _ticked(request, standard)
        if counter.keep(draft, raw, ticked, read_marks(request.POST), read_choices(request.POST)).clashes:
            return False  # first one of the two is chosen
        for message, _place in _files(request, actor, draft):
            messages.error(request, message)
    if not counter.renew(draft):
        return False
    messages.warning(request, "这个事项的办事规程有了新版，已填的内容按新版更新，请再核对一遍。")
    return True


def _names(twins: tuple[queries.Row, ...]) -> str:
    """The cases of the same matter that the clerk was shown: taken in all the same once they were."""
    return " ".join(str(row.id) for row in twins)


@require_POST
@at_window
def autosave(request: HttpRequest, actor: Actor, draft_id: uuid.UUID) -> HttpResponse:
    """What is entered, kept as it changes; answers with the line that says what is kept and what is not."""
    draft = or_404(drafts.own(actor, draft_id))
    standard = catalog.standard(draft.standard)
    raw, ticked = unflatten(standard.form, request.POST), _ticked(request, standard)
    try:
        merged = counter.keep(draft, raw, ticked, read_marks(request.POST))
    except Refused as error:
        return saving.say_refused(request, error)
    return saving.say_saved(request, merged, merged.marks_for(raw) | counter.marks_of_ticks(ticked))


def _ticked(request: HttpRequest, standard: Standard) -> counter.Ticks:
    codes = {m.code for m in standard.materials}
    handed, seen = (codes.intersection(request.POST.getlist(name)) for name in counter.TICKS)
    handed |= codes.intersection(request.POST.get("all", "").split())
    return {"handed": sorted(handed | seen), "seen": sorted(seen)}  # an original that was seen was handed over


def _files(request: HttpRequest, actor: Actor, draft: Draft) -> list[tuple[str, str]]:
    """Keep the scans sent with the form, drop the one asked for; what is wrong with them."""
    problems = []
    removed = request.POST.get("remove-file")
    if removed:
        upload = next((u for u in uploads.list_uploads(draft.stream) if str(u.id) == removed), None)
        if upload:
            uploads.drop(upload, actor)
    materials = {m.code: m for m in catalog.standard(draft.standard).materials}
    for name in request.FILES:
        code = name.removeprefix("file:")
        if code not in materials:
            continue
        for sent in request.FILES.getlist(name):
            try:
                if (sent.size or 0) > uploads.MOST_BYTES:
                    raise uploads.too_big(sent.name or "")
                data = sent.read()
                wanted = materials[code].file_kinds
                uploads.keep(sent.name or "", data, actor=actor, material=code, wanted=wanted, stream=draft.stream)
            except Refused as refused:
                problems.append((refused.message + refused.next, f"#file-{code}"))
    return problems


def _form_page(
    request: HttpRequest,
    actor: Actor,
    opened: drafts.Open,
    bound: Bound,
    problems: list[tuple[str, str]] | None = None,
    *,
    twins: tuple[queries.Row, ...] = (),
    status: int = 200,
    ticked: counter.Ticks | None = None,
    warned: bool = False,
) -> HttpResponse:
    """`ticked` is what the page shows as ticked, where that is not what is kept; `warned` tells what is lacking."""
    errors = [*(problems or []), *bound.summary]
    ticked = ticked or counter.ticks_of(opened.draft)
    materials = counter.checklist(opened)
    context = {
        "twins": twins,
        "shown_twins": _names(twins),
        "title": opened.standard.name,
        "opened": opened,
        "bound": bound,
        "marks": write_marks({**bound.marks, **counter.marks_of_ticks(ticked)}),
        "standard": opened.standard,
        "subject": opened.subject,
        "agent": opened.draft.values.get("agent", ""),
        "situation": opened.standard.situation(opened.draft.situation),
        "materials": materials,
        **ticked,
        "held": counter.held(opened),
        "on_paper": " ".join(s.material.code for s, needed in materials if needed and Way.PAPER in s.ways),
        "carried": bool(opened.draft.values.get("like")) and not errors and not twins,
        "lacking": counter.lacking(opened) if warned else (),
        "accepts": {s.material.code: uploads.accepted(s.material.file_kinds) for s, _ in materials},
        "taken": {s.material.code: bool(uploads.taken(s.material.file_kinds)) for s, _ in materials},
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "intake_form.html", context, status=status, active=PLACE)


@require_safe
@at_window
def receipt(request: HttpRequest, actor: Actor, case_id: uuid.UUID) -> HttpResponse:
    """Fifth page: what the applicant takes home — number, query code, the receipt to print — and what comes next."""
    row = queries.visible(actor, case_id)
    if row is None:
        raise Http404("case")
    paper = next((p for p in papers(case_id) if p.kind == "receipt"), None)
    context = {
        "title": "已收件",
        "row": row,
        "code": query_code_now(case_id),
        "paper": paper,
        "print": reverse("documents:paper", args=[case_id, paper.seq]) if paper else "",
    }
    return frame.page(request, actor, "intake_receipt.html", context, active=PLACE)


@require_POST
@at_window
def discard(request: HttpRequest, actor: Actor, draft_id: uuid.UUID) -> HttpResponse:
    """Throw away what was entered: nothing was filed, so nothing is lost but the draft."""
    draft = drafts.own(actor, draft_id)
    if draft is None:
        raise Http404("draft")
    try:
        drafts.delete(draft, actor)
    except Refused as refused:
        messages.error(request, refused.message + refused.next)
    else:
        messages.success(request, "已放弃这次录入，没有留下办件。")
    return redirect("desk:intake")


def facts(subject: Subject, actor: Actor) -> list[tuple[str, str]]:
    """The subject's fields as the window may read them out: numbers masked."""
    shown = face.mask_fields(subject, face.reader_of(actor, subject.id))
    return [(label, shown[name]) for name, label in FACTS.items() if shown.get(name)]


def find_applicant(id: str) -> Subject:
    return or_404(people.load_subject(id))
