"""Calling the next ticket: chosen and called under one lock a hall, so that two windows never call the same one."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from yichuang.aggregates.door import Outcome, perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.aggregates.rights import SWITCH
from yichuang.hall.queries import Seat, find_seat
from yichuang.hall.queueing import find_at_window, find_next, read_values
from yichuang.hall.ticket import Ticket
from yichuang.hall.ticket_acts import CLAUSE, KIOSK, TICKET_ACTS
from yichuang.hall.tickets import TICKET
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.ledger.service import now


def demand_seat(actor: Actor) -> Seat:
    """The window that the actor sits at. Raises Refused(forbidden)."""
    seat = find_seat(actor.post) if actor.post_kind == "window" else None
    if seat is None:
        message = "您的岗位没有登记在大厅的窗口，不能叫号。"
        raise Refused(
            "no-window", message, clause=CLAUSE, next=f"请政务服务办把岗位登记到窗口。{SWITCH}", kind=Kind.FORBIDDEN
        )
    return seat


def call_next(actor: Actor, *, command_id: uuid.UUID) -> Outcome[Ticket]:
    """Call whose turn it is to the actor's window. Raises Refused, also when nobody waits."""
    seat = demand_seat(actor)
    day, values = local_day(now()), read_values()
    with transaction.atomic():
        run("select pg_advisory_xact_lock(hashtext(%s))", [f"hall/{seat.arrangement}"])
        here = find_at_window(seat.arrangement, seat.number, day)
        if here:
            message = f"本窗口还有{here.number}号没有办完。"
            raise Refused("busy", message, clause=CLAUSE, next="请先办结、过号或者转走，再叫下一位。", kind=Kind.STALE)
        chosen = find_next(str(seat.arrangement), seat.classes, day, values["overtakings"])
        if not chosen:
            message = "现在没有人在等您的窗口。"
            raise Refused("nobody-waits", message, clause=CLAUSE, next="有人取号后再叫。", kind=Kind.STALE)
        return _do(uuid.UUID(chosen), "call", {}, actor, command_id)


def take_ticket(hall: uuid.UUID, code: str, priority: bool, actor: Actor, *, command_id: uuid.UUID) -> Outcome[Ticket]:
    """A ticket for a class of a hall; the id of the command is that of the ticket. Raises Refused."""
    return _do(command_id, "take", {"hall": str(hall), "code": code, "priority": priority}, actor, command_id)


def machine_of(hall: uuid.UUID, division: str, ip: str = "") -> Actor:
    """A ticket machine of a hall, as it acts."""
    return Actor(f"{KIOSK}{hall}", division=division, channel="window", ip=ip)


def _do(id: uuid.UUID, act: str, data: dict[str, Any], actor: Actor, command_id: uuid.UUID) -> Outcome[Ticket]:
    prepared = prepare_command(TICKET_ACTS.by_name[act], data, subject=TICKET.stream(id))
    return perform(TICKET, id, prepared, actor, command_id=command_id)
