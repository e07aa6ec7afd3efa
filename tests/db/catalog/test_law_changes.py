"""What changes of laws ask of versions that wait for their day, and of items that are moved or have ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.db.catalog.test_laws import AMENDED, _rebuilt, do, version
from tests.db.catalog.test_listing import PAPER, move
from tests.db.world import City
from yichuang.catalog.laws.queries import list_citing, list_open_tasks, sql_tasks
from yichuang.catalog.laws.service import follow_publication
from yichuang.catalog.models import Item, LawTask
from yichuang.catalog.queries import standard
from yichuang.catalog.service import complete_change, put_in_force
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.fast import run
from yichuang.org.models import Department

__all__ = ["_rebuilt"]
ON, RULES = date(2018, 3, 26), "示范条例"


def register(city: City) -> None:
    """A law that only the next version cites."""
    do(city, "register", RULES, title=RULES, rank="local_reg", issuer="示范市人大常委会", number="",
       publication="published", place="公报2018年第1号", label="2018", since=date(2018, 3, 1))  # fmt: skip


def approve_next(city: City) -> str:
    """The next version, approved now and in force later, rests its first condition on that law. Its key."""
    register(city)
    return put_in_force(version(city, 2, f"{RULES}（2018）"), SYSTEM, first_day=ON).key


def come_into_force(city: City, key: str) -> None:
    city.at(f"{ON} 00:00")
    complete_change("410100", "ZZ-001")
    follow_publication(standard(key))


CHANGES: dict[str, dict[str, Any]] = {
    "hide": {"publication": "internal", "reason": "没有公布。"},
    "repeal": {"since": date(2018, 3, 10), "source": "示范市人大常委会公告第2号"},
    "amend": {"label": "2018修正", "since": date(2018, 3, 11), "changed": "35条", "source": "公告第3号"},
}


@pytest.mark.parametrize("act", CHANGES)
def test_a_change_entered_before_a_version_is_in_force_opens_its_task(city: City, act: str) -> None:
    """Also one that is said to hold since before the approval: whoever examined the version could not know of it."""
    key = approve_next(city)
    city.at("2018-03-14 09:00")
    do(city, act, RULES, **CHANGES[act])
    assert not LawTask.objects.exists(), "nothing in force cites it"
    come_into_force(city, key)
    task = LawTask.objects.get()
    assert (task.standard, task.department, task.opened_on) == (key, "410100/scjg", ON)
    assert task.lines[0] == "bases/b1"
    follow_publication(standard(key))
    assert LawTask.objects.count() == 1, "once"


def test_what_was_taken_back_before_the_day_opens_none(city: City) -> None:
    key = approve_next(city)
    city.at("2018-03-14 09:00")
    do(city, "amend", RULES, **CHANGES["amend"])
    do(city, "retract", RULES, reason="登记有误。")
    do(city, "hide", RULES, **CHANGES["hide"])
    do(city, "publish", RULES, place="公报2018年第2号")
    come_into_force(city, key)
    assert not LawTask.objects.exists()


def test_a_repeal_to_come_is_known_to_what_is_published_before_it(city: City) -> None:
    register(city)
    do(city, "repeal", RULES, since=date(2018, 6, 1), source="示范市人大常委会公告第2号")
    put_in_force(version(city, 2, f"{RULES}（2018）"), SYSTEM)
    assert LawTask.objects.get().cause == "repealed"


def test_what_cites_the_new_version_already_has_nothing_to_do(city: City) -> None:
    register(city)
    do(city, "amend", RULES, label="2018修正", since=date(2018, 3, 20), changed="35条", source="公告第3号")
    key = put_in_force(version(city, 2, f"{RULES}（2018修正）"), SYSTEM, first_day=ON).key
    come_into_force(city, key)
    assert not LawTask.objects.exists()


@pytest.fixture
def police(city: City) -> Actor:
    """The reviewer of a department to which the item is moved."""
    Department.objects.get_or_create(
        id="410100/gaj",
        defaults={"division_id": "410100", "code": "gaj", "name": "市公安局", "short": "公安", "kind": "1"},
    )
    return replace(city.reviewer, department="410100/gaj")


def listed(actor: Actor) -> tuple[int, int]:
    """How many tasks the reader's list has, and how many the number beside the navigation says."""
    sql, values = sql_tasks(actor)
    return len(list_open_tasks(actor)), int(run(sql, values).fetchone()[0])


def test_tasks_go_with_the_item_to_its_new_department(city: City, police: Actor) -> None:
    """With its days again; and what a law asks after the move is asked of the new one at once."""
    item = Item.objects.get(division="410100", code="ZZ-001")
    do(city, "amend", **AMENDED)
    assert (listed(city.reviewer), listed(police)) == ((1, 1), (0, 0))
    city.at("2018-03-26 09:30")
    move(item, "move", city, department="410100/gaj", **PAPER)
    assert (listed(city.reviewer), listed(police)) == ((0, 0), (1, 1))
    task = LawTask.objects.get()
    assert (task.opened_on, task.due_on) == (date(2018, 3, 12), date(2018, 4, 24))
    assert {citing.department for citing in list_citing(["食品安全法"])} == {"410100/gaj"}


def test_an_item_that_has_ended_asks_nothing_more(city: City) -> None:
    do(city, "amend", **AMENDED)
    Item.objects.filter(division="410100", code="ZZ-001").update(ends_on=date(2018, 3, 26))
    assert listed(city.reviewer) == (1, 1)
    city.at("2018-03-26 00:00")
    assert listed(city.reviewer) == (0, 0)
    Item.objects.filter(division="410100", code="ZZ-001").update(ends_on=None)
