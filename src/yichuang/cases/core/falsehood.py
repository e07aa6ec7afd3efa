"""隐瞒有关情况、提供虚假材料 (许可法78条): what a refusal needs to find it.

The finding comes with a warning, and the warning is a penalty: the applicant is told of facts, reasons and rights
before (行政处罚法44、45、62条; `pleading`). A case that is granted after an allegation needs no more: that was not
upheld.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from yichuang.aggregates.refusal import require
from yichuang.cases.core import events as ev
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.state import Case
from yichuang.kernel.clock import Clock, due_on
from yichuang.licences.core.bars import FALSEHOOD, last_day

R = TypeVar("R", ev.Declined, ev.Decided)


def find_falsehood(refusal: R, case: Case, facts: CaseFacts) -> R:
    """The refusal with the finding: its article, and the bar where safety is touched. Raises Refused while the
    applicant was not told, or has neither answered nor had the time to.
    """
    clause, allegation = facts.clause("hear_falsified"), case.allegation
    require(
        allegation,
        "not-alleged",
        "还没有告知申请人拟认定的事实和陈述申辩的权利，不能认定隐瞒或者虚假。",
        clause=clause,
        next="请先办理“告知拟认定隐瞒或者虚假”。",
    )
    within = facts.standard.procedure.answer_within
    assert allegation is not None and within is not None  # only such a procedure has allegations
    due = due_on(Clock(within, allegation.on), facts.calendar, facts.today)
    last = max(due.day, allegation.until)  # never before the day that was told
    require(
        allegation.answered or (due.certain and facts.today > last),
        "not-heard",
        f"申请人陈述申辩的期限到{last}（含当日），现在还不能认定隐瞒或者虚假。",
        clause=clause,
        next="请等申请人陈述申辩或者期限届满；不作这项认定的，可以依法作出决定。",
    )
    barred = last_day(FALSEHOOD, facts.today) if facts.terms.safety else None
    bases = tuple(dict.fromkeys((*refusal.bases, facts.clause("falsified"))))
    return replace(refusal, bases=bases, falsified=True, barred_until=barred)
