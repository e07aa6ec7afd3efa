"""Acts on deviations that no page asks for: those approved on paper before the platform began, and those that a
county's version brings with it when its office approves it.
"""

from __future__ import annotations

import uuid
from datetime import date

from yichuang.aggregates.door import move
from yichuang.catalog.consistency.declared import DEVIATION
from yichuang.catalog.consistency.deviation_acts import Approve, Enter
from yichuang.catalog.consistency.drafts import list_answers
from yichuang.catalog.consistency.queries import list_judged
from yichuang.catalog.loading import load_deviations
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import Actor

_SPACE = uuid.UUID("7e0f7f0e-8f55-4f0b-8a0e-0a5b0a6f3c41")


def approve_deviations(county: Standard, on: date, actor: Actor) -> int:
    """Approve the explained deviations of a version that its office approves, from its first day. In the caller's
    transaction. Raises Refused.
    """
    waiting = {row.pk for _, row in list_answers(county, on) if row and row.stage == "explained"}
    move(DEVIATION, {id: Approve() for id in waiting}, {}, actor)
    return len(waiting)


def enter_deviations(actor: Actor) -> int:
    """Enter the deviations that come approved with the packaged standards, of those that are in force and differ so.
    Returns how many; nothing the second time.
    """
    packaged = {(one.division, one.item, one.attribute): one for one in load_deviations()}
    commands = {}
    for row in list_judged():
        approved = packaged.get((row.division, row.item, row.line))
        if approved and not row.stage:
            id = uuid.uuid5(_SPACE, f"{row.division}/{row.found.key}")
            day = date.fromisoformat(approved.approved_on)
            commands[id] = Enter(row.found, approved.reason, approved.approved_by, approved.document, day)
    move(DEVIATION, commands, {}, actor)
    return len(commands)
