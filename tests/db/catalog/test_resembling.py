"""A standard like that of a cancelled item waits for the office's written judgement (3.1b.3)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest

from tests.db.catalog.test_listing import PAPER, move
from tests.db.catalog.test_revising import ID, do, office_of
from tests.db.counting import counted
from tests.db.world import City
from yichuang.aggregates.door import facts_of, read_lives
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.settings import set_parameter
from yichuang.catalog.drafting.content import content_of
from yichuang.catalog.drafting.merge import marks_of
from yichuang.catalog.listing.queries import read_standing
from yichuang.catalog.models import Item
from yichuang.catalog.parameters import RESEMBLANCE, find_share
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript
from yichuang.ledger.actor import SYSTEM


@pytest.fixture
def copied(city: City) -> City:
    """The food licence is cancelled, and its standard handed in again for an item of another name."""
    city.at("2018-03-12 09:30")
    item = Item.objects.get(division="410100", code=city.standard.item)
    move(item, "cancel", city, **PAPER, on=date(2018, 3, 20), transition="finish")
    city.at("2018-03-20 09:00")
    listed = {"code": "N1", "name": "万象评估", "department": "410100/scjg", "ground": "law", "article": "第一条"}
    move(Item(pk=uuid.uuid4()), "add", city, **listed, **PAPER)
    do(ID, "begin", city.reviewer, item="N1")
    draft = read_manuscript(city.reviewer, ID)
    assert draft
    save_manuscript(city.reviewer, ID, content_of(city.standard), marks_of(draft.content))
    do(ID, "submit", city.reviewer)
    do(ID, "sign", city.head)
    return city


def test_the_question_names_both_sides_and_no_approval_comes_before_its_answer(copied: City) -> None:
    work = facts_of(REVISION, read_lives(REVISION, [ID])[ID], SYSTEM).work()
    asked = next(question for question in work.questions if question.code == "r-ZZ-001")
    assert "食品经营许可" in asked.words and "国发〔2018〕9号" in asked.words and "100%" in asked.words
    others = [question for question in work.questions if question is not asked]
    for question in others:
        do(ID, "judge", office_of(copied), question=question.code, answer="已经核对。")
    with pytest.raises(Refused) as refused:
        do(ID, "approve", office_of(copied), on=date(2018, 3, 20))
    assert refused.value.code == "questions-open"
    do(ID, "judge", office_of(copied), question=asked.code, answer="评估对象是大型商超，不是开业的条件。")
    do(ID, "approve", office_of(copied), on=date(2018, 3, 20))


def test_what_is_read_of_ended_items(copied: City) -> None:
    with counted() as sent:
        (ended,) = read_standing("410100", "ZZ-001", date(2018, 3, 20)).ended
    assert len(sent) <= 3, sent
    with counted() as sent:
        read_standing("410100", "ZZ-001", date(2018, 3, 20))
    assert len(sent) == 1, sent
    assert ended.standard == copied.standard and "国发〔2018〕9号" in ended.ended_by


def test_the_share_is_set_by_the_administrator(city: City) -> None:
    city.at("2018-03-12 09:30")
    assert find_share() == 50
    with pytest.raises(Refused):
        set_parameter(RESEMBLANCE, "share", 10, replace(city.head, post_kind="sysadmin"))
    set_parameter(RESEMBLANCE, "share", 60, replace(city.head, post_kind="sysadmin"), reason="提示太多")
    assert find_share() == 60
