"""Public figures of ratings and complaints: by department, of the cases that ended in a period. Nobody is named.

A case that nobody rated counts in no share of contentment (国办发〔2019〕51号: none is forced, none counted for good).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yichuang.feedback.rating import RatingLevel
from yichuang.ledger.fast import run

_LEVELS = ", ".join(f"count(r.id) filter (where r.level = '{level}')" for level in RatingLevel)
_FIGURES = f"""
select d.id, d.name, v.name, count(c.id), {_LEVELS},
  count(r.id) filter (where r.bad and r.contacted_on <= r.contact_by),
  count(r.id) filter (where r.bad and not r.cure_missed and r.cured_on is not null),
  count(r.id) filter (where r.bad and r.stage = 'closed' and r.visit = 'content'),
  count(r.id) filter (where r.bad and r.stage = 'closed')
from org_department d join org_division v on v.code = d.division_id
left join cases_case c on c.department = d.id and c.closed_on between %(first)s and %(last)s
left join feedback_rating r on r.case_id = c.id
group by d.id, d.name, v.name, v.code having count(c.id) > 0 or d.id = any(%(complained)s)
order by v.code, d.id"""
_COMPLAINTS = """
select department, count(*), count(*) filter (where answered_on is not null), count(*) filter (where late),
  count(*) filter (where result in ('founded', 'partly'))
from feedback_complaint where filed_on between %(first)s and %(last)s and stage <> 'withdrawn' group by department"""


@dataclass(frozen=True, slots=True)
class ComplaintFigures:
    """Complaints that came in a period: how many, of them answered, late at some point, and found true."""

    filed: int = 0
    answered: int = 0
    late: int = 0
    founded: int = 0


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """The ratings of the cases of a department that ended in a period. `levels`: from the best to the worst."""

    department: str
    name: str
    division: str
    ended: int
    levels: tuple[int, ...]
    complaints: ComplaintFigures
    contacted_in_time: int
    cured_in_time: int
    content: int  # bad ratings whose return visit found contentment
    closed: int  # bad ratings whose task is done

    @property
    def rated(self) -> int:
        return sum(self.levels)

    @property
    def bad(self) -> int:
        return sum(self.levels[3:])

    @property
    def share_rated(self) -> float | None:
        """评价率: of the cases that ended. None when none did."""
        return self.rated / self.ended if self.ended else None

    @property
    def share_good(self) -> float | None:
        """好评率: the first three levels, of those that were rated. None when none was."""
        return (self.rated - self.bad) / self.rated if self.rated else None

    @property
    def share_cured(self) -> float | None:
        """差评整改率: bad ratings whose task is done, of all bad ones. None when there was none."""
        return self.closed / self.bad if self.bad else None


def count_feedback(first: date, last: date) -> list[RatingFigures]:
    """By department, of the period from `first` to `last` (both days included). Two statements."""
    period = {"first": first, "last": last}
    with run(_COMPLAINTS, period) as cursor:
        complaints = {row[0]: ComplaintFigures(*row[1:]) for row in cursor.fetchall()}
    with run(_FIGURES, {**period, "complained": list(complaints)}) as cursor:
        rows = cursor.fetchall()
    n = len(RatingLevel)
    none = ComplaintFigures()
    return [
        RatingFigures(id, name, place, ended, tuple(counts[:n]), complaints.get(id, none), *counts[n:])
        for id, name, place, ended, *counts in rows
    ]
