"""The three rates of clause 4.1a (入网率, 系统使用率, 事项上线率) by division and department on any day, and what is
missing by name.

Counted from the contract tables, as rules R-N01 … R-N03 judge; what was excluded on the day is left out. A day that
has passed is counted as those tables know it now: departments as they are registered today, posts, systems, standards
and exclusions as of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from yichuang.supervision.parameters import changed_parameters
from yichuang.supervision.reach import Reach
from yichuang.supervision.rules.catalogue import BY_CODE

LONGEST = 62  # days counted at once
USAGE = "R-N02"


class Rate(StrEnum):
    """One of the three."""

    NETWORK = "network"
    USAGE = "usage"
    ONLINE = "online"

    @property
    def label(self) -> str:
        return {"network": "入网率", "usage": "系统使用率", "online": "事项上线率"}[self.value]

    @property
    def rule(self) -> str:
        return {"network": "R-N01", "usage": "R-N02", "online": "R-N03"}[self.value]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    have: int = 0
    due: int = 0

    @property
    def per_mille(self) -> int | None:
        """Rounded down, so that 1000 says all; None when nothing is due."""
        return self.have * 1000 // self.due if self.due else None

    @property
    def percent(self) -> str:
        """98.7%, for people; a dash when nothing is due."""
        per_mille = self.per_mille
        return "—" if per_mille is None else f"{per_mille // 10}.{per_mille % 10}%"

    def __add__(self, other: Share) -> Share:
        return Share(self.have + other.have, self.due + other.due)


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a rate below 100 %: a department, an item, or applications of a department handled elsewhere."""

    rate: Rate
    division: str
    department: str
    item: str
    name: str  # of the item
    number: int  # applications handled elsewhere; 1 for the other rates


@dataclass(slots=True)
class Rates:
    """Shares on one day, by division and by department, and what is missing."""

    day: date
    divisions: dict[str, dict[Rate, Share]] = field(default_factory=dict)
    departments: dict[str, dict[Rate, Share]] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)

    def total(self) -> dict[Rate, Share]:
        """Of all divisions together."""
        return {rate: sum((of.get(rate, Share()) for of in self.divisions.values()), Share()) for rate in Rate}


def window() -> int:
    """Days over which the use of the system is counted, as the administrator set them for the rule. One statement."""
    return (BY_CODE[USAGE].defaults() | changed_parameters().get(USAGE, {}))["days"]


def on(day: date, whose: Reach, days: int) -> Rates:
    """The rates of a day, its use counted over the `days` that end with it. One statement."""
    rates = Rates(day)
    for name, division, department, item, title, have, due in _asked(_ROWS, [day], whose, days):
        rate, share = Rate(name), Share(have, due)
        for key, of in ((division, rates.divisions), (department, rates.departments)):
            shares = of.setdefault(key, {})
            shares[rate] = shares.get(rate, Share()) + share
        if have < due:
            rates.missing.append(Missing(rate, division, department, item, title, due - have))
    return rates


def course(last: date, number: int, whose: Reach, days: int) -> dict[date, dict[Rate, Share]]:
    """The rates of all these divisions together on each of the `number` days that end with `last`. One statement.
    Raises ValueError for more than LONGEST days.
    """
    if not 0 < number <= LONGEST:
        raise ValueError(number)
    dates = [last - timedelta(days=back) for back in reversed(range(number))]
    shares: dict[date, dict[Rate, Share]] = {day: dict.fromkeys(Rate, Share()) for day in dates}
    for name, day, have, due in _asked(_BY_DAY, dates, whose, days):
        shares[day][Rate(name)] = Share(have, due)
    return shares


def _asked(statement: str, days: Sequence[date], whose: Reach, window: int) -> list[tuple[Any, ...]]:
    if not whose.divisions:
        return []
    values: dict[str, Any] = {"days": list(days), "divisions": list(whose.divisions)}
    with connection.cursor() as cursor:
        cursor.execute(statement, values | {"department": whose.department, "window": window})
        return list(cursor.fetchall())


def _not_excluded(kind: str, row: str) -> str:
    """That no exclusion of this kind covers the row on its day."""
    same = (
        "e.department = {0}.department" if kind == "department" else "(e.division, e.item) = ({0}.division, {0}.item)"
    )
    return (
        f"not exists (select 1 from log_exclusions e where e.kind = '{kind}' and {same.format(row)}"
        " and e.first_day <= d.day and coalesce(e.last_day, d.day) >= d.day)"
    )


_DAYS = "unnest(%(days)s::date[]) d(day)"
_OURS = "{0}.division = any(%(divisions)s) and (%(department)s = '' or {0}.department = %(department)s)"
# Each gives day, division, department, item, name, have and due: a row a department, or a row an item
_COUNTED = {
    Rate.NETWORK: f"""
        select d.day, p.division, p.department, '' as item, '' as name, 1 as due, (
          exists (
            select 1 from log_posts o join log_holders h using (post)
            where o.department = p.department and h.first_day <= d.day and coalesce(h.last_day, d.day) >= d.day
          ) or exists (
            select 1 from log_systems s
            where s.department = p.department and s.connected_on <= d.day
              and coalesce(s.disconnected_on, d.day) >= d.day
          ))::int as have
        from {_DAYS} cross join log_departments p
        where p.due and {_OURS.format("p")} and {_not_excluded("department", "p")}
    """,
    Rate.USAGE: f"""
        select d.day, c.division, c.department, '' as item, '' as name, count(*)::int as due,
               sum((c.source <> 'reported')::int)::int as have
        from {_DAYS} join log_cases c
          on c.submitted_on > d.day - %(window)s::int and c.submitted_on <= d.day
        where {_OURS.format("c")} and (c.source <> 'reported' or c.number = '')
          and {_not_excluded("department", "c")} and {_not_excluded("item", "c")}
        group by d.day, c.division, c.department
    """,
    Rate.ONLINE: f"""
        select d.day, i.division, i.department, i.item, i.name, 1 as due, s.online::int as have
        from {_DAYS} cross join log_items i cross join lateral (
          select online from log_standards v
          where v.division = i.division and v.item = i.item and v.published_on <= d.day
          order by v.version desc limit 1
        ) s
        where (i.cancelled_on is null or i.cancelled_on > d.day) and s.online is not null and {_OURS.format("i")}
          and {_not_excluded("department", "i")} and {_not_excluded("item", "i")}
    """,
}
_EVERY = " union all ".join(
    f"select '{rate.value}' as rate, day, division, department, item, name, have, due from ({counted}) {rate.value}"
    for rate, counted in _COUNTED.items()
)
_ROWS = f"""
select rate, division, department, item, name, have, due from ({_EVERY}) every
order by array_position(array['network', 'usage', 'online'], rate), division, department, item
"""
_BY_DAY = f"select rate, day, sum(have)::int, sum(due)::int from ({_EVERY}) every group by rate, day"
