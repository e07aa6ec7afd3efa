"""Figures for those who watch, counted from the contract tables: how long steps and cases take against their limits, at
what hours acts happen, and what one officer or one department does. No case, applicant or text is in what these answer.

Working days are those of the contract's calendar; time that the law does not count (special procedures) is not taken
off, which the rules on limits do. What departments only report is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yichuang.supervision.reach import Reach

WORKDAY = "workday"
FRIDAY = 5  # of ISO
MOST = 40  # rows
FEW = 20_000  # cases


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases are counted: of whom, submitted since when; empty means all."""

    reach: Reach
    since: date
    department: str = ""  # that carries the step, or whose case it is
    item: str = ""
    person: str = ""  # who acted


@dataclass(frozen=True, slots=True)
class Duration:
    """A step of an item, or a case from acceptance to decision (`step` empty): working days used against the limit."""

    division: str
    item: str
    item_name: str
    step: str
    name: str
    limit: int | None  # in working days; None: none, or in another unit
    number: int
    median: float
    p90: float
    most: int
    over: int  # beyond the limit

    @property
    def share_over(self) -> int:
        """Per cent of all, rounded up: one is never none."""
        return -(-100 * self.over // self.number) if self.number else 0


def steps(asked: Asked) -> list[Duration]:
    """Concluded steps, the most often late first. One statement."""
    return [Duration(*row) for row in _rows(_STEPS, asked)]


def cases(asked: Asked) -> list[Duration]:
    """Decided cases by item against the promise, the most often late first. One statement."""
    return [Duration(*row) for row in _rows(_CASES, asked)]


@dataclass(frozen=True, slots=True)
class Hours:
    """Acts of officers by weekday (1 Monday … 7 Sunday) and hour of the city's clock."""

    counts: dict[tuple[int, int], int]
    rest: int  # on days that are no working days
    made_up: int  # on Saturdays and Sundays that are working days (调休)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def between(self, first: int, last: int) -> int:
        """Acts from an hour of the day up to another, which may be past midnight."""
        hours = [hour % 24 for hour in range(first, last if last > first else last + 24)]
        return sum(number for (_, hour), number in self.counts.items() if hour in hours)


def hours(asked: Asked) -> Hours:
    """When officers act. Two statements."""
    few = bool(asked.reach.divisions) and _few(asked.reach.divisions, asked.since)
    rows = _rows(_HOURS.format(acts=BY_KEY if few else _WHOLE, counted=COUNTED), asked)
    counts: dict[tuple[int, int], int] = {}
    for weekday, hour, _, number in rows:
        counts[weekday, hour] = counts.get((weekday, hour), 0) + number
    rest = sum(number for *_, working, number in rows if not working)
    return Hours(counts, rest, sum(number for weekday, _, working, number in rows if working and weekday > FRIDAY))


@dataclass(frozen=True, slots=True)
class Done:
    """What one officer did: acts, steps concluded with their median working days, decisions, steps at hand."""

    person: str
    acts: int
    concluded: int
    median: float | None
    decided: int
    at_hand: int


def officers(persons: Iterable[str], since: date, division: str) -> dict[str, Done]:
    """What these persons did in cases of a division submitted since, by person; all of them. Two statements."""
    values: dict[str, Any] = {"persons": sorted(set(persons)), "since": since, "division": division}
    with connection.cursor() as cursor:
        cursor.execute(_OFFICERS.format(acts=BY_KEY if _few([division], since) else _WHOLE), values)
        return {row[0]: Done(*row) for row in cursor.fetchall()}


def _few(divisions: Iterable[str], since: date) -> bool:
    """Whether the cases are so few that their acts are found sooner one by one. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from (select 1 from log_cases where division = any(%s) and submitted_on >= %s limit %s) c",
            [list(divisions), since, FEW + 1],
        )
        return bool(cursor.fetchone()[0] <= FEW)


def _rows(statement: str, asked: Asked) -> list[tuple[Any, ...]]:
    if not asked.reach.divisions:
        return []
    values: dict[str, Any] = {
        "divisions": list(asked.reach.divisions),
        "own": asked.reach.department,
        "since": asked.since,
        "department": asked.department,
        "item": asked.item,
        "person": asked.person,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


COUNTED = """
  c.division = any(%(divisions)s) and c.submitted_on >= %(since)s and c.source <> 'reported'
  and (%(item)s = '' or c.item = %(item)s)
"""
_SPREAD = """
  count(*)::int as number, percentile_cont(0.5) within group (order by used) as median,
  percentile_cont(0.9) within group (order by used) as p90, max(used)::int as most,
  (count(*) filter (where used > allowed))::int as over
"""
_WORST = "order by (count(*) filter (where used > allowed))::float / count(*) desc, p90 desc, item limit %(most)s"
_STEPS = f"""
select division, item, coalesce(max(item_name), item), step, coalesce(max(name), step), max(allowed), {_SPREAD}
from (
  select c.division, c.item, i.name as item_name, t.step, s.name, (b.ordinal - a.ordinal)::int as used,
         case when t.limit_unit = '{WORKDAY}' then t."limit"::int end as allowed
  from log_cases c join log_steps t using (case_id)
  join log_calendar a on a.day = t.opened_on join log_calendar b on b.day = t.concluded_on
  left join log_items i on i.division = c.division and i.item = c.item
  left join log_standard_steps s on s.standard = c.standard and s.step = t.step
  where {COUNTED} and t.concluded_by <> 'system' and (%(person)s = '' or t.concluded_by = %(person)s)
    and (%(own)s = '' or t.department = %(own)s) and (%(department)s = '' or t.department = %(department)s)
) used group by division, item, step {_WORST}
"""
# Whether a licence's end decided, at the midnight after the last day that counts
_BY_SILENCE = """(c.decided_by = '' and exists (
    select from log_events e where e.case_id = c.case_id and e.kind = 'decided' and e.person = 'system'))"""
_CASES = f"""
select division, item, coalesce(max(item_name), item), '', '受理到决定', max(allowed), {_SPREAD}
from (
  select c.division, c.item, i.name as item_name, (b.ordinal - a.ordinal)::int as used,
         case when s.promised_unit = '{WORKDAY}' then s.promised::int end as allowed
  from log_cases c
  join log_calendar a on a.day = c.accepted_on join log_calendar b on b.day = c.decided_on - {_BY_SILENCE}::int
  left join log_items i on i.division = c.division and i.item = c.item
  left join log_standards s on s.standard = c.standard
  where {COUNTED} and (%(own)s = '' or c.department = %(own)s)
    and (%(department)s = '' or c.department = %(department)s)
    and (%(person)s = '' or c.decided_by = %(person)s)
) used group by division, item {_WORST}
"""
# The acts of few cases each by its key: a planner left to itself would rather read the acts of all years
BY_KEY = "cross join lateral (select * from log_events where case_id = c.case_id offset 0) e"
_WHOLE = "join log_events e using (case_id)"
# An act belongs to the department of the post it was done from
_HOURS = """
select extract(isodow from e.occurred_on)::int, extract(hour from e.occurred_at at time zone 'Asia/Shanghai')::int,
       coalesce(d.working, true), count(*)::int
from log_cases c {acts} left join log_calendar d on d.day = e.occurred_on
where {counted} and e.post <> '' and e.person like 'a:%%' and (%(person)s = '' or e.person = %(person)s)
  and (%(own)s = '' or starts_with(e.post, %(own)s || '/'))
  and (%(department)s = '' or starts_with(e.post, %(department)s || '/'))
group by 1, 2, 3
"""
_OFFICERS = """
with asked as (select unnest(%(persons)s::text[]) as person),
ours as not materialized (select * from log_cases where division = %(division)s and source <> 'reported'),
acted as (
  select e.person, count(*) as acts, count(*) filter (where e.kind = 'decided') as decided
  from ours c {acts}
  where c.submitted_on >= %(since)s and e.person = any(%(persons)s) group by e.person
), concluded as (
  select t.concluded_by as person, count(*) as number,
         percentile_cont(0.5) within group (order by b.ordinal - a.ordinal) as median
  from ours c join log_steps t using (case_id)
  join log_calendar a on a.day = t.opened_on join log_calendar b on b.day = t.concluded_on
  where c.submitted_on >= %(since)s and t.concluded_by = any(%(persons)s)
  group by t.concluded_by
), waiting as (
  select t.assigned_to as person, count(*) as number
  from ours c join log_steps t using (case_id)
  where c.closed_on is null and t.concluded_on is null
    and t.assigned_to = any(%(persons)s)
  group by t.assigned_to
)
select person, coalesce(acted.acts, 0)::int, coalesce(concluded.number, 0)::int, concluded.median,
       coalesce(acted.decided, 0)::int, coalesce(waiting.number, 0)::int
from asked left join acted using (person) left join concluded using (person) left join waiting using (person)
"""
