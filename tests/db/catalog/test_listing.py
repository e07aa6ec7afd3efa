"""The list of items in the database: founding, older stores, what pages cost, and drafts of an item that has ended."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.db.counting import counted
from tests.db.world import City
from yichuang.aggregates.door import perform, tick
from yichuang.aggregates.models import Scope
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.rebuild import rebuild
from yichuang.aggregates.refusal import Refused
from yichuang.catalog import queries, search
from yichuang.catalog.document import write_document
from yichuang.catalog.intake import examine_draft
from yichuang.catalog.listing.acts import ACTS
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.listing.queries import count_over_time, is_list_moved
from yichuang.catalog.listing.service import found_missing
from yichuang.catalog.models import Item, ListMove
from yichuang.catalog.service import publish, put_in_force
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.models import Entry
from yichuang.org.models import Department

PAPER = {"issuer": "国务院", "number": "国发〔2018〕9号", "day": date(2018, 2, 1)}


def move(item: Item, act: str, city: City, **data: Any) -> None:
    office = replace(city.head, post_kind="office", source="simulated")
    prepared = prepare_command(ACTS.by_name[act], data, subject=ITEM.stream(item.pk))
    perform(ITEM, item.pk, prepared, office, command_id=uuid.uuid4())


@pytest.fixture
def item(city: City) -> Item:
    return Item.objects.get(division="410100", code=city.standard.item)


@pytest.fixture(autouse=True)
def _rebuilt(city: City) -> object:
    """Whatever a test does, the tables say what the streams say."""
    yield
    assert rebuild(ITEM).differences == []


def test_a_store_of_before_gets_its_first_list_once(city: City, item: Item) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")  # as if nothing had ever been listed
        Item.objects.all().delete()
        ListMove.objects.all().delete()
        for table in (Entry, Scope):
            table._default_manager.filter(stream=ITEM.stream(item.pk)).delete()
        cursor.execute("set local session_replication_role = origin")
    assert (found_missing(), found_missing()) == (1, 0)
    assert Item.objects.get().name == city.standard.name


def test_a_standard_says_what_the_list_says(city: City, item: Item) -> None:
    with pytest.raises(Refused) as refused:
        publish(replace(city.standard, version=2, name="食品许可"), SYSTEM)
    assert refused.value.code == "list-differs"
    put_in_force(replace(city.standard, version=2), SYSTEM)
    assert count_over_time("410100")[-1][1] == 1


def test_nothing_offers_an_item_from_its_day_on(city: City, item: Item) -> None:
    city.at("2018-03-12 09:30")
    move(item, "cancel", city, **PAPER, on=date(2018, 4, 1), transition="finish")
    for moment, there in (("2018-03-31 23:59", True), ("2018-04-01 00:00", False)):
        city.at(moment)
        assert bool(queries.current_key("410100", item.code)) is there
        assert bool(search.list_entries("410100")) is bool(search.search("410100", "食品经营")) is there
        assert queries.list_current("410100").exists() is there
        assert bool(search.list_divisions()) is there
        answer = Client().get(f"/items/410100/{item.code}")
        assert answer.status_code == (200 if there else 410)
    assert "国发〔2018〕9号" in answer.content.decode()
    assert Client().get(f"/items/410100/{item.code}/blank").status_code == 409
    with pytest.raises(Refused) as refused:
        publish(replace(city.standard, version=2), SYSTEM)
    assert refused.value.code == "item-ended"
    tick(ITEM, item.pk, SYSTEM)
    ended = ListMove.objects.get(kind="ended")
    assert (ended.change, "国发〔2018〕9号" in ended.source) == (-1, True), "each move names its document"
    assert any("退出清单" in fault for fault in examine_draft(write_document(replace(city.standard, version=2))).faults)


def test_what_took_it_in_is_named_and_its_guide_linked_where_there_is_one(city: City, item: Item) -> None:
    city.at("2018-03-12 09:30")
    move(Item(pk=uuid.uuid4()), "add", city, code="N1", name="餐饮服务许可", department="410100/scjg", ground="law",
         article="第一条", **PAPER)  # fmt: skip
    move(item, "merge", city, **PAPER, on=date(2018, 4, 1), transition="finish", into="N1")
    city.at("2018-04-01 09:00")
    page = Client().get(f"/items/410100/{item.code}").content.decode()
    assert "并入“餐饮服务许可”" in page and "请改为申请“餐饮服务许可”" in page
    assert "/items/410100/N1" not in page, "it has no standard yet"


def test_a_moved_and_renamed_item_is_what_its_ledger_says_at_every_move(city: City, item: Item) -> None:
    """Rows of the public ledger say what held then: who looks later does not take the later name for a change."""
    name = city.standard.name
    Department.objects.get_or_create(
        id="410100/gaj",
        defaults={"division_id": "410100", "code": "gaj", "name": "市公安局", "short": "公安", "kind": "1"},
    )
    move(item, "rename", city, name="食品销售许可", **PAPER)
    move(item, "move", city, department="410100/gaj", **PAPER)
    rows = ListMove.objects.filter(code=item.code).order_by("seq").values_list("name", "department")
    assert list(rows) == [
        (name, item.department), ("食品销售许可", item.department), ("食品销售许可", "410100/gaj")
    ]  # fmt: skip


def test_what_the_pages_of_the_list_cost(city: City, item: Item) -> None:
    for n in range(30):
        move(Item(pk=uuid.uuid4()), "add", city, code=f"N{n}", name=f"新许可{n}", department="410100/scjg",
             ground="law", article="第一条", **PAPER)  # fmt: skip
    with counted() as sent:
        page = Client().get("/list?at=410100").content.decode()
    assert len(sent) <= 12, sent
    assert "列入清单的审批事项<strong>31</strong>项" in page and "首批清单1项" in page


@pytest.mark.parametrize("page", ["/once", "/ratios"])
def test_what_pages_of_counts_cost(city: City, item: Item, page: str) -> None:
    Client().get(page)
    with counted() as sent:
        assert Client().get(f"{page}?at=410100").status_code == 200
    assert len(sent) <= 6, sent


def test_a_confirmation_closes_no_first_list(city: City, item: Item) -> None:
    """What the office confirms is no move of the list: its founding goes on."""
    city.at("2018-03-12 09:30")
    move(item, "confirm_once", city)
    assert not is_list_moved("410100")
    move(item, "cancel", city, **PAPER, on=date(2018, 4, 1), transition="finish")
    assert is_list_moved("410100")


def test_who_is_no_office_moves_nothing(city: City, item: Item) -> None:
    actors: list[Actor] = [city.window, city.head, city.citizen]
    for actor in actors:
        prepared = prepare_command(ACTS.by_name["keep"], {"reason": "撤回"}, subject=ITEM.stream(item.pk))
        with pytest.raises(Refused) as refused:
            perform(ITEM, item.pk, prepared, actor, command_id=uuid.uuid4())
        assert refused.value.code == "not-office"
