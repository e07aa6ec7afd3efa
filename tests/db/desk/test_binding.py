"""The window hands a binding code over: what it saw, what it put right, the code this once; then the own page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

NUMBER = "410105198505059973"


@pytest.fixture
def person(city: Any) -> Any:
    from yichuang.people import service

    return service.register_subject(kind="person", name="钱多多", id_type="111", number=NUMBER, actor=city.window)


def sit(actor: Any) -> Client:
    from yichuang.people.models import Account

    client = Client()
    client.force_login(Account.objects.get(pk=int(actor.person[2:])))
    return client


def test_from_the_window_to_the_person_s_own_account(city: Any, person: Any) -> None:
    from yichuang.ledger.models import Entry
    from yichuang.people import queries
    from yichuang.people.models import Account

    window = sit(city.window)
    assert f"/desk/binding/{person.id}" in window.get(f"/desk/intake/for/{person.id}").content.decode()
    asked = window.get(f"/desk/binding/{person.id}").content.decode()
    assert "钱多多" in asked and NUMBER not in asked
    refused = window.post(f"/desk/binding/{person.id}", {})
    assert refused.status_code == 422 and "请选择“核对了哪些原件”" in refused.content.decode()
    answer = window.post(f"/desk/binding/{person.id}", {"document": "original"})
    (code,) = re.findall(r'id="binding-code">([^<]+)<', answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    (entry,) = Entry.objects.filter(kind="binding_code_issued")
    assert (entry.actor, entry.post) == (city.window.person, city.window.post)

    own = Account.objects.create_user("qianduoduo", "a-long-password-2018")
    browser = Client()
    browser.force_login(own)
    wrong = browser.post("/account/binding", {"number": NUMBER, "code": "AAAAA-AAAAA"})
    assert wrong.status_code == 422 and "对不上" in wrong.content.decode()
    right = browser.post("/account/binding", {"number": NUMBER, "code": code}, follow=True).content.decode()
    assert "已绑定“钱多多”" in right and "已认证" in right and NUMBER not in right
    assert queries.own_subjects(own) == (person.id,)


def test_what_changed_on_the_documents_is_put_right_or_nothing_is(city: Any, person: Any) -> None:
    from yichuang.people.models import BindingCode

    window, address = sit(city.window), f"/desk/binding/{person.id}"
    for change, says in (({"name": "钱3"}, "按证件填写"), ({"number": "1"}, "18位")):
        refused = window.post(address, {"document": "original", **change})
        assert refused.status_code == 422 and says in refused.content.decode(), refused.content.decode()
    refused = window.post(address, {"document": "original", "name": "钱少少", "number": "1"})
    person.refresh_from_db()
    assert refused.status_code == 422 and person.name == "钱多多" and not BindingCode.objects.exists()
    assert window.post(address, {"document": "original", "name": "钱少少"}).status_code == 200
    person.refresh_from_db()
    assert person.name == "钱少少"


def test_a_firm_s_head_is_entered_with_its_code(city: Any, person: Any) -> None:
    from yichuang.kernel.codes import uscc
    from yichuang.people import service

    number = uscc.build("9", "1", "410105", "DEM09999")
    firm = service.register_subject(kind="organisation", name="甲公司", number=number, actor=city.window)
    window, address = sit(city.window), f"/desk/binding/{firm.id}"
    assert "没有登记法定代表人" in window.post(address, {"document": "head"}).content.decode()
    half = window.post(address, {"document": "head", "head": "钱多多"})
    assert half.status_code == 422 and "一起填写" in half.content.decode()
    whole = window.post(address, {"document": "letter", "head": "钱多多", "head_number": NUMBER})
    assert 'id="binding-code"' in whole.content.decode()
    firm.refresh_from_db()
    assert (firm.legal_name, firm.legal_id_number) == ("钱多多", NUMBER)


def test_no_other_post_hands_codes_over(city: Any, person: Any) -> None:
    for actor in (city.reviewer, city.head):
        assert sit(actor).get(f"/desk/binding/{person.id}").status_code == 403
        assert sit(actor).post(f"/desk/binding/{person.id}", {"document": "original"}).status_code == 403
    assert sit(city.window).get("/desk/binding/s:nobody").status_code == 404
    assert Client().get(f"/desk/binding/{person.id}").status_code == 302
