"""The course of a life as people read it: each entry with who, when, and what was written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import connection

from yichuang.aggregates.aggregate import Aggregate
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


def read_moments(aggregate: Aggregate[Any, Any], id: uuid.UUID | str) -> list[Moment]:
    """What happened to a life that the reader may see, oldest first. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, kind, v, body, actor, post, occurred_at, recorded_at from ledger_entry where stream = %s"
            " order by seq",
            [aggregate.stream(id)],
        )
        entries = [(row, aggregate.codec.load_event(*row[1:4])) for row in cursor.fetchall()]
    refs = [refs_of(event) for _, event in entries]
    contents = vault.read_many(rows_of(ref for named in refs for ref in named.values()))
    return [
        Moment(
            row[0],
            row[1],
            event,
            _texts(named, contents),
            *row[4:],
        )
        for (row, event), named in zip(entries, refs, strict=True)
    ]


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
