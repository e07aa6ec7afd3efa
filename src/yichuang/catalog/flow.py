"""The steps of a standard as a graph: unknown predecessors, circles, ancestors, the longest way.

Pure; works on a broken graph too, since its first reader is the checker. What runs now in a case is not known here.
"""

from __future__ import annotations

from collections.abc import Collection

from yichuang.catalog.standard import Step, StepKind
from yichuang.kernel.clock import Limit, Unit


def unknown_predecessors(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Pairs (step, the step it names that is not there)."""
    codes = {step.code for step in steps}
    return [(step.code, after) for step in steps for after in step.after if after not in codes]


def steps_in_circle(steps: tuple[Step, ...]) -> list[str]:
    """Codes of steps that can never open because they wait, directly or not, for a circle; empty if there is none."""
    codes = {step.code for step in steps}
    waiting = {step.code: {after for after in step.after if after in codes} for step in steps}
    while ready := [code for code, after in waiting.items() if not after]:
        for code in ready:
            del waiting[code]
        for after in waiting.values():
            after.difference_update(ready)
    return sorted(waiting)


def list_ancestors(steps: tuple[Step, ...]) -> dict[str, set[str]]:
    """For each step all steps it comes after, directly or not. Needs a graph without circles."""
    before: dict[str, set[str]] = {}
    remaining = {step.code: step for step in steps}
    while remaining:
        ready = [step for step in remaining.values() if all(after in before for after in step.after)]
        if not ready:
            raise ValueError(f"环节图有回路或者缺环节：{sorted(remaining)}")
        for step in ready:
            before[step.code] = set(step.after).union(*(before[after] for after in step.after))
            del remaining[step.code]
    return before


def longest_way(steps: tuple[Step, ...], stops: Collection[StepKind]) -> int:
    """Working days of the longest way through the steps, without those that stop the clock (45条)."""
    by_code = {step.code: step for step in steps}
    before = list_ancestors(steps)
    total: dict[str, int] = {}
    for code in sorted(by_code, key=lambda c: len(before[c])):
        step = by_code[code]
        days = 0 if step.kind in stops else workdays(step.limit)
        total[code] = days + max((total[after] for after in step.after), default=0)
    return max(total.values(), default=0)


def workdays(limit: Limit) -> int:
    """A limit in working days, to compare limits of different units; days and months are rounded down.

    Only for comparing: what a limit in days or months comes to in a case, its clock reckons by the calendar.
    """
    if limit.unit is Unit.DAY:
        return limit.value * 5 // 7
    if limit.unit is Unit.MONTH:
        return limit.value * 20
    return limit.value
