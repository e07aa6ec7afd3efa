"""“一次办妥” (3.5a) as pages and programs show it: computed, confirmed, and against that how often people came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yichuang.cases.visiting import Visits, count_visits
from yichuang.catalog.listing.queries import list_items
from yichuang.catalog.search import ListedItem, list_entries

DAYS = 365  # of ended cases that are counted


@dataclass(frozen=True, slots=True)
class OnceRow:
    item: ListedItem
    confirmed: bool  # by the office, for the version in force
    visits: Visits


def list_once(division: str, today: date) -> tuple[list[OnceRow], date]:
    """The items of a division that take one visit at most, confirmed ones first, and the first day that is counted.
    Three statements.
    """
    first = today - timedelta(days=DAYS - 1)
    visits = count_visits(division, first, today)
    confirmed = {item.code: item.once for item in list_items(division)}
    entries = [entry for entry in list_entries(division) if entry.visits <= 1]
    rows = [OnceRow(e, confirmed.get(e.item) == e.key, visits.get(e.item, Visits({}))) for e in entries]
    return sorted(rows, key=lambda row: not row.confirmed), first
