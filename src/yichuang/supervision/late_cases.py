"""超时办件公开: the public list of late cases. A case is on it as long as R-T03 stands against it: not when its
calendar is an estimate, an outage explains it, or an appeal was upheld. What departments only report is left out: they
say why in systems of their own.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection

from yichuang.cases.publishing import LateCase, read_late_cases
from yichuang.supervision.models import Finding
from yichuang.supervision.reported import PREFIX

PAGE = 20
RULE = "R-T03"


@dataclass(frozen=True, slots=True)
class LateFilter:
    """What a reader narrows the list by; empty means all."""

    division: str = ""
    department: str = ""  # that decides
    unexplained: bool = False  # only those of which nobody has said why


@dataclass(frozen=True, slots=True)
class LateCount:
    """How many late cases a department has, and of how many it has not said why."""

    division: str
    department: str
    number: int
    unexplained: int


@dataclass(frozen=True, slots=True)
class ListedCase:
    """`held_by`: another department, whose step the case waited for on its last day; empty: none."""

    case: LateCase
    held_by: str


@dataclass(frozen=True, slots=True)
class LatePage:
    rows: tuple[ListedCase, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def count_late_cases() -> tuple[LateCount, ...]:
    """By department, of all divisions. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"select c.division, c.department, count(*), count(*) filter (where {_SILENT}) {_LATE} {_EACH}")
        return tuple(LateCount(*row) for row in cursor.fetchall())


def list_late_cases(filter: LateFilter, number: int, counts: tuple[LateCount, ...], size: int = PAGE) -> LatePage:
    """A page of late cases, those whose last day is the latest first. Five statements."""
    total = sum(c.unexplained if filter.unexplained else c.number for c in counts if _passes(c, filter))
    number = max(1, min(number, -(-total // size) or 1))
    values: dict[str, str | bool | int] = {
        "division": filter.division,
        "department": filter.department,
        "unexplained": filter.unexplained,
        "most": size,
        "skipped": (number - 1) * size,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"select c.id, nullif(f.department, c.department) {_LATE} {_NARROWED}", values)
        held: dict[uuid.UUID, str] = {id: held_by or "" for id, held_by in cursor.fetchall()}
    known = read_late_cases(tuple(held))
    return LatePage(tuple(ListedCase(known[id], held[id]) for id in held if id in known), total, number)


def find_late_case(finding: Finding) -> LateCase | None:
    """What everybody may read of the case that a finding holds to be late; None for findings of other rules, and on
    what a department only reports. Four statements.
    """
    if finding.rule != RULE or finding.case_id.startswith(PREFIX):
        return None
    return next(iter(read_late_cases([uuid.UUID(finding.case_id)]).values()), None)


def _passes(count: LateCount, filter: LateFilter) -> bool:
    return filter.division in ("", count.division) and filter.department in ("", count.department)


_SILENT = """strpos(c.state, '"late_reason":') = 0"""  # a state names no field that is empty; no JSON is read
_LATE = f"""
from supervision_finding f
join cases_case c on c.id = case when f.case_id ~ '^[0-9a-f]{{8}}-[0-9a-f-]{{27}}$' then f.case_id::uuid end
where f.rule = '{RULE}' and f.open
  and not exists (select from supervision_finding lead where lead.id = f.under and lead.excused <> '')
"""
_EACH = "group by c.division, c.department order by c.division, c.department"
_NARROWED = f"""
and (%(division)s = '' or c.division = %(division)s)
and (%(department)s = '' or c.department = %(department)s)
and (not %(unexplained)s or {_SILENT})
order by f.day desc, c.receipt desc limit %(most)s offset %(skipped)s
"""
