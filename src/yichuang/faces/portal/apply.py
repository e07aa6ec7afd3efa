"""Applying: who and what, the form, the materials, the review, the submission. Every step is kept as it is made."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import drafts, queries
from yichuang.cases.drafts import Open
from yichuang.cases.filters import CaseFilter
from yichuang.cases.prefilling import find_known
from yichuang.cases.queries import Row
from yichuang.cases.twins import find_twins
from yichuang.catalog.preparing import Answers, list_form_answers, read_answers
from yichuang.catalog.queries import standard
from yichuang.catalog.standard import Section, Standard, applies
from yichuang.catalog.terms import NEW, terms_of
from yichuang.faces import guide, requests, saving, who
from yichuang.faces.forms import Bound, bind, read_choices, read_marks, show, show_merged, unflatten, write_marks
from yichuang.faces.portal.items import current
from yichuang.faces.portal.mine import see_case
from yichuang.faces.portal.page import login_then, page, refused, signed_in
from yichuang.licences.core.applying import NAMES
from yichuang.licences.queries import find_bars
from yichuang.licences.service import list_choices
from yichuang.people import queries as people

if TYPE_CHECKING:
    from yichuang.licences.core.bars import Bar
    from yichuang.people.models import Subject

_MOST_EARLIER = 5  # earlier applications offered as a beginning
_FEW = (queries.PAGE, True)  # no count is asked for
STEPS = ("填写申请表", "交材料", "核对提交")
_STASH = "stash:"  # session key: what somebody sent to a draft whose session had ended
_MOST_STASHED = 300_000  # characters of one
_MOST_STASHES = 3  # of one browser


def _ended(division: str, item: str) -> CaseFilter:
    return CaseFilter(open=False, item=item, division=division)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: HttpRequest, division: str, item: str) -> HttpResponse:
    """以谁的名义、办哪种情形; then for which licence, where the situation acts on one. Makes a draft and goes on to its
    form.
    """
    listed = current(division, item)
    actor = who.applicant(request, item=item)
    own = set(actor.own_subjects)
    subjects = people.list_subjects(actor.subjects)
    sent = request.POST if request.method == "POST" else request.GET
    chosen, situation = sent.get("subject", ""), sent.get("situation", "")
    subject = next((s for s in subjects if s.pk == chosen), None)
    answered = list_form_answers(listed, read_answers(listed, sent.dict()))
    picks = bool(listed.situation(situation)) and terms_of(item).needs_licence(situation)
    context: dict[str, Any] = {
        "title": f"办理{listed.name}",
        "s": listed,
        "barred": _list_barred(listed, subjects),
        "subjects": [(s, s.pk not in own, drafts.may_apply(listed, s)) for s in subjects],
        "situation": situation,
        "chosen": chosen,
        "answered": answered,
        "earlier": queries.cases(queries.scopes_of(actor), _ended(division, item), counted=_FEW).rows[:_MOST_EARLIER],
        "begun": [d for d in drafts.open_drafts(actor) if d.standard.split("/")[:2] == [division, item]],
    }
    if request.method != "POST":
        if subject and picks:
            return _pick_page(request, listed, subject, situation, answered)
        return page(request, "start.html", context)
    try:
        if subject is None:
            raise Refused("no-applicant", "请选择以谁的名义申请。", kind=Kind.INPUT)
        drafts.demand_start(actor, listed, subject, situation)
    except Refused as error:
        where = "#subject" if error.code in ("no-applicant", "wrong-applicant", "not-your-applicant") else "#situation"
        context["errors"] = [(f"{error.message}{error.next}", where)]
        return page(request, "start.html", context, 422)
    if picks and "pick" not in request.POST:
        about = answered | {"subject": subject.pk, "situation": situation}
        return redirect(f"{request.path}?{urlencode(about)}")
    try:
        known = find_known(actor, listed, subject, situation)
        draft = drafts.start(actor, listed, subject, situation, request.POST.get("licence", ""), answered, known)
    except Refused as error:
        return _pick_page(request, listed, subject, situation, answered, error)
    return redirect(_choose_page(drafts.load(draft, actor.own_subjects)), draft.pk)


def _choose_page(application: Open) -> str:
    """The page on which something is to be done: nobody is led through a form that is filled already."""
    if application.errors:
        return "portal:form"
    return "portal:materials" if application.lacking or application.later else "portal:review"


def _list_barred(listed: Standard, subjects: Iterable[Subject]) -> list[tuple[str, Bar]]:
    """Who may not apply for a new licence of the item yet: name and bar. One statement for items of safety."""
    if not (terms_of(listed.item).safety and listed.situation(NEW)):
        return []
    names = {subject.pk: subject.name for subject in subjects}
    return [(names[id], bar) for id, bar in find_bars(names, listed.item).items()]


def _barred(application: Open) -> list[tuple[str, Bar]]:
    """The applicant of a draft, where they may not apply yet for what it asks."""
    if application.draft.situation != NEW or application.subject is None:
        return []
    return _list_barred(application.standard, [application.subject])


def _pick_page(
    request: HttpRequest,
    listed: Standard,
    subject: Subject,
    situation: str,
    answered: Answers,
    error: Refused | None = None,
) -> HttpResponse:
    """要办理的证照: the applicant's own of this item, to choose from. Nobody types a number."""
    choices = list_choices(subject.pk, listed, situation)
    context = {
        "title": f"选择要{NAMES.get(situation, '办理')}的证照",
        "s": listed,
        "subject": subject,
        "situation": listed.situation(situation),
        "choices": choices,
        "open": [choice for choice in choices if choice.refused is None],
        "new": listed.situation(NEW),
        "answered": answered,
        "error": error,
        "has_errors": error is not None,
    }
    return page(request, "pick.html", context, 422 if error else 200)


