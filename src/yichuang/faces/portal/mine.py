"""我的办件: drafts and cases of the account, and the page of one case with its three questions. Reads only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yichuang.aggregates.uploads import list_uploads
from yichuang.cases import drafts, following, queries, view
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core import lateness
from yichuang.cases.core.journey import Journey
from yichuang.cases.core.state import FORM, PAPER, Stage
from yichuang.cases.declared import CASE
from yichuang.cases.filters import ASKED, CaseFilter
from yichuang.cases.following import Followed
from yichuang.cases.queries import Row
from yichuang.cases.service import licence_of
from yichuang.cases.view import CaseView
from yichuang.catalog.queries import current_key
from yichuang.catalog.standard import Contested, Standard
from yichuang.documents.kinds import KINDS
from yichuang.faces import filled, telling, who
from yichuang.faces.guide import confidence, list_ways
from yichuang.faces.journey import say_way
from yichuang.faces.material_words import words_of_held
from yichuang.faces.portal.asked import list_acts, list_papers_to_bring, make_todo
from yichuang.faces.portal.licences import list_renewals
from yichuang.faces.portal.page import page, signed_in
from yichuang.faces.requests import number
from yichuang.ledger.actor import Actor
from yichuang.org.contacts import find_phones

# What happens inside the office and asks nothing of the applicant. Steps that are open stand above the timeline, and
# the clocks say what matters of warnings.
_INSIDE = frozenset({"step_opened", "step_assigned", "warned", "recalculated"})


@dataclass(frozen=True, slots=True)
class Line:
    """A case of the list: its row, its way, what waits for the applicant, and whom to ring."""

    row: Row
    way: Journey
    said: str  # by when the paper is in hand, or why no day can be named
    acts: tuple[tuple[str, str, str], ...]
    phone: str
    certificate: str  # address of the certificate that was made, to download


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The list: what waits for the applicant first, then open cases by the nearest date, or closed ones; drafts beside
    the open ones.
    """
    actor = who.applicant(request)
    closed = request.GET.get("show") == "closed"
    text, number_of_page = request.GET.get("q", ""), number(request.GET.get("page"))
    scopes, open_or_ended = queries.scopes_of(actor), CaseFilter(open=not closed, text=text)
    found = queries.cases(scopes, open_or_ended, number_of_page)
    asked: tuple[Row, ...] = ()
    if found.total > len(found.rows) and found.number == 1 and not closed:  # some may stand on later pages
        asked = queries.cases(scopes, replace(open_or_ended, waits=ASKED), counted=(queries.PAGE, True)).rows
    rest = [row for row in found.rows if row.id not in {one.id for one in asked}]
    lines = _read_lines((*asked, *rest))
    waiting = [line for line in lines if line.acts and found.number == 1]
    context = {
        "title": "我的办件",
        "closed": closed,
        "asked": waiting,
        "lines": [line for line in lines if line not in waiting],
        "found": found,
        "page_number": found.number,
        "per_page": queries.PAGE,
        "drafts": [] if closed else drafts.list_begun(actor),
        "renewals": [] if closed else list_renewals(actor),
        "q": text,
    }
    return page(request, "mine.html", context)


def _read_lines(rows: tuple[Row, ...]) -> list[Line]:
    """The rows with what a list says of them. Two statements."""
    followed = following.follow_cases(row.id for row in rows)
    phones = find_phones(row.department for row in rows if row.stage.open)
    return [_line(row, followed[row.id], phones) for row in rows]


def _line(row: Row, followed: Followed, phones: dict[str, str]) -> Line:
    made = followed.certificate
    return Line(
        row,
        followed.journey,
        say_way(followed.journey, followed.standard),
        list_acts(row.id, followed.case, followed.standard) if row.stage.open else (),
        phones.get(row.department, ""),
        address_of_certificate(row.id, made[0]) if made and row.stage is Stage.CLOSED else "",
    )


@dataclass(frozen=True)
class Sight:
    """One case as its applicant or agent sees it, and as whom they act on it."""

    view: CaseView
    actor: Actor

    def may(self, command: type[Any]) -> bool:
        return any(offer.command is command and offer.allowed for offer in self.view.offers)


def see_case(request: HttpRequest, id: uuid.UUID) -> Sight:
    """The case for this account. Raises Http404 when it does not exist for them, or for officers' accounts."""
    actor = who.applicant(request)
    seen = view.view(actor, id)
    if seen is None:
        raise Http404(str(id))
    if seen.case.subject not in actor.subjects:
        # an agent whose mandate is for this item only: it opens nothing else, but this case it does
        actor = who.applicant(request, subject=seen.case.subject, item=seen.standard.item)
        seen = view.view(actor, id) or seen
    return Sight(seen, actor)


