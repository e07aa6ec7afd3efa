"""The process map (流程图谱) of many cases: which activity follows which, how often and after what time; and the
commonest variants.

A variant (走法) is the sequence of activities of a case, in their order. Pure, but for the one statement, which every
engine runs: PostgreSQL over live work (`paths`), DuckDB over a history (`history.process`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.cases.core.events import LABELS

# What `acts` gives: case_id, seq, activity, occurred_at. Time is the clock's, rest days included, in seconds. Of these
# `placed` has each activity with the next one and the time between, `paths` each case with its variant
PLACED = """
with acts as materialized ({acts}),
timed as (select case_id, seq, activity, cast(extract(epoch from occurred_at) as double precision) as moment from acts),
placed as (
  select case_id, activity, lead(activity) over cases as next, lead(moment) over cases - moment as used,
    row_number() over cases as place
  from timed window cases as (partition by case_id order by seq)
), paths as (
  select case_id, array_agg(activity order by seq) as path, max(moment) - min(moment) as used
  from timed group by case_id
)
"""
# Rows: what, path, number, cases, median, example. A path that begins or ends with null begins or ends a case; the
# example is a case of a variant
STATEMENT = f"""
{PLACED}, variants as (
  select path, count(*) as number, percentile_cont(0.5) within group (order by used) as median, min(case_id) as example
  from paths group by path
), commonest as (select * from variants order by number desc, path limit {{most}})
select 'edge' as what, array[activity, next] as path, count(*) as number, count(distinct case_id) as cases,
  percentile_cont(0.5) within group (order by used) as median, '' as example
from placed group by activity, next
union all
select 'edge', array[null, activity], count(*), count(*), null, '' from placed where place = 1 group by activity
union all
select 'activity', array[activity], count(*), count(distinct case_id), null, '' from placed group by activity
union all
select 'variant', path, number, number, median, example from commonest
union all
select 'all', null, (select count(*) from variants), (select count(*) from paths), null, ''
"""

# Acts of cases in the contract's tables: what somebody did, steps once concluded, by their names. What time alone does,
# and that a step opened or was assigned, is no activity here
OWN_ACTS = """
select e.case_id, e.seq, e.occurred_at,
  case when e.kind = 'step_concluded' then 'step_concluded/' || coalesce(nullif(s.name, ''), e.step) else e.kind end
    as activity
from {cases_and_events}
  left join log_standard_steps s on s.standard = c.standard and s.step = e.step
where e.kind not in ('lifecycle', 'step_opened', 'step_assigned', 'warned', 'recalculated')
"""
_CONCLUDED = "step_concluded/"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def name_act(activity: str) -> str:
    """What an act of `OWN_ACTS` is called: 受理, 资料审查."""
    return activity.removeprefix(_CONCLUDED) if activity.startswith(_CONCLUDED) else LABELS.get(activity, activity)


def name_span(seconds: float | None) -> str:
    """A length of time as people write it: 40秒, 12分钟, 5.5小时, 3.2天; a dash for none."""
    if seconds is None:
        return "—"
    for least, unit, words in ((2 * _DAY, _DAY, "天"), (2 * _HOUR, _HOUR, "小时"), (2 * _MINUTE, _MINUTE, "分钟")):
        if abs(seconds) >= least:
            return f"{seconds / unit:,.1f}{words}"
    return f"{seconds:.0f}秒"


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity: how often it was done, in how many cases."""

    name: str
    number: int
    cases: int


@dataclass(frozen=True, slots=True)
class Edge:
    """That one activity directly followed another; no source: cases begin so, no target: they end so (so far)."""

    source: str | None
    target: str | None
    number: int
    cases: int
    median: float | None  # seconds between the two


@dataclass(frozen=True, slots=True)
class Variant:
    """A sequence of activities, how many cases went so, their median from first to last in seconds, and one of them."""

    path: tuple[str, ...]
    number: int
    median: float
    example: str


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """Activities and edges, the most frequent first; of the variants the commonest."""

    cases: int
    variant_count: int
    activities: tuple[Activity, ...]
    edges: tuple[Edge, ...]
    variants: tuple[Variant, ...]

    @property
    def acts(self) -> int:
        return sum(activity.number for activity in self.activities)


def read_map(rows: Iterable[Sequence[Any]]) -> ProcessMap:
    """The map of the rows that the statement gives."""
    activities, edges, variants = [], [], []
    cases = variant_count = 0
    for what, path, number, in_cases, median, example in rows:
        if what == "all":
            variant_count, cases = number, in_cases
        elif what == "activity":
            activities.append(Activity(path[0], number, in_cases))
        elif what == "edge":
            edges.append(Edge(path[0], path[1], number, in_cases, median))
        else:
            variants.append(Variant(tuple(path), number, median, example))
    return ProcessMap(
        cases,
        variant_count,
        tuple(sorted(activities, key=lambda a: (-a.number, a.name))),
        tuple(sorted(edges, key=lambda e: (-e.number, e.source or "", e.target or ""))),
        tuple(sorted(variants, key=lambda v: (-v.number, v.path))),
    )


def pick_edges(edges: Sequence[Edge], most: int) -> list[Edge]:
    """The most frequent edges. Each activity on them keeps its most frequent way in and way out, so that no activity
    hangs in the air.
    """
    picked = dict.fromkeys(edges[:most])
    waiting = list(picked)
    into: dict[str | None, Edge] = {}
    out_of: dict[str | None, Edge] = {}
    for edge in edges:
        if edge.source != edge.target:
            into.setdefault(edge.target, edge)
            out_of.setdefault(edge.source, edge)
    while waiting:
        edge = waiting.pop()
        for name in (edge.source, edge.target):
            if name is None:
                continue
            for needed in (into[name], out_of[name]):
                if needed not in picked:
                    picked[needed] = None
                    waiting.append(needed)
    return [edge for edge in edges if edge in picked]
