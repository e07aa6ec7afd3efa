"""Which department of a county exercises which item: what it no longer exercises, it need not follow (3.2b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from yichuang.catalog.models import Item
from yichuang.org.models import Division
from yichuang.org.queries import city_code


class Making(Protocol):
    """A revision, as its stream or its row says."""

    @property
    def division(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def department(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Exercised:
    """The items that are open, each as (division, code, name, department); the codes of those that are open at the
    city; and by code of the city's item the counties that share it, where the city has said so.
    """

    open: frozenset[tuple[str, str, str, str]]
    base: frozenset[str]
    shared: dict[str, list[str]]

    def has(self, revision: Making) -> bool:
        """Whether the item of a revision is open, under its name, with its department, at the city too, and shared with
        its county.
        """
        known = (revision.division, revision.item, revision.name, revision.department)
        return known in self.open and self._shares(revision.division, revision.item)

    def has_item(self, item: Item) -> bool:
        """Whether an item is open, at the city too, and shared with its county."""
        known = (item.division, item.code, item.name, item.department)
        return known in self.open and self._shares(item.division, item.code)

    def _shares(self, county: str, item: str) -> bool:
        told = self.shared.get(item)
        return item in self.base and (told is None or county in told)


def list_exercised(today: date, item: str = "") -> Exercised:
    """What is exercised on a day, of an item or of all, where the division is not closed. Three statements."""
    items = Item.objects.filter(code=item) if item else Item.objects.all()
    closed = [row.code for row in Division.objects.filter(last_day__isnull=False) if row.is_closed(today)]
    open_items = items.exclude(ends_on__lte=today).exclude(division__in=closed)
    rows = open_items.values_list("division", "code", "name", "department")
    city = city_code()
    shared = items.filter(division=city, shared_with__isnull=False).values_list("code", "shared_with")
    base = frozenset(code for division, code, *_ in rows if division == city)
    return Exercised(frozenset(rows), base, {code: counties or [] for code, counties in shared})
