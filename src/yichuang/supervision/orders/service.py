"""The door of orders: `perform` carries out one command on one order in one transaction, or refuses it.

Lock the order's row, replay its stream, decide, append, write the row. Idempotent by `command_id`. What a person wrote
goes to the vault, the entry holds its digest. Lock order: order, number.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, OuterRef

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.aggregates.refusals import record_refusal
from yichuang.kernel.canonical import canonical
from yichuang.kernel.localtime import local_day
from yichuang.kernel.sm3 import sm3
from yichuang.kernel.text import clean
from yichuang.ledger import vault
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.service import Act, now, record_acts
from yichuang.org.models import Department
from yichuang.org.queries import calendar, colleagues, high_risk, names_of
from yichuang.supervision.findings import sentence
from yichuang.supervision.models import Finding, OrderReceipt
from yichuang.supervision.models import Order as Row
from yichuang.supervision.orders import codec
from yichuang.supervision.orders.core import decide as core
from yichuang.supervision.orders.core.state import Drafted, Order, Stage, evolve
from yichuang.supervision.parameters import ORDERS, of_house
from yichuang.supervision.rules.catalogue import BY_CODE, POLICY

LONGEST = 1000  # characters of a text (GB/T 39046 table 11: 督办内容 an..1000)
BACKFILL = 500  # findings given their cards in one transaction
GONE = (Stage.REVOKED.value, Stage.CANCELLED.value)
# Reckoned with today's calendar and limits, which the ledger does not fix
RECKONED = ("due_on", "wake_at")
_COLUMNS = [column.name for column in Row._meta.fields if not column.primary_key]
_SPACE = uuid.UUID("0d0a5d6e-97c3-4a59-9d0c-1f7c3f0f4f5b")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    order: Order
    repeated: bool = False  # the same command was carried out before


@dataclass
class _Opened:
    """An order as it stands under the lock, and what is to be written of it."""

    order: Order
    dated: list[core.Dated] = field(default_factory=list)
    new: bool = False


def perform(order_id: uuid.UUID | str, command: core.Command, actor: Actor, *, command_id: uuid.UUID) -> Outcome:
    """Carry out a person's command on an order. The caller has seen that it exists for them. Raises Refused."""
    return _perform(uuid.UUID(str(order_id)), command, actor, command_id)


def open_order(draft: Drafted, text: str, actor: Actor, *, command_id: uuid.UUID) -> Outcome:
    """人工发牌: send a card that no rule found. Raises Refused."""
    known = Department.objects.filter(pk=draft.department).exists()
    require(known, "no-department", "没有这个部门。", next="请从列表中选择。", kind=Kind.INPUT, field="department")
    return _perform(order_id_for(command_id), core.Open(draft, text), actor, command_id)


def order_id_for(command_id: uuid.UUID) -> uuid.UUID:
    """The id of the order that an `open_order` with this command id makes: a retry finds it."""
    return uuid.uuid5(_SPACE, str(command_id))


def tick(order_id: uuid.UUID | str) -> Outcome:
    """Let time pass on one order: what the sweep does."""
    return _perform(uuid.UUID(str(order_id)), core.Tick(), SYSTEM, None)


def _perform(id: uuid.UUID, command: core.Command, actor: Actor, command_id: uuid.UUID | None) -> Outcome:
    try:
        return _attempt(id, command, actor, command_id)
    except IntegrityError:
        # a twin of this command won meanwhile: its receipt answers now
        return _attempt(id, command, actor, command_id)


def _attempt(id: uuid.UUID, command: core.Command, actor: Actor, command_id: uuid.UUID | None) -> Outcome:
    refused: Refused | None = None
    try:
        with transaction.atomic():
            digest = _digest(command)
            found = _lock(id, isinstance(command, core.Open))
            if command_id and (before := OrderReceipt.objects.filter(pk=command_id).first()):
                same = (before.order, before.person, before.digest) == (id, actor.person, digest)
                told = "同一个操作编号已用于另一次不同的操作。"
                require(same, "command-id-reused", told, next="请刷新页面后再办。", kind=Kind.STALE)
                return Outcome(found.order, repeated=True)
            command, lodged = _private(command, id)
            facts = _facts(actor, command, found.order)
            try:
                order, found.dated = core.decide(found.order, command, facts)
            except Refused as error:
                refused = error
                order, found.dated = error.details.pop("lapsed", (found.order, []))  # what time did stands
            _write([found], [order], facts, actor, str(command_id or ""))
            if refused is None:
                if lodged:
                    vault.store(lodged)
                if command_id:
                    OrderReceipt.objects.create(command_id=command_id, order=id, person=actor.person, digest=digest)
    except Refused as error:
        refused = error
    if refused is not None:
        record_refusal(refused, actor, id, command_id, type(command).__name__, of="order")
        raise refused
    return Outcome(order)


