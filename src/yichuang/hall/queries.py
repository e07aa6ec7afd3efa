"""Reads of halls: what can be arranged, what stands where. Nothing of a person enters."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from yichuang.catalog.listing.queries import list_items
from yichuang.catalog.listing.state import Stage
from yichuang.hall.models import Arrangement
from yichuang.hall.taking import Counter
from yichuang.ledger.fast import run
from yichuang.org.models import Division, Hall


def list_division(division: str) -> str:
    """The division whose list of items a hall of this one serves: a zone serves the city's. One statement."""
    found = Division.objects.filter(code=division).first()
    return found.parent_id or division if found and not found.has_own_list else division


def names_of_items(division: str) -> dict[str, str]:
    """The items on the list that a division serves, by code. Two statements."""
    return names_on_list(list_division(division))


def names_on_list(division: str) -> dict[str, str]:
    """The items on a division's own list, by code. One statement."""
    rows = list_items(division).exclude(stage=Stage.ENDED)
    return dict(rows.order_by("code").values_list("code", "name"))


def list_unarranged(division: str) -> dict[str, str]:
    """The halls of a division in service that have no arrangement yet: id → name. One statement."""
    rows = Hall.objects.filter(division=division, last_day=None).order_by("name")
    known = Arrangement.objects.values("hall")
    return {str(id): name for id, name in rows.exclude(pk__in=known).values_list("pk", "name")}


def list_free_posts(division: str, hall: int) -> dict[str, str]:
    """The window posts of a division that sit at no window, those of another hall left out. One statement."""
    sql = """
select p.id, p.name from org_post p join org_department d on d.id = p.department_id
where d.division_id = %s and p.kind = 'window' and p.last_day is null and coalesce(p.hall_id, %s) = %s
  and not exists (select 1 from hall_window w where w.post = p.id)
order by p.id"""
    return dict(run(sql, [division, hall, hall]).fetchall())


@dataclass(frozen=True, slots=True)
class Seat:
    """At which window of which hall a post sits, and the classes it serves."""

    arrangement: uuid.UUID
    number: str
    classes: tuple[str, ...]


def find_seat(post: str) -> Seat | None:
    """The window of a post; None when it sits at none. One statement."""
    row = run("select arrangement, number, classes from hall_window where post = %s", [post]).fetchone()
    return Seat(row[0], row[1], tuple(row[2].split())) if row else None


_COUNTER = """
with seat as (
  select a.id, a.name, w.number, w.classes from hall_window w join hall_arrangement a on a.id = w.arrangement
  where w.post = %(post)s
  union all
  select a.id, a.name, '', '' from org_post p join hall_arrangement a on a.hall = p.hall_id
  where p.id = %(post)s and exists (select 1 from hall_window w where w.arrangement = a.id)
  limit 1
)
select s.name, s.number, s.classes, coalesce(c.code, ''), coalesce(c.name, ''),
  array(select w.number from hall_window w where w.arrangement = s.id and c.code = any(string_to_array(w.classes, ' '))
        order by length(w.number), w.number),
  coalesce((select a.name from hall_place o join hall_arrangement a on a.id = o.arrangement
            where o.item = %(item)s and o.code <> '' and o.arrangement <> s.id order by a.kind, a.name limit 1), '')
from seat s
left join hall_place p on p.arrangement = s.id and p.item = %(item)s and p.code <> ''
left join hall_businessclass c on c.arrangement = s.id and c.code = p.code"""


def find_counter(post: str, item: str) -> Counter | None:
    """What the window of a post may take of an item; None where no windows are in use yet. One statement."""
    row = run(_COUNTER, {"post": post, "item": item}).fetchone()
    return Counter(row[0], row[1], tuple(row[2].split()), row[3], row[4], tuple(row[5]), row[6]) if row else None


def find_arrangement(id: uuid.UUID) -> Arrangement | None:
    """An arranged hall. Public. One statement."""
    return Arrangement.objects.filter(pk=id).first()


def names_of_halls(division: str) -> dict[str, str]:
    """The arranged halls of a division by id, the main one first. One statement."""
    rows = Arrangement.objects.filter(division=division).order_by("kind", "name")
    return {str(id): name for id, name in rows.values_list("pk", "name")}
