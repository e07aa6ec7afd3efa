"""Signing up with a real name, and the second factor of officers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from yichuang.kernel.codes import resident_id
from yichuang.ledger.models import Entry
from yichuang.ledger.service import create_store
from yichuang.people import mfa, queries, service
from yichuang.people.forms import RealNameForm
from yichuang.people.models import Account, Subject

pytestmark = pytest.mark.django_db
NUMBER = resident_id.build("410105", date(1985, 5, 5), 997)
GOOD = {"real_name": "张 三", "id_type": "111", "id_number": f" {NUMBER.lower()}", "phone": "13800000000"}


@pytest.fixture(autouse=True)
def unremembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mfa, "_kind", "")


def request(user: Account | AnonymousUser) -> HttpRequest:
    made = RequestFactory().get("/desk/")
    made.user = user
    return made


@pytest.mark.clause("3.5c.2")
def test_in_a_demo_store_signing_up_ties_the_account_to_its_person(demo_store: None) -> None:
    form = RealNameForm(GOOD)
    assert form.is_valid(), form.errors
    user = Account.objects.create_user("zhangsan", "a-long-password")
    form.signup(RequestFactory().post("/", REMOTE_ADDR="10.1.2.3"), user)
    user.refresh_from_db()
    assert (user.real_name, user.phone) == ("张三", "13800000000")
    assert queries.own_subjects(user) == (Subject.objects.get(id_number=NUMBER).id,)
    first = Entry.objects.order_by("position").first()
    assert first is not None and (first.kind, first.actor, first.ip) == ("account_registered", user.person, "10.1.2.3")


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"real_name": "张3"}, "real_name", "按证件填写汉字姓名"),
        ({"real_name": "张" * 10_000}, "real_name", "50"),
        ({"real_name": "张\u202e三"}, "real_name", "书写方向"),
        ({"id_number": "1"}, "id_number", "18位"),
        ({"id_number": "x" * 10_000}, "id_number", "30"),
        ({"id_type": "888"}, "id_type", "888"),
        ({"phone": "1\x07"}, "phone", "控制字符"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_in_chinese(
    demo_store: None, change: dict[str, str], field: str, says: str
) -> None:
    form = RealNameForm(GOOD | change)
    assert not form.is_valid()
    assert says in str(form.errors[field])


def test_a_demo_store_refuses_a_document_that_has_an_account_before_another_is_made(demo_store: None) -> None:
    first = service.register_account("zhangsan", None)
    service.verify_real_name(first, "张三", "111", NUMBER, service.own_actor(first))
    assert "已绑定其他账号" in str(RealNameForm(GOOD).errors["id_number"])
    assert "姓名与所填不一致" in str(RealNameForm(GOOD | {"real_name": "李四"}).errors["id_number"])


def test_whom_the_window_entered_before_signs_up_as_the_same_person(demo_store: None) -> None:
    fields = {"kind": "person", "name": "张三", "id_type": "111", "number": NUMBER}
    known = service.register_subject(**fields, actor=service.own_actor(Account(pk=1)))
    form = RealNameForm(GOOD)
    assert form.is_valid()
    user = Account.objects.create_user("zhangsan", None)
    form.signup(RequestFactory().post("/"), user)
    assert queries.own_subjects(user) == (known.id,)


@mfa.require_mfa
def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse("工作台")


def test_in_production_an_officer_sets_up_a_second_factor_first() -> None:
    create_store("production")
    officer = Account.objects.create_user("window01", None, kind="officer")
    citizen = Account.objects.create_user("zhangsan", None)
    assert mfa.mfa_notice() == ""
    assert mfa.lacks_second_factor(officer) and not mfa.lacks_second_factor(citizen)
    sent = desk(request(officer))
    assert sent.status_code == 302 and "totp" in sent["Location"]
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={})
    assert desk(request(officer)).status_code == 200


def test_a_store_nobody_has_named_asks_for_it_too() -> None:
    officer = Account.objects.create_user("window01", None, kind="officer")
    assert desk(request(officer)).status_code == 302


def test_in_a_demo_store_it_is_off_and_the_desk_says_so() -> None:
    create_store("demo")
    officer = Account.objects.create_user("window01", None, kind="officer")
    assert desk(request(officer)).status_code == 200
    assert "演示库" in mfa.mfa_notice()


def test_without_login_the_desk_sends_to_the_login_page() -> None:
    sent = desk(request(AnonymousUser()))
    assert sent.status_code == 302 and "login" in sent["Location"]


def test_without_a_second_factor_an_officer_opens_no_file_of_the_portal_either(
    city: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mfa, "_kind", "production")
    client = Client()
    client.force_login(Account.objects.get(pk=int(city.reviewer.person[2:])))
    for address in ("/files/00000000-0000-0000-0000-000000000000", "/account/devices", "/desk/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/")