def _digest(command: core.Command) -> str:
    return sm3(canonical([type(command).__name__, asdict(command)]).encode()).hex()


def _lock(id: uuid.UUID, new: bool) -> _Opened:
    row = Row.objects.select_for_update().filter(pk=id).values_list("id", flat=True).first()
    if row is None:
        told = "没有这张督办单，或您无权查看。"
        require(new, "no-such-order", told, next="请从督办列表重新进入。", kind=Kind.FORBIDDEN)
        return _Opened(Order(str(id)), new=True)
    return _Opened(replayed([id])[id])


def replayed(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Order]:
    """Orders as their streams tell them. One statement."""
    out = {id: Order(str(id)) for id in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "select substring(stream from 7)::uuid, kind, body, actor, occurred_at from ledger_entry"
            " where stream = any(%s) order by stream, seq",
            [[f"order/{id}" for id in out]],
        )
        for id, kind, body, actor, at in cursor.fetchall():
            out[id] = evolve(out[id], codec.load(kind, json.loads(body)), actor, at)
    return out


def _private(command: Any, id: uuid.UUID) -> tuple[core.Command, vault.Lodged | None]:
    """The command with its text as a reference, and the row of the vault it refers to. Raises Refused(input)."""
    rule = core.ACTS[type(command)]
    if not rule.text:
        return command, None
    label = rule.text
    try:
        text = clean(command.text, lines=True)
    except ValueError as error:
        raise Refused("bad-text", f"“{label}”：{error}", kind=Kind.INPUT, field="text") from error
    require(text or not rule.needs_text, "no-text", f"请填写“{label}”。", kind=Kind.INPUT, field="text")
    told = f"“{label}”最多{LONGEST}个字，现有{len(text)}个。"
    require(len(text) <= LONGEST, "long-text", told, next="请缩短后重新提交。", kind=Kind.INPUT, field="text")
    if not text:
        return replace(command, text=""), None
    lodged = vault.seal_up(f"order/{id}", {"text": text})
    return replace(command, text=lodged.ref("text")), lodged


def _facts(actor: Actor, command: core.Command | None = None, order: Order | None = None) -> core.Facts:
    moment = now()
    holders: frozenset[str] = frozenset()
    if isinstance(command, core.Assign) and order is not None:
        holders = frozenset(colleagues(order.department, local_day(moment)))
    limits = of_house(ORDERS)
    risky = _risky({order.person} if order else (), local_day(moment))
    return core.Facts(moment, calendar(), actor, limits, lambda division: _serial(division, moment), holders, risky)


def _risky(persons: Iterable[str], day: date) -> Callable[[], frozenset[tuple[str, str]]]:
    """Who of them holds a post of high risk where: asked once, when it matters."""
    return cache(lambda: high_risk(persons, day))


def facts_for(actor: Actor) -> core.Facts:
    """What a page needs to know which acts are open to its reader. Three statements."""
    return _facts(actor)


def _serial(division: str, moment: datetime) -> str:
    """The next 监察编号 of a division's day: division, day, number; at most 20 characters (GB/T 39046 table 11)."""
    day = local_day(moment)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into supervision_ordernumber as n (division, day, last) values (%s, %s, 1)"
            " on conflict (division, day) do update set last = n.last + 1 returning last",
            [division, day],
        )
        return f"{division}{day:%Y%m%d}{cursor.fetchone()[0]:04d}"


def _write(opened: Sequence[_Opened], after: Sequence[Order], facts: core.Facts, actor: Actor, command_id: str) -> None:
    """Append what happened and bring the rows up to date; an order nothing happened to has its dates reckoned anew."""
    acts = []
    for found in opened:
        for one in found.dated:
            kind, body = codec.dump(one.event)
            who = SYSTEM if one.at else actor
            command = "" if one.at else command_id
            acts.append(Act(f"order/{found.order.id}", kind, body, who, one.at or facts.now, command))
    last = record_acts(acts) if acts else {}
    moved = [order for order in after if f"order/{order.id}" in last]
    rows = [Row(id=uuid.UUID(one.id), seq=last[f"order/{one.id}"], **row(one, facts)) for one in moved]
    Row.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=_COLUMNS)
    for order in after:
        if f"order/{order.id}" not in last:
            reckoned = row(order, facts)
            Row.objects.filter(pk=order.id).update(**{name: reckoned[name] for name in RECKONED})


