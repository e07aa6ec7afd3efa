"""Reads of this room that commands on lives need, one statement each. Nothing is written here."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db import connection

from yichuang.kernel.calendar import WorkingCalendar
from yichuang.org.models import CalendarYear


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
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with present as (
              select o.id, o.account_id from org_officer o
              where not exists (select 1 from org_absence a
                where a.officer_id = o.id and a.first_day <= %(day)s and coalesce(a.last_day, %(day)s) >= %(day)s)
            ), post as (
              select id from org_post where department_id = %(department)s and kind = %(kind)s
            )
            select p.account_id from present p join org_holding h on h.officer_id = p.id join post on post.id =
            h.post_id
            where h.first_day <= %(day)s and coalesce(h.last_day, %(day)s) >= %(day)s
            union
            select p.account_id from present p join org_delegation d on d.stand_in_id = p.id join post on post.id =
            d.post_id
            where d.first_day <= %(day)s and coalesce(d.last_day, %(day)s) >= %(day)s
            """,
            {"department": department, "kind": kind, "day": day},
        )
        return frozenset(f"a:{account}" for (account,) in cursor.fetchall())
