"""Groups what was found in a history by cause, as live supervision does: of one lapse one hit leads and is counted."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import duckdb

from yichuang.history.engines import HITS
from yichuang.supervision.rules.causes import list_leads

UNDER = "under"  # the table of hits that stand under another: rule, case and place of both
LEADING = "leading_hits"  # those that are counted
_FOUND = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = 50_000  # rows read or written at once
_NAMES = ("case_id", "rule", "at", "level", "person", "day", "measured", "allowed", "seq")  # what `causes` looks at
# One hit of a case stands under none, but reports of one system in a day belong together whatever they are about
_TOGETHER = f"""
with several as (select case_id, bool_or(rule = 'R-O01') as reported from {HITS} group by 1
                 having count(*) > 1 or reported)
select reported, h.rowid, {", ".join(f'h."{name}"' for name in _NAMES)}
from {HITS} h join several using (case_id) where case_id <> '' or rule = 'R-O01'
order by reported, case_id, rule, "at"
"""


class _Hit(NamedTuple):
    """What `causes` looks at of a hit. A history is judged at once: nothing of it was found first."""

    id: int
    case_id: str
    rule: str
    at: str
    level: str
    person: str
    day: date | None
    measured: int | None
    allowed: int | None
    seq: int | None
    found_at: datetime = _FOUND


def group_hits(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table `under` and the view `leading_hits` beside the hits."""
    pairs = array("q")  # a hit, and the one it stands under
    for together in _read_together(con.execute(_TOGETHER)):
        leads: dict[int, int | None] = list_leads(together)
        for id, lead in leads.items():
            if lead is not None:
                pairs.extend((id, lead))
    con.execute("create or replace temp table pairs (id bigint, lead bigint)")
    for start in range(0, len(pairs), _BATCH):
        batch = pairs[start : start + _BATCH].tolist()
        con.execute("insert into pairs select unnest(?), unnest(?)", [batch[::2], batch[1::2]])
    con.execute(
        f"""
        create or replace table {UNDER} as
        select h.rule, h.case_id, h."at", l.rule as under_rule, l.case_id as under_case, l."at" as under_at
        from pairs p join {HITS} h on h.rowid = p.id join {HITS} l on l.rowid = p.lead
        """
    )
    con.execute(f'create or replace view {LEADING} as from {HITS} anti join {UNDER} using (rule, case_id, "at")')


def _read_together(result: duckdb.DuckDBPyConnection) -> Iterator[list[Any]]:
    """The hits in lists, so that what belongs together is in one: case by case, and those with reports in one list."""
    together: list[_Hit] = []
    while rows := result.fetchmany(_BATCH):
        for reported, *row in rows:
            hit = _Hit(*row)
            if together and not reported and hit.case_id != together[0].case_id:
                yield together
                together = []
            together.append(hit)
    if together:
        yield together
