"""Who is who in a real browser: unbound accounts, a window code, a first link, the outbox, a question; axe, 360 px."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import PHONE, shot

pytestmark = [pytest.mark.django_db(transaction=True)]
PASSWORD = "a-long-password-2018"
NUMBER = "410105198505059973"


@pytest.fixture
def sit(transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`sit(page, who)` logs in as a post of the small city (`window`), an administrator or an account's name."""
    from django.conf import settings
    from django.test import Client

    from tests.db.world import build
    from yichuang.org.models import Holding, Officer, Post
    from yichuang.people import mfa
    from yichuang.people.models import Account

    city = build()
    monkeypatch.setattr(mfa, "_kind", "production")  # but for the second factor of officers, which stays the demo's
    monkeypatch.setattr(mfa, "lacks_second_factor", lambda account: False)
    for kind in ("sysadmin", "secadmin"):
        post = Post.objects.create(id=f"410100/zwb/{kind}/1", department_id="410100/zwb", kind=kind, name="管理员岗")
        made = Officer.objects.create(
            account=Account.objects.create_user(kind, kind="officer", real_name="管理员"), name="管理员", number=kind
        )
        Holding.objects.create(officer=made, post=post, first_day=date(2017, 1, 1))
    Account.objects.create_user("qianduoduo", PASSWORD)

    def log_in(page: Page, who: str) -> Page:
        found = Account.objects.filter(username=who).first() or Account.objects.get(
            pk=int(getattr(city, who).person[2:])
        )
        client = Client()
        client.force_login(found)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    log_in.city = city  # type: ignore[attr-defined]
    return log_in


def look(page: Page, name: str) -> None:
    assert_accessible(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})  # type: ignore[typeddict-item]
    assert_fits(page)
    shot(page, f"identity-{name}")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_an_account_begins_unbound_and_is_bound_by_a_window_s_code(page: Page, open_page: Any, sit: Any) -> None:
    from yichuang.people import service

    page.goto("/accounts/signup/")
    expect(page.get_by_role("heading", level=1)).to_have_text("注册账号")
    look(page, "signup")
    person = service.register_subject(kind="person", name="钱多多", id_type="111", number=NUMBER, actor=sit.city.window)
    desk = sit(open_page({"width": 1280, "height": 900}), "window")
    desk.goto(f"/desk/intake/for/{person.id}")
    desk.get_by_role("link", name="发放实名绑定码").click()
    look(desk, "binding")
    desk.get_by_label("证件原件，本人到场", exact=True).check()
    desk.get_by_role("button", name="发放绑定码").click()
    look(desk, "binding-code")
    code = desk.locator("#binding-code").inner_text()

    own = sit(page, "qianduoduo")
    own.goto("/account")
    expect(own.get_by_role("heading", name="这个账号还没有绑定本人")).to_be_visible()
    look(own, "unbound")
    own.get_by_label("证件号码或者统一社会信用代码").fill(NUMBER)
    own.get_by_label("绑定码", exact=True).fill("AAAAA-AAAAA")
    own.get_by_role("button", name="绑定").click()
    expect(own.locator(".govuk-error-summary")).to_contain_text("对不上")
    look(own, "wrong-code")
    own.get_by_label("证件号码或者统一社会信用代码").fill(NUMBER)
    own.get_by_label("绑定码", exact=True).fill(code)
    own.get_by_role("button", name="绑定").click()
    expect(own.locator("body")).to_contain_text("已绑定“钱多多”")
    look(own, "bound")


def test_a_new_officer_s_link_is_shown_and_opened(page: Page, open_page: Any, sit: Any) -> None:
    house = sit(page, "secadmin")
    house.goto("/house/officer")
    for label, value in (("姓名", "李新来"), ("工号", "W-100"), ("用户名", "lixinlai")):
        house.get_by_label(label, exact=True).fill(value)
    house.get_by_role("button", name="登记").click()
    look(house, "first-link")
    link = house.locator("#first-link").inner_text()
    other = open_page({"width": 1280, "height": 900})
    other.goto(re.sub(r"^https?://[^/]+", "", link))
    look(other, "first-password")
    for box in other.locator("main input[type=password]").all():
        box.fill(PASSWORD)
    other.get_by_role("button", name="设置密码").click()
    expect(other).to_have_url(re.compile("/accounts/login/"))
    other.goto(re.sub(r"^https?://[^/]+", "", link))
    expect(other.get_by_role("heading", level=1)).to_have_text("链接不能再用")
    look(other, "first-used")


def test_an_outbox_and_a_question(page: Page, sit: Any) -> None:
    from yichuang.people.models import IdentityQuestion, Mail, Subject

    made = {"subject": "请补正材料", "body": "内容"}
    for state, more in (
        ("failed", {"failure": "对方服务器拒收（550 5.1.1）", "tries": 1}),
        ("waiting", {}),
        ("sent", {}),
    ):
        Mail.objects.create(channel="email", to="zhangsan@example.cn", state=state, **made, **more)
    sit(page, "sysadmin")
    for state in ("failed", "waiting", "sent"):
        page.goto(f"/house/outbox?state={state}")
        look(page, f"outbox-{state}")
    subject = Subject.objects.create(kind="person", name="钱多多", id_type="111", id_number=NUMBER)
    claimed = {"name": "钱少少", "id_type": "111", "id_number": NUMBER}
    IdentityQuestion.objects.create(subject=subject, provider="tyrz", uid="u", kind="name", digest="x", **claimed)
    sit(page, "secadmin")
    page.goto("/house/identities")
    look(page, "questions")
    page.get_by_role("link", name=re.compile("^核实")).click()
    look(page, "question")
    page.get_by_role("button", name="维持本站登记").click()
    expect(page.locator("body")).to_contain_text("已决定并记账")
    look(page, "decided")