def row(order: Order, facts: core.Facts) -> dict[str, Any]:
    """The row of an order, without its id and seq."""
    last = core.due(order, facts)
    return {
        "stage": order.stage.value,
        "origin": order.origin.value,
        "level": order.level.value,
        "division": order.division,
        "department": order.department,
        "person": order.person,
        "rule": order.rule,
        "finding": uuid.UUID(order.finding) if order.finding else None,
        "case_id": order.case,
        "item": order.item,
        "number": order.number,
        "serial": order.serial,
        "reach": order.reach,
        "due_on": last[0] if last else None,
        "wake_at": core.next_moment(order, facts),
        "opened_at": order.drafted_at,
        "issued_at": order.issued_at,
        "moved_at": order.moved_at,
        "closed_at": order.closed_at,
    }


# --- findings ---------------------------------------------------------------------------------------------------------


def content_of(finding: Finding) -> str:
    """What a card says unless its supervisor says it better: what was found, on what ground, what is asked."""
    rule = BY_CODE[finding.rule]
    ground = f"依据：{POLICY}{rule.clause}；{rule.basis}。"
    if rule.sign:
        return f"{sentence(finding)}{ground}这是需要核实的迹象，请查明情况，确有问题的及时纠正。"
    return f"{sentence(finding)}{ground}请查明原因，立即纠正，并在期限内反馈整改情况。"


def follow(moves: Sequence[tuple[str, Finding]]) -> None:
    """Cards follow their findings: found → a card that waits to be sent, or a reminder at once for what is only a
    sign; restated → it says the same, and grows graver; withdrawn → revoked on record.

    In the transaction of the caller, who judges alone. No statement for findings that nothing happened to.
    """
    if not moves:
        return
    facts = _facts(SYSTEM)
    facts = replace(facts, high_risk=_risky({finding.person for _, finding in moves}, facts.today))
    wanted = [finding.id for _, finding in moves]
    open_rows = Row.objects.select_for_update().filter(finding__in=wanted).exclude(stage__in=GONE)
    known = dict(open_rows.order_by("id").values_list("finding", "id"))
    streams = replayed(known.values()) if known else {}
    officers = frozenset(names_of({finding.person for _, finding in moves}))
    turns = dict(Row.objects.filter(finding__in=wanted).values_list("finding").annotate(Count("id")))
    opened, after = [], []
    for kind, finding in moves:
        if id := known.get(finding.id):
            found = _Opened(streams[id])
        elif kind == "found":
            id = uuid.uuid5(_SPACE, f"{finding.id}/{turns.get(finding.id, 0)}")
            found = _Opened(Order(str(id)), new=True)
        else:
            continue
        order, found.dated = core.decide(found.order, _moved(kind, finding, found.new, officers), facts)
        if found.dated:
            opened.append(found)
            after.append(order)
    _write(opened, after, facts, SYSTEM, "")


def _moved(kind: str, finding: Finding, new: bool, officers: frozenset[str]) -> core.Command:
    """What a finding's move asks of its order. Who is no officer is never supervised: an applicant, a client."""
    if kind == "withdrawn":
        return core.GroundGone()
    person = finding.person if finding.person in officers else ""
    if new:
        return _drafted(finding, person)
    level = "reminder" if BY_CODE[finding.rule].sign else finding.level
    return core.Follow(level, finding.department, person)


def _drafted(finding: Finding, person: str) -> core.Draft:
    sign = BY_CODE[finding.rule].sign
    draft = Drafted(
        origin="finding",
        level="reminder" if sign else finding.level,
        division=finding.division,
        department=finding.department,
        person=person,
        rule=finding.rule,
        finding=str(finding.id),
        case=finding.case_id,
        item=finding.item,
        number=finding.number,
    )
    return core.Draft(draft, send=sign, text=content_of(finding) if sign else "")


def backfill(most: int = BACKFILL) -> int:
    """Cards for open findings that never had one: those found before there were cards. Answers how many."""
    none = ~Exists(Row.objects.filter(finding=OuterRef("id")))
    with transaction.atomic():
        missing = list(Finding.objects.select_for_update().filter(none, open=True).order_by("id")[:most])
        follow([("found", finding) for finding in missing])
    return len(missing)
