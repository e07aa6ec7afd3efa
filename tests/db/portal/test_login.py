"""Where logging in leads, and the way in without a password: demo accounts of a demo store, nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from yichuang.people import mfa
from yichuang.people.models import Account


@pytest.fixture
def people(city: Any) -> None:
    Account.objects.create_user("zhangsan", "a-long-password", real_name="张三")
    Account.objects.create_user("somebody", "a-long-password")


def test_the_login_page_offers_the_demo_accounts_that_are_there(people: None) -> None:
    html = Client().get("/accounts/login/").content.decode()
    assert 'value="zhangsan"' in html
    assert 'value="lisi"' not in html  # known, but not in this store
    answer = Client().post("/accounts/demo/", {"account": "zhangsan", "next": "/my/"})
    assert (answer.status_code, answer["Location"]) == (302, "/my/")


def test_no_other_account_and_no_other_site(people: None) -> None:
    client = Client()
    assert client.post("/accounts/demo/", {"account": "somebody"}).status_code == 404
    assert client.get("/my/").status_code == 302
    assert client.post("/accounts/demo/", {"account": "zhangsan", "next": "//evil.example"})["Location"] == "/"


@pytest.mark.parametrize("how", ["production", "hidden"])
def test_not_in_production_nor_where_it_is_hidden(
    people: None, settings: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "hidden":
        settings.DEMO_LOGIN = False
    else:
        monkeypatch.setattr(mfa, "_kind", "production")
    assert "演示账号" not in Client().get("/accounts/login/").content.decode()
    assert Client().post("/accounts/demo/", {"account": "zhangsan"}).status_code == 404


def test_officers_land_at_their_work(city: Any) -> None:
    for actor in (city.window, city.head):
        account = Account.objects.get(pk=int(actor.person[2:]))
        account.set_password("a-long-password")
        account.save()
        answer = Client().post("/accounts/login/", {"login": account.username, "password": "a-long-password"})
        assert (answer.status_code, answer["Location"]) == (302, "/desk/")
