"""What the three rates leave out (4.1a: 法律法规另有规定或涉密): set and ended by the government-service office.

An exclusion counts by days: the past keeps what was left out then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.models import Listed
from yichuang.kernel.localtime import local_day
from yichuang.kernel.text import clean
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record
from yichuang.org.models import Department
from yichuang.supervision.models import Exclusion
from yichuang.supervision.rights import EXCLUSIONS

CLAUSE = "4.1a"
KINDS = {"department": "部门", "item": "事项"}
REASONS = {"law": "法律法规另有规定", "secret": "涉密"}
LONGEST = 300  # characters of a basis


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be left out: a department of the division, or an item on its list."""

    kind: str
    subject: str  # 410100/gaj, or the code of an item
    reason: str
    basis: str
    first_day: date


def of(divisions: Iterable[str]) -> QuerySet[Exclusion]:
    """The exclusions of these divisions, those in force first. The caller knows that the reader may see them."""
    return Exclusion.objects.filter(division__in=list(divisions)).order_by(
        F("last_day").desc(nulls_first=True), "division", "id"
    )


@transaction.atomic
def exclude(draft: Draft, actor: Actor) -> Exclusion:
    """Leave it out from a day on, today or later. Raises Refused."""
    EXCLUSIONS.demand(actor)
    require(draft.kind in KINDS, "bad-kind", "例外的只能是部门或事项。", kind=Kind.INPUT, field="kind")
    require(draft.reason in REASONS, "bad-reason", "请选择原因。", kind=Kind.INPUT, field="reason")
    basis = _basis(draft.basis)
    today = local_day(now())
    good = draft.first_day >= today
    require(good, "bad-day", "起始日期不能早于今天。", next="过去的三率不改。", kind=Kind.INPUT, field="first_day")
    department, item = (draft.subject, "") if draft.kind == "department" else ("", draft.subject)
    # whoever excludes the same at the same time waits here
    known = (
        Department.objects.select_for_update().filter(pk=department, division=actor.division).first()
        if department
        else Listed.objects.select_for_update().filter(division=actor.division, item=item).first()
    )
    require(known, "unknown", f"本级没有这个{KINDS[draft.kind]}。", kind=Kind.INPUT, field=draft.kind)
    same = Exclusion.objects.filter(division=actor.division, kind=draft.kind, department=department, item=item)
    require(
        not any(standing.last_day is None or standing.last_day >= draft.first_day for standing in same), "excluded",
        f"这个{KINDS[draft.kind]}已经列为例外。", clause=CLAUSE, next="请先结束原来的例外。", field=draft.kind,
    )  # fmt: skip
    moment = now()
    row = Exclusion.objects.create(
        kind=draft.kind, division=actor.division, department=department, item=item, reason=draft.reason, basis=basis,
        first_day=draft.first_day, set_at=moment, set_by=actor.person,
    )  # fmt: skip
    body = {
        "kind": row.kind,
        "division": row.division,
        "department": department,
        "item": item,
        "ground": row.reason,
        "basis": basis,
        "first_day": row.first_day.isoformat(),
    }
    record(f"exclusion/{row.pk}", "excluded", body, actor)
    return row


@transaction.atomic
def end(id: int, actor: Actor) -> Exclusion:
    """Count it again from tomorrow on; one that has not begun ends the day before it would. Raises Refused."""
    EXCLUSIONS.demand(actor)
    row = Exclusion.objects.select_for_update().filter(pk=id, division=actor.division).first()
    require(row, "unknown", "没有这个例外。", kind=Kind.INPUT)
    assert row is not None
    require(row.last_day is None, "ended", "这个例外已经结束。", kind=Kind.STALE, next="请刷新页面。")
    last = max(local_day(now()), row.first_day - timedelta(days=1))
    record(f"exclusion/{row.pk}", "counted_again", {"last_day": last.isoformat()}, actor)
    row.last_day, row.ended_by = last, actor.person
    row.save(update_fields=["last_day", "ended_by"])
    return row


def _basis(text: str) -> str:
    require(len(text) <= LONGEST, "long-basis", f"依据最多{LONGEST}个字。", kind=Kind.INPUT, field="basis")
    try:
        basis = clean(text)
    except ValueError as fault:
        raise Refused("bad-basis", f"依据：{fault}", kind=Kind.INPUT, field="basis") from fault
    message = "请写明依据：法律法规的条款，或者定密、批准的文号。"
    require(basis, "no-basis", message, clause=CLAUSE, kind=Kind.INPUT, field="basis")
    return basis