def opened(request: HttpRequest, id: uuid.UUID) -> Open:
    """The account's own draft, moved to the version in force. Raises Http404, also when the mandate for whom it is
    has ended, or Refused for an item not listed.
    """
    actor = who.applicant(request)
    draft = drafts.own(actor, id)
    if draft is None:
        raise Http404(str(id))
    if draft.submitted_as is None and drafts.renew(draft):
        messages.warning(request, "这个事项的办事规程有了新版，草稿已按新版更新，请再核对一遍。")
    return drafts.load(draft, actor.own_subjects)


def moved_on(application: Open) -> HttpResponse | None:
    """To the case, for a draft that became one: the back button repeats nothing. To the choice of a situation, where
    the one chosen is no more.
    """
    draft = application.draft
    if draft.submitted_as:
        return redirect("portal:filed", draft.submitted_as)
    return None if application.standard.situation(draft.situation) else redirect("portal:situation", draft.pk)


def closed(request: HttpRequest, id: uuid.UUID, error: Refused) -> HttpResponse:
    """A draft that leads to nothing any more: why, and everything that was written, to read and to copy."""
    draft = drafts.own(who.applicant(request), id)
    if draft is None:
        raise Http404(str(id))
    application = drafts.load(draft, (draft.subject,))
    context = {"title": "这份草稿不能再办", "open": application, "sections": answers(application), "error": error}
    return page(request, "closed.html", context, requests.STATUS[error.kind])


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def situation(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """办理情形, chosen anew: the standard in force does not know the one this draft was begun for."""
    try:
        application = opened(request, id)
    except Refused as error:
        return closed(request, id, error)
    if application.standard.situation(application.draft.situation) or application.draft.submitted_as:
        return redirect("portal:form", id)
    context: dict[str, Any] = {"title": "请重新选择办理情形", "open": application, "error": None}
    if request.method != "POST":
        return page(request, "situation.html", context)
    try:
        drafts.choose_situation(application.draft, request.POST.get("situation", ""))
    except Refused as error:
        return page(request, "situation.html", context | {"error": error, "has_errors": True}, 422)
    return redirect("portal:form", id)


@require_POST
@signed_in
def again(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """沿用已填内容重新申请: a new draft that begins with what an earlier application held."""
    sight = see_case(request, id)
    try:
        draft = drafts.start_again(sight.actor, sight.view)
    except Refused as error:
        return refused(request, error, ("回到办件", reverse("portal:case", args=[id])))
    messages.success(request, "已带入上次填写的内容，请逐项核对；材料需要重新提交。")
    return redirect("portal:form", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """申请表. Whatever is sent is kept first, right or wrong; 下一步 then asks for what is missing."""
    address = reverse("portal:form", args=[id])
    if not request.user.is_authenticated:
        if request.method == "POST" and not _stash(request, id):
            messages.error(request, "登录已过期，刚才填写的内容太多，没有能暂存。请登录后从上次保存的内容接着填。")
        return login_then(address)
    _keep_former(request, id)
    try:
        application = opened(request, id)
    except Refused as error:
        _keep_sent(request, id)
        return closed(request, id, error)
    if done := moved_on(application):
        _keep_sent(request, id)
        return done
    if request.method != "POST":
        return _form_page(request, application, _unstash(request, application))
    sent = bind(application.standard.form, request.POST, application.context, application.filing, application.fixed)
    chosen = read_choices(request.POST)
    try:
        merged = drafts.save(application.draft, sent.raw, read_marks(request.POST), chosen)
    except Refused as error:
        return closed(request, id, error)
    bound = show_merged(sent, merged, application.filing, application.fixed)
    if bound.editing:
        return _form_page(request, application, bound)
    if bound.clashes:
        return _form_page(request, application, replace(bound, errors={}), 409)
    request.session.pop(f"{_STASH}{id}", None)
    if chosen or request.POST.get("act") == "save":
        messages.success(request, "草稿已保存，可以随时在“我的办件”里接着填。")
        if merged.changed:
            messages.info(request, f"在别处改过的也保留了：{saving.labels_of(merged.form, merged.changed)}。")
        return redirect(address)
    if bound.errors:
        return _form_page(request, application, bound, 422)
    return redirect("portal:materials", id)


def _keep_former(request: HttpRequest, id: uuid.UUID) -> None:
    """What was sent from a page of the version before is kept as that version has it, before the draft moves on."""
    draft = drafts.own(who.applicant(request), id) if request.method == "POST" else None
    if draft is not None and drafts.is_superseded(draft):
        _keep_sent(request, id)


def _keep_sent(request: HttpRequest, id: uuid.UUID) -> None:
    """What was sent is kept also where the form leads elsewhere."""
    draft = drafts.own(who.applicant(request), id) if request.method == "POST" else None
    if draft is not None and draft.submitted_as is None:
        raw = unflatten(standard(draft.standard).form, request.POST)
        if drafts.save(draft, raw, read_marks(request.POST)).clashes:
            _stash(request, id)  # both copies are shown when the form is opened again


def _form_page(request: HttpRequest, application: Open, bound: Bound, status: int = 200) -> HttpResponse:
    context = {
        "title": f"填写申请表：{application.standard.name}",
        "open": application,
        "barred": _barred(application),
        "bound": replace(bound, sources=application.sources),
        "marks": write_marks(bound.marks),
        "has_errors": status != 200,
        "steps": STEPS,
        "step": 1,
    }
    return page(request, "form.html", context, status)


@require_POST
def autosave(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What the form holds, kept as it changes; answers with the line that says what is kept and what is not."""
    address = reverse("portal:form", args=[id])
    if not request.user.is_authenticated:
        login = login_then(address).url  # type: ignore[attr-defined]
        return saving.say_logged_out(request, login, stashed=_stash(request, id))
    draft = drafts.own(who.applicant(request), id)
    if draft is None:
        raise Http404(str(id))
    raw = unflatten(standard(draft.standard).form, request.POST)
    try:
        merged = drafts.save(draft, raw, read_marks(request.POST))
    except Refused as error:
        return saving.say_refused(request, error)
    return saving.say_saved(request, merged, merged.marks_for(raw))


def _stash(request: HttpRequest, id: uuid.UUID) -> bool:
    """Keep what somebody sent whose session had ended, on the server and for this browser's next login only; whether it
    could be kept.
    """
    key, session = f"{_STASH}{id}", request.session
    data = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    others = sum(name.startswith(_STASH) for name in session.keys() - {key})
    if others >= _MOST_STASHES or sum(len(v) for values in data.values() for v in values) > _MOST_STASHED:
        return False
    session[key] = data
    return True


def _unstash(request: HttpRequest, application: Open) -> Bound:
    """The form with what was sent after the session had ended, merged into what was kept since. While a field is in
    dispute both copies stay.
    """
    form, key = application.standard.form, f"{_STASH}{application.draft.pk}"
    data = request.session.get(key)
    if data is None:
        return show(form, application.raw, application.context, application.fixed)
    sent = request.POST.copy()
    for name, values in data.items():
        sent.setlist(name, values)
    merged = drafts.save(application.draft, unflatten(form, sent), read_marks(sent))
    bound = show(form, merged.page, application.context, application.fixed)
    if not merged.clashes:
        del request.session[key]
        messages.success(request, "登录过期前填写的内容已经恢复。")
    return replace(bound, merged=merged)


@require_safe
@signed_in
def review(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """核对: everything once more before it is filed."""
    try:
        application = opened(request, id)
    except Refused as error:
        return closed(request, id, error)
    return moved_on(application) or _review_page(request, application, twins=_twins(request, application))


def _twins(request: HttpRequest, application: Open) -> tuple[Row, ...]:
    """Open cases of the same matter: told before it is filed once more."""
    actor = who.applicant(request, subject=application.draft.subject, item=application.standard.item)
    return find_twins(application, actor)


def _review_page(
    request: HttpRequest,
    application: Open,
    error: Refused | None = None,
    status: int = 200,
    twins: tuple[Row, ...] = (),
) -> HttpResponse:
    context = {
        "twins": twins,
        "barred": _barred(application),
        "title": f"核对并提交：{application.standard.name}",
        "open": application,
        "sections": answers(application),
        "situation": application.standard.situation(application.draft.situation),
        "error": error,
        "has_errors": error is not None,
        "steps": STEPS,
        "step": 3,
    }
    return page(request, "review.html", context, status)


@require_POST
@signed_in
def submit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """提交. Sent twice, or again with the back button, it is one submission."""
    account = who.account_of(request)
    try:
        application = opened(request, id)
        if application.draft.submitted_as is None and request.POST.get("promise") != "yes":
            message = "请勾选承诺后再提交。"
            clause = application.standard.procedure.clause("materials")
            raise Refused("no-promise", message, clause=clause, kind=Kind.INPUT)
        actor = who.applicant(request, subject=application.draft.subject, item=application.standard.item)
        case_id = drafts.submit(application, actor, agent_name=account.real_name)
    except Refused as error:
        if error.kind is Kind.INPUT:
            return _review_page(request, opened(request, id), error, 422)
        return refused(request, error, ("回到核对页", reverse("portal:review", args=[id])))
    return redirect("portal:filed", case_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Asks first; then the draft and its files are gone."""
    draft = drafts.own(who.applicant(request), id)
    if draft is None:
        raise Http404(str(id))
    if request.method != "POST":
        return page(request, "delete.html", {"title": "删去草稿", "draft": draft, "s": standard(draft.standard)})
    try:
        drafts.delete(draft, who.applicant(request))
    except Refused as error:
        return refused(request, error, ("我的办件", reverse("portal:mine")))
    messages.success(request, "草稿已删去。")
    return redirect("portal:mine")


Filled = list[tuple[str, list[list[tuple[str, str]]]]]


def answers(application: Open) -> Filled:
    """What was filled in, section by section; a repeated group has a list for each row."""
    context = {**application.context, **application.values}
    out: Filled = []
    for section in application.standard.form.sections:
        if not applies(section.when, context):
            continue
        rows = application.values.get(section.code, []) if section.repeat else [application.values]
        groups = [_answered(section, row) for row in rows if isinstance(row, dict)]
        out.append((section.title, [group for group in groups if group]))
    return out


def _answered(section: Section, row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.label, guide.label_of(f, row[f.name])) for f in section.fields if f.name in row]
