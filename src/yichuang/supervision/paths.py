"""How our own cases went: the process map of live work, counted from the contract tables, and the cases behind it.

A page that is asked for all day reads at most `MOST` cases, those submitted last; whoever wants all of many years
exports them (`yichuang logs export`) and reads the report of `yichuang supervise`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from yichuang.supervision.figures import BY_KEY, COUNTED, Asked
from yichuang.supervision.process_map import OWN_ACTS, PLACED, STATEMENT, ProcessMap, read_map

MOST = 5_000  # cases
VARIANTS = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the map is asked for: an edge, or all cases that went like one of them (`like`, its id)."""

    source: str = ""  # empty with a target: cases begin so
    target: str = ""  # empty with a source: it is their last activity so far
    like: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A case on an edge or of a variant: how often it passed, and the longest it took, in seconds."""

    case_id: str
    times: int
    used: float | None


def find_map(asked: Asked) -> ProcessMap:
    """The map of the cases asked for, of `MOST` at most. One statement."""
    return read_map(_rows(STATEMENT.format(acts=_ACTS, most=VARIANTS), asked))


def are_more(asked: Asked) -> bool:
    """Whether there are more cases than a map reads. One statement."""
    statement = f"select count(*) from (select 1 from log_cases c where {_ASKED} limit %(most)s + 1) counted"
    return any(number > MOST for (number,) in _rows(statement, asked))


def list_passed(asked: Asked, chosen: Chosen, page: int, size: int) -> tuple[list[Passed], int]:
    """A page of the cases that passed an edge or went a variant, the longest first; and how many there are in all. One
    statement.
    """
    which = _LIKE if chosen.like else _ON_EDGE if chosen.source else _FIRST
    statement = (
        f"{PLACED.format(acts=_ACTS)} {which} order by used desc nulls last, case_id limit {size} offset %(skipped)s"
    )
    values = {"source": chosen.source, "target": chosen.target, "like": chosen.like, "skipped": (page - 1) * size}
    rows = _rows(statement, asked, values)
    return [Passed(*row[:3]) for row in rows], rows[0][3] if rows else 0


_ASKED = f"""{COUNTED} and (%(own)s = '' or c.department = %(own)s)
  and (%(department)s = '' or c.department = %(department)s)"""
_PICKED = f"""(
  select case_id, standard from log_cases c where {_ASKED} order by submitted_on desc, case_id desc limit %(most)s
) c"""
_ACTS = OWN_ACTS.format(cases_and_events=f"{_PICKED} {BY_KEY}")
_ON_EDGE = """
select case_id, count(*) as times, max(used) as used, count(*) over () from placed
where activity = %(source)s and coalesce(next, '') = %(target)s group by case_id
"""
_FIRST = """
select case_id, 1 as times, null::double precision as used, count(*) over () from placed
where place = 1 and activity = %(target)s
"""
_LIKE = """
select case_id, 1 as times, used, count(*) over () from paths
where path = (select path from paths where case_id = %(like)s)
"""


def _rows(statement: str, asked: Asked, more: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    if not asked.reach.divisions:
        return []
    values: dict[str, Any] = {
        "divisions": list(asked.reach.divisions),
        "own": asked.reach.department,
        "since": asked.since,
        "department": asked.department,
        "item": asked.item,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values | (more or {}))
        return list(cursor.fetchall())
