"""审批事项清单 at the desk: every item can be found, page by page, and the count stays that of the whole list."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.db.counting import counted
from tests.db.desk.conftest import desk as desk
from tests.db.world import City
from yichuang.catalog.models import Item
from yichuang.ledger.service import now
from yichuang.org.models import Department

LIST = "/desk/list"
STAGES = ("listed", "listed", "ending", "ended")


def make(number: int, **changed: Any) -> None:
    plain = {
        "seq": 1, "stage": STAGES[number % 4], "division": "410100", "code": f"X-{number:03}",
        "name": f"第{number}类试验许可", "department": "410100/gaj", "ground": "founding", "part_of": "",
        "listed_on": "2018-01-01", "moved_at": now(),
    }  # fmt: skip
    Item.objects.create(id=uuid.uuid4(), **plain | changed)


@pytest.fixture
def head(city: City) -> Any:
    """120 items of another department, beside those of the city, and one of another division."""
    city.at("2018-03-12 09:30")
    uscc = city.standard.item_code[:18]
    Department.objects.create(id="410100/gaj", division_id="410100", code="gaj", name="公安局", short="公安", uscc=uscc)
    for number in range(120):
        make(number, former_names="旧名许可" if number == 4 else "", part_of="X-000" if number == 1 else "")
    make(1, division="410122", department="410122/gaj")
    return city.head


def test_pages_hold_all_of_them_in_a_few_statements(head: Any, desk: Any) -> None:
    browser, own = desk(head), Item.objects.filter(division="410100")
    counted_items = own.exclude(stage="ended").filter(part_of="").count()
    seen: list[str] = []
    for number in range(1, 4):
        with counted() as sent:
            page = browser.get(LIST, page=number).content.decode()
        assert len(sent) <= 6, sent
        assert f"在列 {counted_items} 项" in page and f"共 {own.count()} 项" in page
        shown = [f"X-{n:03}" for n in range(120) if f">X-{n:03}<" in page]
        assert len(shown) <= 50
        seen += shown
    assert len(seen) == len(set(seen)) == 120
    assert browser.get(LIST).content.decode().count("已决定退出") >= 30, "those that end soon come first"
    assert browser.get(LIST, page=99).status_code == 200


def test_search_narrows_by_item_department_and_stage(head: Any, desk: Any) -> None:
    browser = desk(head)

    def total(**query: str) -> str:
        page = browser.get(LIST, **query).content.decode()
        return page.partition('yc-pager__count">共 ')[2].partition(" 项")[0]

    every = str(Item.objects.filter(division="410100").count())
    assert total(q="第17类") == total(q="x-017") == total(q="旧名") == "1"
    assert total(department="410100/gaj") == "120" and total(department="410100/gaj", stage="ended") == "30"
    assert total(department="410122/gaj") == total(stage="<b>", page="x") == every, "what no filter offers is not asked"
    assert "没有符合条件的事项" in browser.get(LIST, q="没有这个").content.decode()
    assert "在列 " in browser.get(LIST, q="没有这个").content.decode()
