"""The door: `perform` carries out one command on one case in one transaction, or refuses it.

Lock the case, gather facts, decide, draw numbers, append to the ledger, bring the tables up to date. Idempotent by
`command_id`. Four statements besides begin and commit, whatever the command (tests count them).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from yichuang.cases import numbers, sql
from yichuang.cases.codec import dump_event, load_case
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import decide
from yichuang.cases.core.facts import Facts
from yichuang.cases.core.refusal import Kind, Refused
from yichuang.cases.core.state import STATE_VERSION, Case, Happened, evolve
from yichuang.cases.papers import issued_by
from yichuang.cases.prepare import Prepared
from yichuang.cases.projections import Scope, access, nearest_due, row, verification_code
from yichuang.cases.refusals import record_refusal
from yichuang.cases.replay import state_of
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.words import bigrams
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.envelope import GENESIS, Envelope
from yichuang.ledger.service import as_json, chain, envelope
from yichuang.ledger.vault import Lodged
from yichuang.org.door import calendar_upto, persons_holding

NAMESPACE = uuid.UUID("0b6f0f34-5a34-4d5e-9f2a-5c3c1d7a4e10")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    case: Case
    first_seq: int
    last_seq: int
    repeated: bool = False  # the same command was carried out before; this is its answer
    events: tuple[ev.Dated, ...] = ()


@dataclass(frozen=True, slots=True)
class Locked:
    """The case as it stands under the lock."""

    case: Case
    seq: int
    head: bytes
    now: datetime
    calendar: int
    applicant: str = ""
    access: dict[tuple[str, str], Scope] = field(default_factory=dict)


def case_id_for(command_id: uuid.UUID) -> uuid.UUID:
    """The id of the case a Submit with this command id makes: a retry finds it."""
    return uuid.uuid5(NAMESPACE, str(command_id))


def submit(prepared: Prepared, actor: Actor, *, command_id: uuid.UUID, applicant: str) -> Outcome:
    """File an application. `applicant` is the name lists show. Raises Refused."""
    return _perform(case_id_for(command_id), prepared, actor, command_id, applicant)


def perform(case_id: uuid.UUID | str, prepared: Prepared, actor: Actor, *, command_id: uuid.UUID) -> Outcome:
    """Carry out a command on an existing case. Raises Refused (also when there is no such case)."""
    return _perform(uuid.UUID(str(case_id)), prepared, actor, command_id, "")


def tick(case_id: uuid.UUID | str) -> Outcome:
    """Let time pass on one case: what the sweep does. Writes nothing when nothing has lapsed."""
    return _perform(uuid.UUID(str(case_id)), Prepared(co.Tick(), (), ""), SYSTEM, None, "")


def _perform(id: uuid.UUID, prepared: Prepared, actor: Actor, command_id: uuid.UUID | None, applicant: str) -> Outcome:
    try:
        return _attempt(id, prepared, actor, command_id, applicant)
    except IntegrityError:
        # a twin of this command won while we waited for the lock: its receipt answers now
        return _attempt(id, prepared, actor, command_id, applicant)


def _attempt(id: uuid.UUID, prepared: Prepared, actor: Actor, command_id: uuid.UUID | None, applicant: str) -> Outcome:
    refused: Refused | None = None
    try:
        with transaction.atomic():
            found = _lock(id, prepared, actor, command_id, applicant)
            if isinstance(found, Outcome):
                return found
            facts = _facts(found, prepared.command, actor)
            try:
                case, dated = decide(found.case, prepared.command, facts)
            except Refused as error:
                refused = error
                # what time did stands, whatever becomes of the command
                case, dated = error.details.pop("lapsed", (found.case, []))
            outcome = _write(found, case, dated, facts, None if refused else prepared, None if refused else command_id)
    except Refused as error:
        refused = error
    if refused is not None:
        record_refusal(refused, actor, id, command_id, type(prepared.command).__name__)
        raise refused
    return outcome


def _lock(
    id: uuid.UUID, prepared: Prepared, actor: Actor, command_id: uuid.UUID | None, applicant: str
) -> Locked | Outcome:
    """Lock the case's row; answer a repeated command from its receipt."""
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK, {"id": id, "command": command_id})
        now, calendar, digest, by, first, last, seq, head, state, state_v, name, due = cursor.fetchone()
    if digest is not None:
        if (digest, by) != (prepared.digest, actor.person):
            message = "同一个操作编号已用于另一次不同的操作。"
            raise Refused("command-id-reused", message, next="请换一个新的操作编号。", kind=Kind.STALE)
        return Outcome(load_case(state), first, last, repeated=True)
    if isinstance(prepared.command, co.Submit):
        return Locked(Case(str(id)), 0, GENESIS, now, calendar, applicant)
    if seq is None:
        raise Refused("no-such-case", "没有这个办件,或您无权查看。", next="请核对办件编号。", kind=Kind.FORBIDDEN)
    case = load_case(state) if state_v == STATE_VERSION else state_of(id)
    return Locked(case, seq, bytes(head), now, calendar, name, access(case, published_standard(case.standard), due))


def _facts(found: Locked, command: Any, actor: Actor) -> Facts:
    now = found.now if found.case.last_at is None else max(found.now, found.case.last_at)
    key = command.standard if isinstance(command, co.Submit) else found.case.standard
    standard = published_standard(key)
    facts = Facts(now=now, calendar=calendar_upto(found.calendar), standard=standard, actor=actor)
    match command:
        case co.Submit(held=held, subject=subject) if held:
            return replace(facts, certificates=_certificates(subject))
        case co.Conclude(step=code, officers=others) if others and code in found.case.steps:
            return replace(facts, holders=_holders(facts, code))
        case co.Assign(step=code) if code in found.case.steps:
            return replace(facts, holders=_holders(facts, code))
        case co.Rebind(standard=target):
            return replace(facts, target=published_standard(target))
    return facts


