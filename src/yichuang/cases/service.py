"""The door: `perform` carries out one command on one case in one transaction, or refuses it.

Lock the case, gather facts, decide, draw numbers, append to the ledger, bring the tables up to date. Idempotent by
`command_id`. Three statements besides begin and commit, whatever the command (tests count them).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.aggregates.refusals import record_refusal
from yichuang.cases import numbers, sql, write
from yichuang.cases.codec import dump_event, load_case
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import decide
from yichuang.cases.core.facts import Facts
from yichuang.cases.core.lapse import next_moment
from yichuang.cases.core.state import STATE_VERSION, Case, Happened, evolve
from yichuang.cases.parameters import parameters_upto
from yichuang.cases.prepare import Prepared
from yichuang.cases.projections import access, limits, nearest_due
from yichuang.cases.replay import state_of
from yichuang.cases.write import Locked
from yichuang.catalog.queries import current_key
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.envelope import GENESIS, Envelope
from yichuang.ledger.fast import run
from yichuang.ledger.service import chain, envelope
from yichuang.org.door import calendar_upto, persons_holding

DRIFT = timedelta(seconds=5)  # what the ledger's own guard allows between an entry's time and its clock
REUSED = "command-id-reused"
NUMBERED = (ev.Submitted, ev.CertificateMade)  # events whose number the state keeps
NAMESPACE = uuid.UUID("0b6f0f34-5a34-4d5e-9f2a-5c3c1d7a4e10")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    case: Case
    first_seq: int
    last_seq: int
    repeated: bool = False  # the same command was carried out before; this is its answer
    events: tuple[ev.Dated, ...] = ()


def case_id_for(command_id: uuid.UUID) -> uuid.UUID:
    """The id of the case a Submit with this command id makes: a retry finds it."""
    return uuid.uuid5(NAMESPACE, str(command_id))


def submit(prepared: Prepared, actor: Actor, *, command_id: uuid.UUID, applicant: str) -> Outcome:
    """File an application. `applicant` is the name lists show. Raises Refused."""
    return _perform(case_id_for(command_id), prepared, actor, command_id, applicant)


def perform(case_id: uuid.UUID | str, prepared: Prepared, actor: Actor, *, command_id: uuid.UUID) -> Outcome:
    """Carry out a command on an existing case. Raises Refused (also when there is no such case)."""
    return _perform(uuid.UUID(str(case_id)), prepared, actor, command_id, "")


def tick(case_id: uuid.UUID | str, actor: Actor = SYSTEM) -> Outcome:
    """Let time pass on one case: what the sweep does. Writes nothing when nothing has lapsed."""
    return _perform(uuid.UUID(str(case_id)), Prepared(co.Tick(), (), ""), actor, None, "")


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
        if refused.code != REUSED and command_id and _carried_out(command_id):
            # a twin won while we waited: we saw the case it left, but not yet its receipt
            return _attempt(id, prepared, actor, command_id, applicant)
        record_refusal(refused, actor, id, command_id, type(prepared.command).__name__)
        raise refused
    return outcome


def _carried_out(command_id: uuid.UUID) -> bool:
    with run(sql.RECEIPT, {"command": command_id}) as cursor:
        return cursor.fetchone() is not None


def _lock(
    id: uuid.UUID, prepared: Prepared, actor: Actor, command_id: uuid.UUID | None, applicant: str
) -> Locked | Outcome:
    """Lock the case's row; answer a repeated command from its receipt."""
    with run(sql.LOCK, {"id": id, "command": command_id}) as cursor:
        now, calendar, parameters, digest, by, of, first, last, seq, head, state, state_v, name, reckoning, *dates = (
            cursor.fetchone()
        )
    if digest is not None:
        if (digest, by, of) != (prepared.digest, actor.person, id):
            message = "同一个操作编号已用于另一次不同的操作。"
            raise Refused(
                REUSED, message, next="在网页上办的，请刷新后再办；程序请换一个新的操作编号。", kind=Kind.STALE
            )
        return Outcome(_stored(id, state, state_v), first, last, repeated=True)
    if isinstance(prepared.command, co.Submit):
        return Locked(Case(str(id)), 0, GENESIS, now, calendar, parameters, applicant)
    if seq is None:
        raise Refused("no-such-case", "没有这个办件，或您无权查看。", next="请核对办件编号。", kind=Kind.FORBIDDEN)
    case = _stored(id, state, state_v)
    before = access(case, published_standard(case.standard), dates[0])
    return Locked(case, seq, bytes(head), now, calendar, parameters, name, before, reckoning, tuple(dates))


