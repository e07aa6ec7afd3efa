"""The account's page: real name, organisations, mandates; messages and the demo outbox."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.db.portal.pages import browser


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


@pytest.mark.clause("3.5c.2")
@pytest.mark.screen
@pytest.mark.breach
def test_somebody_new_proves_their_name_and_may_apply(town: Any) -> None:
    client = browser(town.stranger)
    assert "实名认证" in text(client.get("/account"))
    wrong = client.post("/account/real-name", {"name": "王五", "id_type": "111", "number": "110105194912310021"})
    assert wrong.status_code == 422
    right = {"name": "王五", "id_type": "111", "number": "410105198001010035"}
    from yichuang.kernel.codes import resident_id

    number = next(f"41010519800101003{c}" for c in "0123456789X" if resident_id.check(f"41010519800101003{c}") is None)
    assert client.post("/account/real-name", right | {"number": number}).status_code == 302
    page = text(client.get("/account"))
    assert "已认证" in page and number not in page


def test_only_its_head_binds_an_organisation(town: Any) -> None:
    sent = {"uscc": town.firm.uscc, "org_name": town.firm.name}
    refused = browser(town.agent).post("/account/organisation", sent)
    assert refused.status_code == 422 and "不是您本人" in text(refused)


def test_a_mandate_is_given_for_one_item_and_taken_back(town: Any) -> None:
    from yichuang.people.models import Mandate

    Mandate.objects.all().delete()
    client = browser(town.owner)
    sent = {
        "principal": town.firm.pk,
        "agent_name": "李代办",
        "agent_type": "111",
        "agent_number": "410105198001010017",
        "scope": "ZZ-001",
        "first_day": "2018-01-01",
        "last_day": "2040-01-01",
    }
    for change, words in (
        ({"agent_name": "李3"}, "按证件填写汉字姓名"),
        ({"agent_number": "410105198001010020"}, "核对"),
        ({"last_day": "2017-01-01"}, "不能早于"),
        ({"principal": "s:other"}, "选择"),
    ):
        refused = client.post("/account/mandates", sent | change)
        assert refused.status_code == 422 and words in text(refused), words
    assert client.post("/account/mandates", sent).status_code == 302
    mandate = Mandate.objects.get()
    assert (mandate.items, mandate.all_items) == (["ZZ-001"], False)
    assert "食品经营许可" in text(browser(town.agent).get("/account"))
    assert browser(town.stranger).post(f"/account/mandates/{mandate.pk}/revoke").status_code == 404
    client.post(f"/account/mandates/{mandate.pk}/revoke")
    mandate.refresh_from_db()
    assert mandate.revoked_at is not None
    assert "已经撤销" in text(client.post(f"/account/mandates/{mandate.pk}/revoke", follow=True))


def test_messages_are_counted_read_and_lead_on(town: Any) -> None:
    from yichuang.people.messages import tell_account

    tell_account(town.owner, "请补正材料", "请在三日内补齐。", "/my/")
    tell_account(town.owner, "外面", "不该去的地方。", "//evil.example/x")
    client = browser(town.owner)
    page = text(client.get("/messages/"))
    assert '<strong class="yc-badge">2' in page and "请在三日内补齐" in page
    first, second = town.owner.messages.order_by("id")
    assert browser(town.agent).post(f"/messages/{first.pk}").status_code == 404
    assert client.post(f"/messages/{first.pk}").url == "/my/"
    assert client.post(f"/messages/{second.pk}").url == "/messages/"
    assert "yc-badge" not in text(client.get("/messages/"))
    tell_account(town.owner, "再一条", "内容。")
    client.post("/messages/read")
    assert not town.owner.messages.filter(read_at=None).exists()


def test_the_outbox_is_a_demonstration_only(town: Any, monkeypatch: Any) -> None:
    from yichuang.faces.portal import account

    client = browser(town.owner)
    assert client.get("/outbox").status_code == 200
    monkeypatch.setattr(account, "is_demo_store", lambda: False)
    assert client.get("/outbox").status_code == 404


def test_pages_of_one_s_own_ask_for_a_login(town: Any) -> None:
    for address in ("/my/", "/messages/", "/account", "/outbox", "/cashier", "/items/410100/ZZ-001/apply"):
        answer = Client().get(address)
        assert answer.status_code == 302 and answer.url.startswith("/accounts/login/?next="), address


def test_what_one_reads_is_not_kept_by_the_browser(town: Any) -> None:
    assert browser(town.owner).get("/my/")["Cache-Control"] == "private, no-store"
    assert "no-store" not in Client().get("/").get("Cache-Control", "")
