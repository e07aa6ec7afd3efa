"""我要做什么: what an applicant has to do on a case, in words, for its page and for the list. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from yichuang.cases import payment
from yichuang.cases.core import commands as co
from yichuang.cases.core.regimes import say_end
from yichuang.cases.core.state import PAPER, Case, Stage
from yichuang.cases.view import CaseView
from yichuang.catalog.standard import Fee, Standard
from yichuang.faces.web import day, money

May = Callable[[type[Any]], bool]


@dataclass(frozen=True, slots=True)
class Todo:
    """What the applicant can do now, the most urgent first: (text, address, name of the button)."""

    acts: tuple[tuple[str, str, str], ...]
    waiting: str  # said when there is nothing to do
    paper: tuple[str, ...]  # originals to bring to a window


def make_todo(seen: CaseView, may: May) -> Todo:
    """What to do on a case that is open before its reader. `may`: whether an act is offered to them."""
    awaited = seen.case.stage in (Stage.SUBMITTED, Stage.RECEIVED)
    paper = list_papers_to_bring(seen) if awaited else ()
    return Todo(list_acts(seen.row.id, seen.case, seen.standard, may), _waiting(seen, paper), paper)


def list_acts(
    id: uuid.UUID, case: Case, standard: Standard, may: May = lambda command: True
) -> tuple[tuple[str, str, str], ...]:
    """(text, address, name of the button) of each act that waits for the applicant, the most urgent first."""
    acts = []
    asked = case.correction if case.stage is Stage.CORRECTION else None
    if (asked or (case.stage is Stage.ACCEPTED and case.unpromised)) and may(co.Supply):
        due = f"请在{day(asked.due)}前（含当日）" if asked else "请尽快"
        acts.append((f"{due}补齐材料。", reverse("portal:supply", args=[id]), "去补正"))
    gaps = case.gaps if case.stage is Stage.ACCEPTED else None
    if gaps and gaps.wanted and gaps.due and not gaps.breached and may(co.SupplyGaps):
        text = f"您承诺补交的材料，请在{day(gaps.due)}前（含当日）补齐；没有补齐的，{say_end(gaps.regime, standard)}。"
        acts.append((text, reverse("portal:supply", args=[id]), "去补交"))
    allegation = case.allegation
    if allegation and not allegation.answered and may(co.AnswerAllegation):
        found = f"{standard.department_name}拟认定您隐瞒有关情况或者提供虚假材料"
        text = f"{found}，请在{day(allegation.until)}前（含当日）陈述申辩。"
        acts.append((text, reverse("portal:answer", args=[id]), "陈述申辩"))
    for fee in standard.fees if case.stage.open else ():
        charge = case.charges.get(fee.code)
        if charge and not charge.paid and not charge.waived:
            acts.append(_charge(id, fee, charge.amount))
    refused = case.stage is Stage.DECIDED and not case.granted
    if (case.stage is Stage.MADE or refused) and may(co.Deliver):
        what = f"{standard.result.name}已经制好" if case.granted else "决定书已经作出"
        acts.append((f"{what}，可以网上签收。", reverse("portal:deliver", args=[id]), "签收"))
    return tuple(acts)


def _charge(id: uuid.UUID, fee: Fee, amount: int) -> tuple[str, str, str]:
    """What to do about a charge of `amount` fen: pay it online where somebody takes money online, else at a window."""
    sum_due = money(amount)
    if payment.provider() is None:
        return f"请到窗口缴纳{fee.name} {sum_due}（本平台还没有开通网上缴费）。", reverse("portal:help"), "大厅在哪里"
    return f"请缴纳{fee.name} {sum_due}。", reverse("portal:pay", args=[id, fee.code]), "去缴费"


def list_papers_to_bring(seen: CaseView) -> tuple[str, ...]:
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
        case Stage.ACCEPTED if seen.case.gap_breached:
            return f"您承诺补交的材料到期没有补齐，{office}将依法作出不予决定并说明理由。"
        case Stage.ACCEPTED if seen.case.gap_open:
            return f"现在不用您做什么。补交的材料已经收到，等窗口核对；{office}正在审查。"
        case Stage.ACCEPTED:
            return f"现在不用您做什么。{office}正在审查。"
        case Stage.DECIDED | Stage.MADE:
            return "现在不用您做什么。决定已经作出，正在制证、送达。"
    return "本件已经结束，没有要做的事。"
