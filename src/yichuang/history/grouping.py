"""Groups what was found in a history by cause, as live supervision does: of one lapse one hit leads and is counted."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import duckdb

from yichuang.history.engines import HITS
from yichuang.supervision.rules.causes import CAUSES, DECIDING, OF_ENTRY, list_leads

UNDER = "under"  # the table of hits that stand under another: rule, case and place of both
LEADING = "leading_hits"  # those that are counted
_FOUND = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = 50_000  # rows read or written at once
_NAMES = ("case_id", "rule", "at", "level", "person", "day", "measured", "allowed", "seq")  # what `causes` looks at
_OF_ENTRY, _DECIDING = (", ".join(f"'{rule}'" for rule in sorted(rules)) for rules in (OF_ENTRY, DECIDING))
# Cases in which one hit may bring about another: `causes` looks at them. Reports of one system in a day belong together
# whatever they are about
_LINKED = f"""
create or replace temp table linked as
select case_id, bool_or(rule = 'R-O01') as reported from {HITS} group by 1
having reported or case_id <> '' and (
  bool_or(rule in ('R-T02', 'R-T03')) and bool_or(rule = 'R-T04' or rule = 'R-T01' and "at" = 'silent')
  or bool_or(rule = 'R-O02' and "at" = 'bulk') and bool_or(rule = 'R-P02' and "at" like 'quick/%'))
"""
_TOGETHER = f"""
select reported, h.rowid, {", ".join(f'h."{name}"' for name in _NAMES)}
from {HITS} h join linked using (case_id) where case_id <> '' or rule = 'R-O01'
order by reported, case_id, rule, "at"
"""
# In every other case only hits of one lapse belong together: what `causes` finds by their keys, found at once
_KEYED = f"""
with placed as (
  select rowid as id, case_id, rule, level, person, seq, "at", split_part("at", '/', 1) as head,
    case when contains("at", '/') then substr("at", strpos("at", '/') + 1) else '' end as rest
  from {HITS} where case_id <> '' and case_id not in (select case_id from linked)
), keyed as (
  select *, case when rule in ({_OF_ENTRY}) then 'entry/' || seq when rule in ({_DECIDING}) then 'decide'
    when rule in ('R-T04', 'R-T10') then 'step/' || "at" when rule = 'R-T08' then 'special/' || rest
    when rule = 'R-P02' and head in ('device', 'session') then 'shared/' || rest
    when rule = 'R-P02' and head = 'post' then 'unseated/' || person
    when rule = 'R-P03' and head in ('decide', 'review') then 'decider' end as key
  from placed
), led as (
  select id, first_value(id) over (
    partition by case_id, key order by level <> 'red', coalesce(nullif(list_position({list(CAUSES)}, rule), 0),
      {len(CAUSES) + 1}), "at", id) as lead
  from keyed where key is not null
)
insert into pairs select id, lead from led where id <> lead
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
    con.execute(_LINKED)
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
    con.execute(_KEYED)
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
