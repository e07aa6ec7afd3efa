"""Excusing (4.1b): a finding that people took back stays on record and counts no more.

Its card says who did it and why. However often the rule hits again, what was excused is not found anew.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now, record
from yichuang.supervision.models import Finding

# Why a finding is excused: its appeal was upheld, its card was taken back, or it was never sent
CAUSES = {"appeal": "申诉成立", "decision": "撤牌", "dismissed": "不予发牌"}


def excuse_finding(id: Any, cause: str, reason: str, order: str, actor: Actor) -> bool:
    """Take an open finding off the counts; False when it is not open. `reason` is the vault reference of what the
    order says. Two statements and the entry.
    """
    with transaction.atomic():
        finding = Finding.objects.select_for_update().filter(pk=id, open=True).first()
        if finding is None:
            return False
        finding.open, finding.excused, finding.withdrawn_at = False, cause, now()
        finding.save()
        record(f"finding/{id}", "excused", {"cause": cause, "reason": reason, "order": order}, actor)
        return True
