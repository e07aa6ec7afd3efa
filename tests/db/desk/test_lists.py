"""The lists of the desk: what waits for whom, search and filters, counts, and names masked for who only watches."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.db.desk.conftest import Browser
from tests.db.world import City
from yichuang.cases.models import Case

Desk = Callable[..., Browser]


def rows(answer: Any) -> list[str]:
    return re.findall(r'yc-number">(410100SCJ\d{11})<', answer.content.decode())


def test_a_window_finds_its_cases(city: City, desk: Desk) -> None:
    city.at("2018-03-05 09:30")
    ids = [city.submit().state.id for _ in range(3)]
    city.do(ids[1], "receive", city.window, originals=[])
    city.do(ids[2], "receive", city.window, originals=[])
    city.do(ids[2], "accept", city.window)
    receipt = {str(c.id): c.receipt for c in Case.objects.all()}
    browser = desk(city.window)
    assert len(rows(browser.get("/desk/"))) == 2  # an accepted case waits for the reviewer, not for the window
    assert len(rows(browser.get("/desk/", list="open"))) == 3
    assert rows(browser.get("/desk/", stage="received")) == [receipt[ids[1]]]
    assert rows(browser.get("/desk/", list="open", q=receipt[ids[0]])) == [receipt[ids[0]]]
    assert len(rows(browser.get("/desk/", list="open", q="张三丰"))) == 3
    assert len(rows(browser.get("/desk/", list="open", q="食品经营"))) == 3
    assert len(rows(browser.get("/desk/", list="open", q="张三丰 食品经营"))) == 3
    assert not rows(browser.get("/desk/", list="open", q="李四"))
    assert not rows(browser.get("/desk/", list="open", q="李四 食品经营"))
    assert not rows(browser.get("/desk/", list="open", light="4"))
    assert browser.get("/desk/", list="nothing").status_code == 404
    for odd in ({"page": "x"}, {"page": "99999999"}, {"level": "x"}, {"stage": "x"}, {"q": "%_'\x00"}):
        assert browser.get("/desk/", **odd).status_code == 200, odd
    assert rows(desk(city.reviewer).get("/desk/")) == [receipt[ids[2]]]


def test_the_nearest_date_stands_first_and_a_passed_one_shows(city: City, desk: Desk) -> None:
    city.at("2018-03-05 09:30")
    early = city.submit().state.id
    city.at("2018-03-08 09:30")
    city.submit()
    city.at("2018-03-13 09:30")
    answer = desk(city.window).get("/desk/")
    assert rows(answer)[0] == Case.objects.get(pk=early).receipt
    assert "已过期" in answer.content.decode()


def test_of_ended_cases_the_latest_stands_first(city: City, desk: Desk) -> None:
    ended = []
    for day in ("2018-03-05", "2018-03-07", "2018-03-06"):
        city.at(f"{day} 09:30")
        id = city.submit().state.id
        city.do(id, "withdraw", city.citizen)
        ended.append((day, Case.objects.get(pk=id).receipt))
    latest_first = [receipt for _, receipt in sorted(ended, reverse=True)]
    assert rows(desk(city.window).get("/desk/", list="closed")) == latest_first


@pytest.mark.breach
def test_who_only_watches_sees_names_masked(city: City, desk: Desk) -> None:
    from yichuang.org.models import Holding, Officer, Post
    from yichuang.people.models import Account

    post = Post.objects.create(
        id="410100/zwb/supervisor/1", department_id="410100/zwb", kind="supervisor", name="电子监察岗"
    )
    account = Account.objects.create_user("supervisor", kind="officer")
    officer = Officer.objects.create(account=account, name="蒋明察", number="1")
    Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
    city.submit()
    watcher = replace(city.window, person=f"a:{account.pk}", post=post.id, post_kind="supervisor")
    page = desk(watcher).get("/desk/").content.decode()
    assert "张**" in page and "张三丰" not in page
    case = desk(watcher).case(Case.objects.get().id).content.decode()
    assert "张三丰" not in case
