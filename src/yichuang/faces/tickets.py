"""How a ticket of a queue is shown to those who work in the hall, and to programs (3.4b)."""

from __future__ import annotations

from collections.abc import Iterator

from yichuang.faces.addresses import url
from yichuang.faces.shown import Panel, Shown, Sight, show
from yichuang.hall.ticket import Ticket, TicketStage
from yichuang.hall.tickets import TICKET
from yichuang.kernel.localtime import SHANGHAI

PLACE = "desk:window"


def ticket_panels(sight: Sight) -> Iterator[Panel]:
    """What the ticket is for, and when it was called."""
    ticket: Ticket = sight.state
    rows = [("号码", ticket.number), ("类别", ticket.code), ("优先", "是" if ticket.priority else "否")]
    for label, at in (("取号", ticket.taken_at), ("叫号", ticket.called_at), ("开始办理", ticket.begun_at)):
        if at:
            rows.append((label, at.astimezone(SHANGHAI).strftime("%H:%M")))
    if ticket.window:
        rows.append(("窗口", f"{ticket.window}号"))
    yield Panel("排队号", tuple(rows), state=True)


TICKETS = Shown(
    TICKET,
    "tickets",
    lambda ticket: f"{ticket.number} 号",
    {stage.value: stage.label for stage in TicketStage},
    {
        "taken": "取号",
        "called": "叫号",
        "recalled": "重叫",
        "begun": "开始办理",
        "served": "办结",
        "missed": "过号",
        "rejoined": "重新排队",
        "left": "登记离开",
        "carried": "转到另一类",
        "day_ended": "当日没有办完",
    },
    panels=ticket_panels,
    trail=lambda sight: (("叫号", url(PLACE)), (f"{sight.state.number} 号", "")),
    place=PLACE,
    lights={stage.value: stage.light for stage in TicketStage},
)


def show_tickets() -> None:
    """Give tickets their pages and their operations."""
    show(TICKETS)
