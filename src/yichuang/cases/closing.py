"""What of the cases keeps a department or a division from being closed."""

from __future__ import annotations

from datetime import date

from yichuang.cases.models import Case
from yichuang.org.models import Closable, Department, Division
from yichuang.org.structure import register_obstacle


@register_obstacle
def find_open_cases(row: Closable, last_day: date) -> list[str]:
    """Cases of it that are not closed: somebody has to decide them first, or they are handed over."""
    if isinstance(row, Department):
        number = Case.objects.filter(department=row.pk, closed_on=None).count()
    elif isinstance(row, Division):
        number = Case.objects.filter(division=row.pk, closed_on=None).count()
    else:
        return []
    return [f"{number}件办件没有办结"] if number else []
