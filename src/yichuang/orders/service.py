"""Orders through the door of every life: a person's commands, and cards that follow their findings."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from yichuang.aggregates import door
from yichuang.aggregates.acts import Offer
from yichuang.aggregates.door import Outcome
from yichuang.aggregates.moments import Moment, read_moments
from yichuang.aggregates.prepare import Prepared, prepare_command
from yichuang.aggregates.refusal import Refused
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.orders.core import decide as core
from yichuang.orders.core.state import CLOSED, GONE, Drafted, Order
from yichuang.orders.declared import ORDER, risky
from yichuang.orders.models import Order as Row
from yichuang.org.queries import names_of
from yichuang.supervision.excusing import CAUSES, excuse_finding
from yichuang.supervision.findings import load_findings, sentence
from yichuang.supervision.models import Finding
from yichuang.supervision.own.known import rule_of

BACKFILL = 500  # findings given their cards in one transaction
TAKING_BACK = frozenset({"uphold", "revoke", "cancel"})
_SPACE = uuid.UUID("0d0a5d6e-97c3-4a59-9d0c-1f7c3f0f4f5b")


def perform(
    order_id: uuid.UUID | str, act: str, data: Mapping[str, Any], actor: Actor, *, command_id: uuid.UUID
) -> Outcome[Order]:
    """Carry out a person's act, by its name, on an order. The caller has seen that it exists for them. Raises
    Refused.
    """
    prepared = prepare_command(core.ACTS.by_name[act], data, subject=ORDER.stream(order_id))
    if act in TAKING_BACK:
        return _take_back(order_id, prepared, actor, command_id)
    return door.perform(ORDER, order_id, prepared, actor, command_id=command_id)


def _take_back(order_id: uuid.UUID | str, prepared: Prepared, actor: Actor, command_id: uuid.UUID) -> Outcome[Order]:
    """Take an order back and excuse its finding, in one transaction. The finding is locked first, as judging does. A
    refusal ends the transaction well, so that it stays on record.
    """
    with transaction.atomic():
        list(Finding.objects.select_for_update().filter(pk__in=Row.objects.filter(pk=order_id).values("finding")))
        try:
            outcome = door.perform(ORDER, order_id, prepared, actor, command_id=command_id)
        except Refused as error:
            refused = error
        else:
            order = outcome.state
            if order.finding and order.gone_because in CAUSES:
                excuse_finding(order.finding, order.gone_because, order.gone_reason, order.id, actor)
            return outcome
    raise refused


@dataclass(frozen=True, slots=True)
class ManyDone:
    """What became of one act on many orders: how many were done, and those refused, each with why."""

    done: int
    refused: tuple[tuple[Row, Refused], ...]


def perform_many(
    orders: Iterable[Row], act: str, data: Mapping[str, Any], actor: Actor, *, command_id: uuid.UUID
) -> ManyDone:
    """Carry out a person's act on each of these orders, each in a transaction of its own: a refused one stops no other.
    A card that is sent says what its finding says. The caller has seen that they exist for the reader.
    """
    rows = list(orders)
    loaded = load_findings(row.finding for row in rows) if act == "issue" else {}
    done, refused = 0, list[tuple[Row, Refused]]()
    for row in rows:
        given = {"text": content_of(loaded[row.finding])} if row.finding in loaded else data
        try:
            perform(row.id, act, given, actor, command_id=uuid.uuid5(command_id, f"{act}/{row.id}"))
            done += 1
        except Refused as error:
            refused.append((row, error))
    return ManyDone(done, tuple(refused))


def open_order(draft: Drafted, text: str, actor: Actor, *, command_id: uuid.UUID) -> Outcome[Order]:
    """人工发牌: send a card that no rule found. Raises Refused."""
    return perform(
        order_id_for(command_id), "open", {"draft": asdict(draft), "text": text}, actor, command_id=command_id
    )


def order_id_for(command_id: uuid.UUID) -> uuid.UUID:
    """The id of the order that an `open_order` with this command id makes: a retry finds it."""
    return uuid.uuid5(_SPACE, str(command_id))


def read_order(id: uuid.UUID, actor: Actor) -> tuple[Order, core.OrderFacts, list[Offer]]:
    """An order as passing time has made it, what its reader's acts are decided on, and those acts. Two statements."""
    life = door.read_lives(ORDER, [id])[id]
    facts = door.facts_of(ORDER, life, actor)
    order, _ = core.lapse(life.state, facts)
    return order, facts, core.list_offers(order, facts)


def read_course(id: uuid.UUID | str) -> list[Moment]:
    """What happened to an order the reader may see, oldest first, with its texts. Two statements."""
    return read_moments(ORDER, id)


