"""The rule on standards that keep citing what is no law any more (R-P12)."""

from __future__ import annotations

from typing import Any

from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import asof, calendar, law_tasks
from yichuang.supervision.rules.timing import not_excused


def lapsed_basis_kept(parameters: Parameters) -> Table:
    """R-P12: the day by which a standard was to be revised after a law changed has passed, the change holds, and there
    is neither a revision nor a judgement (policy 3.5h). Laid to the department of the standard.

    Inside its day a task accuses nobody; nor does a day that was set before the holidays of its year were published.
    """
    waiting = law_tasks.filter(law_tasks.done_on.isnull()).cross_join(asof)
    late = waiting.filter(waiting.due_on < waiting.today, waiting.since <= waiting.today)
    late = reckon(reckon(late, "opened_on", "begun"), "due_on", "due")
    late = not_excused(late.filter(late.begun_published, late.due_published), late.due_on, late.today)
    return hits(
        late, at=late.number.cast("string") + "/" + late.law, level=Level.YELLOW, department=late.department,
        item=late.item, day=late.due_on, measured=late.lines, allowed=late.due - late.begun,
    )  # fmt: skip


def reckon(rows: Table, day: str, name: str) -> Any:
    """With the working days until a day as `name`, and whether its year is published."""
    known = calendar.select(**{day: calendar.day, name: calendar.ordinal, f"{name}_published": calendar.published})
    return rows.join(known, day)
