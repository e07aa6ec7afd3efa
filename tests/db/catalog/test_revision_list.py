"""规程编制 at the desk: every revision can be found, page by page, and no more than the reader may see."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.db.counting import counted
from tests.db.desk.conftest import desk as desk
from tests.db.world import City
from yichuang.aggregates.models import Scope
from yichuang.catalog.models import Revision
from yichuang.catalog.revising.declared import REVISION
from yichuang.ledger.service import now
from yichuang.org.models import Department, Holding, Officer, Post
from yichuang.people.models import Account

LIST = "/desk/revisions"
STAGES = ("drafting", "head", "examination", "in_force", "withdrawn")


def make(number: int, department: str, stage: str) -> Revision:
    at = now() - timedelta(minutes=number)
    row = Revision.objects.create(
        id=uuid.UUID(int=number + 1), seq=1, stage=stage, division="410100", item=f"X-{number:03}", version=2,
        name=f"第{number}类试验许可", department=department, base="", comments=0, key="", since=at, moved_at=at,
    )  # fmt: skip
    for kind, name in (("department", department), ("division", "410100")):
        Scope.objects.create(stream=REVISION.stream(row.pk), kind=kind, name=name)
    return row


@pytest.fixture
def office(city: City) -> Any:
    """260 revisions of two departments, five stages in turn, and the office that examines them."""
    city.at("2018-03-12 09:30")
    uscc = city.standard.item_code[:18]
    Department.objects.create(id="410100/gaj", division_id="410100", code="gaj", name="公安局", short="公安", uscc=uscc)
    for number in range(260):
        make(number, "410100/gaj" if number % 2 else "410100/scjg", STAGES[number % 5])
    Department.objects.get_or_create(
        id="410100/zwb", defaults={"division_id": "410100", "code": "zwb", "name": "政务服务办", "short": "政务办"}
    )
    post = Post.objects.create(id="410100/zwb/office/8", department_id="410100/zwb", kind="office", name="规程审定岗")
    account = Account.objects.create_user("examiner", kind="officer")
    officer = Officer.objects.create(account=account, name="审定人", number="examiner")
    Holding.objects.create(officer=officer, post=post, first_day="2017-01-01")
    return replace(city.reviewer, person=account.person, post=post.pk, post_kind="office", department="410100/zwb")


def test_pages_hold_all_of_them_in_a_few_statements(office: Any, desk: Any) -> None:
    browser = desk(office)
    seen: list[str] = []
    for number in range(1, 12):
        with counted() as sent:
            page = browser.get(f"{LIST}?page={number}").content.decode()
        assert len(sent) <= 6, sent
        seen += [f"X-{n:03}" for n in range(260) if f"X-{n:03} ·" in page]
    assert len(seen) == len(set(seen)) == 260 and "260 份" in page
    first = browser.get(LIST).content.decode()
    assert first.count("待审定</") >= 25, "what waits for the reader comes first"
    assert browser.get(f"{LIST}?page=99").status_code == 200


def test_search_narrows_by_item_department_stage_and_turn(city: City, office: Any, desk: Any) -> None:
    browser = desk(office)

    def total(**query: str) -> str:
        page = browser.get(LIST, **query).content.decode()
        return page.partition('yc-head__count">')[2].partition(" 份")[0]

    assert total(q="第17类") == total(q="x-017") == "1"
    assert total(department="410100/gaj") == "130" and total(stage="withdrawn") == "52"
    assert total(turn="mine") == total(turn="examination") == "52"
    assert total(department="410100/gaj", turn="head") == "26"
    assert total(q="没有这个") == "0" and "没有符合条件的规程编制" in browser.get(LIST, q="没有这个").content.decode()
    assert total(stage="nothing", turn="<b>", page="x") == "260", "what no filter offers is not asked for"
    own = desk(city.reviewer)
    page = own.get(LIST, department="410100/gaj").content.decode()
    assert "130 份" in page and "公安局" not in page, "a department's own, whatever is asked"
