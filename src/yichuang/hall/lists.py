"""The halls of a division as everybody may see them: their classes, windows and items; and 进驻率. Names nobody."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from yichuang.catalog.drafting.choices import HALL_CLASSES
from yichuang.catalog.search import list_entries
from yichuang.hall.arrangement import SUB
from yichuang.hall.models import Arrangement, BusinessClass, Place, Window
from yichuang.hall.presence import ClassRate, count_presence
from yichuang.hall.queries import list_division, names_of_items, names_on_list


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A business class of a hall: its windows by number, its items in words by code."""

    code: str
    name: str
    windows: tuple[str, ...]
    items: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HallLine:
    """A hall with its classes. `consent` is the document of a sub-hall."""

    id: uuid.UUID
    hall: int
    name: str
    division: str
    consent: str
    classes: tuple[ClassLine, ...]
    windows: int

    @property
    def is_sub(self) -> bool:
        return bool(self.consent)


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A classified item that need not be in a hall."""

    item: str
    name: str
    basis: str


@dataclass(frozen=True, slots=True)
class HallsOfDivision:
    """What stands in the halls of a division."""

    halls: tuple[HallLine, ...]
    rates: tuple[ClassRate, ...]
    exceptions: tuple[KeptOut, ...]


def list_arranged(division: str) -> list[Arrangement]:
    """The arranged halls of a division, the main one first. One statement."""
    return sorted(Arrangement.objects.filter(division=division), key=lambda row: (row.kind == SUB, row.name))


def read_hall(row: Arrangement) -> HallLine:
    """A hall with its classes, windows and items. Five statements."""
    return _lines([row], names_of_items(row.division))[0]


def read_halls(division: str) -> HallsOfDivision:
    """The halls of a division, its rates and its exceptions. Seven statements."""
    served = list_division(division)
    names = names_on_list(served)
    halls = _lines(list_arranged(division), names)
    placed: dict[str, bool] = {}
    for line in (line for hall in halls for line in hall.classes):
        placed |= {item: placed.get(item, False) or bool(line.windows) for item in line.items}
    kept_out = Place.objects.filter(division=division).exclude(excepted="").order_by("item")
    exceptions = tuple(KeptOut(r.item, names.get(r.item, r.item), r.excepted) for r in kept_out)
    entries = list_entries(served)
    rates = count_presence(entries, HALL_CLASSES, placed, [row.item for row in exceptions])
    return HallsOfDivision(tuple(halls), rates, exceptions)


def _lines(rows: list[Arrangement], names: Mapping[str, str]) -> list[HallLine]:
    """Three statements; none without a hall."""
    if not rows:
        return []
    ids = [row.pk for row in rows]
    classes: dict[uuid.UUID, list[BusinessClass]] = defaultdict(list)
    windows: dict[uuid.UUID, list[Window]] = defaultdict(list)
    items: dict[tuple[uuid.UUID, str], dict[str, str]] = defaultdict(dict)
    for one in BusinessClass.objects.filter(arrangement__in=ids).order_by("code"):
        classes[one.arrangement].append(one)
    for window in Window.objects.filter(arrangement__in=ids):
        windows[window.arrangement].append(window)
    for place in Place.objects.filter(arrangement__in=ids).exclude(code="").order_by("item"):
        items[place.arrangement, place.code][place.item] = names.get(place.item, place.item)

    def line(row: Arrangement, one: BusinessClass) -> ClassLine:
        serving = sorted((w.number for w in windows[row.pk] if one.code in w.classes.split()), key=int)
        return ClassLine(one.code, one.name, tuple(serving), items[row.pk, one.code])

    return [
        HallLine(
            row.pk, row.hall, row.name, row.division, row.consent, tuple(line(row, c) for c in classes[row.pk]),
            len(windows[row.pk]),
        )
        for row in rows
    ]  # fmt: skip
