"""What may be done with a ticket, by whom (3.4b). Pure.

A machine of the hall gives tickets out, and so does whoever works there. The window that calls a ticket is the one
that serves it; it calls whose turn it is and nobody else, and has one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Happened, Life
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.hall.ticket import (
    OPEN,
    Begun,
    Called,
    Carried,
    DayEnded,
    Left,
    Missed,
    Recalled,
    Rejoined,
    Served,
    Taken,
    Ticket,
    TicketStage,
    evolve_ticket,
)
from yichuang.kernel.localtime import midnight
from yichuang.ledger.actor import SYSTEM, Actor

CLAUSE = "3.4b"
KIOSK = "kiosk:"  # how the person of a ticket machine begins; the id of its hall follows
AT_DOOR, AT_WINDOW = "door", "window"
_DOOR_POSTS = frozenset({"window", "office", "counsellor"})


@dataclass(frozen=True, slots=True)
class AtWindow:
    """The window that the actor sits at: hall, number, classes."""

    arrangement: str
    number: str
    classes: tuple[str, ...]


def _nobody() -> None:
    return None


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What the outside knows; each question is asked when it matters. `halls` of the actor's division and `classes` of
    a hall that a window serves, in words by id; `seat` of the actor; `busy`: the number of another ticket that the
    actor's window has; `next`: the id of the ticket whose turn it is at the actor's window.
    """

    now: datetime
    actor: Actor
    values: Mapping[str, int]  # of `hall.parameters.QUEUES`
    halls: Callable[[], Mapping[str, str]] = dict
    classes: Callable[[str], Mapping[str, str]] = lambda hall: {}
    seat: Callable[[], AtWindow | None] = _nobody
    busy: Callable[[], str] = str
    next: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Take:
    hall: str
    code: str
    priority: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    pass


@dataclass(frozen=True, slots=True)
class Recall:
    pass


@dataclass(frozen=True, slots=True)
class Begin:
    pass


@dataclass(frozen=True, slots=True)
class Finish:
    pass


@dataclass(frozen=True, slots=True)
class Miss:
    pass


@dataclass(frozen=True, slots=True)
class Rejoin:
    pass


@dataclass(frozen=True, slots=True)
class Leave:
    pass


@dataclass(frozen=True, slots=True)
class Carry:
    code: str


def may(ticket: Ticket, act: Act, facts: TicketFacts, step: str = "") -> None:
    """At the door, whoever works in the halls of the division, and a machine of the hall; at a window, the one that the
    ticket is at, or one of its class while it waits. Raises Refused.
    """
    actor = facts.actor
    if act.who == AT_DOOR:
        machine = actor.person.startswith(KIOSK) and ticket.arrangement in ("", actor.person.removeprefix(KIOSK))
        here = actor.post_kind in _DOOR_POSTS and ticket.division in ("", actor.division)
        message, next = "取号和重新排队在取号机上办，或者由本级大厅的工作人员办。", "请到大厅取号。"
        require(machine or here, "not-here", message, clause=CLAUSE, next=next, kind=Kind.FORBIDDEN)
    else:
        seat = facts.seat()
        message, next = "您的岗位没有在这个大厅的窗口。", "请政务服务办把岗位登记到窗口。"
        here = seat is not None and seat.arrangement == ticket.arrangement
        require(here, "no-window", message, clause=CLAUSE, next=next, kind=Kind.FORBIDDEN)
        assert seat is not None
        if ticket.stage in (TicketStage.CALLED, TicketStage.SERVING):
            message, next = f"这个号在{ticket.window}号窗口。", "请由那个窗口办理。"
            mine = seat.number == ticket.window
            require(mine, "other-window", message, clause=CLAUSE, next=next, kind=Kind.FORBIDDEN)
    if ticket.stage not in act.stages:
        message = f"这个号现在是“{ticket.stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, clause=CLAUSE, next="请刷新页面，看它现在的状态。", kind=Kind.STALE)


def next_moment(ticket: Ticket, facts: TicketFacts) -> datetime | None:
    """The midnight after the day of a ticket that nobody has finished with."""
    return midnight(ticket.day + timedelta(days=1)) if ticket.day and ticket.stage in OPEN else None


def lapse(ticket: Ticket, facts: TicketFacts) -> tuple[Ticket, list[Dated]]:
    """A ticket holds for its day; what became of it is on record."""
    moment = next_moment(ticket, facts)
    if moment is None or moment > facts.now:
        return ticket, []
    ended = evolve_ticket(ticket, Happened(DayEnded(), SYSTEM.person, moment, facts.now))
    return ended, [Dated(DayEnded(), moment)]


TICKET_ACTS = Acts()
TICKET_LIFE: Life[Ticket, TicketFacts] = Life(TICKET_ACTS, evolve_ticket, lapse, may)
_WAITS, _CALLED, _SERVES = (frozenset({s}) for s in (TicketStage.WAITING, TicketStage.CALLED, TicketStage.SERVING))