# --- findings ---------------------------------------------------------------------------------------------------------


def content_of(finding: Finding) -> str:
    """What a card says unless its supervisor says it better: what was found, on what ground, what is asked."""
    rule = rule_of(finding.rule)
    ground = f"依据：{rule.ground}。"
    if rule.sign:
        return f"{sentence(finding)}{ground}这是需要核实的迹象，请查明情况，确有问题的及时纠正。"
    return f"{sentence(finding)}{ground}请查明原因，立即纠正，并在期限内反馈整改情况。"


def follow(moves: Sequence[tuple[str, Finding]]) -> None:
    """Cards follow their findings: found → a card that waits to be sent, or a reminder at once for what is only a
    sign; restated → it says the same, and grows graver; withdrawn → revoked on record. Findings of one lapse have one
    card, that of the finding which leads; when another comes to lead, the card turns to it, or goes into the card
    that the other has.

    In the transaction of the caller, who judges alone. No statement for findings that nothing happened to.
    """
    if not moves:
        return
    latest = {finding.id: finding for _, finding in moves}
    wanted = [*latest, *{finding.under for finding in latest.values() if finding.under} - latest.keys()]
    rows = list(Row.objects.filter(finding__in=wanted).order_by("opened_at").values_list("finding", "id", "stage"))
    known = {finding: id for finding, id, stage in rows if stage not in GONE}
    latest_card = {finding: id for finding, id, _ in rows}
    gone = {finding.id for kind, finding in moves if kind == "withdrawn"}
    new = {finding.id for kind, finding in moves if kind == "found"}
    parted = {finding.id for kind, finding in moves if kind == "placed" and finding.under is None}
    closed = {id for _, id, stage in rows if stage in CLOSED}
    persons = {finding.person for _, finding in moves}
    officers = frozenset(names_of(persons))
    first_ids = {finding: uuid.uuid5(_SPACE, f"{finding}/0") for finding in latest}
    taken = set(Row.objects.filter(pk__in=first_ids.values()).values_list("id", flat=True))
    commands: dict[uuid.UUID, Any] = {}
    for finding in latest.values():  # the card of one that stands under another is the other's, unless that has one
        id = known.get(finding.id)
        if id and finding.id not in gone and finding.under and id not in closed:
            del known[finding.id]
            if finding.under in known or finding.under not in latest:
                commands[id] = core.Merge(str(known.get(finding.under, latest_card.get(finding.under)) or ""))
            else:
                known[finding.under] = id
    for finding in latest.values():
        id = known.get(finding.id)
        if id:
            commands[id] = core.GroundGone() if finding.id in gone else _moved(finding, officers)
        elif finding.id in new | parted and finding.under is None:
            # its first card is gone, or has turned to another finding, and keeps its id
            first = first_ids[finding.id]
            id = uuid.uuid5(_SPACE, f"{finding.id}/{now()}") if first in taken else first
            commands[id] = _drafted(finding, officers)
    door.move(ORDER, commands, {"high_risk": risky(persons, local_day(now()))})


def _moved(finding: Finding, officers: frozenset[str]) -> core.Follow:
    """What a finding that stands asks of its card."""
    level = "reminder" if rule_of(finding.rule).sign else finding.level
    responsible = _supervised(finding, officers)
    return core.Follow(level, finding.department, responsible, str(finding.id), finding.rule)


def _drafted(finding: Finding, officers: frozenset[str]) -> core.Draft:
    """The card of a finding that has none."""
    sign = rule_of(finding.rule).sign
    draft = Drafted(
        origin="finding",
        level="reminder" if sign else finding.level,
        division=finding.division,
        department=finding.department,
        person=_supervised(finding, officers),
        rule=finding.rule,
        finding=str(finding.id),
        case=finding.case_id,
        item=finding.item,
        number=finding.number,
    )
    return core.Draft(draft, send=sign, text=content_of(finding) if sign else "")


def _supervised(finding: Finding, officers: frozenset[str]) -> str:
    """Who is responsible. Who is no officer is never supervised: an applicant, a client."""
    return finding.person if finding.person in officers else ""


def backfill(most: int = BACKFILL) -> int:
    """Cards for open findings that never had one: those found before there were cards. Answers how many."""
    none = ~Exists(Row.objects.filter(finding=OuterRef("id")))
    with transaction.atomic():
        leading = Finding.objects.filter(none, open=True, under=None)
        missing = list(leading.select_for_update().order_by("id")[:most])
        follow([("found", finding) for finding in missing])
    return len(missing)
