"""容缺受理清单 (3.6a) as pages and programs show it: which materials may come later, and how promises were kept."""

from __future__ import annotations

from dataclasses import dataclass

from yichuang.cases.promises import Promises, count_promises
from yichuang.catalog.search import ListedItem, list_entries


@dataclass(frozen=True, slots=True)
class LaterRow:
    item: ListedItem
    promises: Promises


def list_later(division: str) -> list[LaterRow]:
    """The items of a division whose standard in force lets a material come later. Two statements."""
    counted = count_promises(division)
    return [LaterRow(entry, counted.get(entry.item, Promises())) for entry in list_entries(division) if entry.later]
