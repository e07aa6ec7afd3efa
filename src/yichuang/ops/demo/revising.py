"""What the demo city's departments revise of their standards (3.2d): a first standard that is begun, a version that is
half written, one that waits for its head, one that the office comments on, and a second version that comes into force
in ten days.

Its officers do it through the same door as everybody; what they write is made up.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from yichuang.aggregates.door import facts_of, perform, read_lives
from yichuang.aggregates.prepare import prepare_command
from yichuang.catalog.drafting.content import Content, content_of
from yichuang.catalog.drafting.merge import marks_of
from yichuang.catalog.models import Item, Revision
from yichuang.catalog.revising.acts import ACTS
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.ops.demo.listing import CITY
from yichuang.org.models import Holding
from yichuang.org.queries import actor_at_post

FOOD, HOTEL, MEDICINE, TOBACCO, NEW = "ZZ-001", "ZZ-002", "ZZ-003", "ZZ-016", "SF-01"


def revise_standards() -> None:
    """The revisions, dated now. Once."""
    if Revision.objects.filter(division=CITY, item=NEW).exists():
        return
    _begin(CITY, NEW)
    _write(_begin(CITY, MEDICINE), _ask_for_less)
    _submit(CITY, HOTEL, _add_word)
    examined = _sign(CITY, TOBACCO, _explain_more)
    words = "在网上填写的入口在哪里，请写清楚。"
    _do(examined, "comment", find_office(CITY), line="materials/M01", text=words)
    change_standard(FOOD, local_day(now()) + timedelta(days=10))


def change_standard(item: str, on: date) -> None:
    """The city's next version of an item, which says more plainly how its first material is filled in."""
    approve_revision(_sign(CITY, item, _explain_more), on)


def examine_standard(standard: Standard) -> None:
    """The first standard of an item that the office has listed, in force today: drafted, signed and examined."""
    content = content_of(standard)
    approve_revision(_sign(standard.division, standard.item, lambda blank: content), local_day(now()))


def approve_revision(id: uuid.UUID, on: date) -> None:
    """The office answers what only a person can judge, and publishes."""
    life = read_lives(REVISION, [id])[id]
    office = find_office(life.state.division)
    for question in facts_of(REVISION, life, office).work().questions:
        _do(id, "judge", office, question=question.code, answer="已对照依据原文核对，予以保留。")
    _do(id, "approve", office, on=on, opinion="同意施行。")


def _add_word(content: Content) -> Content:
    """One more word that people search by."""
    return {**content, "keywords": [*content["keywords"], "怎么办这个证"]}


def _explain_more(content: Content) -> Content:
    """The first material says more plainly how it is filled in."""
    first, *rest = content["materials"]
    return {**content, "materials": [{**first, "how_to_fill": first["how_to_fill"] + "；可以在网上直接填写。"}, *rest]}


def _begin(division: str, code: str) -> uuid.UUID:
    id, department = uuid.uuid4(), Item.objects.get(division=division, code=code).department
    _do(id, "begin", find_actor(department, "reviewer"), item=code)
    return id


def _ask_for_less(content: Content) -> Content:
    """A second material that may come later, and a promise that is shorter than the steps take: still a draft."""
    first, second, *rest = content["materials"]
    materials = [first, {**second, "necessity": "3"}, *rest]
    return {**content, "promised": {"value": 8, "unit": "workday"}, "materials": materials}


def _submit(division: str, code: str, change: Callable[[Content], Content]) -> uuid.UUID:
    id = _begin(division, code)
    _do(id, "submit", _write(id, change))
    return id


def _write(id: uuid.UUID, change: Callable[[Content], Content]) -> Actor:
    """Save a manuscript with a change. Returns the reviewer who wrote it."""
    reviewer = find_actor(Revision.objects.get(pk=id).department, "reviewer")
    draft = read_manuscript(reviewer, id)
    assert draft is not None  # their own
    save_manuscript(reviewer, id, change(draft.content), marks_of(draft.content))
    return reviewer


def _sign(division: str, code: str, change: Callable[[Content], Content]) -> uuid.UUID:
    id = _submit(division, code, change)
    _sign_as_head(id)
    return id


def _sign_as_head(id: uuid.UUID) -> None:
    _do(id, "sign", find_actor(Revision.objects.get(pk=id).department, "head"), opinion="同意报审。")


def sign_revision(id: uuid.UUID) -> None:
    """The department hands in what it has, and its head signs."""
    _do(id, "submit", find_actor(Revision.objects.get(pk=id).department, "reviewer"))
    _sign_as_head(id)


def find_office(division: str) -> Actor:
    return find_actor(f"{division}/zwb", "office")


def find_actor(department: str, kind: str, number: int = 1) -> Actor:
    """The officer whom the demo city has at a post of a kind, the first one."""
    post = f"{department}/{kind}/{number}"
    holding = Holding.objects.select_related("officer__account").filter(post=post).earliest("first_day")
    return replace(actor_at_post(holding.officer.account, post, local_day(now())), source="simulated")


def _do(id: uuid.UUID, act: str, actor: Actor, **data: Any) -> None:
    prepared = prepare_command(ACTS.by_name[act], data, subject=REVISION.stream(id))
    perform(REVISION, id, prepared, actor, command_id=uuid.uuid4())
