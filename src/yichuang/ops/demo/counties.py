"""What the demo city's counties do with the city's base (3.2b, 3.2c): a change of one item that one county followed in
time and the other has not handed in by its day, a change of the food licence that one has followed and the other has
not begun, and a proposal of the city's department. The deviation comes with the standards.
"""

from __future__ import annotations

import uuid
from typing import Any

from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.catalog.consistency.declared import PROPOSAL
from yichuang.catalog.consistency.following import follow_base
from yichuang.catalog.models import Proposal, Revision
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.ops.demo.listing import CITY
from yichuang.ops.demo.revising import FOOD, HOTEL, approve_revision, change_standard, find_actor, sign_revision

FOLLOWS, WATER = "410122", "ZZ-020"


def fall_behind() -> None:
    """The change that one county never hands in: made when the city begins, so that it is late when the demo is looked
    at, and that every case of the history is filed under the version in force.
    """
    change_standard(HOTEL, local_day(now()))
    _follow(HOTEL)


def follow_city() -> None:
    """Once."""
    if Proposal.objects.exists():
        return
    _follow(FOOD)
    words = "新郑市承诺3个工作日，请对照市级1个工作日研究压减，列出压减的时间安排。"
    data = {"target": f"410184:{WATER}", "attribute": "limits", "words": words}
    _propose(find_actor(f"{CITY}/csglj", "reviewer"), data)


def _follow(item: str) -> None:
    """Every county has the city's last change to make; one makes it for the same day."""
    made = Revision.objects.filter(division=CITY, item=item).exclude(key="").latest("version")
    if made.effective_on:
        follow_base(made.key)
        for revision in Revision.objects.filter(division=FOLLOWS, follows=made.key):
            sign_revision(revision.pk)
            approve_revision(revision.pk, made.effective_on)


def _propose(actor: Actor, data: dict[str, Any]) -> None:
    id = uuid.uuid4()
    prepared = prepare_command(PROPOSAL.life.acts.by_name["propose"], data, subject=PROPOSAL.stream(id))
    perform(PROPOSAL, id, prepared, actor, command_id=uuid.uuid4())
