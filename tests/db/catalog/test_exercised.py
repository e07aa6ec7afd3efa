"""What a county's department that no longer exercises an item, or was only now given it, has to do (3.2b, 3.2c)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from tests.db.catalog.test_consistency import (
    COUNTY,
    FOOD,
    PAPER,
    differ,
    do,
    explain,
    follow,
    found_county,
    officer,
    publish_next,
)
from tests.db.world import City
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.consistency.declared import DEVIATION, PROPOSAL
from yichuang.catalog.consistency.exercised import list_exercised
from yichuang.catalog.consistency.tasks import list_county_tasks
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.models import Item, Revision
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.service import publish
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import SYSTEM


@pytest.fixture
def county(city: City) -> Standard:
    city.at("2018-03-12 09:30")
    return found_county(city)


GONE: list[tuple[str, str, dict[str, Any]]] = [
    (COUNTY, "cancel", {"on": date(2018, 3, 13), "transition": "finish"}),
    ("410100", "share", {"counties": ()}),
]


@pytest.mark.parametrize(("division", "act", "data"), GONE)
def test_what_a_department_no_longer_exercises_it_need_not_follow(
    city: City, county: Standard, division: str, act: str, data: dict[str, Any]
) -> None:
    publish(county, SYSTEM)
    revision = follow(city, publish_next(city, 8))
    item = Item.objects.get(division=division, code=FOOD)
    do(ITEM, item.pk, act, officer(city, "office", division, "zwb"), **data, **PAPER)
    city.at("2018-03-13 09:00")
    assert [task for task in list_county_tasks() if task.kind == "follow"] == []
    do(REVISION, revision.pk, "withdraw", officer(city, "reviewer"), reason="本部门不再实施。")
    assert Revision.objects.get(pk=revision.pk).stage == "withdrawn"


def test_what_was_moved_or_renamed_before_that_was_refused_binds_nobody(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    revision = follow(city, publish_next(city, 8))
    exercised = list_exercised(date(2018, 3, 12), FOOD)
    assert exercised.has(revision)
    for name, value in (("department", f"{COUNTY}/zwb"), ("name", "食品生产经营许可"), ("division", "410122")):
        setattr(revision, name, value)
        assert not exercised.has(revision), name
        revision.refresh_from_db()


def test_a_department_that_is_given_an_item_has_its_own_days(city: City, county: Standard) -> None:
    differ(county)
    city.at("2018-04-09 09:00")
    item = Item.objects.get(division=COUNTY, code=FOOD)
    moved = {"department": f"{COUNTY}/zwb"}
    do(ITEM, item.pk, "move", officer(city, "office", department="zwb"), **moved, **PAPER)
    (task,) = list_county_tasks()
    assert (task.department, task.opened_on) == (f"{COUNTY}/zwb", date(2018, 4, 9))


def test_what_was_explained_and_proposed_goes_with_the_item_to_its_new_department(city: City, county: Standard) -> None:
    differ(county)
    deviation, proposed = explain(city), uuid.uuid4()
    sent = {"target": f"{COUNTY}:{FOOD}", "attribute": "limits", "words": "请压减承诺时限。"}
    do(PROPOSAL, proposed, "propose", city.reviewer, **sent)
    item, new = Item.objects.get(division=COUNTY, code=FOOD), f"{COUNTY}/zwb"
    do(ITEM, item.pk, "move", officer(city, "office", department="zwb"), department=new, **PAPER)
    before, after = officer(city, "head"), officer(city, "head", department="zwb")
    for aggregate, id, act, data in (
        (DEVIATION, deviation, "withdraw", {"reason": "改按市级基准。"}),
        (PROPOSAL, proposed, "decline", {"answer": "本地核查须会同街道办。"}),
    ):
        assert aggregate.find(before, id) is None, "it is no longer theirs"
        with pytest.raises(Refused):
            do(aggregate, id, act, before, **data)
        assert aggregate.find(after, id) is not None
        do(aggregate, id, act, after, **data)
        assert rebuild(aggregate).differences == []
