"""The rule on items without a standard, and on counties that do not follow the city's base, or differ from it without a
reason (R-P13).
"""

from __future__ import annotations

from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.laws import reckon
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import asof, county_tasks
from yichuang.supervision.rules.timing import not_excused


def not_unified(parameters: Parameters) -> Table:
    """R-P13: the day by which a department was to publish the standard of a listed item, a county's to follow a change
    of the city's, or to give a reason for what differs, has passed (policy 3.2b, 3.2c). Laid to that department.

    What waits for the office accuses no department; nor does a day set before the holidays of its year were published.
    """
    late = county_tasks.filter(county_tasks.done_on.isnull()).cross_join(asof)
    late = late.filter(late.due_on < late.today)
    late = reckon(reckon(late, "opened_on", "begun"), "due_on", "due")
    late = not_excused(late.filter(late.begun_published, late.due_published), late.due_on, late.today)
    at = late.kind + "/" + late.division + "/" + late.base
    return hits(
        late, at=at, level=Level.YELLOW, department=late.department, item=late.item,
        day=late.due_on, measured=late.number, allowed=late.due - late.begun,
    )  # fmt: skip
