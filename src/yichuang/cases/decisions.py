"""准予许可决定公开 (许可法40条; 3.5g): what was granted, to whom, by which document, for everybody. A natural person's
name is masked; nothing of the form, no number of a person. Listed from the decision on, well within the 20 working days
of 政府信息公开条例26条. What was refused is counted, not listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yichuang.cases.papers import DECISIONS
from yichuang.ledger.fast import run
from yichuang.people.face import mask_name

PAGE = 20
COUNTED = 1000  # decisions beyond this are not counted
FIGURE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that granted; `number` of its document, empty where silence granted or it is not issued yet."""

    title: str
    situation: str
    division: str
    department: str
    holder: str  # a natural person's is masked
    number: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class DecisionPage:
    rows: tuple[Decision, ...]
    total: int
    exact: bool
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """Of the last 30 days: decided, granted of them, and within what was promised."""

    decided: int
    granted: int
    in_time: int


_GRANTED = "from cases_case c where c.decided_on is not null and c.outcome = 'granted'"
_WITHIN = " and (%s = '' or c.division = %s) and (%s = '' or c.department = %s)"
_LIST = f"""
select c.title, coalesce(c.state::jsonb ->> 'situation', ''), c.division, c.department, c.applicant,
  coalesce((select kind from people_subject where id = c.subject), 'person'),
  coalesce((select p.number from aggregates_paper p where p.stream = 'case/' || c.id and p.kind = any(%s)
    order by p.seq desc limit 1), ''), c.decided_on
from (select c.id {_GRANTED}{_WITHIN} order by c.decided_on desc, c.id desc limit {PAGE} offset %s) listed
join cases_case c on c.id = listed.id order by c.decided_on desc, c.id desc
"""
# Documents that say that something was granted
DOCUMENTS = sorted({"grant", *(granted for granted, _ in DECISIONS.values())})


def list_decisions(division: str = "", department: str = "", page: int = 1) -> DecisionPage:
    """A page of what was granted, the latest first. Two statements."""
    narrowed = [division, division, department, department]
    (total,) = run(
        f"select count(*) from (select 1 {_GRANTED}{_WITHIN} limit {COUNTED + 1}) found", narrowed
    ).fetchone()
    counted = min(total, COUNTED)
    page = max(1, min(page, -(-counted // PAGE) or 1))
    rows = run(_LIST, [DOCUMENTS, *narrowed, (page - 1) * PAGE]).fetchall()
    return DecisionPage(tuple(map(_decision, rows)), counted, total <= COUNTED, page)


def _decision(row: tuple[str, str, str, str, str, str, str, date]) -> Decision:
    title, situation, division, department, applicant, kind, number, on = row
    holder = applicant if kind == "organisation" else mask_name(applicant)
    return Decision(title, situation, division, department, holder, number, on)


def count_decisions(today: date) -> DecisionFigures:
    """The figures of the last 30 days, of all divisions. One statement."""
    (row,) = run(
        "select count(*), count(*) filter (where c.outcome = 'granted'),"
        " count(*) filter (where c.promised_due is null or c.decided_on <= c.promised_due)"
        " from cases_case c where c.decided_on > %s::date - %s and c.decided_on is not null",
        [today, FIGURE_DAYS],
    ).fetchall()
    return DecisionFigures(*row)
