"""我的办件: drafts and cases of the account, and the page of one case with its three questions. Reads only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yichuang.aggregates.uploads import list_uploads
from yichuang.cases import drafts, payment, queries, view
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core import lateness
from yichuang.cases.core.state import FORM, PAPER, Stage
from yichuang.cases.declared import CASE
from yichuang.cases.filters import CaseFilter
from yichuang.cases.service import licence_of
from yichuang.cases.view import CaseView
from yichuang.catalog.queries import current_key, names_of_standards
from yichuang.catalog.standard import Contested, Fee, Standard
from yichuang.documents.kinds import KINDS
from yichuang.faces import filled, telling, who
from yichuang.faces.guide import confidence, list_ways
from yichuang.faces.material_words import words_of_held
from yichuang.faces.portal.page import page, signed_in
from yichuang.faces.requests import number
from yichuang.faces.web import day, money
from yichuang.ledger.actor import Actor

# What happens inside the office and asks nothing of the applicant. Steps that are open stand above the timeline, and
# the clocks say what matters of warnings.
_INSIDE = frozenset({"step_opened", "step_assigned", "warned", "recalculated"})


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The list: open cases by the nearest date, or closed ones; drafts above the open ones."""
    actor = who.applicant(request)
    closed = request.GET.get("show") == "closed"
    wanted = CaseFilter(open=not closed, text=request.GET.get("q", ""))
    cases = queries.cases(queries.scopes_of(actor), wanted, number(request.GET.get("page")))
    begun = [] if closed else list(drafts.open_drafts(actor))
    names = names_of_standards(d.standard for d in begun)
    context = {
        "title": "我的办件",
        "closed": closed,
        "found": cases,
        "page_number": cases.number,
        "per_page": queries.PAGE,
        "drafts": [(d, names.get(d.standard, "")) for d in begun],
        "q": wanted.text,
    }
    return page(request, "mine.html", context)


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
    seen = sight.view
    context = {
        "title": f"{seen.standard.name} {seen.row.receipt}",
        "v": seen,
        "code": seen.query_code,
        "todo": todo(sight),
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
    context = {"title": "申请已提交", "v": seen, "code": seen.query_code, "next": next, "paper": _paper(seen)}
    return page(request, "filed.html", context)


@dataclass(frozen=True, slots=True)
class Todo:
    """What the applicant can do now, the most urgent first: (text, address, name of the button)."""

    acts: tuple[tuple[str, str, str], ...]
    waiting: str  # said when there is nothing to do
    paper: tuple[str, ...]  # originals to bring to a window


def todo(sight: Sight) -> Todo:
    """我要做什么. Only acts whose `may` passes are offered."""
    seen, acts = sight.view, []
    case, id = seen.case, seen.row.id
    if sight.may(co.Supply):
        due = (
            f"请在{day(case.correction.due)}前（含当日）"
            if case.stage is Stage.CORRECTION and case.correction
            else "请尽快"
        )
        acts.append((f"{due}补齐材料。", reverse("portal:supply", args=[id]), "去补正"))
    allegation = case.allegation
    if allegation and not allegation.answered and sight.may(co.AnswerAllegation):
        found = f"{seen.standard.department_name}拟认定您隐瞒有关情况或者提供虚假材料"
        text = f"{found}，请在{day(allegation.until)}前（含当日）陈述申辩。"
        acts.append((text, reverse("portal:answer", args=[id]), "陈述申辩"))
    for fee in seen.standard.fees if case.stage.open else ():
        charge = case.charges.get(fee.code)
        if charge and not charge.paid and not charge.waived:
            acts.append(_charge(id, fee, charge.amount))
    if sight.may(co.Deliver) and (case.stage is Stage.MADE or not case.granted):
        what = f"{seen.standard.result.name}已经制好" if case.granted else "决定书已经作出"
        acts.append((f"{what}，可以网上签收。", reverse("portal:deliver", args=[id]), "签收"))
    awaited = case.stage in (Stage.SUBMITTED, Stage.RECEIVED)
    paper = _paper(seen) if awaited else ()
    return Todo(tuple(acts), _waiting(seen, paper), paper)


def _charge(id: uuid.UUID, fee: Fee, amount: int) -> tuple[str, str, str]:
    """What to do about a charge of `amount` fen: pay it online where somebody takes money online, else at a window."""
    sum_due = money(amount)
    if payment.provider() is None:
        return f"请到窗口缴纳{fee.name} {sum_due}（本平台还没有开通网上缴费）。", reverse("portal:help"), "大厅在哪里"
    return f"请缴纳{fee.name} {sum_due}。", reverse("portal:pay", args=[id, fee.code]), "去缴费"


def _paper(seen: CaseView) -> tuple[str, ...]:
    """Materials that the applicant said to bring to a window."""
    return tuple(m.name for m in seen.standard.materials if seen.case.given.get(m.code) == (PAPER,))


def _waiting(seen: CaseView, paper: tuple[str, ...]) -> str:
    """What others do meanwhile."""
    office = seen.standard.department_name
    match seen.case.stage:
        case Stage.SUBMITTED | Stage.RECEIVED if paper:
            return f"请把 {len(paper)} 份原件交到综合窗口，窗口会告知受理、补正或者不予受理："
        case Stage.SUBMITTED | Stage.RECEIVED:
            return "现在不用您做什么。窗口会告知受理、补正或者不予受理。"
        case Stage.CORRECTION:
            return "请按告知的内容补正。"
        case Stage.ACCEPTED:
            return f"现在不用您做什么。{office}正在审查。"
        case Stage.DECIDED | Stage.MADE:
            return "现在不用您做什么。决定已经作出，正在制证、送达。"
    return "本件已经结束，没有要做的事。"


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
