"""Messages to people about entries of a life: declared once a kind of life, sent by a follower of the ledger.

Each is sent exactly once; the follower may run late and never runs inside the door. Imported history sends none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.following import Followed, Follower


@dataclass(frozen=True, slots=True)
class MessageKind:
    """The message about an event. The kind of life fills in the {names} and chooses the recipients. No private value:
    the linked page shows those. `did`: the act in words, done by the applicant's side and by an officer.
    """

    title: str
    text: str
    did: tuple[str, str] | None = None


Send = Callable[[MessageKind, Followed, Any, Any], None]  # the kind, the entry, its event, the row of the life


def make_notice_follower(
    name: str, aggregate: Aggregate[Any, Any], kinds: Mapping[type[Any], MessageKind], send: Send
) -> Follower[int]:
    """The follower that sends what the entries of a kind of life tell; `name` is that of its place in the ledger."""
    model, kind_by_name = aggregate.row.model, {aggregate.codec.names[event]: kind for event, kind in kinds.items()}

    def take(entries: Sequence[Followed]) -> int:
        relevant = [entry for entry in entries if entry.kind in kind_by_name and entry.source != "simulated"]
        ids = {entry.stream.partition("/")[2] for entry in relevant}
        rows = {aggregate.stream(row.pk): row for row in model._default_manager.filter(pk__in=ids)} if ids else {}
        for entry in relevant:
            if row := rows.get(entry.stream):
                event = aggregate.codec.load_event(entry.kind, entry.v, entry.body)
                send(kind_by_name[entry.kind], entry, event, row)
        return len(relevant)

    return Follower(name, (aggregate.stream(""),), take)
