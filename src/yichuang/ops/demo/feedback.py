"""What the people of the demo city say of how they were served (3.5i): ratings of cases that have ended, one of them
bad and answered, one bad and waiting, and a complaint that the office has taken up.
"""

from __future__ import annotations

import uuid
from itertools import cycle
from typing import Any

from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.feedback.declared import COMPLAINT, RATING
from yichuang.feedback.models import Rating
from yichuang.feedback.queries import list_served
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.ops.demo.listing import CITY
from yichuang.ops.demo.revising import find_actor
from yichuang.people.models import Account
from yichuang.people.queries import actor_of_applicant

PEOPLE = ("lisi", "zhangsan")
MOST = 6  # cases that each of them rates
WORDS = {"very_satisfied": "", "satisfied": "窗口讲得清楚。", "dissatisfied": "指南没有写清图纸怎样画，多改了一次。"}


def rate_cases() -> None:
    """Once. Where nobody's case has ended, nothing is rated."""
    if Rating.objects.exists():
        return
    levels = cycle(("satisfied", "dissatisfied", "very_satisfied", "very_satisfied", "satisfied", "dissatisfied"))
    bad = []
    for username in PEOPLE:
        actor = actor_of_applicant(Account.objects.get(username=username), local_day(now()))
        for served in list_served(actor, unrated=True)[:MOST]:
            level = next(levels)
            id = _do(RATING, "rate", actor, {"case": served.case, "level": level, "words": WORDS[level]})
            bad += [(id, served.department)] if level == "dissatisfied" else []
        _complain(actor)
    for id, department in bad[:1]:
        reviewer = find_actor(department, "reviewer")
        _do(RATING, "contact", reviewer, {"way": "phone", "reached": "yes", "note": "图纸的要求写得太简略。"}, id)
        _do(RATING, "cure", reviewer, {"answer": "已经在办事指南里补充了图纸的画法和样图。"}, id)


def _complain(actor: Actor) -> None:
    """About the last case of theirs, when there is one."""
    for served in list_served(actor)[:1]:
        words = "电话里说三天后答复，过了一周没有人联系我。"
        id = _do(COMPLAINT, "file", actor, {"case": served.case, "kind": "speed", "words": words})
        if served.division == CITY:
            _do(COMPLAINT, "accept", find_actor(f"{CITY}/zwb", "office"), {}, id)


def _do(
    aggregate: Aggregate[Any, Any], act: str, actor: Actor, data: dict[str, Any], id: uuid.UUID | None = None
) -> uuid.UUID:
    id = id or uuid.uuid4()
    prepared = prepare_command(aggregate.life.acts.by_name[act], data, subject=aggregate.stream(id))
    perform(aggregate, id, prepared, actor, command_id=uuid.uuid4())
    return id
