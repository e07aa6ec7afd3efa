"""The rule on standards that nobody looked at again by their day (R-P14)."""

from __future__ import annotations

from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import asof, standard_reviews
from yichuang.supervision.rules.timing import not_excused


def review_overdue(parameters: Parameters) -> Table:
    """R-P14: the day by which the department was to look at its standard again has passed, and it is still the one in
    force (policy 3.2a). A day that nobody set accuses nobody. `measured` and `allowed` are calendar days since it came
    into force.
    """
    kept = standard_reviews.cross_join(asof)
    late = not_excused(kept.filter(kept.review_on < kept.today), kept.review_on, kept.today)
    return hits(
        late, at=late.standard, level=Level.YELLOW, department=late.department, item=late.item, day=late.review_on,
        measured=late.today.delta(late.in_force_on, unit="day"),
        allowed=late.review_on.delta(late.in_force_on, unit="day"),
    )  # fmt: skip
