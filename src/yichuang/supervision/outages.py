"""停运: days on which the system stood still, set and cancelled by the system administrator, on record.

What fell due on such a day and was made up for by the first working day after it is no finding (`rules.timing`); what
had been found is withdrawn in one act. Limits do not move, and nobody's rights change.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.kernel.localtime import local_day
from yichuang.kernel.text import clean
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record
from yichuang.supervision.models import Outage
from yichuang.supervision.rights import OUTAGES

LONGEST = 200  # characters of a reason
MOST_DAYS = 60


def weighed(first: date, last: date, reason: str) -> str:
    """The reason as it is kept, when such an outage can be recorded. Raises Refused."""
    today = local_day(now())
    message = f"停运应当已经结束，最多{MOST_DAYS}天，首日不晚于末日。"
    good = first <= last <= today and (last - first).days < MOST_DAYS
    require(good, "bad-days", message, next="请改正日期。", kind=Kind.INPUT, field="last_day")
    require(len(reason) <= LONGEST, "long-reason", f"原因最多{LONGEST}个字。", kind=Kind.INPUT, field="reason")
    try:
        kept = clean(reason)
    except ValueError as fault:
        raise Refused("bad-reason", f"原因：{fault}", kind=Kind.INPUT, field="reason") from fault
    require(kept, "no-reason", "请写明停运的原因和经过。", kind=Kind.INPUT, field="reason")
    return kept


def list_outages() -> list[Outage]:
    """Every outage, the latest first."""
    return list(Outage.objects.order_by("-first_day", "-id"))


@transaction.atomic
def record_outage(first: date, last: date, reason: str, actor: Actor) -> Outage:
    """Record an outage that is over. Raises Refused."""
    OUTAGES.demand(actor)
    kept = weighed(first, last, reason)
    row = Outage.objects.create(first_day=first, last_day=last, reason=kept, set_at=now(), set_by=actor.person)
    body = {"first_day": first.isoformat(), "last_day": last.isoformat(), "cause": kept}
    record(f"outage/{row.pk}", "outage_recorded", body, actor)
    return row


@transaction.atomic
def cancel_outage(id: int, actor: Actor) -> Outage:
    """Take back an outage that was none: what it excused is found again. Raises Refused."""
    OUTAGES.demand(actor)
    row = Outage.objects.select_for_update().filter(pk=id).first()
    require(row, "unknown", "没有这次停运。", kind=Kind.INPUT)
    assert row is not None
    require(row.cancelled_at is None, "cancelled", "这次停运已经取消。", kind=Kind.STALE, next="请刷新页面。")
    record(f"outage/{row.pk}", "outage_cancelled", {}, actor)
    row.cancelled_at = now()
    row.save(update_fields=["cancelled_at"])
    return row
