"""The step graph at work: what opens at acceptance, what opens when a step is done."""

from __future__ import annotations

from datetime import date

from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case, StepState
from yichuang.catalog.standard import Standard


def opened_at_acceptance(case: Case, standard: Standard, on: date) -> list[ev.Event]:
    """The steps with nothing before them: they run side by side from acceptance (内部审核并联化)."""
    return [ev.StepOpened(s.code, on) for s in case.graph(standard) if not s.after]


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
