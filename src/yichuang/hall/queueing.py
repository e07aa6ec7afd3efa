"""Reads of the queues of a hall on a day: who waits, whose turn it is, what is at the windows. Nobody is named."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.aggregates.settings import all_values
from yichuang.hall import queue
from yichuang.hall.models import Ticket
from yichuang.hall.parameters import QUEUES
from yichuang.hall.ticket import TicketStage
from yichuang.ledger.fast import run

# What waits, and the calls of tickets with priority, of some classes of a hall on a day
_QUEUE = """
select id::text, code, queued_at, priority, null::timestamptz from hall_ticket
where arrangement = %(hall)s and day = %(day)s and stage = 'waiting' and code = any(%(codes)s)
union all
select '', code, queued_at, true, called_at from hall_prioritycall
where arrangement = %(hall)s and day = %(day)s and code = any(%(codes)s)"""


def list_waiting(hall: uuid.UUID | str, codes: Iterable[str], day: date) -> list[queue.Waiting]:
    """The tickets that wait for these classes, with how often each was overtaken. One statement."""
    rows = run(_QUEUE, {"hall": str(hall), "day": day, "codes": list(codes)}).fetchall()
    waiting = [queue.Waiting(id, code, at, special) for id, code, at, special, called in rows if not called]
    calls = [queue.PriorityCall(code, at, called) for _, code, at, _, called in rows if called]
    return queue.count_overtakings(waiting, calls)


def find_next(hall: str, codes: Iterable[str], day: date, most: int) -> str:
    """The id of the ticket whose turn it is at a window that serves these classes; empty when nobody waits."""
    served = list(codes)
    ticket = queue.choose_next(list_waiting(hall, served, day), served, most)
    return ticket.id if ticket else ""


def find_at_window(hall: uuid.UUID | str, window: str, day: date) -> Ticket | None:
    """The ticket that a window has now. One statement."""
    rows = Ticket.objects.filter(arrangement=hall, day=day, at_window=window)
    return rows.filter(stage__in=[TicketStage.CALLED, TicketStage.SERVING]).first()


_SERVED_CLASSES = """
select c.code, c.name from hall_businessclass c
where c.arrangement = %(hall)s and exists (
  select 1 from hall_window w where w.arrangement = c.arrangement and c.code = any(string_to_array(w.classes, ' ')))
order by c.code"""


def list_served_classes(hall: str) -> dict[str, str]:
    """The classes of a hall that a window serves, by letter. One statement; none for what is no id."""
    try:
        id = uuid.UUID(hall)
    except ValueError:
        return {}
    return dict(run(_SERVED_CLASSES, {"hall": id}).fetchall())


def read_values() -> Mapping[str, Any]:
    """The parameters of queues in force. One statement."""
    return all_values(QUEUES)


@dataclass(frozen=True, slots=True)
class AtWindow:
    """A ticket at a window: called, or being served. `calls` grows with every call, for who announces it."""

    number: str
    window: str
    serving: bool
    calls: int
    called_at: datetime


_AT_WINDOWS = """
select number, at_window, stage = 'serving', calls, moved_at from hall_ticket
where arrangement = %(hall)s and day = %(day)s and stage in ('called', 'serving')
order by moved_at desc, number"""


def list_at_windows(hall: uuid.UUID, day: date) -> list[AtWindow]:
    """What is at the windows of a hall, the last call first. One statement."""
    return [AtWindow(*row) for row in run(_AT_WINDOWS, {"hall": hall, "day": day}).fetchall()]


@dataclass(frozen=True, slots=True)
class LastTicket:
    """A ticket of today in a list of a hall's counter."""

    id: uuid.UUID
    number: str
    code: str
    stage: TicketStage


def list_missed(hall: uuid.UUID, day: date) -> list[LastTicket]:
    """The tickets that missed their call today, the last first; twenty at most. One statement."""
    rows = Ticket.objects.filter(arrangement=hall, day=day, stage=TicketStage.MISSED).order_by("-moved_at")[:20]
    return [LastTicket(row.pk, row.number, row.code, TicketStage(row.stage)) for row in rows]


def find_ticket(id: uuid.UUID, hall: uuid.UUID) -> Ticket | None:
    """A ticket of a hall. One statement."""
    return Ticket.objects.filter(pk=id, arrangement=hall).first()


def count_ahead(ticket: Ticket) -> int:
    """How many of its class will be called before a ticket that waits, if nobody else comes; 0 for one that does not
    wait. Two statements.
    """
    waiting = list_waiting(ticket.arrangement, [ticket.code], ticket.day)
    order = queue.list_order(waiting, read_values()["overtakings"])
    return next((place for place, one in enumerate(order) if one.id == str(ticket.pk)), 0)
