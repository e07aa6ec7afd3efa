"""Whom to ring about a case: the office telephone of its department, else that of a hall. No person is here."""

from __future__ import annotations

from collections.abc import Iterable

from yichuang.ledger.fast import run

_PHONES = """
select d.id, case when d.phone <> '' then d.name else h.name end, case when d.phone <> '' then d.phone else h.phone end
from org_department d left join lateral (
  select name, phone from org_hall
  where division_id = d.division_id and phone <> ''
    and (last_day is null or last_day >= (ledger_now() at time zone 'Asia/Shanghai')::date)
  order by name limit 1) h on true
where d.id = any(%s) and (d.phone <> '' or h.phone is not null)
"""


def find_phones(departments: Iterable[str]) -> dict[str, str]:
    """What to ring, in words, by id of the department; none where no telephone is on record. One statement, none for no
    department.
    """
    wanted = sorted(set(departments))
    rows = run(_PHONES, [wanted]).fetchall() if wanted else ()
    return {id: f"{name} {phone}" for id, name, phone in rows}
