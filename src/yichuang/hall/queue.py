"""The order in which tickets are called: first come, first served, with few overtakings for those who should not wait
long (old, disabled, pregnant). Pure.

Of two ordinary tickets the one that has queued longer is called first, and so of two with priority. A ticket with
priority is called before ordinary ones that have queued longer, unless the first of these has been overtaken as often
as is allowed. So priority makes nobody wait for more than that many others, and nobody starves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits in the queue of a class. `queued_at`: since when; `overtaken`: how often it was."""

    id: str
    code: str
    queued_at: datetime
    priority: bool = False
    overtaken: int = 0

    @property
    def rank(self) -> tuple[datetime, str]:
        return self.queued_at, self.id


@dataclass(frozen=True, slots=True)
class PriorityCall:
    """A ticket with priority that was called: when it was, and since when it had queued."""

    code: str
    queued_at: datetime
    called_at: datetime


def count_overtakings(waiting: Iterable[Waiting], calls: Iterable[PriorityCall]) -> list[Waiting]:
    """The tickets with how often each was overtaken: by calls of its class of tickets that queued after it did."""
    by_class: dict[str, list[datetime]] = {}
    for call in calls:
        by_class.setdefault(call.code, []).append(call.queued_at)
    for queued in by_class.values():
        queued.sort()
    out = []
    for ticket in waiting:
        queued = by_class.get(ticket.code, [])
        later = len(queued) - bisect_right(queued, ticket.queued_at)
        out.append(ticket if ticket.priority else replace(ticket, overtaken=later))
    return out


def choose_in_class(waiting: Iterable[Waiting], most: int) -> Waiting | None:
    """Who of one class is called next; at most `most` overtakings of a ticket. None when nobody waits."""
    tickets = sorted(waiting, key=lambda t: t.rank)
    first = next((t for t in tickets if not t.priority), None)
    ahead = next((t for t in tickets if t.priority), None)
    if first is None or ahead is None:
        return first or ahead
    return ahead if ahead.rank < first.rank or first.overtaken < most else first


def choose_next(waiting: Sequence[Waiting], classes: Iterable[str], most: int) -> Waiting | None:
    """Whom a window that serves these classes calls next: of the class in which somebody has queued longest. None when
    nobody waits for it.
    """
    served = set(classes)
    mine = [ticket for ticket in waiting if ticket.code in served]
    if not mine:
        return None
    code = min(mine, key=lambda t: t.rank).code
    return choose_in_class([t for t in mine if t.code == code], most)


def list_order(waiting: Iterable[Waiting], most: int) -> list[Waiting]:
    """The tickets of one class in the order in which they will be called, if nobody else comes."""
    left = list(waiting)
    out = []
    while (ticket := choose_in_class(left, most)) is not None:
        out.append(ticket)
        overtakes = ticket.priority
        left = [
            replace(t, overtaken=t.overtaken + 1) if overtakes and not t.priority and t.rank < ticket.rank else t
            for t in left
            if t.id != ticket.id
        ]
    return out
