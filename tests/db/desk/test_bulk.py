"""The same act on several cases ticked in the list: each through the door, what is refused said of that case alone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.db.desk.conftest import Browser, at_most, conclude_steps
from tests.db.desk.test_case import accepted
from tests.db.world import City
from yichuang.cases.models import Case
from yichuang.ledger.models import Entry

Desk = Callable[..., Browser]


def granted(city: City) -> str:
    """A case that is decided, its certificate not made yet."""
    id = str(accepted(city))
    conclude_steps(city, id)
    city.do(id, "decide", city.head, granted=True)
    return id


def carry_out(browser: Browser, act: str, ids: list[str], **data: Any) -> str:
    """Look over what was ticked, then send it; the list with what was done."""
    page = browser.get("/desk/bulk", act=act, case=ids).content.decode()
    found = re.search(r'name="command_id" value="([^"]+)"', page)
    assert found, page
    sent = {"act": act, "case": ids, "command_id": found[1], **data}
    answer = browser.client.post("/desk/bulk", sent, follow=True)
    again = browser.client.post("/desk/bulk", sent)
    assert again.status_code in (302, 422)
    return str(answer.content.decode())


def test_certificates_are_made_and_handed_out_in_bulk(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    ids = [granted(city), granted(city)]
    browser = desk(city.window)
    assert 'name="act" value="make_certificate"' in browser.get("/desk/").content.decode()
    assert "“制证”办好2件" in carry_out(browser, "make_certificate", ids)
    assert {case.stage for case in Case.objects.all()} == {"made"}
    listed = browser.get("/desk/", list="applicant", light="collection").content.decode()
    assert 'name="act" value="deliver"' in listed and 'name="act" value="make_certificate"' not in listed
    sent = {"method": "direct", **{f"recipient-{id}": "张三丰" for id in ids}}
    assert "“送达”办好2件" in carry_out(browser, "deliver", ids, **sent)
    assert {case.stage for case in Case.objects.all()} == {"closed"}
    for kind in ("certificate_made", "delivered"):  # sent twice, done once
        assert Entry.objects.filter(kind=kind).count() == 2


@pytest.mark.breach
def test_what_one_case_lacks_keeps_no_other_back(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    ripe, early = granted(city), str(accepted(city))
    page = carry_out(desk(city.window), "make_certificate", [early, ripe])
    assert "“制证”办好1件" in page and Case.objects.get(pk=early).receipt in page
    assert [Case.objects.get(pk=id).stage for id in (ripe, early)] == ["made", "accepted"]


@pytest.mark.breach
def test_only_posts_that_may_and_cases_that_exist_for_them(city: City, desk: Desk) -> None:
    assert desk(city.reviewer).get("/desk/bulk", act="deliver").status_code == 403
    browser = desk(city.window)
    for query in (
        {},
        {"act": "decide", "case": str(uuid.uuid4())},
        {"act": "deliver", "case": ["x", str(uuid.uuid4())]},
    ):
        assert browser.get("/desk/bulk", **query).status_code == 302, query


def test_a_way_of_delivery_is_asked_for_once(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = granted(city)
    city.do(id, "make_certificate", city.window)
    browser = desk(city.window)
    with at_most(4):
        assert browser.get("/desk/bulk", act="deliver", case=id).status_code == 200
    sent = {"act": "deliver", "case": id, "command_id": str(uuid.uuid4())}
    assert browser.client.post("/desk/bulk", sent).status_code == 422
    assert Case.objects.get(pk=id).stage == "made"
