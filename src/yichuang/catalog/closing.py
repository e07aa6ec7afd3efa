"""Listed items prevent a department or a division from being closed."""

from __future__ import annotations

from datetime import date

from yichuang.catalog.queries import list_open
from yichuang.org.models import Closable, Department, Division
from yichuang.org.structure import register_obstacle


@register_obstacle
def find_listed_items(row: Closable, last_day: date) -> list[str]:
    """How many items the department exercises, or the division offers, that still accept cases; empty for none."""
    if isinstance(row, Department):
        number = list_open().filter(current__department=row.pk).count()
    elif isinstance(row, Division):
        number = list_open(row.pk).count()
    else:
        return []
    return [f"{number}个事项仍在受理"] if number else []