@require_safe
@signed_in
def case(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One case: 我要做什么, 办到哪了, 凭什么."""
    sight = see_case(request, id)
    seen, way = sight.view, sight.view.journey
    context = {
        "title": f"{seen.standard.name} {seen.row.receipt}",
        "v": seen,
        "code": seen.query_code,
        "todo": make_todo(seen, sight.may),
        "way": way,
        "said": say_way(way, seen.standard),
        "phone": find_phones([seen.row.department]).get(seen.row.department, ""),
        "certificate": _find_certificate(seen),
        "ways": (("", list_ways(seen.standard.procedure, Contested.INACTION)),) if seen.silent_since else (),
        "confidence": confidence,
        "late_clause": lateness.CLAUSE,
        "working_days": telling.count_working_days,
        "name_clock": telling.name_clock,
        "timeline": timeline(seen),
        "steps": [s.name for s in seen.case.graph(seen.standard) if _open(seen, s.code)],
        "materials": materials(sight),
        "answers": filled.sections(seen.standard, seen.form, seen.reader),
        "may_withdraw": sight.may(co.Withdraw),
        "may_supply": sight.may(co.AddMaterials),
        "may_begin_again": _may_begin_again(seen),
        "may_add": bool(seen.case.allegation and seen.case.allegation.answered) and sight.may(co.AnswerAllegation),
        "licence": licence_of(seen.case),
        "papers_mounted": _mounted("documents:paper", id),
        "paper_names": _names_of_papers(seen.standard),
    }
    return page(request, "case.html", context)


def address_of_certificate(id: uuid.UUID, entry: int) -> str:
    """Where the certificate that an entry of a case issued is downloaded; empty where documents have no page here."""
    return f"{reverse('documents:paper', args=[id, entry])}?download=1" if _mounted("documents:paper", id) else ""


def _find_certificate(seen: CaseView) -> str:
    """The address of the certificate of a case that has ended with one; empty otherwise."""
    made = [paper.seq for paper in seen.papers if paper.kind == "licence"]
    return address_of_certificate(seen.row.id, made[-1]) if made and seen.case.stage is Stage.CLOSED else ""


def _names_of_papers(rules: Standard) -> dict[str, str]:
    """Titles of documents by kind, in the words of the procedure."""
    return {kind.code: kind.title_for(rules.permission) for kind in KINDS.values()} | {"licence": rules.result.name}


def _may_begin_again(seen: CaseView) -> bool:
    """Whether what an ended case held can begin another application: the form is there, the item still listed."""
    rules = seen.standard
    return not seen.case.stage.open and bool(seen.form) and current_key(rules.division, rules.item) is not None


@require_safe
@signed_in
def filed(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """提交成功: the numbers to keep, and what happens next and until when."""
    seen = see_case(request, id).view
    next = [clock for clock in seen.clocks if clock.live]
    context = {
        "title": "申请已提交",
        "v": seen,
        "code": seen.query_code,
        "next": next,
        "paper": list_papers_to_bring(seen),
    }
    return page(request, "filed.html", context)


def _open(seen: CaseView, step: str) -> bool:
    state = seen.case.steps.get(step)
    return seen.case.stage is Stage.ACCEPTED and state is not None and state.status == "open"


def timeline(seen: CaseView) -> list[dict[str, Any]]:
    """办到哪了: what happened, oldest first, in words."""
    words = telling.Words(seen.standard, {})
    shown = [m for m in seen.timeline if m.kind not in _INSIDE]
    out = []
    for moment in shown:
        lines, title = telling.say(moment.event, words), moment.label
        if isinstance(moment.event, ev.StepConcluded):  # who acted stands beside the title; others by number
            others = len(moment.event.officers) - 1
            title = f"{words.step(moment.event.step)}办结"
            lines = [telling.VERDICTS.get(moment.event.verdict, "")] + (
                [f"另有 {others} 名工作人员一同办理"] if others > 0 else []
            )
        lines += [f"{telling.TEXTS.get(name, name)}：{text}" for name, text in moment.texts.items() if text]
        out.append(
            {
                "title": title,
                "by": "" if moment.kind == "step_opened" else moment.who,  # follows from what was done before
                "at": moment.at,
                "lines": lines,
                "now": moment is shown[-1] and seen.case.stage.open,
            }
        )
    return out


def materials(sight: Sight) -> list[dict[str, Any]]:
    """What was given for each material the case needs: files to open, a certificate, paper, or nothing yet."""
    case = sight.view.case
    files = {str(upload.id): upload for upload in list_uploads(CASE.stream(sight.view.row.id))}
    out = []
    for material in sight.view.standard.materials:
        if material.code in case.needed:
            given = case.given.get(material.code, ())
            out.append(
                {
                    "name": material.name,
                    "files": [files[g] for g in given if g in files],
                    "paper": PAPER in given,
                    "form": FORM in given,
                    "held": words_of_held(case.held.get(material.code, "")),
                }
            )
    return out


def _mounted(name: str, id: uuid.UUID) -> bool:
    """Whether documents can be opened here: another face has that page."""
    from django.urls import NoReverseMatch

    try:
        return bool(reverse(name, args=[id, 1]))
    except NoReverseMatch:
        return False
