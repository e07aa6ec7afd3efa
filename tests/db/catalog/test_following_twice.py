"""What becomes of days and bases when a county follows more than one change, hands in late, or gets something back."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from tests.db.catalog.test_consistency import (
    COUNTY,
    FOOD,
    PAPER,
    _rebuilt,
    county,
    differ,
    do,
    finish,
    follow,
    found_county,
    officer,
    publish_next,
    revise,
    sweep,
)
from tests.db.counting import counted
from tests.db.world import City
from yichuang.aggregates.door import facts_of, read_lives, tick
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.settings import set_parameter
from yichuang.catalog.consistency.declared import DEVIATION, list_unexplained
from yichuang.catalog.consistency.drafts import Bases, find_bases, list_standing
from yichuang.catalog.consistency.following import follow_base, follow_late
from yichuang.catalog.consistency.parameters import DAYS
from yichuang.catalog.consistency.tasks import list_county_tasks
from yichuang.catalog.drafting.content import Content
from yichuang.catalog.drafting.merge import marks_of
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.models import Item, Revision
from yichuang.catalog.queries import standard
from yichuang.catalog.reminding import remind_officers
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript
from yichuang.catalog.service import publish, put_in_force, take_back
from yichuang.catalog.standard import Standard
from yichuang.faces.listing import ITEMS, panels
from yichuang.faces.shown import Sight
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.service import now
from yichuang.org.models import Division
from yichuang.people.models import Message
from yichuang.supervision import findings
from yichuang.supervision.models import Finding

__all__ = ["_rebuilt", "county"]
ON = date(2018, 3, 26)


def office_of(city: City) -> Actor:
    return officer(city, "office", department="zwb")


def draft_of(city: City, id: uuid.UUID) -> Content:
    draft = read_manuscript(officer(city, "reviewer"), id)
    assert draft is not None
    return draft.content


def promise(city: City, id: uuid.UUID, days: int) -> None:
    """Write another promise into a draft."""
    content = draft_of(city, id)
    sent = {**content, "promised": {"value": days, "unit": "workday"}}
    save_manuscript(officer(city, "reviewer"), id, sent, marks_of(content))


def refused_on(city: City, id: uuid.UUID, on: date) -> Refused:
    with pytest.raises(Refused) as refused:
        do(REVISION, id, "approve", office_of(city), on=on)
    return refused.value


def test_what_differs_from_the_coming_base_is_explained_before_the_day_is_moved(city: City, county: Standard) -> None:
    """A version that follows the coming base is measured by it: what it changed besides needs its reason first."""
    publish(county, SYSTEM)
    revision = follow(city, publish_next(city, 8, ON))
    promise(city, revision.pk, 9)
    finish(city, revision.pk)
    refused = refused_on(city, revision.pk, date(2018, 3, 20))
    assert refused.code == "deviates-unexplained" and "由8个工作日改为9个工作日" in refused.message
    (key,) = list_unexplained(f"{COUNTY}/scjg")
    id = uuid.uuid4()
    do(DEVIATION, id, "explain", officer(city, "reviewer"), difference=key, reason="本地核查人员少。")
    do(DEVIATION, id, "remark", city.head, view="agree", text="情况属实。")
    assert refused_on(city, revision.pk, date(2018, 3, 20)).code == "before-base"
    do(REVISION, revision.pk, "approve", office_of(city), on=ON)


def test_a_draft_that_nobody_told_may_be_explained_against_both_bases(city: City, county: Standard) -> None:
    """It had the change already, so nobody told it; then it was written anew."""
    publish(county, SYSTEM)
    id = revise(city, 8)
    assert follow_base(publish_next(city, 8, ON)) == []
    do(REVISION, id, "return", office_of(city), reason="请再核对。")
    promise(city, id, 9)
    words = [found.words for found in list_unexplained(f"{COUNTY}/scjg").values()]
    assert words == ["承诺时限由8个工作日改为9个工作日", "承诺时限由5个工作日改为9个工作日"]


def test_a_second_change_forgives_no_day_and_counts_none_twice(city: City, county: Standard) -> None:
    """The first change keeps its day: one finding, which ends when the department hands its version in."""
    publish(county, SYSTEM)
    revision = follow(city, publish_next(city, 8))
    city.at("2018-04-11 01:00")
    sweep()
    late = Finding.objects.filter(rule="R-P13", open=True)
    first = late.get()
    assert follow_base(publish_next(city, 7, date(2018, 4, 11), 3)) == [revision.pk]
    sweep()
    assert late.get().pk == first.pk, "still the first one's"
    (task,) = list_county_tasks()
    assert (task.number, task.due_on, task.done_on) == (2, date(2018, 4, 10), None)
    city.at("2018-06-01 01:00")
    sweep()
    assert late.get().pk == first.pk, "one revision is one lateness"
    for act, kind in (("submit", "reviewer"), ("send_back", "head"), ("submit", "reviewer")):
        do(REVISION, revision.pk, act, officer(city, kind), **({"reason": "请再核对。"} if act == "send_back" else {}))
        sweep()
        assert late.get().pk == first.pk, "the department still has it"
    do(REVISION, revision.pk, "sign", officer(city, "head"))
    sweep()
    assert not late.exists()


def test_what_the_office_gives_back_has_its_days_again(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    revision = follow(city, publish_next(city, 8))
    finish(city, revision.pk)
    city.at("2018-04-16 09:00")
    do(REVISION, revision.pk, "return", office_of(city), reason="请再核对。")
    (task,) = list_county_tasks()
    assert (task.due_on, task.done_on) == (date(2018, 5, 15), None), "twenty working days, 劳动节 between"
    city.at("2018-05-16 01:00")
    sweep()
    assert Finding.objects.filter(rule="R-P13", open=True).count() == 1


@pytest.mark.parametrize("act", ["return", "withdraw"])
def test_a_difference_that_comes_back_after_its_day_is_not_late_at_once(city: City, county: Standard, act: str) -> None:
    differ(county, 9)
    id = revise(city, city.standard.promised.value)
    if act == "withdraw":
        do(REVISION, id, "approve", office_of(city), on=date(2018, 5, 2))
    city.at("2018-04-16 09:00")
    assert list_county_tasks() == []
    do(REVISION, id, act, office_of(city), reason="请再核对。")
    (task,) = list_county_tasks()
    assert (task.kind, task.opened_on, task.due_on) == ("deviate", date(2018, 4, 16), date(2018, 5, 15))


def test_the_days_for_a_difference_are_those_of_its_day(city: City, county: Standard) -> None:
    """A parameter that is set later makes nobody late who was in time."""
    differ(county)
    city.at("2018-03-20 09:00")
    set_parameter(DAYS, "follow", 1, replace(city.head, post_kind="sysadmin"), reason="试行。")
    (task,) = list_county_tasks()
    assert task.due_on == date(2018, 4, 10)


@pytest.fixture
def base_taken_back(city: City, county: Standard) -> object:
    """The county follows the city's second version, which the city's office withdraws before its day. Its row has no
    stream, so it goes before the streams are compared.
    """
    publish(county, SYSTEM)
    key = publish_next(city, 8, ON)
    revision = follow(city, key)
    Revision.objects.create(
        pk=uuid.uuid4(), seq=1, stage="withdrawn", division="410100", item=FOOD, name=city.standard.name,
        department="410100/scjg", version=2, base="", comments=0, key=key, since=now(), moved_at=now(),
    )  # fmt: skip
    take_back(standard(key), SYSTEM)
    yield revision
    Revision.objects.filter(division="410100").delete()


def publish_third(city: City) -> str:
    """A third version of the city's, with the limits of the first one."""
    third = replace(city.standard, version=3, valid_from=ON.isoformat(), keywords=("新词",))
    return put_in_force(third, SYSTEM, first_day=ON).key


