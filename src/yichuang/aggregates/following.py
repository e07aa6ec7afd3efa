"""Followers of the ledger: who must learn of everything recorded, once, in order, and may be late.

A follower's place moves in the transaction in which it takes a batch: nothing is taken twice and nothing skipped. It
reads only what is settled, below which no entry can appear any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from yichuang.ledger.horizon import find_settled_position

BATCH = 500  # entries taken in one transaction
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Followed:
    """An entry as a follower reads it."""

    position: int
    stream: str
    seq: int
    kind: str
    v: int
    body: str
    actor: str
    post: str
    on_behalf_of: str
    source: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Advance(Generic[T]):
    """What one step took: how many entries, what `take` answered, and whether there is more to take."""

    entries: int = 0
    taken: T | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Follower(Generic[T]):
    """A reader of the streams whose names begin with one of `streams`. `take` does what is to be done with a batch,
    oldest first.

    `follow` is all that most need. Who does something else before a batch calls `lock`, `begin` and `advance` in a
    transaction of its own, in this order.
    """

    name: str
    streams: tuple[str, ...]
    take: Callable[[Sequence[Followed]], T]
    batch: int = BATCH

    def follow(self, wait: float = 2.0) -> list[T]:
        """Take all that was recorded since the last time; what `take` answered. Call outside a transaction.

        Nothing is taken while an older transaction stays open for `wait` seconds.
        """
        out: list[T] = []
        horizon = find_settled_position(wait)
        more = horizon is not None
        while horizon is not None and more:
            with transaction.atomic():
                place = self.lock()
                step = self.advance(self.begin(0) if place is None else place, horizon)
            if step.taken is not None:
                out.append(step.taken)
            more = step.more
        return out

    def lock(self) -> int | None:
        """The place, locked until the transaction ends; None before the follower has begun. Leaves word that it
        looked.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "update aggregates_place set at = ledger_now() where name = %s returning position", [self.name]
            )
            row = cursor.fetchone()
        return row and int(row[0])

    def begin(self, position: int) -> int:
        """Begin behind a position, unless another has begun meanwhile. The place, locked."""
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into aggregates_place as p (name, position, at) values (%s, %s, ledger_now())"
                " on conflict (name) do update set at = excluded.at returning position",
                [self.name, position],
            )
            return int(cursor.fetchone()[0])

    def advance(self, place: int, horizon: int) -> Advance[T]:
        """Take the next batch up to a settled position, and move the place behind it. `lock` comes first."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select position, stream, seq, kind, v, body, actor, post, on_behalf_of, source, recorded_at"
                " from ledger_entry where position > %s and position <= %s and stream ^@ any(%s)"
                " order by position limit %s",
                [place, horizon, list(self.streams), self.batch],
            )
            entries = [Followed(*row) for row in cursor.fetchall()]
            more = len(entries) == self.batch
            reached = entries[-1].position if more else max(horizon, place)
            if reached > place:
                cursor.execute("update aggregates_place set position = %s where name = %s", [reached, self.name])
        return Advance(len(entries), self.take(entries) if entries else None, more)

    def skip_to_now(self) -> None:
        """Begin after what is recorded so far: a loaded history is no news."""
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into aggregates_place (name, position) select %s, coalesce(max(position), 0) from ledger_entry"
                " on conflict (name) do update set position = excluded.position",
                [self.name],
            )


FOLLOWERS: dict[str, Follower[Any]] = {}


def register_follower(follower: Follower[Any]) -> None:
    """Let the worker follow the ledger for it. Raises ValueError for a second one of the same name."""
    if FOLLOWERS.setdefault(follower.name, follower) is not follower:
        raise ValueError(f"{follower.name} follows already")
