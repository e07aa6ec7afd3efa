"""How many cases were accepted despite gaps, and what became of them (3.6a). Numbers alone: of nobody."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from yichuang.cases.models import Case


@dataclass(frozen=True, slots=True)
class Promises:
    """Cases of an item by how they stand: not yet supplied, all supplied, not supplied in time, ended before."""

    open: int = 0
    kept: int = 0
    breached: int = 0
    dropped: int = 0

    @property
    def used(self) -> int:
        return self.open + self.kept + self.breached + self.dropped


def count_promises(division: str) -> dict[str, Promises]:
    """By item. One statement."""
    promised = Case.objects.filter(division=division).exclude(gaps="")
    counted: dict[str, dict[str, int]] = {}
    for item, stands, number in promised.values_list("item", "gaps").annotate(number=Count("pk")):
        counted.setdefault(item, {})[stands] = number
    return {item: Promises(**numbers) for item, numbers in counted.items()}