def test_a_version_taken_back_stands_under_no_later_one(city: City, base_taken_back: Revision) -> None:
    third, second = publish_third(city), f"410100/{FOOD}/2"
    assert list_standing({second, third}) == {third}
    assert list_county_tasks() == []
    do(REVISION, base_taken_back.pk, "withdraw", officer(city, "reviewer"), reason="市级已经撤回。")


def test_the_next_change_brings_a_draft_back_from_what_was_taken_back(city: City, base_taken_back: Revision) -> None:
    assert draft_of(city, base_taken_back.pk)["promised"]["value"] == 8
    assert follow_base(publish_third(city)) == [base_taken_back.pk]
    content = draft_of(city, base_taken_back.pk)
    assert (content["promised"]["value"], content["keywords"]) == (city.standard.promised.value, ["新词"])
    (task,) = list_county_tasks()
    assert task.number == 3, "what was taken back is not owed"


def test_a_change_that_came_too_late_for_a_version_opens_the_next_one(city: City, county: Standard) -> None:
    """The office approves what follows the second version; the third, told of meanwhile, is followed anew."""
    publish(county, SYSTEM)
    revision = follow(city, publish_next(city, 8))
    finish(city, revision.pk)
    third = publish_next(city, 7, date(2018, 6, 1), 3)
    assert follow_base(third) == [revision.pk]
    do(REVISION, revision.pk, "approve", office_of(city), on=date(2018, 3, 12))
    assert Revision.objects.get(pk=revision.pk).follows == f"410100/{FOOD}/2"
    (id,) = follow_late(revision.pk)
    assert follow_late(revision.pk) == [] == follow_base(third), "once"
    assert draft_of(city, id)["promised"]["value"] == 7
    assert {task.number: task.done_on for task in list_county_tasks()} == {2: date(2018, 3, 12), 3: None}


