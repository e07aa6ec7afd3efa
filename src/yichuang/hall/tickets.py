"""What the mechanism of every life needs to know of tickets: their row, their number, what their facts are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.settings import reads_of
from yichuang.aggregates.tables import Appended, Entry, Row, Values
from yichuang.hall import queries
from yichuang.hall.declared import kinds_of, of_reader
from yichuang.hall.models import PriorityCall
from yichuang.hall.models import Ticket as TicketRow
from yichuang.hall.parameters import QUEUES, queues_upto
from yichuang.hall.queueing import find_at_window, find_next, list_served_classes
from yichuang.hall.ticket import Called, Taken, Ticket, TicketEvent
from yichuang.hall.ticket_acts import TICKET_LIFE, AtWindow, TicketFacts, next_moment
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor


def ticket_facts(locked: Locked[Ticket], command: Any, actor: Actor) -> TicketFacts:
    """No statement once the parameters are read; the questions are asked when they matter."""
    reads, day = locked.reads, local_day(locked.now)
    values = queues_upto(reads["parameters"], reads["announced"])
    seat = cache(lambda: _seat(actor))
    return TicketFacts(
        locked.now,
        actor,
        values,
        halls=cache(lambda: queries.names_of_halls(actor.division)),
        classes=cache(list_served_classes),
        seat=seat,
        busy=cache(lambda: _busy(seat(), day)),
        next=cache(lambda: _next(seat(), day, values["overtakings"])),
    )


def _seat(actor: Actor) -> AtWindow | None:
    seat = queries.find_seat(actor.post) if actor.post_kind == "window" else None
    return AtWindow(str(seat.arrangement), seat.number, seat.classes) if seat else None


def _busy(seat: AtWindow | None, day: date) -> str:
    ticket = find_at_window(seat.arrangement, seat.number, day) if seat else None
    return ticket.number if ticket else ""


def _next(seat: AtWindow | None, day: date, most: int) -> str:
    return find_next(seat.arrangement, seat.classes, day, most) if seat else ""


def _row(ticket: Ticket, facts: TicketFacts) -> Values:
    return {
        "stage": ticket.stage.value,
        "number": ticket.number,
        "arrangement": ticket.arrangement,
        "division": ticket.division,
        "code": ticket.code,
        "priority": ticket.priority,
        "day": ticket.day,
        "taken_at": ticket.taken_at,
        "queued_at": ticket.queued_at,
        "called_at": ticket.called_at,
        "begun_at": ticket.begun_at,
        "ended_at": ticket.ended_at,
        "at_window": ticket.window,
        "calls": ticket.calls,
        "moved_at": ticket.moved_at,
    }


def _priority_call(entry: Entry, ticket: Ticket, facts: TicketFacts) -> Values | None:
    if not (isinstance(entry.event, Called) and ticket.priority):
        return None
    return {
        "seq": entry.seq,
        "arrangement": ticket.arrangement,
        "day": ticket.day,
        "code": ticket.code,
        "queued_at": ticket.queued_at,
        "called_at": entry.recorded_at,
    }


def _number(event: Any, ticket: Ticket, facts: TicketFacts) -> Numbered | None:
    """The number of a ticket: the letter of its class, and a serial of the day."""
    if not isinstance(event, Taken):
        return None
    counter = f"ticket/{event.arrangement}/{event.code}/{local_day(facts.now):%Y%m%d}"
    return Numbered(counter, lambda n: replace(event, number=f"{event.code}{n:03d}"))


TICKET: Aggregate[Ticket, TicketFacts] = Aggregate(
    kind="ticket",
    label="排队号",
    life=TICKET_LIFE,
    codec=Codec(kinds_of(TicketEvent), Ticket),
    blank=Ticket,
    facts=ticket_facts,
    next_moment=next_moment,
    last_moment=lambda ticket: ticket.moved_at,
    row=Row(TicketRow, _row),
    scopes=Scopes(lambda ticket: [("division", ticket.division)], of_reader),
    appended=(Appended(PriorityCall, "ticket", "优先号的叫号", _priority_call),),
    alive="stage in ('waiting', 'called', 'serving', 'missed')",
    absent=("no-such-ticket", "没有这个号，或者您无权查看。", "请从“叫号”重新进入。"),
    number=_number,
    reads=reads_of(QUEUES.scope),
)
