"""Whether supervision keeps up, as the watch page and machines are told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from yichuang.supervision import tailing
from yichuang.supervision.queries import reading

pytestmark = pytest.mark.django_db(transaction=True)


def caught_up() -> None:
    while tailing.tail().more:
        pass


def watch(city: Any) -> str:
    from yichuang.people.models import Account

    browser = Client()
    browser.force_login(Account.objects.get(pk=int(city.head.person[2:])))
    text: str = browser.get("/watch/").content.decode()
    return text[text.index("电子监察</") :] if "电子监察</" in text else text


def test_supervision_that_never_looked_is_an_alarm(city: Any) -> None:
    assert reading().late and reading().looked is None
    caught_up()
    assert not reading().late and not reading().filling and reading().unread == 0


def test_supervision_that_stopped_is_an_alarm(city: Any) -> None:
    caught_up()
    with connection.cursor() as cursor:
        cursor.execute("update aggregates_place set at = at - interval '2 minutes'")
    assert reading().late
    assert "停摆" in watch(city)


def test_supervision_that_looks_and_does_not_move_is_an_alarm_too(city: Any) -> None:
    """A batch that fails again and again: it looks every second, and what it has not read grows old."""
    city.at("2018-03-12 09:30")
    caught_up()
    city.submit()
    assert reading().unread == 1 and not reading().late
    city.at("2018-03-12 09:40")
    with connection.cursor() as cursor:
        cursor.execute("update aggregates_place set at = ledger_now() where name = 'contract'")
    assert reading().late
    assert re.search(r"[1-9]\d* 条未读", watch(city))  # who watches has logged in, which is an entry too
    caught_up()
    assert not reading().late


def test_machines_are_told_too(city: Any) -> None:
    caught_up()
    body = Client().get("/healthz").json()
    assert body["supervision_seconds"] is not None and body["supervision_unread_seconds"] == 0
