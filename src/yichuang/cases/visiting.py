"""How often applicants really came to a window (3.5a), counted from ended cases. Numbers alone: of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from yichuang.cases.models import Case


@dataclass(frozen=True, slots=True)
class Visits:
    """The ended cases of an item by the number of visits."""

    by_number: dict[int, int]

    @property
    def cases(self) -> int:
        return sum(self.by_number.values())

    def beyond(self, allowed: int) -> int:
        """Cases that took more visits than the standard says."""
        return sum(number for visits, number in self.by_number.items() if visits > allowed)


def count_visits(division: str, first: date, last: date) -> dict[str, Visits]:
    """By item, of cases that ended between two days, both included. One statement, of an index alone."""
    ended = Case.objects.filter(division=division, closed_on__gte=first, closed_on__lte=last)
    counted: dict[str, dict[int, int]] = {}
    for item, visits, number in ended.values_list("item", "visits").annotate(number=Count("pk")):
        counted.setdefault(item, {})[visits] = number
    return {item: Visits(dict(sorted(by_number.items()))) for item, by_number in counted.items()}
