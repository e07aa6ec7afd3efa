"""Reads of this room that commands on lives need, one statement each. Nothing is written here."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.fast import run
from yichuang.org.models import CalendarYear

HOLDING = """
select o.account_id from org_post p
cross join lateral (
  select h.officer_id from org_holding h
  where h.post_id = p.id and h.first_day <= %(day)s and coalesce(h.last_day, %(day)s) >= %(day)s
  union
  select d.stand_in_id from org_delegation d
  where d.post_id = p.id and d.first_day <= %(day)s and coalesce(d.last_day, %(day)s) >= %(day)s
) who join org_officer o on o.id = who.officer_id
where p.department_id = %(department)s and p.kind = %(kind)s
  and not exists (select 1 from org_absence a
    where a.officer_id = o.id and a.first_day <= %(day)s and coalesce(a.last_day, %(day)s) >= %(day)s)
"""


@lru_cache(maxsize=16)
def calendar_upto(id: int) -> WorkingCalendar:
    """The calendar of all loadings up to a row's id. The statement that locks a life reads that id."""
    newest = CalendarYear.objects.filter(id__lte=id).order_by("year", "-id").distinct("year")
    return WorkingCalendar.load(
        {row.year: {"off_days": row.off_days, "work_weekends": row.work_weekends} for row in newest}
    )


def persons_holding(department: str, kind: str, day: date) -> frozenset[str]:
    """The persons (`a:<id>`) who hold, or stand in on, a post of this kind of the department and are not away that
    day.
    """
    with run(HOLDING, {"department": department, "kind": kind, "day": day}) as cursor:
        return frozenset(f"a:{account}" for (account,) in cursor.fetchall())
