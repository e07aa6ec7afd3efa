"""编制规程: a manuscript part by part, saved while one types, checked as it stands, carried to Excel and YAML and back.

Who may read and write it is the manuscript's (`catalog.revising.manuscript`); nothing is decided here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yichuang.aggregates.moments import read_moments
from yichuang.aggregates.refusal import Refused
from yichuang.catalog import queries
from yichuang.catalog.checker import StandardPart
from yichuang.catalog.drafting.compare import Difference, list_differences, name_line
from yichuang.catalog.drafting.content import content_of
from yichuang.catalog.drafting.editing import find_row, list_typing_faults
from yichuang.catalog.drafting.merge import marks_of, pack_marks
from yichuang.catalog.drafting.parts import PARTS, find_part
from yichuang.catalog.flow_picture import draw_flow
from yichuang.catalog.form import Filing
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.facts import Work
from yichuang.catalog.revising.manuscript import Draft, check_manuscript, read_manuscript
from yichuang.catalog.revising.state import Stage
from yichuang.catalog.standard import Standard
from yichuang.faces import errors, forms, frame, requests, saving, who
from yichuang.faces.addresses import link, url
from yichuang.faces.manuscripts import CommentShown, list_comments, list_departments
from yichuang.faces.studio import sending
from yichuang.faces.studio.parts import PartPage, Sent, build_page, page_above, page_of_line, say_lines, say_texts
from yichuang.faces.who import View
from yichuang.ledger.actor import Actor
from yichuang.people.mfa import is_demo_store
from yichuang.supervision.rules.catalogue import blind

PLACE = ("desk:revisions", "")
# which of the eight parts of the checker speak of which part of the editor
JUDGED = {
    "basics": (StandardPart.NAME, StandardPart.SERVICE),
    "bases": (StandardPart.CONDITIONS,),
    "conditions": (StandardPart.CONDITIONS,),
    "materials": (StandardPart.MATERIALS,),
    "steps": (StandardPart.FLOW, StandardPart.PARALLEL),
    "times": (StandardPart.TIME,),
    "fees": (StandardPart.FEES,),
    "result": (StandardPart.SERVICE,),
    "situations": (StandardPart.SERVICE,),
    "form": (StandardPart.MATERIALS,),
    "points": (StandardPart.SERVICE,),
}

_EIGHT = frozenset(part.value for part in StandardPart)


def open_draft(actor: Actor, id: uuid.UUID) -> Draft:
    """The manuscript, as far as it exists for the reader. Raises Http404. Two statements."""
    return requests.or_404(read_manuscript(actor, id))


def show(
    request: HttpRequest, actor: Actor, name: str, draft: Draft, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the editor inside the frame of the desk."""
    revision = draft.revision
    shared = {
        "draft": draft,
        "revision": revision,
        "stage": Stage(revision.stage),
        "life": url("lives:life", "revision", revision.pk),
        "list": link(PLACE[0]),
        "demo": is_demo_store(),
    }
    page = {**frame.around(request, actor, PLACE), **shared, **context}
    response = render(request, f"studio/{name}", page, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@who.for_officers
def overview(request: HttpRequest, actor: Actor, id: uuid.UUID) -> HttpResponse:
    """Every part with what is wrong in it, the score of the eight parts, and the files."""
    draft = open_draft(actor, id)
    work = check_manuscript(draft, who.seated(request).day)
    typing = list_typing_faults(draft.content)
    found = {part.key: _findings_of(part.key, work) for part in PARTS}
    broken = {part.key: sum(find_part(line) is part for line in typing) for part in PARTS}
    context = {
        "title": f"编制规程：{draft.revision.name}",
        "parts": [(part, found[part.key], broken[part.key]) for part in PARTS],
        "work": work,
        "score": list(_score(work)),
        "faults": list(_name_faults(draft, work)),
        "comments": _list_comments(draft),
    }
    return show(request, actor, "edit.html", draft, context)


def _list_comments(draft: Draft) -> list[tuple[CommentShown, str]]:
    """The comments that are not settled, each with the page of its line. No statement without any, else two."""
    if not draft.revision.comments:
        return []
    shown = list_comments(read_moments(REVISION, draft.revision.pk), draft.content)
    return [(comment, _page_of_comment(draft, comment.line)) for comment in shown if not comment.settled]


def _page_of_comment(draft: Draft, line: str) -> str:
    """The page on which a commented line is written; of a row that is gone, the one above it."""
    page = page_of_line(line)
    return _page_instead(draft, page) or page


def _findings_of(part: str, work: Work) -> list[Any]:
    return [finding for finding in work.findings if finding.part in JUDGED[part]]


def _score(work: Work) -> Iterator[tuple[StandardPart, bool, list[Any]]]:
    """The eight parts: whether nothing in it blocks, and what is said of it. None while it is no standard."""
    if work.standard is None:
        return
    for part in StandardPart:
        notes = [finding for finding in work.findings if finding.part is part]
        yield part, not any(finding.blocks for finding in notes), notes


def _name_faults(draft: Draft, work: Work) -> Iterator[tuple[str, str, str]]:
    """What no finding says and that keeps it from being published: what the line is called, why, and the page it is
    written on.
    """
    typing = list_typing_faults(draft.content) if work.standard is None else {}
    for fault in work.faults:
        if fault.line not in _EIGHT:
            page = page_of_line(fault.line)
            address = f"{url('studio:edit-part', draft.revision.pk, page)}#id_{fault.line}" if page else ""
            yield name_line(draft.content, fault.line), typing.get(fault.line, fault.words), address


def _show_typed(view: View) -> View:
    """Whose right has ended since a page was shown reads nothing of the manuscript, and loses nothing of their own."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (Http404, PermissionDenied) as error:
            if request.method != "POST":
                raise
            typed = list(say_texts({}, sending.list_unsaved({}, request.POST)))
            status = 404 if isinstance(error, Http404) else 403
            return errors.answer(request, errors.PAGES[status], why=str(error) if status == 403 else "", typed=typed)

    return shown


@require_http_methods(["GET", "HEAD", "POST"])
@_show_typed
@who.for_officers
def part(request: HttpRequest, actor: Actor, id: uuid.UUID, line: str) -> HttpResponse:
    """A part, or one row of it. POST keeps what was typed and does what the button asks."""
    draft = open_draft(actor, id)
    if request.method != "POST":
        return _part_page(request, actor, draft, line)
    try:
        outcome = sending.send_page(actor, draft, request.POST)
    except Refused as refused:
        return _part_page(request, actor, draft, line, error=refused, status=requests.STATUS[refused.kind])
    draft = open_draft(actor, id)
    if not outcome.is_whole:
        status = 409 if outcome.sent.clashes else 422
        line = page_of_line(outcome.restored) if outcome.restored and outcome.sent.faults else line
        return _part_page(request, actor, draft, line, outcome, status=status)
    if request.POST.get("act") == "save":
        messages.success(request, "已保存。")
        if outcome.merged.changed:
            names = outcome.name_lines(outcome.merged.changed)
            messages.info(request, f"别人改过的也保留了：{names}。")
    if outcome.restored:
        messages.success(request, "已作为新的一行放回，请核对。")
        return redirect(f"{url('studio:edit-part', id, page_of_line(outcome.restored))}#row-{outcome.restored}")
    if above := _page_instead(draft, line):
        messages.info(request, "这一行已经被别人删去。您在其中没有改动。")
        return redirect("studio:edit-part", id, above)
    return redirect(_address_after(id, line, outcome))


def _address_after(id: uuid.UUID, line: str, outcome: sending.Outcome) -> str:
    """Where one goes on: at the row that was added, on its page where it has one; else on the same page, at the row
    that was moved.
    """
    row = outcome.row
    if outcome.added and row and page_of_line(f"{row}/id") == row:
        return url("studio:edit-part", id, row)
    return url("studio:edit-part", id, line) + (f"#row-{row}" if row else "")


def _page_instead(draft: Draft, line: str) -> str:
    """The page to show instead of that of a row which is gone; empty while it is there."""
    return page_above(draft.content, line) if "/" in line and find_row(draft.content, line) is None else ""


def _part_page(
    request: HttpRequest,
    actor: Actor,
    draft: Draft,
    line: str,
    outcome: sending.Outcome | None = None,
    error: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a part or a row; for a row that is gone, and in which something was typed, the one above it."""
    if outcome or error:
        line = _page_instead(draft, line) or line
    faults = list_typing_faults(draft.content)
    departments = list_departments(draft) if line.startswith("steps/") else {}
    sent = outcome.sent if outcome else Sent()
    page = build_page(draft.content, line, faults, sent, fixed=not draft.editable, departments=departments)
    if page is None:
        raise Http404("没有这一部分，或者这一行已经被删去。")
    marks = (
        outcome.marks_under(page.shown, draft.content) if outcome else pack_marks(marks_of(draft.content, page.shown))
    )
    unsaved = sending.list_unsaved(draft.content, request.POST) if error else {}
    context = {
        "title": page.title,
        "page": page,
        "marks": marks,
        "error": error,
        "unsaved": list(say_lines(draft.content, unsaved)),
        "has_errors": status != 200,
        "parts": PARTS,
        "comments": [(c, at) for c, at in _list_comments(draft) if find_part(c.line) is page.part],
        "trail": [(text, url("studio:edit-part", draft.revision.pk, key)) for key, text in page.trail],
        **_checks(request, draft, page),
    }
    return show(request, actor, "part.html", draft, context, status)


def _checks(request: HttpRequest, draft: Draft, page: PartPage) -> dict[str, Any]:
    """What the checker says of this part now; of the flow its picture, of the points what goes blind."""
    work = check_manuscript(draft, who.seated(request).day)
    key = page.part.key
    return {
        "work": work,
        "findings": _findings_of(key, work),
        "faults": list(_name_faults(draft, work)),
        "picture": _draw(work.standard) if key == "steps" else "",
        "blind": blind({str(row.get("rule")) for row in draft.content.get("points") or []}) if key == "points" else (),
        "score": list(_score(work)),
    }


def _draw(standard: Standard | None) -> str:
    try:
        return mark_safe(draw_flow(standard)) if standard else ""
    except (ValueError, KeyError):
        return ""


@require_POST
@who.for_officers
def autosave(request: HttpRequest, actor: Actor, id: uuid.UUID, line: str) -> HttpResponse:
    """What a page holds, kept as it changes; answers with the line that says what is kept and what is not."""
    draft = open_draft(actor, id)
    try:
        outcome = sending.send_page(actor, draft, request.POST)
    except Refused as error:
        return saving.say_refused(request, error, shown=True)
    merged = outcome.merged
    page = build_page(merged.content, line, {}, Sent(), fixed=False)
    faults = [f"“{name_line(merged.content, at)}”{words}" for at, words in outcome.sent.faults.items()]
    return saving.say_kept(
        request,
        outcome.marks_under(page.shown if page else [], outcome.typed),
        outcome.name_lines(merged.changed),
        outcome.name_lines(list(outcome.sent.clashes)),
        "".join(faults),
        gone=bool(outcome.sent.gone),
    )


@require_safe
@who.for_officers
def checks(request: HttpRequest, actor: Actor, id: uuid.UUID, line: str) -> HttpResponse:
    """The checker's word of a part as it is kept: what a page asks for anew while one types."""
    draft = open_draft(actor, id)
    line = _page_instead(draft, line) or line
    page = requests.or_404(build_page(draft.content, line, {}, Sent(), fixed=True))
    response = render(request, "studio/checks.html", {"draft": draft, "page": page, **_checks(request, draft, page)})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@who.for_officers
def compare(request: HttpRequest, actor: Actor, id: uuid.UUID) -> HttpResponse:
    """What the manuscript changes of the version it starts from, in words and side by side."""
    draft = open_draft(actor, id)
    base = draft.revision.base
    departments = list_departments(draft)
    differences = list_differences(content_of(queries.standard(base)), draft.content, departments) if base else []
    by_part: dict[str, list[Difference]] = {}
    for difference in differences:
        by_part.setdefault(difference.part, []).append(difference)
    context = {
        "title": "与现行规程比较",
        "base": base.rpartition("/")[2],
        "by_part": by_part,
        "total": len(differences),
    }
    return show(request, actor, "compare.html", draft, context)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def preview(request: HttpRequest, actor: Actor, id: uuid.UUID) -> HttpResponse:
    """The form as an applicant sees it, in a situation. What is filled in is checked and kept nowhere."""
    draft = open_draft(actor, id)
    day = who.seated(request).day
    work = check_manuscript(draft, day)
    standard = work.standard
    context: dict[str, Any] = {"title": "申请表预览", "standard": standard}
    if standard is None:
        return show(request, actor, "preview.html", draft, context)
    data = request.POST if request.method == "POST" else request.GET
    situation = standard.situation(data.get("situation", "")) or next(iter(standard.situations), None)
    agent = data.get("agent", "no") if data.get("agent") in ("yes", "no") else "no"
    application = {"situation": situation.code if situation else "", "agent": agent}
    if request.method == "POST":
        bound = forms.bind(standard.form, request.POST, application, Filing(standard.division, day, day))
    else:
        bound = forms.show(standard.form, {}, application)
    context |= {"bound": bound, "situation": situation, "agent": agent, "tried": request.method == "POST"}
    context["has_errors"] = bool(bound.errors)
    return show(request, actor, "preview.html", draft, context, 422 if bound.errors else 200)
