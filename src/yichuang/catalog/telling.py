"""Telling officers that it is their turn: at the desk, those alone who can do what is asked, stand-ins included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.org.queries import list_present_seats
from yichuang.people.messages import tell_officers

DRAFTERS, HEADS, OFFICE = ("reviewer", "head"), ("head",), ("office",)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is: the posts of these kinds in a department (`410100/scjg`) or in a division (`410100`). `barred`:
    persons who may not do it, nor whoever stands in for them.
    """

    place: str
    kinds: tuple[str, ...]
    barred: frozenset[str] = frozenset()


def tell_turn(
    turn: Turn, title: str, text: str, link: str, *, key: str, by: Iterable[str] = (), at: datetime | None = None
) -> None:
    """Tell those whose turn it is today, each once by `key`; not who did what they are told of (`by`, persons). Three
    statements.
    """
    left_out = turn.barred.union(by) - {""}
    posts: dict[int, str] = {}
    for seat in list_present_seats(turn.place, turn.kinds, local_day(now())):
        if not {f"a:{seat.account}", seat.absent} & left_out:
            posts.setdefault(seat.account, seat.post)
    if posts:
        tell_officers(posts, title, text, link, key=key, at=at)
