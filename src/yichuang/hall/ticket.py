"""A ticket of a hall's queue, and where it stands (3.4b). Frozen; nothing is decided here. It knows nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from yichuang.aggregates.acts import Happened
from yichuang.kernel.localtime import local_day


class TicketStage(StrEnum):
    """What a ticket is now."""

    NEW = "new"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    SERVED = "served"
    MISSED = "missed"
    LEFT = "left"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return {
            "new": "未取",
            "waiting": "等候",
            "called": "已叫号",
            "serving": "办理中",
            "served": "已办结",
            "missed": "过号",
            "left": "已离开",
            "ended": "当日没有办完",
        }[self.value]

    @property
    def light(self) -> str:
        return {"waiting": "yellow", "called": "yellow", "serving": "green", "served": "green"}.get(self.value, "grey")


OPEN = frozenset({TicketStage.WAITING, TicketStage.CALLED, TicketStage.SERVING, TicketStage.MISSED})


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody took a ticket for a class of a hall."""

    number: str  # A012
    arrangement: str
    division: str
    code: str
    priority: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    window: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """Called once more to the same window."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Whoever holds the ticket is at the window."""


@dataclass(frozen=True, slots=True)
class Served:
    pass


@dataclass(frozen=True, slots=True)
class Missed:
    """Nobody came."""


@dataclass(frozen=True, slots=True)
class Rejoined:
    """Who had missed the call queues again, behind those who wait now."""


@dataclass(frozen=True, slots=True)
class Left:
    """Whoever holds the ticket does not wait any longer."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The matter belongs to another class: it queues there since when the ticket was taken."""

    code: str


@dataclass(frozen=True, slots=True)
class DayEnded:
    """The day passed and nobody had finished with the ticket."""


TicketEvent = Taken | Called | Recalled | Begun | Served | Missed | Rejoined | Left | Carried | DayEnded


@dataclass(frozen=True, slots=True)
class Ticket:
    """`queued_at` is since when it waits in the queue of its class; `called_at` when it was called first."""

    id: str
    stage: TicketStage = TicketStage.NEW
    number: str = ""
    arrangement: str = ""
    division: str = ""
    code: str = ""
    priority: bool = False
    day: date | None = None
    taken_at: datetime | None = None
    queued_at: datetime | None = None
    called_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    window: str = ""
    calls: int = 0  # since it was last in the queue
    moved_at: datetime | None = None


def evolve_ticket(ticket: Ticket, happened: Happened) -> Ticket:
    """The ticket after an entry. Total: a recorded event always applies."""
    at = happened.at
    ticket = replace(ticket, moved_at=at)
    match happened.event:
        case Taken() as e:
            return replace(
                ticket, stage=TicketStage.WAITING, number=e.number, arrangement=e.arrangement, division=e.division,
                code=e.code, priority=e.priority, day=local_day(at), taken_at=at, queued_at=at,
            )  # fmt: skip
        case Called(window=window):
            called = ticket.called_at or at
            return replace(ticket, stage=TicketStage.CALLED, window=window, calls=1, called_at=called)
        case Recalled():
            return replace(ticket, calls=ticket.calls + 1)
        case Begun():
            return replace(ticket, stage=TicketStage.SERVING, begun_at=at)
        case Served():
            return replace(ticket, stage=TicketStage.SERVED, ended_at=at)
        case Missed():
            return replace(ticket, stage=TicketStage.MISSED, ended_at=at)
        case Rejoined():
            return replace(ticket, stage=TicketStage.WAITING, queued_at=at, ended_at=None, window="", calls=0)
        case Left():
            return replace(ticket, stage=TicketStage.LEFT, ended_at=at)
        case Carried(code=code):
            moved = replace(ticket, stage=TicketStage.WAITING, code=code, queued_at=ticket.taken_at)
            return replace(moved, begun_at=None, window="", calls=0)
        case DayEnded():
            return replace(ticket, stage=TicketStage.ENDED, ended_at=at)
    return ticket
