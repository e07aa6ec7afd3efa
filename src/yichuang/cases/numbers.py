"""The numbers of a case, its documents and its certificates: which counter each draws from, and its form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from yichuang.aggregates.numbers import Numbered
from yichuang.cases.core import events as ev
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.state import Case
from yichuang.cases.papers import issued_by
from yichuang.catalog.standard import Standard
from yichuang.kernel.codes import case_number, certificate_id
from yichuang.org.models import Department
from yichuang.org.numbering import Fill, number_document

_PER_DAY = 999  # serials of one department code in a 受理号


def number(event: Any, case: Case, facts: CaseFacts) -> Numbered | None:
    """What an event draws: 办件编号, 文号, or the numbers of a certificate."""
    standard, day = facts.standard, facts.today
    if isinstance(event, ev.Submitted):
        counter = f"case/{standard.division}/{standard.department}/{day:%Y%m%d}"
        return Numbered(counter, lambda n: replace(event, number=case_number.build(standard.item_code, day, n)))
    kind = issued_by(event, case)
    if not kind:
        return None
    department = f"{standard.division}/{standard.department}"
    if not isinstance(event, ev.CertificateMade):
        return number_document(event, kind, department, day, matter=standard.number_word)
    if event.number:  # a new paper of a licence that is held: one number for life
        return None
    filled = _with_identifier(standard, day)
    return number_document(event, kind, department, day, matter=standard.number_word, fill=filled, kept=True)


def _with_identifier(standard: Standard, day: date) -> Fill:
    """The 电子证照标识 (GB/T 36904) beside the number of a certificate."""

    def fill(event: Any, number: str, serial: int, body: Department) -> Any:
        type = f"{body.uscc}{standard.item[-3:]}"
        identifier = certificate_id.build(type, body.uscc, f"{day.year}{standard.item[-3:]}{serial:06d}")
        return replace(event, number=number, identifier=identifier)

    return fill


def receipt(number: str, standard: Standard, day: date | None) -> str:
    """The 受理号 people read out, from the case number's serial; past 999 a day the department code rolls on."""
    assert day is not None
    block, serial = divmod(int(number[-5:]) - 1, _PER_DAY)
    code = standard.department[:3].upper().ljust(3, "0")
    if block:
        code = f"{code[:2]}{block}"
    return case_number.build_receipt(standard.division, code, day, serial + 1)
