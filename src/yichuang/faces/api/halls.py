"""Halls for programs: where windows are, which take what, and 进驻率 (3.4a). Their acts are those of every life."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.faces.api import shapes
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only
from yichuang.hall.lists import HallLine, read_halls
from yichuang.org.queries import city_code

router = Router(tags=["大厅"])
PROBLEMS = frozenset({400, 401, 403, 422, 429, 503})


class HallsQuery(shapes.Body):
    """A division, the city without one."""

    division: Annotated[str, Field(max_length=6, pattern=r"^[0-9A-Z]*$")] = ""


@dataclass(frozen=True, slots=True)
class HallClass:
    """A business class: its windows by number, and the codes of the items that each of them takes."""

    code: str
    name: str
    windows: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HallRow:
    """A hall. `consent`: the document of a sub-hall; empty for a main one."""

    id: uuid.UUID
    name: str
    division: str
    consent: str
    classes: tuple[HallClass, ...]


@dataclass(frozen=True, slots=True)
class NotInHall:
    item: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class PresenceRate:
    """进驻率 of one of the four classes. `percent` is rounded down."""

    name: str
    have: int
    due: int
    percent: str
    missing: tuple[NotInHall, ...]


@dataclass(frozen=True, slots=True)
class Halls:
    halls: tuple[HallRow, ...]
    rates: tuple[PresenceRate, ...]
    exceptions: tuple[NotInHall, ...]


def _hall(hall: HallLine) -> HallRow:
    classes = tuple(HallClass(c.code, c.name, c.windows, tuple(c.items)) for c in hall.classes)
    return HallRow(hall.id, hall.name, hall.division, hall.consent, classes)


@router.get(
    "/hall/halls",
    response={200: Halls, PROBLEMS: ProblemBody},
    operation_id="list_halls",
    summary="大厅和进驻率",
    description="本级的大厅、业务类别、窗口和受理的事项，四类事项的进驻率和没有进驻的事项。不填区划的，是市本级。",
)
def halls(request: HttpRequest, query: Query[HallsQuery]) -> Halls:
    """The same as the public page."""
    known_only(request, HallsQuery)
    standing = read_halls(query.division or city_code())
    rates = tuple(
        PresenceRate(r.name, r.have, r.due, r.percent, tuple(NotInHall(m.item, m.name, m.why) for m in r.missing))
        for r in standing.rates
    )
    exceptions = tuple(NotInHall(e.item, e.name, e.basis) for e in standing.exceptions)
    return Halls(tuple(map(_hall, standing.halls)), rates, exceptions)