def _holders(facts: Facts, code: str) -> frozenset[str]:
    step = facts.standard.step(code)
    return persons_holding(f"{facts.standard.division}/{step.department}", step.post.value, facts.today)


def _certificates(subject: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(sql.CERTIFICATES, [subject])
        return dict(cursor.fetchall())


def _write(
    found: Locked,
    case: Case,
    dated: Sequence[ev.Dated],
    facts: Facts,
    prepared: Prepared | None,
    command_id: uuid.UUID | None,
) -> Outcome:
    """Number, append, project. `case` is the decided state; events that draw a number change it once more."""
    if not dated:
        if command_id is None:
            _rewake(found, case, facts)
        return Outcome(case, found.seq + 1, found.seq)
    dated = numbers.draw(found.case, dated, facts)
    case = _evolved(found.case, dated, facts)
    entries = _entries(found, dated, facts, command_id)
    chained = chain(entries, found.head)
    rows = prepared.rows if prepared else ()
    last = found.seq + len(dated)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.APPEND,
            {
                "entries": as_json(chained),
                "vault": json.dumps([_vault(r) for r in rows]),
                "receipts": json.dumps(
                    [
                        {
                            "command_id": str(command_id),
                            "case_id": case.id,
                            "actor": facts.actor.person,
                            "digest": prepared.digest,
                            "first_seq": found.seq + 1,
                            "last_seq": last,
                        }
                    ]
                    if prepared and command_id
                    else []
                ),
            },
        )
        cursor.execute(*_projection(found, case, dated, chained, facts))
    return Outcome(case, found.seq + 1, last, events=tuple(dated))


def _evolved(case: Case, dated: Sequence[ev.Dated], facts: Facts) -> Case:
    for one in dated:
        person = facts.actor.person if one.at is None else SYSTEM.person
        channel = facts.actor.channel if one.at is None else SYSTEM.channel
        case = evolve(case, Happened(one.event, person, one.at or facts.now, facts.now, channel))
    return case


def _entries(found: Locked, dated: Sequence[ev.Dated], facts: Facts, command_id: uuid.UUID | None) -> list[Envelope]:
    """What time did is the system's act, with the legal moment; the rest is the actor's, now."""
    out = []
    for seq, one in enumerate(dated, found.seq + 1):
        kind, v, body = dump_event(one.event)
        who, at, command = (SYSTEM, one.at, "") if one.at else (facts.actor, facts.now, str(command_id or ""))
        if facts.actor.source == "simulated":
            who = replace(who, source="simulated")
        out.append(envelope(f"case/{found.case.id}", seq, kind, v, body, who, command, at, facts.now))
    return out


def _projection(
    found: Locked,
    case: Case,
    dated: Sequence[ev.Dated],
    chained: Sequence[tuple[Envelope, bytes, bytes]],
    facts: Facts,
) -> tuple[str, dict[str, Any]]:
    standard = facts.standard if case.standard == facts.standard.key else published_standard(case.standard)
    facts = replace(facts, standard=standard)
    after = access(case, standard, nearest_due(case, facts))
    gone = [s for key, s in found.access.items() if key not in after]
    put = [s for key, s in after.items() if found.access.get(key) != s]
    papers = [
        {
            "seq": e.seq,
            "kind": issue.kind,
            "number": one.event.number,
            "code": verification_code(hash),
            "digest": hash.hex(),
            "issued_at": e.recorded_at.isoformat(),
        }
        for one, (e, _, hash) in zip(dated, chained, strict=True)
        if (issue := issued_by(one.event))
    ]
    certificates = [
        {
            "identifier": one.event.identifier,
            "number": one.event.number,
            "type": one.event.type,
            "valid_from": one.event.valid_from.isoformat(),
            "valid_to": one.event.valid_to and one.event.valid_to.isoformat(),
        }
        for one in dated
        if isinstance(one.event, ev.CertificateMade)
    ]
    parameters = {
        "id": case.id,
        "row": json.dumps(row(case, facts), ensure_ascii=False),
        "gone": json.dumps([{"kind": s.kind, "id": s.id} for s in gone]),
        "put": json.dumps(
            [{"kind": s.kind, "id": s.id, "open": s.open, "due": s.due_on and s.due_on.isoformat()} for s in put]
        ),
        "papers": json.dumps(papers, ensure_ascii=False),
        "certificates": json.dumps(certificates, ensure_ascii=False),
        "department": f"{standard.division}/{standard.department}",
        "subject": case.subject,
        "seq": chained[-1][0].seq,
        "head": chained[-1][2].hex(),
    }
    if found.seq:
        return sql.PROJECT, parameters
    receipt = numbers.receipt(case.number, standard, case.submitted_on)
    return sql.PROJECT_NEW, parameters | {
        "number": case.number,
        "receipt": receipt,
        "item": standard.item,
        "title": standard.name,
        "division": standard.division,
        "applicant": found.applicant,
        "channel": case.channel,
        "submitted_at": facts.now,
        "words": bigrams(case.number[-11:], receipt, standard.name, found.applicant),
    }


def _rewake(found: Locked, case: Case, facts: Facts) -> None:
    """Nothing lapsed though the sweep came: the calendar moved the date, so set the wake-up anew."""
    if found.seq:
        with connection.cursor() as cursor:
            cursor.execute(sql.REWAKE, {"id": case.id, "wake": row(case, facts)["wake_at"]})


def _vault(row: Lodged) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "subject": row.subject,
        "bytes": row.data.hex(),
        "salt": row.salt.hex(),
        "retain_until": row.retain_until and row.retain_until.isoformat(),
    }
