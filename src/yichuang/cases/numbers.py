"""Drawing numbers for what events issue: case, documents, certificates. One statement, locked last, no gaps after a
rollback.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from yichuang.cases import sql
from yichuang.cases.core import events as ev
from yichuang.cases.core.facts import Facts
from yichuang.cases.papers import issued_by
from yichuang.catalog.standard import Standard
from yichuang.kernel.codes import case_number, certificate_id, document_number
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.fast import run
from yichuang.org.models import Department
from yichuang.org.queries import department

_PER_DAY = 999  # serials of one department code in a 受理号


def draw(dated: Sequence[ev.Dated], facts: Facts) -> list[ev.Dated]:
    """The events with their numbers filled in."""
    wanted = [_counter(one.event, facts) for one in dated]
    names = sorted({name for name in wanted if name})
    if not names:
        return list(dated)
    with run(sql.COUNT, {"names": names}) as cursor:
        values = dict(cursor.fetchall())
    body = department(f"{facts.standard.division}/{facts.standard.department}")
    return [
        replace(one, event=_numbered(one.event, values[name], facts, body)) if name else one
        for one, name in zip(dated, wanted, strict=True)
    ]


def _counter(event: Any, facts: Facts) -> str:
    """The name of the counter an event draws from; an event kind comes at most once a command, but for Warned."""
    standard = facts.standard
    if isinstance(event, ev.Submitted):
        return f"case/{standard.division}/{standard.department}/{_local(facts):%Y%m%d}"
    issue = issued_by(event)
    return f"{standard.division}/{standard.department}/{issue.word}/{_local(facts).year}" if issue else ""


def _numbered(event: Any, serial: int, facts: Facts, body: Department) -> Any:
    if isinstance(event, ev.Submitted):
        return replace(event, number=case_number.build(facts.standard.item_code, _local(facts), serial))
    issue = issued_by(event)
    assert issue is not None
    number = document_number.build(body.short, issue.word, _local(facts).year, serial, city=body.division.number_mark)
    if isinstance(event, ev.CertificateMade):
        kind = f"{body.uscc}{facts.standard.item[-3:]}"
        identifier = certificate_id.build(
            kind, body.uscc, f"{_local(facts).year}{facts.standard.item[-3:]}{serial:06d}"
        )
        return replace(event, number=number, identifier=identifier)
    return replace(event, number=number)


def _local(facts: Facts) -> date:
    return facts.now.astimezone(SHANGHAI).date()


def receipt(number: str, standard: Standard, day: date | None) -> str:
    """The 受理号 people read out, from the case number's serial; past 999 a day the department code rolls on."""
    assert day is not None
    block, serial = divmod(int(number[-5:]) - 1, _PER_DAY)
    code = standard.department[:3].upper().ljust(3, "0")
    if block:
        code = f"{code[:2]}{block}"
    return case_number.build_receipt(standard.division, code, day, serial + 1)
