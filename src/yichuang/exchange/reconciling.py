"""Reconciliation (对账): compares acts that departments' systems reported with our own. It judges nothing.

Acts are matched by our case number, their kind and the local day they happened. The reader decides which departments
are compared: all of the division for its watchers, the own one for a head.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.settings import all_values
from yichuang.kernel.localtime import midnight
from yichuang.ledger.actor import Actor
from yichuang.supervision.findings import FINDING_READERS
from yichuang.supervision.rights import PARAMETERS

KINDS = ("submitted", "received", "accepted", "declined", "decided", "certificate_made", "delivered", "closed")
SHOWN = 200  # lines of a page; a file has all
LONGEST = 366  # days compared at once
RECONCILING = Group(
    "reconciling",
    "部门报送的对账",
    "本级对接办法；初值是本系统的，没有规定",
    {"late": Parameter("报送晚于办理多少日算过晚", 1, "日", 0, 60)},
    PARAMETERS,
)


class Verdict(StrEnum):
    """The result of comparing an act."""

    MISSING_HERE = "missing_here"
    NO_SUCH_ACT = "no_such_act"
    DIFFERENT = "different"
    LATE = "late"
    MISSING_THERE = "missing_there"
    AGREES = "agrees"

    @property
    def label(self) -> str:
        return {
            "missing_here": "本平台没有这个办件",
            "no_such_act": "有办件，没有这个动作",
            "different": "日期不一致",
            "late": "一致，报送过晚",
            "missing_there": "部门没有报",
            "agrees": "一致",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Line:
    """One act as both sides recorded it; fields of a side that has no record are None or empty."""

    verdict: Verdict
    department: str
    system: str
    record: str
    case_number: str
    kind: str
    theirs: datetime | None
    received_at: datetime | None
    ours: datetime | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    counts: dict[Verdict, int]
    lines: tuple[Line, ...]  # those that do not agree first, the latest first

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def departments_compared(actor: Actor) -> str:
    """The departments compared for a reader, as an SQL pattern of their ids; empty for readers without this right."""
    if actor.post_kind in FINDING_READERS:
        return f"{actor.division}/%"
    return actor.department if actor.post_kind == "head" else ""


def read_late_days() -> int:
    """The number of calendar days after which a report counts as late."""
    return int(all_values(RECONCILING)["late"])


def reconcile(actor: Actor, first: date, last: date, *, verdict: str = "", most: int | None = SHOWN) -> Reconciliation:
    """Acts between two days, both included, of the reader's departments that have a connected system. Two
    statements.
    """
    values: dict[str, Any] = {
        "scope": departments_compared(actor).replace("_", r"\_"),
        "day": first,
        "first": midnight(first),
        "last": midnight(date.fromordinal(last.toordinal() + 1)),
        "kinds": list(KINDS),
        "late": read_late_days(),
        "verdict": verdict,
        "most": most,
    }
    if not values["scope"]:
        return Reconciliation({}, ())
    with connection.cursor() as cursor:
        cursor.execute(_RECONCILE, values)
        counts: dict[Verdict, int] = {}
        lines = []
        for verdict_code, count, *columns in cursor.fetchall():
            counts[Verdict(verdict_code)] = count
            if columns[0] is not None:
                lines.append(Line(Verdict(verdict_code), *columns))
    return Reconciliation(counts, tuple(lines))


_RECONCILE = """
with connected as (
  select code, department_id from org_system
  where department_id like %(scope)s
), said as (
  select s.department_id, r.system, r.record, r.case_number, r.kind, r.occurred_at, r.received_at,
         c.id case_id, (select min(e.occurred_at) from ledger_entry e
                        where e.stream = 'case/' || c.id and e.kind = r.kind) ours
  from exchange_reported r join connected s on s.code = r.system
  left join cases_case c on r.case_number <> '' and (c.number = r.case_number or c.receipt = r.case_number)
  where r.occurred_at >= %(first)s and r.occurred_at < %(last)s
), held as (
  select d.department_id, d.code, c.number, e.kind, e.occurred_at
  from (select distinct on (department_id) department_id, code from connected order by department_id, code) d
  join cases_case c on c.department = d.department_id and (c.closed_on is null or c.closed_on >= %(day)s)
  join ledger_entry e on e.stream = 'case/' || c.id and e.kind = any(%(kinds)s)
  where e.recorded_at >= %(first)s and e.occurred_at >= %(first)s and e.occurred_at < %(last)s
    and not exists (
      select 1 from exchange_reported r join connected s on s.code = r.system
      where r.kind = e.kind and r.case_number in (c.number, c.receipt)
    )
), acts as (
  select case when case_id is null then 'missing_here' when ours is null then 'no_such_act'
              when (ours at time zone 'Asia/Shanghai')::date <> (occurred_at at time zone 'Asia/Shanghai')::date
                then 'different'
              when received_at - occurred_at > %(late)s * interval '1 day' then 'late' else 'agrees' end verdict,
         department_id, system, record, case_number, kind, occurred_at theirs, received_at, ours
  from said
  union all
  select 'missing_there', department_id, code, '', number, kind, null, null, occurred_at from held
), counted as (
  select verdict, count(*) n from acts group by verdict
), shown as (
  select * from acts where (%(verdict)s = '' and verdict <> 'agrees') or verdict = %(verdict)s
  order by coalesce(theirs, ours) desc, system, record limit %(most)s
)
select counted.verdict, counted.n, shown.department_id, shown.system, shown.record, shown.case_number, shown.kind,
       shown.theirs, shown.received_at, shown.ours
from counted left join shown using (verdict) order by coalesce(shown.theirs, shown.ours) desc
"""
