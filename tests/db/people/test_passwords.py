"""What a password must be: length, kinds, no habit, not used before; an officer's is renewed in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from yichuang.aggregates.settings import set_parameter
from yichuang.ledger.actor import SYSTEM
from yichuang.people.models import Account, Membership, Subject, UsedPassword
from yichuang.people.security import NUMBERS

GOOD = "Jianguo-road.88"


@pytest.fixture
def officer(db: None) -> Account:
    fields = {"kind": "officer", "real_name": "王小明", "phone": "13837112345"}
    return Account.objects.create_user("wangxm", "Old-password.one", **fields)


def fault(password: str, user: Any = None) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return "".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "woaini1314", "Woaini1314!", "woaini5201314", "P@ssw0rd2024", "Mima123456!", "Zhengzhou@2024", "1qaz2wsx3edc",
        "Qwer1234asdf", "abcd1234efgh", "aaaaaaaaaa11", "Abc123Abc123Abc123", "Zhengwu@12345", "admin@123456",
        "Wangxm@2026", "wangxiaoming88!", "XiaomingWang.1", "Wxm@13837112345", "Xm@37112345",
    ],
)  # fmt: skip
def test_chinese_habits_are_refused(officer: Account, password: str) -> None:
    assert fault(password, officer)


@pytest.mark.parametrize("password", [GOOD, "三月柳絮-Fei.7", "kite+Harbour/92", "Xq7#mPz2rL", "woaini-Harbour-kite92"])
def test_others_pass(officer: Account, password: str) -> None:
    assert not fault(password, officer)


def test_ones_own_birthday_is_no_password(officer: Account) -> None:
    person = Subject.objects.create(kind="person", name="王小明", id_type="111", id_number="11010519491231002X")
    Membership.objects.create(account=officer, subject=person, role="self")
    assert "生日" in fault("Fei.19491231", officer) and "生日" in fault("Ab#491231xy", officer)
    assert not fault("Fei.19500101", officer)


def test_length_and_kinds_are_as_set(officer: Account) -> None:
    assert "至少要有10个字符" in fault("Xq7#mPz2r", officer)
    assert "3类" in fault("xqmpzrlvkwtn", officer)
    assert not fault("xqmpzrlvkwtn", Account(username="zhang3"))  # an applicant's may be long words
    set_parameter(NUMBERS, "password_length", 14, SYSTEM)
    assert "至少要有14个字符" in fault("Xq7#mPz2rL", officer)


def test_a_password_does_not_come_back(officer: Account) -> None:
    assert "相同" in fault("Old-password.one", officer)
    for password in (GOOD, "kite+Harbour/92"):
        officer.set_password(password)
        officer.save()
    assert "相同" in fault("Old-password.one", officer) and "相同" in fault(GOOD, officer)
    set_parameter(NUMBERS, "password_memory", 1, SYSTEM)
    assert not fault("Old-password.one", officer) and "相同" in fault("kite+Harbour/92", officer)
    assert UsedPassword.objects.filter(account=officer).count() == 3


def test_past_its_time_an_officer_sets_a_new_one_first(city: Any) -> None:
    account = Account.objects.get(pk=int(city.reviewer.person[2:]))
    client = Client()
    client.force_login(account)
    assert client.get("/desk/").status_code == 200
    Account.objects.filter(pk=account.pk).update(password_set_at=account.password_set_at - timedelta(days=91))
    answer = client.get("/desk/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")
    assert "超过规定的使用期限" in client.get("/accounts/password/change/", follow=True).content.decode()
    set_parameter(NUMBERS, "password_days", 0, SYSTEM)
    assert client.get("/desk/").status_code == 200


def test_a_hash_renewed_at_log_in_is_no_new_password(officer: Account) -> None:
    old = PBKDF2PasswordHasher().encode("Old-password.one", "salt", iterations=1000)
    Account.objects.filter(pk=officer.pk).update(password=old)
    assert Client().post("/accounts/login/", {"login": "wangxm", "password": "Old-password.one"}).status_code == 302
    now = Account.objects.get(pk=officer.pk)
    assert now.password != old and now.password_set_at == officer.password_set_at
    assert UsedPassword.objects.filter(account=officer).count() == 1
