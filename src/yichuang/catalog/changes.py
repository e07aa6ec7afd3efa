"""The changes of the list and of the standards, in the order in which they were recorded: what whoever keeps a copy of
the catalogue asks for since the last time. All of it is public.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from yichuang.ledger.horizon import find_settled_position

MOST = 200  # changes of one answer
WAIT = 0.5  # seconds for an older transaction to end
_WORDS = {"published": "发布规程", "taken_back": "撤回尚未施行的规程"}


@dataclass(frozen=True, slots=True)
class Change:
    """A move of an item on the list, a standard published, or one taken back before its day. `day` is the first day on
    which it holds, of what was taken back the day on which it would have; `standard` and `digest` are those of the
    version, empty for a move.
    """

    position: int
    at: datetime
    kind: str  # listed | moved | cancelled | merged | kept | ended … | published | taken_back
    division: str
    item: str
    name: str
    department: str
    day: date
    words: str
    source: str  # the document a move rests on
    standard: str
    digest: str


@dataclass(frozen=True, slots=True)
class Changes:
    """A batch: `next` is what to ask with the next time, `more` whether there is more already."""

    changes: tuple[Change, ...]
    next: int
    more: bool


_CHANGES = """
select e.position, e.recorded_at, e.kind,
    coalesce(m.division, p.division), coalesce(m.code, p.item), coalesce(m.name, p.name),
    coalesce(m.department, p.department),
    coalesce(m.day, (p.document::json ->> 'valid_from')::date),
    coalesce(m.words, %(words)s::json ->> e.kind), coalesce(m.source, ''), coalesce(p.key, ''), coalesce(p.digest, '')
from ledger_entry e
left join catalog_listmove m on (m.stream, m.seq) = (e.stream, e.seq)
left join catalog_published p
    on split_part(e.stream, '/', 1) = 'standard' and e.kind in ('published', 'taken_back')
    and p.key = e.body::json ->> 'key'
where split_part(e.stream, '/', 1) in ('listing', 'standard')
    and e.position > %(after)s and e.position <= %(settled)s
    and (m.stream is not null or p.key is not null)
order by e.position
limit %(most)s
"""


def list_changes(after: int, most: int = MOST) -> Changes:
    """The changes recorded after a position, oldest first; none is ever left out for good, however late its
    transaction ended. Call outside a transaction. Four statements.
    """
    settled = find_settled_position(WAIT)
    if settled is None:
        return Changes((), after, more=True)
    values: dict[str, Any] = {"after": after, "settled": settled, "most": most + 1, "words": json.dumps(_WORDS)}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, values)
        rows = [Change(*row) for row in cursor.fetchall()]
    more = len(rows) > most
    rows = rows[:most]
    return Changes(tuple(rows), rows[-1].position if more else max(after, settled), more)
