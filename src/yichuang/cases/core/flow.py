"""The step graph at work: what opens at acceptance, what opens when a step is done; and what is still to come then."""

from __future__ import annotations

from datetime import date

from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case, StepState
from yichuang.catalog.standard import Standard
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Clock, Limit, Unit, due_on


def opened_at_acceptance(case: Case, standard: Standard, on: date) -> list[ev.Event]:
    """The steps with nothing before them: they run side by side from acceptance (内部审核并联化)."""
    return [ev.StepOpened(s.code, on) for s in case.graph(standard) if not s.after]


def open_gaps(case: Case, calendar: WorkingCalendar, on: date) -> list[ev.Event]:
    """With the promise of what comes later: its days run from acceptance (3.6b)."""
    if case.gaps is None:
        return []
    due = due_on(Clock(Limit(case.gaps.days, Unit.WORKDAY), on), calendar, on)
    return [ev.GapsOpened(on, due.day)]


def opened_after(case: Case, standard: Standard, code: str, on: date) -> list[ev.Event]:
    """The steps that open because `code` is done: all their predecessors are, and they are not open or done already."""
    out: list[ev.Event] = []
    for step in case.graph(standard):
        state = case.steps.get(step.code, StepState())
        if (
            code in step.after
            and state.status == "waiting"
            and all(case.steps.get(p, StepState()).status == "done" for p in step.after)
        ):
            out.append(ev.StepOpened(step.code, on, state.round + 1))
    return out