@TICKET_ACTS.register(
    Take, "取号", stages=frozenset({TicketStage.NEW}), who=AT_DOOR, creates=True, clause=CLAUSE,
    asks={
        "hall": Asked("大厅", required=True, choices=lambda ticket, facts: facts.halls()),
        "code": Asked("类别的字母", required=True),
        "priority": Asked("老年人、残疾人、孕妇优先"),
    },
)  # fmt: skip
def take(ticket: Ticket, command: Take, facts: TicketFacts) -> list[Any]:
    """For a class that a window serves. Priority is said by whoever takes the ticket; nothing of a person is kept."""
    machine = facts.actor.person.removeprefix(KIOSK) if facts.actor.person.startswith(KIOSK) else ""
    known = command.hall in facts.halls() and machine in ("", command.hall)
    require(known, "bad-choice", "请从列出的大厅中选择。", clause=CLAUSE, kind=Kind.INPUT, field="hall")
    served = command.code in facts.classes(command.hall)
    message = "这个大厅没有窗口受理这一类。"
    require(served, "no-such-class", message, clause=CLAUSE, kind=Kind.INPUT, field="code")
    return [Taken("", command.hall, facts.actor.division, command.code, command.priority)]


@TICKET_ACTS.register(Call, "叫号", stages=_WAITS, who=AT_WINDOW, clause=CLAUSE)
def call(ticket: Ticket, command: Call, facts: TicketFacts) -> list[Any]:
    """Whose turn it is, and nobody else: no clerk lets anybody in before others."""
    seat = facts.seat()
    assert seat is not None  # `may` says so
    if busy := facts.busy():
        message = f"本窗口还有{busy}号没有办完。"
        raise Refused("busy", message, clause=CLAUSE, next="请先办结、过号或者转走，再叫下一位。")
    message, next = "现在还没有轮到这个号。", "请按“叫下一位”，由系统按先后叫号。"
    require(facts.next() == ticket.id, "not-next", message, clause=CLAUSE, next=next)
    return [Called(seat.number)]


@TICKET_ACTS.register(Recall, "重叫", stages=_CALLED, who=AT_WINDOW, clause=CLAUSE)
def recall(ticket: Ticket, command: Recall, facts: TicketFacts) -> list[Any]:
    return [Recalled()]


@TICKET_ACTS.register(Begin, "开始办理", stages=_CALLED, who=AT_WINDOW, clause=CLAUSE)
def begin(ticket: Ticket, command: Begin, facts: TicketFacts) -> list[Any]:
    return [Begun()]


@TICKET_ACTS.register(Finish, "办结", stages=_SERVES, who=AT_WINDOW, clause=CLAUSE)
def finish(ticket: Ticket, command: Finish, facts: TicketFacts) -> list[Any]:
    return [Served()]


@TICKET_ACTS.register(Miss, "过号", stages=_CALLED, who=AT_WINDOW, clause=CLAUSE)
def miss(ticket: Ticket, command: Miss, facts: TicketFacts) -> list[Any]:
    """Only after it was called often enough."""
    least = facts.values["calls"]
    message = f"只叫了{ticket.calls}次，至少叫{least}次没有人来才能过号。"
    require(ticket.calls >= least, "called-too-little", message, clause=CLAUSE, next="请先重叫。")
    return [Missed()]


@TICKET_ACTS.register(Rejoin, "重新排队", stages=frozenset({TicketStage.MISSED}), who=AT_DOOR, clause=CLAUSE)
def rejoin(ticket: Ticket, command: Rejoin, facts: TicketFacts) -> list[Any]:
    """Who missed the call waits again, behind those who wait now."""
    return [Rejoined()]


@TICKET_ACTS.register(
    Leave, "登记离开", stages=frozenset({TicketStage.WAITING, TicketStage.MISSED}), who=AT_DOOR, clause=CLAUSE
)
def leave(ticket: Ticket, command: Leave, facts: TicketFacts) -> list[Any]:
    return [Left()]


@TICKET_ACTS.register(
    Carry, "转到另一类", stages=_CALLED | _SERVES, who=AT_WINDOW, clause=CLAUSE,
    asks={
        "code": Asked(
            "转到", required=True,
            choices=lambda t, facts: {c: w for c, w in facts.classes(t.arrangement).items() if c != t.code},
        )
    },
)  # fmt: skip
def carry(ticket: Ticket, command: Carry, facts: TicketFacts) -> list[Any]:
    """The matter belongs to another class: nobody takes a second ticket, nor waits anew."""
    known = command.code in facts.classes(ticket.arrangement) and command.code != ticket.code
    message, next = "请选择本大厅有窗口的另一类。", "没有别的类时，请在本窗口办完，或者办结后请当事人到别的大厅取号。"
    require(known, "bad-choice", message, clause=CLAUSE, next=next, kind=Kind.INPUT, field="code")
    return [Carried(command.code)]
