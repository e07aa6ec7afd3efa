"""What everybody may read of a late case: how late it is and why (优化营商环境条例36条2款). No applicant, nothing of
the form, and the receipt number without its end. Which cases are listed is for supervision to say.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.aggregates.moments import rows_of
from yichuang.cases.codec import load_case
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.lateness import find_lateness
from yichuang.cases.core.state import Case
from yichuang.cases.models import Case as CaseRow
from yichuang.catalog.queries import standard as published_standard
from yichuang.ledger import vault
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.service import now
from yichuang.org.queries import get_calendar
from yichuang.people.face import Reader, make_veil

COVERED = 3  # characters at the end of a receipt number


@dataclass(frozen=True, slots=True)
class LateCase:
    """`end` is decided, deemed (nobody decided, and the law granted), withdrawn, terminated or acceptance_revoked;
    empty while there is none.
    """

    receipt: str  # its end is covered
    division: str
    department: str  # that decides, and says why
    item: str
    title: str
    due: date  # the last day of the law
    until: date  # the day of the decision or the end; today, while there is none
    end: str
    over: int  # working days beyond
    reason: str  # empty while nobody has said why


def read_late_cases(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, LateCase]:
    """These cases by id, those left out that are not late by the calendar in force. Four statements."""
    rows = {row.pk: row for row in CaseRow.objects.filter(pk__in=ids)}
    cases = {id: load_case(row.state) for id, row in rows.items()}
    texts = (ref for case in cases.values() if case.late_reason for ref in (case.late_reason, case.form))
    contents = vault.read_many(rows_of(texts))
    moment, calendar = now(), get_calendar()
    found = {}
    for id, case in cases.items():
        facts = CaseFacts(moment, calendar, published_standard(case.standard), SYSTEM)
        lateness, row = find_lateness(case, facts), rows[id]
        if lateness:
            found[id] = LateCase(
                receipt=row.receipt[:-COVERED] + "*" * COVERED,
                division=row.division,
                department=row.department,
                item=row.item,
                title=row.title,
                due=lateness.due,
                until=lateness.until,
                end=_end_of(case),
                over=lateness.over,
                reason=_read_reason(case, row.applicant, contents),
            )
    return found


def _end_of(case: Case) -> str:
    if case.decided_on:
        return "deemed" if case.decided_by_silence else "decided"
    if case.ended_with_item:
        return case.outcome
    return "" if case.stage.open else case.stage.value


def _read_reason(case: Case, applicant: str, contents: dict[str, Any]) -> str:
    """Why it is late, with what it should not have said of the applicant covered."""
    if not case.late_reason:
        return ""
    form = vault.resolve_reference(case.form, contents)
    known = form.get("applicant") if isinstance(form, dict) else None
    cover = make_veil(Reader.PUBLIC, known or {}, applicant)
    return cover(str(vault.resolve_reference(case.late_reason, contents)))
