"""Messages that the entries of a life tell people: one declaration a kind, sent by a follower of the ledger.

Nothing is told twice and nothing skipped; it may run late, never in the door. History that was loaded tells nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.following import Followed, Follower


@dataclass(frozen=True, slots=True)
class MessageKind:
    """What an event tells. The kind of life fills the {names} and says who is told; no private value: the page that
    the message leads to shows those. `did`: the deed in words, done by the applicant's side and by an officer.
    """

    title: str
    text: str
    did: tuple[str, str] | None = None


Send = Callable[[MessageKind, Followed, Any, Any], None]  # the kind, the entry, its event, the row of the life


def notices(
    name: str, aggregate: Aggregate[Any, Any], kinds: Mapping[type[Any], MessageKind], send: Send
) -> Follower[int]:
    """The follower that sends what the entries of a kind of life tell; `name` is that of its place in the ledger."""
    model, told = aggregate.row.model, {aggregate.codec.names[event]: kind for event, kind in kinds.items()}

    def take(entries: Sequence[Followed]) -> int:
        wanted = [entry for entry in entries if entry.kind in told and entry.source != "simulated"]
        ids = {entry.stream.partition("/")[2] for entry in wanted}
        rows = {aggregate.stream(row.pk): row for row in model._default_manager.filter(pk__in=ids)} if ids else {}
        for entry in wanted:
            if row := rows.get(entry.stream):
                event = aggregate.codec.load_event(entry.kind, entry.v, entry.body)
                send(told[entry.kind], entry, event, row)
        return len(wanted)

    return Follower(name, (aggregate.stream(""),), take)
