"""What the screens need, computed from a case's state. Pure: `verify --rebuild` compares with the same."""

from __future__ import annotations

from datetime import date
from typing import Any

from yichuang.cases.core.clocks import case_clocks, running
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.lights import level_of, wait_of
from yichuang.cases.core.state import BEFORE_DECISION, Case, Stage
from yichuang.catalog.standard import PostKind, Standard
from yichuang.catalog.terms import NEW
from yichuang.catalog.words import bigrams, name_words
from yichuang.kernel.clock import due_on

CASE_CLOCKS = ("promised", "statutory")


def row(case: Case, facts: CaseFacts, due: date | None) -> dict[str, Any]:
    """The columns of the case's row that follow from its state; `due` from `nearest_due`."""
    promised, statutory = limits(case, facts)
    return {
        "standard": case.standard,
        "stage": case.stage.value,
        "outcome": case.outcome,
        "accepted_on": case.accepted_on,
        "decided_on": case.decided_on,
        "closed_on": case.closed_on,
        "promised_due": promised,
        "statutory_due": statutory,
        "due_on": due,
        "wait": wait_of(case) or "",
        "level": level_of(case, facts.standard),
        "granted_place": case.place if _awaits_making(case) else None,
        "visits": len(case.visited),
        "gaps": _gaps_of(case),
        "leaves_on": case.leaving.on if case.leaving and case.stage in BEFORE_DECISION else None,
    }


def _gaps_of(case: Case) -> str:
    """How a case that was accepted despite gaps stands: open, kept, breached, or dropped where it ended before; empty
    for all others.
    """
    gaps = case.gaps
    if gaps is None or gaps.opened is None:
        return ""
    if gaps.breached:
        return "breached"
    if not gaps.open:
        return "kept"
    return "open" if case.stage is Stage.ACCEPTED else "dropped"


def _awaits_making(case: Case) -> bool:
    """Whether a first licence was granted and is not made yet: of a place, a holder has one (`Terms.sole`)."""
    return case.stage is Stage.DECIDED and case.granted is True and case.situation == NEW and bool(case.place)


def limits(case: Case, facts: CaseFacts) -> tuple[date | None, date | None]:
    """Until when promise and law leave time for an accepted case; None while a suspension moves the date."""
    dues = {c.name: due_on(c.clock, facts.calendar, facts.today) for c in case_clocks(case, facts.standard)}
    promised, statutory = (None if due is None or due.open_ended else due.day for due in map(dues.get, CASE_CLOCKS))
    return promised, statutory


def nearest_due(case: Case, facts: CaseFacts) -> date | None:
    """The nearest date that somebody must meet now; None while the clocks stand still or nothing runs."""
    dues = [due_on(c.clock, facts.calendar, facts.today) for c in running(case, facts.standard)]
    return min((d.day for d in dues if not d.open_ended), default=None)


def access(case: Case, standard: Standard, due: date | None) -> list[dict[str, Any]]:
    """Who this case exists for, and who must act on it now: the rows of `cases_access`, without the case.

    `due_on` of an ended case is the day it ended: what its lists are in order of.
    """
    out: dict[tuple[str, str], dict[str, Any]] = {}

    def add(kind: str, id: str) -> None:
        if id:
            # an applicant's few open cases need no order by date: their rows then change only when the case ends
            day = (None if kind in ("subject", "agent") else due) if case.stage.open else case.closed_on
            out[(kind, id)] = {"scope_kind": kind, "scope_id": id, "open": case.stage.open, "due_on": day}

    division = standard.division
    add("subject", case.subject)
    add("agent", case.agent)
    add("division", division)
    if any(case.due_fees.values()) or case.charges:
        add("fees", division)
    add("department", f"{division}/{standard.department}")
    for step in case.graph(standard):
        state = case.steps.get(step.code)
        department = f"{division}/{step.department}"
        if state and state.status != "waiting":
            add("department", department)
        if state and state.status == "open":
            add("todo", f"{department}/{step.post.value}")
            add("person", state.person)
    own = f"{division}/{standard.department}"
    if case.stage is Stage.ACCEPTED and case.gaps and case.gaps.handed:
        add("todo", f"{division}/{PostKind.WINDOW.value}")  # checks what was supplied
    match case.stage:
        case Stage.SUBMITTED | Stage.RECEIVED | Stage.MADE:
            add("todo", f"{division}/{PostKind.WINDOW.value}")
        case Stage.ACCEPTED if case.steps_done or case.failed or case.gap_breached:
            add("todo", f"{own}/{PostKind.HEAD.value}")
        case Stage.DECIDED:
            add("todo", f"{division}/{PostKind.WINDOW.value}")
    return list(out.values())


def search_words(number: str, receipt: str, applicant: str) -> str:
    """What a search finds a case by, beside its item."""
    return f"{bigrams(number[-11:], receipt, applicant)} {name_words(applicant)}"
