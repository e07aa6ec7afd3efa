"""Two officers on one standard at the same moment: one revision begins, and nothing that was saved is lost (3.2d)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.db.catalog.test_revising import FOOD, ID, do
from tests.db.desk.test_at_once import at_once
from tests.db.desk.test_at_once import city as city
from tests.db.world import City
from yichuang.aggregates.door import read_lives
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.drafting.merge import marks_of
from yichuang.catalog.models import Manuscript, Revision, Submission
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript
from yichuang.ledger.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)


def save(actor: Actor, opened: dict[str, Any], **changes: Any) -> Any:
    """What a page that was opened then sends now; the code of its refusal."""
    try:
        return save_manuscript(actor, ID, {**opened, **changes}, marks_of(opened)).content
    except Refused as refused:
        return refused.code


def test_of_two_that_begin_one_is_told_of_the_other(city: City) -> None:
    def begin(id: uuid.UUID, actor: Actor) -> str:
        try:
            do(id, "begin", actor, item=FOOD)
        except Refused as refused:
            return refused.code
        return "begun"

    other = uuid.UUID(int=15)
    answers = at_once(lambda: begin(ID, city.reviewer), lambda: begin(other, city.reviewer2))
    assert sorted(answers) == ["begun", "revision-open"]
    assert Revision.objects.count() == Manuscript.objects.count() == 1


def test_two_that_save_keep_both_changes(city: City) -> None:
    do(ID, "begin", city.reviewer, item=FOOD)
    opened = read_manuscript(city.reviewer, ID)
    assert opened is not None
    at_once(
        lambda: save(city.reviewer, opened.content, keywords=["开店", "卖饭", "餐馆", "食堂"]),
        lambda: save(city.reviewer2, opened.content, visits=0),
    )
    kept = Manuscript.objects.get()
    assert (kept.content["keywords"][0], kept.content["visits"], kept.counter) == ("开店", 0, 3)
    assert set(kept.editors) == {city.reviewer.person, city.reviewer2.person}


def test_what_is_saved_while_it_is_submitted_is_in_it_or_refused(city: City) -> None:
    do(ID, "begin", city.reviewer, item=FOOD)
    opened = read_manuscript(city.reviewer, ID)
    assert opened is not None
    _, answer = at_once(
        lambda: do(ID, "submit", city.reviewer),
        lambda: save(city.reviewer2, opened.content, keywords=["开店", "卖饭", "餐馆", "食堂"]),
    )
    state = read_lives(REVISION, [ID])[ID].state
    submitted = Submission.objects.get(digest=state.submitted).content
    if answer == "not-drafting":
        assert "卖饭" not in submitted and Manuscript.objects.get().counter == 1
    else:
        assert "卖饭" in submitted and city.reviewer2.person in state.hands
