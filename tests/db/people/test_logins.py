"""Logging in leaves traces, and a stranger cannot cause many of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from yichuang.ledger.models import Entry
from yichuang.people.models import Account, FailedLogin

PASSWORD = "Jianguo-road.88"


@pytest.fixture
def account(city: Any, settings: Any) -> Account:
    return Account.objects.create_user("zhang3", PASSWORD)


def traces(stream: str) -> list[tuple[str, dict[str, Any]]]:
    found = Entry.objects.filter(stream=stream).order_by("seq")
    return [(entry.kind, json.loads(entry.body)) for entry in found]


def test_in_and_out_are_entries_with_address_and_device(account: Account) -> None:
    client = Client(headers={"User-Agent": "Firefox"}, REMOTE_ADDR="10.1.2.3")
    client.post("/accounts/login/", {"login": "zhang3", "password": PASSWORD})
    client.post("/accounts/logout/")
    assert [kind for kind, _ in traces(f"login/{account.person}")] == ["logged_in", "logged_out"]
    entry = Entry.objects.get(kind="logged_in")
    assert (entry.actor, entry.ip, entry.device) == (account.person, "10.1.2.3", "Firefox")
    assert "zhang3" not in entry.body + entry.stream


def test_failures_and_the_lock_are_entries_bounded_in_number(account: Account) -> None:
    for _ in range(40):
        Client().post("/accounts/login/", {"login": "zhang3", "password": "wrong"})
    found = traces(f"login/{account.person}")
    assert [body["count"] for kind, body in found if kind == "login_failed"] == [1, 2, 3, 4, 5]
    locked = [body["count"] for kind, body in found if kind == "locked_out"]
    assert locked == [1, 2, 3, 4, 5, 8, 16, 32]  # forty tries, five looked at: 35


def test_a_name_nobody_has_is_counted_and_never_kept(account: Account) -> None:
    for number in range(20):
        secret = f"My-Secret-Password-{number}"
        Client(REMOTE_ADDR=f"10.0.0.{number}").post("/accounts/login/", {"login": secret, "password": "x"})
    assert traces("login/unknown") == [("login_failed", {"count": n}) for n in (1, 2, 4, 8, 16)]
    everything = Entry.objects.values_list("stream", "body", "actor", "device", "session")
    assert "Secret" not in str(list(everything)) + str(list(FailedLogin.objects.values()))
    assert FailedLogin.objects.get(target="login_failed/").count == 20


def test_the_auditor_searches_them(house: Any, account: Account) -> None:
    Client().post("/accounts/login/", {"login": "zhang3", "password": "wrong"})
    page = house.auditadmin.get("/house/audit?about=login&kind=login_failed").content.decode()
    assert "输错密码" in page and account.person in page
    assert house.auditadmin.get("/house/audit?about=looked").status_code == 200
    assert house.auditadmin.get("/house/audit?about=security").status_code == 200


def test_ones_own_page_shows_the_failures(account: Account) -> None:
    Client().post("/accounts/login/", {"login": "zhang3", "password": "wrong"})
    client = Client()
    client.post("/accounts/login/", {"login": "zhang3", "password": PASSWORD})
    page = client.get("/account/devices").content.decode()
    assert "输错密码" in page and page.index("输错密码") > page.index("最近的登录记录")


def test_a_wrong_code_of_the_second_factor_is_an_entry(account: Account) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(account, generate_totp_secret())
    client = Client()
    first = client.post("/accounts/login/", {"login": "zhang3", "password": PASSWORD})
    assert "2fa" in first["Location"]
    client.post(first["Location"], {"code": "000000"})
    assert traces(f"login/{account.person}") == [("code_failed", {"count": 1})]  # not logged in
