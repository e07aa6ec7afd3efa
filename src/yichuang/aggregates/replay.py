"""Streams read again: the state of a life from its entries alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.aggregate import Aggregate, Recorded
from yichuang.ledger.fast import run

S = TypeVar("S")
STREAMS = """
select stream, seq, kind, v, body, actor, post, on_behalf_of, channel, occurred_at, recorded_at, hash
from ledger_entry where stream = any(%(streams)s::text[]) order by stream, seq
"""


def read_streams(aggregate: Aggregate[Any, Any], ids: Iterable[uuid.UUID | str]) -> dict[uuid.UUID, list[Recorded]]:
    """The entries of lives, oldest first. One statement."""
    out: dict[uuid.UUID, list[Recorded]] = {}
    with run(STREAMS, {"streams": [aggregate.stream(id) for id in ids]}) as cursor:
        for stream, *columns in cursor.fetchall():
            out.setdefault(uuid.UUID(stream.partition("/")[2]), []).append(Recorded(*columns))
    return out


def happened(aggregate: Aggregate[Any, Any], entry: Recorded) -> Happened:
    """The event of an entry, with who and when."""
    event = aggregate.codec.load_event(entry.kind, entry.v, entry.body)
    return Happened(event, entry.actor, entry.occurred_at, entry.recorded_at, entry.channel, entry.on_behalf_of)


def replay(aggregate: Aggregate[S, Any], id: uuid.UUID | str, entries: Sequence[Recorded]) -> S:
    """The state that the entries give."""
    state = aggregate.blank(str(id))
    for entry in entries:
        state = aggregate.life.evolve(state, happened(aggregate, entry))
    return state


def read_state(aggregate: Aggregate[S, Any], id: uuid.UUID | str) -> S:
    """The state of a life from its stream alone. One statement."""
    return replay(aggregate, id, read_streams(aggregate, [id]).get(uuid.UUID(str(id)), []))
