"""Halls for programs: where windows are, which take what, and 进驻率 (3.4a). Their acts are those of every life."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.faces.api import shapes
from yichuang.faces.api.caller import caller
from yichuang.faces.api.lives import PROBLEMS as OF_ACTS
from yichuang.faces.api.lives import Done, Key, done
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.api.reads import known_only
from yichuang.faces.who import today
from yichuang.hall.declared import HALL
from yichuang.hall.lists import HallLine, read_halls
from yichuang.hall.load import DAYS, read_load
from yichuang.hall.queries import find_arrangement
from yichuang.hall.serving import call_next
from yichuang.hall.status import read_queue
from yichuang.hall.tickets import TICKET
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


class QueueQuery(shapes.Body):
    """Of which hall."""

    hall: shapes.Id


@dataclass(frozen=True, slots=True)
class QueueOfClass:
    """The queue of a class. `minutes`: what who takes a ticket now would wait; none where no window works for it."""

    code: str
    name: str
    windows: int
    waiting: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class CalledTicket:
    """A ticket at a window: called, or being served. `calls`: how often it was called."""

    number: str
    window: str
    serving: bool
    calls: int
    called_at: datetime


@dataclass(frozen=True, slots=True)
class Queues:
    classes: tuple[QueueOfClass, ...]
    windows: tuple[CalledTicket, ...]


@router.get(
    "/hall/queue",
    response={200: Queues, PROBLEMS | {404}: ProblemBody},
    operation_id="read_queue",
    summary="排队情况",
    description="一个大厅现在各类别有多少人等、约等多久，哪个号在哪个窗口。不含任何个人的信息。",
)
def queue(request: HttpRequest, query: Query[QueueQuery]) -> Queues:
    """The same as the screen of the hall."""
    known_only(request, QueueQuery)
    row = find_arrangement(query.hall)
    if row is None:
        raise Problem(404, "no-such-hall", "没有这个大厅。", next="请从 GET /api/hall/halls 中选择。")
    now = read_queue(row.pk, today())
    classes = tuple(QueueOfClass(c.code, c.name, c.windows, c.waiting, c.minutes) for c in now.classes)
    windows = tuple(CalledTicket(w.number, w.window, w.serving, w.calls, w.called_at) for w in now.windows)
    return Queues(classes, windows)


class NextBody(shapes.Body):
    """Nothing: the window is that of the caller's post."""


@router.post(
    "/hall/next",
    response={200: Done, OF_ACTS: ProblemBody},
    operation_id="call_next",
    summary="叫下一位",
    description="叫轮到的号到您岗位的窗口，答复里的 id 是号的编号。依据：政策第三部分第（四）条。",
)
def next_ticket(request: HttpRequest, command_id: Key, body: NextBody) -> Done:
    """Whose turn it is at the caller's window."""
    return done(TICKET, call_next(caller(request).actor(), command_id=command_id))


@dataclass(frozen=True, slots=True)
class LoadOf:
    """Tickets of an hour of the day, a class or a window, and average minutes; none without any."""

    key: str
    tickets: int
    served: int
    lost: int
    wait: float | None
    took: float | None


@dataclass(frozen=True, slots=True)
class Load:
    hours: tuple[LoadOf, ...]
    classes: tuple[LoadOf, ...]
    windows: tuple[LoadOf, ...]


@router.get(
    "/hall/load",
    response={200: Load, PROBLEMS | {404}: ProblemBody},
    operation_id="read_load",
    summary="大厅的忙闲",
    description="本级一个大厅最近28天的号，按钟点、类别、窗口。由政务服务办、窗口、辅导、监察和督查岗位查看。",
)
def load(request: HttpRequest, query: Query[QueueQuery]) -> Load:
    """The same as the page of the office."""
    known_only(request, QueueQuery)
    if HALL.find(caller(request).actor(), query.hall) is None:
        raise Problem(404, "no-such-hall", "没有这个大厅，或者您无权查看。", next="请从 GET /api/hall/halls 中选择。")
    found = read_load(query.hall, today() - timedelta(days=DAYS - 1), today())
    hours, classes, windows = (
        tuple(LoadOf(r.key, r.tickets, r.served, r.lost, r.wait, r.took) for r in rows)
        for rows in (found.hours, found.classes, found.windows)
    )
    return Load(hours, classes, windows)
