"""Official documents as the mechanism knows them: the row that an entry which issues one adds. What never enters: what
a document says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yichuang.aggregates.models import Paper
from yichuang.aggregates.tables import STREAM, Appended, Entry, Values
from yichuang.aggregates.words import verification_code


def papers_table(issued_by: Callable[[Any, Any], str]) -> Appended[Any, Any]:
    """The table of documents for a kind of life. `issued_by` gives the kind of the document that an event issues
    in a state, or nothing; the event holds its number.
    """

    def row(entry: Entry, state: Any, facts: Any) -> Values | None:
        kind = issued_by(entry.event, state)
        if not kind:
            return None
        return {
            "seq": entry.seq,
            "kind": kind,
            "number": entry.event.number,
            "code": verification_code(entry.hash),
            "digest": entry.hash.hex(),
            "issued_at": entry.recorded_at,
        }

    return Appended(Paper, STREAM, "文书登记", row)
