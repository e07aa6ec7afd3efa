"""The course of a life as people read it: each entry with who, when, and what was written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from yichuang.aggregates.aggregate import Aggregate, Recorded
from yichuang.aggregates.replay import read_streams
from yichuang.ledger import vault


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened at one moment; texts whose row was destroyed say so."""

    seq: int
    kind: str
    event: Any
    texts: dict[str, str]  # field of the event → text
    person: str
    post: str
    at: datetime
    recorded_at: datetime


def read_moments(aggregate: Aggregate[Any, Any], id: uuid.UUID | str, entries: Sequence[Recorded] = ()) -> list[Moment]:
    """What happened to a life that the reader may see, oldest first; `entries` where they were read already. Two
    statements; one with the entries.
    """
    recorded = entries or read_streams(aggregate, [id]).get(uuid.UUID(str(id)), ())
    events = [aggregate.codec.load_event(entry.kind, entry.v, entry.body) for entry in recorded]
    refs = [refs_of(event) for event in events]
    contents = vault.read_many(rows_of(ref for named in refs for ref in named.values()))
    return [
        Moment(
            entry.seq, entry.kind, event, _texts(named, contents), entry.actor, entry.post, entry.occurred_at,
            entry.recorded_at,
        )
        for entry, event, named in zip(recorded, events, refs, strict=True)
    ]  # fmt: skip


def _texts(named: dict[str, str], contents: dict[str, Any]) -> dict[str, str]:
    """The texts behind references; a whole form is no text."""
    read = {name: vault.resolve_reference(ref, contents) for name, ref in named.items()}
    return {name: text for name, text in read.items() if isinstance(text, str)}


def refs_of(event: Any) -> dict[str, str]:
    """The vault references that an event holds, by field: of those fields alone that hold what people wrote."""
    written = (f.name for f in fields(event) if f.type == "Text")
    return {name: ref for name in written if vault.split_reference(ref := getattr(event, name))}


def rows_of(refs: Iterable[str]) -> list[str]:
    """The vault rows that references lead to, each once."""
    return sorted({parts[0] for ref in refs if (parts := vault.split_reference(ref))})
