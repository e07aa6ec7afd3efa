"""What the demo city's counties do with the city's base (3.2b, 3.2c): a change of the food licence that one county has
followed and the other has not begun, and a proposal of the city's department. The deviation comes with the standards.
"""

from __future__ import annotations

import uuid
from typing import Any

from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.catalog.consistency.declared import PROPOSAL
from yichuang.catalog.consistency.following import follow_base
from yichuang.catalog.models import Listed, Proposal, Revision
from yichuang.ledger.actor import Actor
from yichuang.ops.demo.listing import CITY
from yichuang.ops.demo.revising import FOOD, approve_revision, find_actor, sign_revision

FOLLOWS, WATER = "410122", "ZZ-020"


def follow_city() -> None:
    """Once."""
    if Proposal.objects.exists():
        return
    listed = Listed.objects.get(division=CITY, item=FOOD)
    if listed.next_id and listed.next_from:
        follow_base(listed.next_id)
        for revision in Revision.objects.filter(division=FOLLOWS, follows=listed.next_id):
            sign_revision(revision.pk)
            approve_revision(revision.pk, listed.next_from)
    words = "新郑市承诺3个工作日，请对照市级1个工作日研究压减，列出压减的时间安排。"
    data = {"target": f"410184:{WATER}", "attribute": "limits", "words": words}
    _propose(find_actor(f"{CITY}/csglj", "reviewer"), data)


def _propose(actor: Actor, data: dict[str, Any]) -> None:
    id = uuid.uuid4()
    prepared = prepare_command(PROPOSAL.life.acts.by_name["propose"], data, subject=PROPOSAL.stream(id))
    perform(PROPOSAL, id, prepared, actor, command_id=uuid.uuid4())
