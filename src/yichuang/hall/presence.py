"""进驻率 of the four classes of items (3.4a): how many of a division's list are in a hall, and what is missing by name.
Pure.

An item is in a hall when a business class takes it that a window in use serves. A classified item counts on neither
side; it is listed with its decision. Halls apart from the main one stand on the government's consent, so what is in
them counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


class Listed(Protocol):
    """What is asked of an item on the list."""

    @property
    def item(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def hall_class(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Missing:
    """An item that is in no hall, and why it is not."""

    item: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ClassRate:
    """So many of so many items of one of the four classes."""

    name: str
    have: int
    due: int
    missing: tuple[Missing, ...]

    @property
    def percent(self) -> str:
        """Rounded down, so that 100% says all; a dash where the class has no item."""
        per_mille = self.have * 1000 // self.due if self.due else 0
        return f"{per_mille // 10}.{per_mille % 10}%" if self.due else "—"


NO_CLASS, NO_WINDOW = "没有放进任何大厅的业务类别", "所在的业务类别没有窗口"


def count_presence(
    listed: Iterable[Listed], names: Iterable[str], placed: Mapping[str, bool], excepted: Iterable[str]
) -> tuple[ClassRate, ...]:
    """The rates of the classes called `names`, in their order. `placed`: code of an item → whether a window serves its
    class. An item whose standard names none of the classes counts in none.
    """
    kept_out = set(excepted)
    due = [row for row in listed if row.item not in kept_out]
    out = []
    for name in names:
        rows = [row for row in due if row.hall_class == name]
        missing = tuple(
            Missing(row.item, row.name, NO_WINDOW if row.item in placed else NO_CLASS)
            for row in rows
            if not placed.get(row.item)
        )
        out.append(ClassRate(name, len(rows) - len(missing), len(rows), missing))
    return tuple(out)
