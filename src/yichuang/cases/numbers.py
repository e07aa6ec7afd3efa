"""The numbers of a case, its documents and its certificates: which counter each draws from, and its form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.words import WORDS
from yichuang.cases.core import events as ev
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.state import Case
from yichuang.cases.papers import issued_by
from yichuang.catalog.standard import Standard
from yichuang.kernel.codes import case_number, certificate_id, document_number
from yichuang.org.queries import get_department

_PER_DAY = 999  # serials of one department code in a 受理号


def number(event: Any, case: Case, facts: CaseFacts) -> Numbered | None:
    """What an event draws: 办件编号, 文号, or the numbers of a certificate."""
    standard, day = facts.standard, facts.today
    if isinstance(event, ev.Submitted):
        counter = f"case/{standard.division}/{standard.department}/{day:%Y%m%d}"
        return Numbered(counter, lambda n: replace(event, number=case_number.build(standard.item_code, day, n)))
    kind = issued_by(event)
    if not kind:
        return None
    word = WORDS[kind]
    counter = f"{standard.division}/{standard.department}/{word}/{day.year}"
    kept = isinstance(event, ev.CertificateMade)
    return Numbered(counter, lambda n: _with_number(event, word, n, standard, day), kept)


def _with_number(event: Any, word: str, serial: int, standard: Standard, day: date) -> Any:
    body = get_department(f"{standard.division}/{standard.department}")
    text = document_number.build(body.short, word, day.year, serial, city=body.division.number_mark)
    if not isinstance(event, ev.CertificateMade):
        return replace(event, number=text)
    kind = f"{body.uscc}{standard.item[-3:]}"
    identifier = certificate_id.build(kind, body.uscc, f"{day.year}{standard.item[-3:]}{serial:06d}")
    return replace(event, number=text, identifier=identifier)


def receipt(number: str, standard: Standard, day: date | None) -> str:
    """The 受理号 people read out, from the case number's serial; past 999 a day the department code rolls on."""
    assert day is not None
    block, serial = divmod(int(number[-5:]) - 1, _PER_DAY)
    code = standard.department[:3].upper().ljust(3, "0")
    if block:
        code = f"{code[:2]}{block}"
    return case_number.build_receipt(standard.division, code, day, serial + 1)
