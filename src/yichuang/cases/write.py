"""The rows a command writes, as parameters of one statement: entries, vault, receipt, the case, its scopes, papers,
certificates, timer. What they contain is decided elsewhere; here is only their shape.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from yichuang.cases import numbers, sql
from yichuang.cases.core import events as ev
from yichuang.cases.core.facts import Facts
from yichuang.cases.core.lapse import next_moment
from yichuang.cases.core.state import Case
from yichuang.cases.papers import issued_by
from yichuang.cases.prepare import Prepared
from yichuang.cases.projections import Scope, access, nearest_due, row, verification_code
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Standard
from yichuang.catalog.words import bigrams
from yichuang.ledger.envelope import Envelope
from yichuang.ledger.service import as_rows
from yichuang.ledger.vault import Lodged

Chained = Sequence[tuple[Envelope, bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Locked:
    """The case as it stands under the lock."""

    case: Case
    seq: int
    head: bytes
    now: datetime
    calendar: int
    parameters: int
    applicant: str = ""
    access: dict[tuple[str, str], Scope] = field(default_factory=dict)
    reckoning: int = 0  # loadings of calendar and parameters when the row was last written
    dates: tuple[date | None, ...] = ()  # nearest date, promised and statutory limit as last projected

    @property
    def reckoning_now(self) -> int:
        """Grows with every loading of a calendar year and every change of a parameter."""
        return self.calendar + self.parameters


def statement(
    found: Locked,
    case: Case,
    dated: Sequence[ev.Dated],
    chained: Chained,
    facts: Facts,
    prepared: Prepared | None,
    command_id: uuid.UUID | None,
) -> tuple[str, dict[str, Any]]:
    """The statement that writes everything, and its parameters."""
    standard = facts.standard if case.standard == facts.standard.key else published_standard(case.standard)
    facts = replace(facts, standard=standard)
    due = nearest_due(case, facts)
    wake = next_moment(case, facts)
    rows = {
        "entries": as_rows(chained),
        "vault": [_vault(r) for r in prepared.rows] if prepared else [],
        "receipts": _receipts(found, case, chained, facts, prepared, command_id),
        "row": {**row(case, facts, due), "reckoning": found.reckoning_now},
        **_scopes(found.access, access(case, standard, due)),
        "papers": _papers(dated, chained),
        "certificates": _certificates(dated),
        "timers": [{"wake": wake[0].isoformat()}] if wake else [],
    }
    parameters = {
        "id": case.id,
        "rows": json.dumps(rows, ensure_ascii=False),
        "department": f"{standard.division}/{standard.department}",
        "subject": case.subject,
        "seq": chained[-1][0].seq,
        "head": chained[-1][2].hex(),
    }
    if found.seq:
        return sql.CHANGE, parameters
    known = identity(case, standard, facts.now)
    return sql.CREATE, parameters | {
        **known,
        "applicant": found.applicant,
        "words": bigrams(*words_of(case.number, known["receipt"], found.applicant)),
    }


def identity(case: Case, standard: Standard, submitted_at: datetime) -> dict[str, Any]:
    """The columns of a case's row that never change; `standard` is the one it was filed under."""
    return {
        "number": case.number,
        "receipt": numbers.receipt(case.number, standard, case.submitted_on),
        "item": standard.item,
        "title": standard.name,
        "division": standard.division,
        "department": f"{standard.division}/{standard.department}",
        "subject": case.subject,
        "channel": case.channel,
        "submitted_at": submitted_at,
    }


def words_of(number: str, receipt: str, applicant: str) -> tuple[str, str, str]:
    """What a search finds a case by, beside its item."""
    return number[-11:], receipt, applicant


def _receipts(
    found: Locked, case: Case, chained: Chained, facts: Facts, prepared: Prepared | None, command_id: uuid.UUID | None
) -> list[dict[str, Any]]:
    if prepared is None or command_id is None:
        return []
    return [
        {
            "command_id": str(command_id),
            "case_id": case.id,
            "actor": facts.actor.person,
            "digest": prepared.digest,
            "first_seq": found.seq + 1,
            "last_seq": chained[-1][0].seq,
        }
    ]


def _scopes(before: dict[tuple[str, str], Scope], after: dict[tuple[str, str], Scope]) -> dict[str, Any]:
    """Rows of case_access to turn, delete and insert: a scope that goes makes room for one that comes."""
    gone = [scope for key, scope in before.items() if key not in after]
    come = [scope for key, scope in after.items() if key not in before]
    moved = [(before[key], scope) for key, scope in after.items() if key in before and before[key] != scope]
    turned = min(len(gone), len(come))
    moved += zip(gone[:turned], come[:turned], strict=True)
    return {
        "moved": [{"was_kind": was.kind, "was_id": was.id, **_scope(now)} for was, now in moved],
        "gone": [{"kind": s.kind, "id": s.id} for s in gone[turned:]],
        "put": [_scope(s) for s in come[turned:]],
    }


def _scope(scope: Scope) -> dict[str, Any]:
    return {"kind": scope.kind, "id": scope.id, "open": scope.open, "due": _iso(scope.due_on)}


def _papers(dated: Sequence[ev.Dated], chained: Chained) -> list[dict[str, Any]]:
    return [
        {
            "seq": entry.seq,
            "kind": issue.kind,
            "number": one.event.number,
            "code": verification_code(hash),
            "digest": hash.hex(),
            "issued_at": entry.recorded_at.isoformat(),
        }
        for one, (entry, _, hash) in zip(dated, chained, strict=True)
        if (issue := issued_by(one.event))
    ]


def _certificates(dated: Sequence[ev.Dated]) -> list[dict[str, Any]]:
    return [
        {
            "identifier": one.event.identifier,
            "number": one.event.number,
            "type": one.event.type,
            "valid_from": _iso(one.event.valid_from),
            "valid_to": _iso(one.event.valid_to),
        }
        for one in dated
        if isinstance(one.event, ev.CertificateMade)
    ]


def _vault(row: Lodged) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "subject": row.subject,
        "bytes": row.data.hex(),
        "salt": row.salt.hex(),
        "retain_until": _iso(row.retain_until),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
