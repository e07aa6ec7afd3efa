"""消息 at the desk: told once, read from every post that one acts from, opened at the post that was told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.db.desk.conftest import at_most
from tests.db.world import City
from yichuang.org.models import Holding, Officer, Post
from yichuang.people.messages import tell_officers
from yichuang.people.models import Message

TEXT = "“食品经营许可”第2版规程由部门负责人退回，请修改。"


def tell(actor: Any, key: str = "entry/1", post: str = "", link: str = "/desk/revisions") -> Message:
    account = int(actor.person.removeprefix("a:"))
    tell_officers({account: post or actor.post}, "规程退回起草", TEXT, link, key=key)
    return Message.objects.get(account=account, key=key)


@pytest.fixture(autouse=True)
def day(city: City) -> None:
    city.at("2018-03-12 09:30")


def test_who_was_told_of_it_is_not_told_again(city: City, desk: Any) -> None:
    tell(city.reviewer)
    tell(city.reviewer)
    browser = desk(city.reviewer)
    with at_most(4):
        page = browser.get("/desk/messages").content.decode()
    assert page.count(TEXT) == 1 and "未读" in page


def test_the_navigation_counts_what_is_unread_until_it_is_read(city: City, desk: Any) -> None:
    tell(city.reviewer)
    tell(city.reviewer, "entry/2")
    browser = desk(city.reviewer)
    badge = '<span>消息</span><span class="yc-count">{}<span'
    assert badge.format(2) in browser.get("/desk/").content.decode()
    first = Message.objects.get(key="entry/1")
    answer = browser.client.post(f"/desk/messages/{first.pk}")
    assert (answer.status_code, answer["location"]) == (302, "/desk/revisions")
    assert badge.format(1) in browser.get("/desk/revisions").content.decode()
    browser.client.post("/desk/messages/read")
    page = browser.get("/desk/").content.decode()
    assert "<span>消息</span><span class=" not in page
    assert not Message.objects.filter(read_at=None).exists()


def test_a_message_opens_at_the_post_that_was_told(city: City, desk: Any) -> None:
    officer = Officer.objects.get(account=int(city.reviewer.person.removeprefix("a:")))
    head = Post.objects.get(pk=city.head.post)
    holding = Holding.objects.create(officer=officer, post=head, first_day=date(2018, 3, 1))
    message = tell(city.reviewer, post=head.pk)
    browser = desk(city.reviewer)
    page = browser.get("/desk/messages").content.decode()
    assert f"{head.name} ·" in page
    browser.client.post(f"/desk/messages/{message.pk}")
    assert browser.client.session["post"] == head.pk
    holding.last_day = date(2018, 3, 11)
    holding.save()
    assert TEXT not in browser.get("/desk/messages").content.decode(), "no longer at the post"
    assert "<span>消息</span><span class=" not in browser.get("/desk/").content.decode()
    assert browser.client.post(f"/desk/messages/{message.pk}").status_code == 404
    assert TEXT not in browser.get("/messages/").content.decode()


def test_another_ones_message_does_not_exist_and_no_link_leads_away(city: City, desk: Any) -> None:
    message = tell(city.reviewer, link="//evil.example/x")
    assert desk(city.head).client.post(f"/desk/messages/{message.pk}").status_code == 404
    answer = desk(city.reviewer).client.post(f"/desk/messages/{message.pk}")
    assert answer["location"] == "/desk/messages"
