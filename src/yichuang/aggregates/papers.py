"""Official documents as the mechanism knows them: the row that an entry which issues one adds. What never enters: what
a document says.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from yichuang.aggregates.models import Paper
from yichuang.aggregates.tables import STREAM, Appended, Entry, Values


def papers_table(issued_by: Callable[[Any], str]) -> Appended[Any, Any]:
    """The table of documents for a kind of life. `issued_by` gives the kind of the document an event issues, or
    nothing; the event holds its number.
    """

    def row(entry: Entry, state: Any, facts: Any) -> Values | None:
        kind = issued_by(entry.event)
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


def verification_code(hash: bytes) -> str:
    """The code printed on a document: 16 letters and digits of its entry's hash, in four groups."""
    text = base64.b32encode(hash[:10]).decode()
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))
