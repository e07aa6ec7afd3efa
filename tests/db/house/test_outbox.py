"""The outbox page of the system administrator, and the first link of a new officer: by mail or shown once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

PASSWORD = "a-long-password-2018"


def follow(browser: Any, address: str, **data: Any) -> str:
    text: str = browser.post(address, data, follow=True).content.decode()
    return text


def kinds(stream: str) -> list[str]:
    from yichuang.ledger.models import Entry

    return list(Entry.objects.filter(stream=stream).order_by("seq").values_list("kind", flat=True))


def test_states_and_reasons_without_addresses_or_texts_at_few_statements(house: Any) -> None:
    from yichuang.people.models import Mail

    made = {"subject": "请补正材料", "body": "内容甲", "failure": "对方服务器拒收（550 5.1.1）"}
    Mail.objects.create(channel="email", to="zhangsan@example.cn", state="failed", tries=1, **made)
    Mail.objects.create(channel="sms", to="13812345678", state="waiting", subject="已受理", body="内容乙")
    with CaptureQueriesContext(connection) as asked:
        failed = house.sysadmin.get("/house/outbox").content.decode()
    assert len(asked) <= 9, "\n".join(q["sql"][:150] for q in asked)
    assert "z***@example.cn" in failed and "550 5.1.1" in failed and "再发一次" in failed
    waiting = house.sysadmin.get("/house/outbox?state=waiting").content.decode()
    assert "138****5678" in waiting
    for page in (failed, waiting):
        assert "内容甲" not in page and "zhangsan@" not in page and "13812345678" not in page


def test_a_failed_one_is_sent_again_by_a_button_on_record(house: Any) -> None:
    from yichuang.people.models import Mail

    mail = Mail.objects.create(channel="email", to="a@example.cn", state="failed", subject="一", body="二")
    assert "已重新排入待发" in follow(house.sysadmin, f"/house/outbox/{mail.pk}/retry")
    mail.refresh_from_db()
    assert mail.state == "waiting" and kinds(f"people/mail/{mail.pk}") == ["mail_retried"]
    assert "不能再发" in follow(house.sysadmin, f"/house/outbox/{mail.pk}/retry")
    assert house.sysadmin.post("/house/outbox/999999/retry").status_code == 404


ENROLLED = {"name": "李新来", "number": "W-100", "username": "lixinlai"}


def test_a_new_officer_gets_a_link_by_mail(house: Any, settings: Any) -> None:
    from yichuang.people.models import Account, Mail

    settings.EMAIL_HOST = "mail.example.cn"
    text = follow(house.secadmin, "/house/officer", **ENROLLED, email="li@example.cn")
    assert "已登记李新来" in text and "l***@example.cn" in text and "/accounts/first/" not in text
    mail = Mail.objects.get()
    assert (mail.to, mail.secret, mail.owner) == ("li@example.cn", True, Account.objects.get(username="secadmin"))
    (path,) = re.findall(r"http://localhost:8000(/accounts/first/\S+)", mail.body)
    assert Client().post(path, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert Account.objects.get(username="lixinlai").check_password(PASSWORD)


@pytest.mark.parametrize(("host", "email"), [("", "li@example.cn"), ("mail.example.cn", "")])
def test_without_a_server_or_an_address_the_page_shows_it_once(
    house: Any, settings: Any, host: str, email: str
) -> None:
    from yichuang.ledger.models import Entry
    from yichuang.people.models import Account, Mail

    settings.EMAIL_HOST = host
    answer = house.secadmin.post("/house/officer", {**ENROLLED, "email": email})
    page = answer.content.decode()
    (path,) = re.findall(r'id="first-link">http://localhost:8000([^<]+)<', page)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"] and "只在这一页显示一次" in page
    assert Client().get(path).status_code == 200 and not Mail.objects.exists()
    account = Account.objects.get(username="lixinlai")
    assert "first_link_issued" in kinds(f"people/account/{account.pk}")
    assert not any(path.rsplit("/", 1)[1] in e.body for e in Entry.objects.all())


def test_a_link_is_issued_again_after_a_tick_and_never_to_oneself(house: Any, settings: Any) -> None:
    from yichuang.org.models import Officer

    settings.EMAIL_HOST = ""
    one = Officer.objects.select_related("account").get(account__username="reviewer1")
    one.account.set_password(PASSWORD)
    one.account.save()
    address = f"/house/officer/{one.pk}/link"
    assert "请先勾选" in follow(house.secadmin, address)
    one.account.refresh_from_db()
    assert one.account.check_password(PASSWORD)
    assert 'id="first-link"' in follow(house.secadmin, address, sure="yes")
    one.account.refresh_from_db()
    assert not one.account.has_usable_password()
    own = Officer.objects.get(account__username="secadmin")
    assert house.secadmin.post(f"/house/officer/{own.pk}/link", {"sure": "yes"}).status_code == 403
    follow(house.secadmin, f"/house/officer/{one.pk}/close", sure="yes")
    assert "已关闭，不能发放" in follow(house.secadmin, address, sure="yes")


def test_from_the_link_to_the_second_factor_and_the_desk(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A production store: the officer sets a password, logs in, and is led to the second factor before the desk."""
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people import mfa
    from yichuang.people.first_login import issue_first_link
    from yichuang.people.models import Account

    monkeypatch.setattr(mfa, "_kind", "production")
    account = Account.objects.get(username="reviewer1")
    path = issue_first_link(account, SYSTEM)
    browser = Client()
    assert browser.post(path, {"password1": PASSWORD, "password2": PASSWORD})["Location"] == "/accounts/login/"
    answer = browser.post("/accounts/login/", {"login": "reviewer1", "password": PASSWORD})
    assert answer["Location"] == "/desk/"
    assert browser.get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200
