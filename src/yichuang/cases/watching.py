"""Reads for those who watch: today's acts, lights by department, nearest dates, and whether the house itself is well.

Every count starts from the reader's scopes (`queries.scopes_of`). Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection

from yichuang.cases.core.lights import LIGHTS, Wait
from yichuang.cases.filters import LIGHT, Scopes
from yichuang.kernel.localtime import local_day, midnight
from yichuang.ledger import checked

# what a day is counted by, in the order of a case's life
TODAY = ("submitted", "received", "accepted", "decided", "certificate_made", "closed")
By = Literal["department", "item", "division"]  # what lights are told by
LATE_SWEEP = 180  # seconds: the sweep comes every minute
LATE_SEAL = 600  # seconds an entry may wait for its seal (design §5)


def today(scopes: Scopes, now: datetime) -> dict[str, int]:
    """How many acts of each kind were recorded since local midnight, in the reader's cases. One statement."""
    if not scopes:
        return dict.fromkeys(TODAY, 0)
    kinds, ids = zip(*scopes, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select e.kind, count(*) from ledger_entry e, lateral (
              select 1 from cases_access a join unnest(%s::text[], %s::text[]) s(kind, id)
                on a.scope_kind = s.kind and a.scope_id = s.id
              where a.case_id = substring(e.stream from 6)::uuid limit 1  -- one look-up an act, not a join of all cases
            ) mine
            where e.recorded_at >= %s and e.recorded_at <= %s and e.kind = any(%s) and e.stream like 'case/%%'
            group by e.kind
            """,
            [list(kinds), list(ids), midnight(local_day(now)), now, list(TODAY)],
        )
        counted = dict(cursor.fetchall())
    return {kind: counted.get(kind, 0) for kind in TODAY}


@dataclass(frozen=True, slots=True)
class Lights:
    """Open cases of a department, an item or a division, each counted once: under its level, or what it waits for."""

    key: str
    counts: dict[str, int]  # by `queries.LIGHT`

    @property
    def open(self) -> int:
        return sum(self.counts.values())

    def count(self, light: object) -> int:
        """Open cases with this level, or with this wait."""
        return self.counts.get(str(light), 0)

    @property
    def worst(self) -> int:
        """The worst level of them."""
        return max((level for level in range(len(LIGHTS)) if self.count(level)), default=0)

    @property
    def light(self) -> tuple[str, str]:
        """Colour and word of the worst level."""
        return LIGHTS[self.worst]

    @property
    def waiting(self) -> int:
        """How many wait for their applicant or stand still by law."""
        return sum(map(self.count, Wait))


def lights(scopes: Scopes, by: By = "department") -> list[Lights]:
    """By department, item or division, the worst first. One statement over the open cases of the reader."""
    if not scopes:
        return []
    kinds, ids = zip(*scopes, strict=True)
    mine, parameters = _OF_DIVISIONS, [list(ids)]
    if set(kinds) != {"division"}:
        mine, parameters = _BY_ACCESS, [list(kinds), list(ids)]
    counts: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"select c.{by}, {LIGHT}, count(*) {mine} group by 1, 2", parameters)
        for key, light, number in cursor.fetchall():
            counts.setdefault(key, {})[light] = number
    rows = [Lights(key, of) for key, of in counts.items()]
    return sorted(rows, key=lambda row: (*(-row.count(level) for level in (4, 3, 2)), -row.open, row.key))


# A division's scope is a column of the case itself: its open cases are counted from one small index
_OF_DIVISIONS = "from cases_case c where c.closed_on is null and c.division = any(%s)"
_BY_ACCESS = """
    from (
      select distinct a.case_id from cases_access a join unnest(%s::text[], %s::text[]) s(kind, id)
        on a.scope_kind = s.kind and a.scope_id = s.id where a.open
    ) found join cases_case c on c.id = found.case_id
"""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether what must run by itself runs. Seconds; None: never yet."""

    sweep: float | None
    waiting: int  # cases whose moment has passed and which no sweep has taken
    worker: float | None
    seal_number: int
    seal_age: float | None
    unsealed: int  # entries after the last seal
    unsealed_age: float
    check: checked.Checked | None  # the last nightly verification
    check_age: float | None
    store_age: float

    @property
    def check_late(self) -> bool:
        """A store that is younger than two days needs none yet."""
        return (self.store_age if self.check_age is None else self.check_age) > checked.LATE

    @property
    def check_failed(self) -> bool:
        return self.check is not None and self.check.faults != 0

    @property
    def sweep_late(self) -> bool:
        return self.sweep is None or self.sweep > LATE_SWEEP

    @property
    def seal_late(self) -> bool:
        return self.unsealed > 0 and self.unsealed_age > LATE_SEAL


def health() -> Health:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select (select extract(epoch from ledger_now() - at) from aggregates_place where name = 'sweep'),
                   -- the clock is asked once, not for every row
                   (select count(*) from aggregates_timer where wake_at < (select ledger_now() - interval '2 minutes')),
                   (select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers),
                   coalesce(s.number, 0), extract(epoch from ledger_now() - s.sealed_at),
                   (select count(*) from ledger_entry where position > coalesce(s.last, 0)),
                   coalesce((select extract(epoch from ledger_now() - recorded_at) from ledger_entry
                             where position > coalesce(s.last, 0) order by position limit 1), 0),
                   c.recorded_at, c.body, extract(epoch from ledger_now() - c.recorded_at), ({checked.AGE})
            from (select 1) one left join (select * from ledger_seal order by number desc limit 1) s on true
            left join ({checked.LAST}) c on true
            """
        )
        sweep, waiting, worker, number, age, unsealed, oldest, *check, checked_age, store = cursor.fetchone()
    return Health(
        None if sweep is None else float(sweep),
        waiting,
        None if worker is None else float(worker),
        number,
        None if age is None else float(age),
        unsealed,
        float(oldest),
        checked.read_check(*check),
        None if checked_age is None else float(checked_age),
        float(store or 0),
    )
