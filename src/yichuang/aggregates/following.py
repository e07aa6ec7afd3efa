"""Followers of the ledger: who must learn of everything recorded, once, in order, and may be late.

A follower's place moves in the transaction in which it takes a batch: nothing is taken twice and nothing skipped. It
reads only what is settled, below which no entry can appear any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from yichuang.ledger.horizon import find_settled_position

BATCH = 500  # entries taken in one transaction


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
class Follower:
    """A reader of the streams whose name begins with `streams`. `take` does what is to be done with a batch, oldest
    first, and answers how much it did.
    """

    name: str
    streams: str
    take: Callable[[Sequence[Followed]], int]

    def follow(self, wait: float = 2.0) -> int:
        """Take all that was recorded since the last time; the sum of what `take` answered. Call outside a transaction.

        Nothing is taken while an older transaction stays open for `wait` seconds.
        """
        horizon = find_settled_position(wait)
        if horizon is None:
            return 0
        done = 0
        while True:
            with transaction.atomic():
                entries = self._read(horizon)
                done += self.take(entries) if entries else 0
            if len(entries) < BATCH:
                return done

    def _read(self, horizon: int) -> list[Followed]:
        """The next batch, and the place moved behind it. Three statements."""
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into aggregates_place (name, position) values (%s, 0) on conflict (name)"
                " do update set name = excluded.name returning position",
                [self.name],
            )
            (place,) = cursor.fetchone()
            cursor.execute(
                "select position, stream, seq, kind, v, body, actor, post, on_behalf_of, source, recorded_at"
                " from ledger_entry where position > %s and position <= %s and starts_with(stream, %s)"
                " order by position limit %s",
                [place, horizon, self.streams, BATCH],
            )
            entries = [Followed(*row) for row in cursor.fetchall()]
            reached = entries[-1].position if len(entries) == BATCH else max(horizon, place)
            if reached > place:
                cursor.execute("update aggregates_place set position = %s where name = %s", [reached, self.name])
        return entries

    def skip_to_now(self) -> None:
        """Begin after what is recorded so far: a loaded history is no news."""
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into aggregates_place (name, position) select %s, coalesce(max(position), 0) from ledger_entry"
                " on conflict (name) do update set position = excluded.position",
                [self.name],
            )


FOLLOWERS: dict[str, Follower] = {}


def register_follower(follower: Follower) -> None:
    """Let the worker follow the ledger for it. Raises ValueError for a second one of the same name."""
    if FOLLOWERS.setdefault(follower.name, follower) is not follower:
        raise ValueError(f"{follower.name} follows already")