def _stored(id: uuid.UUID, state: str, version: int) -> Case:
    """The state on the row; one of an older shape is rebuilt from the stream."""
    return load_case(state) if version == STATE_VERSION else state_of(id)


def _facts(found: Locked, command: Any, actor: Actor) -> Facts:
    now = _now(found)
    standard = _in_force(command.standard) if isinstance(command, co.Submit) else _published(found.case.standard)
    facts = Facts(
        now=now,
        calendar=calendar_upto(found.calendar),
        standard=standard,
        actor=actor,
        parameters=parameters_upto(found.parameters),
    )
    if found.seq and found.reckoning != found.reckoning_now:
        dates = (nearest_due(found.case, facts), *limits(found.case, facts))
        facts = replace(facts, moved=found.dates != dates)
    match command:
        case co.Submit(held=held, subject=subject) if held:
            return replace(facts, certificates=_certificates(subject))
        case co.Conclude(step=code, officers=others) if others and code in found.case.steps:
            return replace(facts, holders=_holders(facts, code))
        case co.Assign(step=code) if code in found.case.steps:
            return replace(facts, holders=_holders(facts, code))
        case co.Rebind(standard=target):
            return replace(facts, target=_published(target))
    return facts


def _now(found: Locked) -> datetime:
    """The ledger's time; for a case it never runs backwards. A clock set back further than the ledger takes is refused
    until it has caught up, rather than recorded wrongly.
    """
    last = found.case.last_at
    if last is None or last <= found.now:
        return found.now
    if last - found.now > DRIFT:
        message = "系统时钟比本件最近一次记录的时间还早，暂时不能办理。"
        raise Refused("clock-behind", message, next="请稍后再试；如持续出现，请联系管理员校准时钟。", kind=Kind.STALE)
    return last


def _published(key: str) -> Standard:
    """A published standard (3.2d: nothing runs on any other). Raises Refused."""
    try:
        return published_standard(key)
    except ObjectDoesNotExist:
        message = "没有这一版已发布的办事规程，不能据以办理。"
        raise Refused("not-published", message, clause="3.2d", next="请从办事指南重新选择事项。") from None


def _in_force(key: str) -> Standard:
    """The standard a new case is filed under: published, and not followed by a newer version (3.2d). Raises Refused."""
    standard = _published(key)
    if current_key(standard.division, standard.item) != key:
        message = "本事项的办事规程已有新版，请按新版填写后提交。"
        raise Refused("superseded", message, clause="3.2d", next="请重新打开办事指南办理；已填的内容可以对照。")
    return standard


def _holders(facts: Facts, code: str) -> frozenset[str]:
    step = facts.standard.step(code)
    return persons_holding(f"{facts.standard.division}/{step.department}", step.post.value, facts.today)


def _certificates(subject: str) -> dict[str, str]:
    with run(sql.CERTIFICATES, {"subject": subject}) as cursor:
        return dict(cursor.fetchall())


def _write(
    found: Locked,
    case: Case,
    dated: Sequence[ev.Dated],
    facts: Facts,
    prepared: Prepared | None,
    command_id: uuid.UUID | None,
) -> Outcome:
    """Number, append, project. `case` is the decided state; some numbers are part of it, so it evolves again."""
    if not dated:
        if command_id is None:
            _rearm(found, case, facts)
        return Outcome(case, found.seq + 1, found.seq)
    dated = numbers.draw(dated, facts)
    if any(isinstance(one.event, NUMBERED) for one in dated):
        case = _evolved(found.case, dated, facts)
    chained = chain(_entries(found, dated, facts, command_id), found.head)
    run(*write.statement(found, case, dated, chained, facts, prepared, command_id)).close()
    return Outcome(case, found.seq + 1, found.seq + len(dated), events=tuple(dated))


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


def _rearm(found: Locked, case: Case, facts: Facts) -> None:
    """Nothing lapsed though the sweep came: the calendar moved the date, so set the timer anew."""
    if found.seq:
        wake = next_moment(case, facts)
        run(sql.REARM if wake else sql.DISARM, {"id": case.id, "wake": wake and wake[0]}).close()
