"""廉政风险点 (4.1b): the posts of a department with level and holders, the steps they carry, and what watches those.

A level is rated for a post by the security administrator (`org.structure.rate_risk`); a step has the level of the posts
that carry it. What is watched follows from the supervision points of the standards in force (3.2g).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yichuang.org.structure import OFFICE_CODE
from yichuang.supervision.reach import Reach


@dataclass(frozen=True, slots=True)
class Totals:
    """A department's posts by level of risk, and where they leave a gap."""

    division: str
    department: str
    name: str
    high: int
    medium: int
    low: int
    unrated: int
    vacant: int  # posts of high risk that nobody holds


@dataclass(frozen=True, slots=True)
class StepOfPost:
    """What a post does in an item; `points` is how many supervision points are set there."""

    item: str
    item_name: str
    step: str  # code, or accept, decide, fee
    name: str
    points: int


@dataclass(frozen=True, slots=True)
class Point:
    """A post with its level, who holds it on the day, its steps, and the open findings on its holders."""

    post: str
    name: str
    kind: str
    level: str  # high | medium | low; empty: not rated
    holders: tuple[str, ...]  # persons
    steps: tuple[StepOfPost, ...]
    findings: int

    @property
    def unwatched(self) -> int:
        """Steps without a supervision point."""
        return sum(not step.points for step in self.steps)


def totals(whose: Reach, day: date) -> list[Totals]:
    """The departments of the reader's reach, those with gaps first. One statement."""
    return [Totals(*row) for row in _asked(_TOTALS, divisions=list(whose.divisions), own=whose.department, day=day)]


def register(department: str, day: date, seen: str) -> list[Point]:
    """The posts of a department, the highest risk first. Findings are counted of the division that the reader sees
    those of. Two statements.
    """
    division, _, code = department.partition("/")
    values = {"department": department, "division": division, "hall": code == OFFICE_CODE, "day": day, "seen": seen}
    steps: dict[str, list[StepOfPost]] = {}
    for kind, *rest in _asked(_STEPS, **values):
        steps.setdefault(kind, []).append(StepOfPost(*rest))
    return [
        Point(post, name, kind, level, tuple(holders), tuple(steps.get(kind, ())), findings)
        for post, name, kind, level, holders, findings in _asked(_POSTS, **values)
    ]


def _asked(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


_HELD = "h.first_day <= %(day)s and coalesce(h.last_day, %(day)s) >= %(day)s"
_TOTALS = f"""
select division, department, name, high, medium, low, unrated, vacant from (
  select d.division, d.department, d.name,
         count(*) filter (where r.level = 'high') high, count(*) filter (where r.level = 'medium') medium,
         count(*) filter (where r.level = 'low') low,
         count(*) filter (where p.post is not null and r.level is null) unrated,
         count(*) filter (where r.level = 'high' and not exists (
           select 1 from log_holders h where h.post = p.post and {_HELD})) vacant
  from log_departments d left join log_posts p using (department) left join log_risk_points r using (post)
  where d.division = any(%(divisions)s) and (%(own)s = '' or d.department = %(own)s)
  group by d.division, d.department, d.name
) counted
order by vacant + unrated desc, department
"""
_POSTS = f"""
select p.post, p.name, p.kind, coalesce(r.level, '') as level, held.persons,
       (select count(*) from supervision_finding f where f.open and f.under is null and f.division = %(seen)s
          and f.department = p.department and f.person = any(held.persons)) as findings
from log_posts p left join log_risk_points r using (post)
cross join lateral (
  select coalesce(array_agg(h.person order by h.person), '{{}}') as persons
  from log_holders h where h.post = p.post and {_HELD}
) held
where p.department = %(department)s
order by array_position(array['high', 'medium', '', 'low'], coalesce(r.level, '')), p.post
"""
_POINTS = "(select count(*) from log_points w where w.standard = i.standard and w.at = {0})::int"
_STEPS = f"""
select s.post_kind, i.item, i.name, s.step, s.name, {_POINTS.format("s.step")}
from log_items i join log_standard_steps s using (standard)
where s.department = %(department)s and i.state = 'listed'
union all
select 'head', i.item, i.name, 'decide', '决定', {_POINTS.format("'decide'")}
from log_items i where i.department = %(department)s and i.state = 'listed'
union all
select 'window', i.item, i.name, 'accept', '收件、受理', {_POINTS.format("'accept'")}
from log_items i where %(hall)s and i.division = %(division)s and i.state = 'listed'
union all
select 'cashier', i.item, i.name, 'fee', '收费', {_POINTS.format("'fee'")}
from log_items i
where %(hall)s and i.division = %(division)s and i.state = 'listed'
  and exists (select 1 from log_points w where w.standard = i.standard and w.at = 'fee')
order by 1, 2, 4
"""