def test_a_county_that_is_closed_follows_nothing(city: City, county: Standard) -> None:
    publish(county, SYSTEM)
    follow(city, publish_next(city, 8))
    Division.objects.filter(code=COUNTY).update(last_day=date(2018, 3, 11))
    assert list_county_tasks() == []
    assert follow_base(publish_next(city, 7, version=3)) == []


def test_a_store_of_before_learns_what_is_owed_from_its_entries(city: City, county: Standard) -> None:
    """One county is told twice while it drafts, the other the second time while its head has the version."""
    publish(county, SYSTEM)
    publish(found_county(city, "410122", "中牟县"), SYSTEM)
    key = publish_next(city, 8)
    follow_base(key)
    here, there = (Revision.objects.get(division=division) for division in (COUNTY, "410122"))
    do(REVISION, here.pk, "submit", officer(city, "reviewer"))
    follow_base(publish_next(city, 7, date(2018, 6, 1), 3))
    do(REVISION, here.pk, "send_back", officer(city, "head"), reason="请再核对。")
    assert Revision.objects.get(pk=there.pk).owes == key
    Revision.objects.update(owes="", returned_on=None, due_on=None, follows="")
    migration = import_module("yichuang.catalog.migrations.0012_owed_changes")
    migration.read_owed(apps, SimpleNamespace(connection=connection))
    assert Revision.objects.get(pk=there.pk).owes == key


def test_what_left_the_citys_list_is_no_base_any_more(city: City, county: Standard) -> None:
    """The county's revision is free, and its office approves what it likes."""
    publish(county, SYSTEM)
    revision = follow(city, publish_next(city, 8))
    id = Item.objects.get(division="410100", code=FOOD).pk
    data = {"on": date(2018, 3, 20), "transition": "finish", "rule": "", **PAPER}
    do(ITEM, id, "cancel", officer(city, "office", "410100", "zwb"), **data)
    assert len(list_county_tasks()) == 1
    assert find_bases(FOOD, date(2018, 3, 20)) == find_bases("none", date(2018, 3, 12)) == Bases()
    city.at("2018-03-20 00:00")
    tick(ITEM, id)
    assert list_county_tasks() == [] and list_unexplained(f"{COUNTY}/scjg").keys() == {f"{FOOD}:listed:extra"}
    do(REVISION, revision.pk, "withdraw", officer(city, "reviewer"), reason="市级已经取消。")


def test_a_listed_item_needs_a_standard_within_its_days(city: City, county: Standard) -> None:
    """3.2b: laid to its department; not while the office has the version, nor once the item is to leave the list."""
    id, drafter = uuid.uuid4(), replace(city.reviewer, source="simulated")
    office = officer(city, "office", "410100", "zwb")
    add = {"code": "N-1", "name": "再生水经营许可", "department": "410100/scjg", "ground": "law", "article": "第九条"}
    do(ITEM, id, "add", office, **add, **PAPER)
    (task,) = list_county_tasks()
    assert (task.kind, task.department, task.opened_on, task.due_on) == (
        "publish", "410100/scjg", date(2018, 3, 12), date(2018, 6, 6)
    ), "two of the sixty days are Saturdays and Sundays that are worked"  # fmt: skip
    for moment, number in (("2018-06-06 23:00", 0), ("2018-06-07 01:00", 1)):
        city.at(moment)
        sweep()
        assert Finding.objects.filter(rule="R-P13", open=True).count() == number, moment
        remind_officers()
        told = Message.objects.filter(account=int(city.reviewer.person[2:]), title__startswith="首版规程")
        assert list(told.order_by("id").values_list("title", flat=True)) == [
            f"首版规程{rung}" for rung in ("将要到期", "已经过期")[: number + 1]
        ], "the department is told before it is late"  # fmt: skip
    found = Finding.objects.get(rule="R-P13")
    assert findings.sentence(found) == ("事项在列而没有施行的办事规程，限60个工作日内编制报审，到期没有报请审定。")
    life = read_lives(ITEM, [id])[id]
    with counted() as sent:
        (panel,) = panels(Sight(ITEMS, id, life.state, [], (), [], facts_of(ITEM, life, office), office, None))
    assert ("办事规程", "还没有施行的，编制报审的期限是2018年6月6日（周三），已经过期") in panel.rows
    assert len(sent) <= 8, sent
    revision = uuid.uuid4()
    do(REVISION, revision, "begin", drafter, item="N-1")
    assert len(list_county_tasks()) == 1, "a draft is no standard"
    do(REVISION, revision, "withdraw", drafter, reason="再研究。")
    end = {"on": date(2018, 7, 1), "transition": "finish", "rule": "", **PAPER}
    do(ITEM, id, "cancel", office, **end)
    assert list_county_tasks() == []
