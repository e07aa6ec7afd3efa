"""One-time links to a first password: once, replaced by the next, ended by time; the entry never holds the link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.people import first_login
from yichuang.people.mfa import has_second_factor
from yichuang.people.models import Account

pytestmark = pytest.mark.django_db
SECURITY = Actor("a:99", post="410100/zwb/secadmin/1", post_kind="secadmin")
PASSWORD = "a-long-password-2018"


@pytest.fixture
def officer() -> Account:
    return Account.objects.create_user("window09", None, kind="officer", real_name="陈晓窗")


def set_password(path: str, password: str = PASSWORD) -> Any:
    return Client().post(path, {"password1": password, "password2": password})


def test_a_link_sets_a_password_once_and_leads_to_the_login_page(officer: Account) -> None:
    path = first_login.issue_first_link(officer, SECURITY)
    page = Client().get(path)
    assert page.status_code == 200 and "window09" in page.content.decode() and "no-store" in page["Cache-Control"]
    assert set_password(path, "1234567890").status_code == 422  # the rules for passwords hold here too
    answer = set_password(path)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    again = set_password(path, "another-long-password")
    assert again.status_code == 410 and "重新发放" in again.content.decode()
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_the_entries_say_who_issued_it_and_that_it_was_used_and_never_its_text(officer: Account) -> None:
    path = first_login.issue_first_link(officer, SECURITY)
    set_password(path)
    entries = list(Entry.objects.filter(stream=f"people/account/{officer.pk}").order_by("seq"))
    assert [(e.kind, e.actor) for e in entries] == [
        ("first_link_issued", "a:99"),
        ("first_password_set", officer.person),
    ]
    token = path.rsplit("/", 1)[1]
    assert not any(token in e.body or token.split(":")[0] in e.body for e in entries)


def test_a_new_link_ends_the_one_before_and_the_password(officer: Account) -> None:
    first = first_login.issue_first_link(officer, SECURITY)
    second = first_login.issue_first_link(officer, SECURITY)
    assert Client().get(first).status_code == 410
    assert set_password(second).status_code == 302
    third = first_login.issue_first_link(officer, SECURITY)
    officer.refresh_from_db()
    assert not officer.has_usable_password()
    assert set_password(second).status_code == 410 and Client().get(third).status_code == 200


def test_a_link_ends_after_its_days_and_with_the_account(officer: Account, settings: Any) -> None:
    settings.FIRST_LINK_DAYS = 3
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False):
        path = first_login.issue_first_link(officer, SECURITY)
    with time_machine.travel("2026-03-05T07:59:00Z", tick=False):
        assert Client().get(path).status_code == 200
    with time_machine.travel("2026-03-05T08:01:00Z", tick=False):
        assert Client().get(path).status_code == 410
    path = first_login.issue_first_link(officer, SECURITY)
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    assert set_password(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "WzEsIngiXQ:1a2b3c:abc", "张三", "a" * 5000])
def test_what_was_made_up_opens_nothing(officer: Account, token: str) -> None:
    assert Client().get(f"/accounts/first/{token}").status_code == 410


def test_a_password_by_link_begins_its_time(officer: Account) -> None:
    old = timezone.now() - timedelta(days=400)
    Account.objects.filter(pk=officer.pk).update(password_set_at=old)
    set_password(first_login.issue_first_link(officer, SECURITY))
    officer.refresh_from_db()
    assert officer.password_set_at > old + timedelta(days=399)


def test_a_lost_second_factor_is_set_up_anew_only_when_asked_for(officer: Account) -> None:
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": "x"})
    first_login.issue_first_link(officer, SECURITY)
    assert has_second_factor(officer)
    first_login.issue_first_link(officer, SECURITY, second_factor=True)
    assert not Authenticator.objects.filter(user=officer).exists()
    entry = Entry.objects.get(stream=f"people/account/{officer.pk}", kind="second_factor_reset")
    assert entry.actor == SECURITY.person
