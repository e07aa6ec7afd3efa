"""The account pages in a browser: signing up, in and out, the second factor; accessible, in Chinese, 360 px wide."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import PHONE, shot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
PASSWORD = "一窗-demo-2018"
ENGLISH = re.compile(r"\b(?:the|your|you|please|sign|password|account|code)\b", re.IGNORECASE)


@pytest.fixture
def account(settings: Any) -> Any:
    settings.LOGIN_REDIRECT_URL = settings.LOGOUT_REDIRECT_URL = "/kitchen"
    return get_user_model().objects.create_user("wangfang", PASSWORD, real_name="王芳")


def look(page: Page, name: str) -> None:
    """What every account page must be; and a picture of it."""
    assert_accessible(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})  # type: ignore[typeddict-item]
    assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    shot(page, f"account-{name}")
    words = page.locator("main").inner_text()
    assert not ENGLISH.search(words) and "<" not in words, words


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill("wangfang")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def confirm(page: Page) -> None:
    """Say the password again, as everything that touches the account's safety asks."""
    expect(page.get_by_role("heading", level=1)).to_have_text("请再确认一次身份")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="确认").click()


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("name", ["login", "signup", "password/reset", "password/reset/done", "inactive"])
def test_pages_for_everybody(page: Page, name: str) -> None:
    response = page.goto(f"/accounts/{name}/")
    assert response is not None and response.ok
    look(page, name.replace("/", "-"))


def test_a_wrong_password_is_told_in_the_summary(page: Page, account: Any) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill("wangfang")
    page.get_by_label("密码", exact=True).fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("错误：")
    look(page, "login-wrong")


def test_other_ways_and_demo_accounts_are_offered(page: Page, settings: Any) -> None:
    app = {
        "provider_id": "tyrz",
        "name": "统一身份认证",
        "client_id": "c",
        "secret": "s",
        "settings": {"server_url": "https://login.example"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    page.goto("/accounts/login/")
    button = page.get_by_role("button", name="用统一身份认证登录")
    expect(button).to_be_visible()
    assert "/tyrz/login" in str(button.locator("xpath=..").get_attribute("action"))
    page.goto("/login-demo")
    expect(page.get_by_role("button", name="赵敏")).to_be_visible()
    look(page, "login-demo")


def test_in_and_out(page: Page, account: Any) -> None:
    sign_in(page)
    page.goto("/accounts/password/change/")
    expect(page.locator(".yc-account")).to_contain_text("王芳")
    look(page, "password-change")
    page.goto("/accounts/logout/")
    look(page, "logout")
    page.locator("main").get_by_role("button", name="退出登录").click()
    page.goto("/accounts/login/")
    expect(page.locator(".yc-account")).to_contain_text("登录")


def test_the_second_factor(page: Page, open_page: Callable[..., Page], account: Any) -> None:
    sign_in(page)
    page.goto("/accounts/2fa/")
    look(page, "mfa-index")
    page.goto("/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/")
    look(page, "reauthenticate")
    confirm(page)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name=re.compile("^开启")).click()
    expect(page.locator(".yc-qr img")).to_be_visible()
    look(page, "mfa-activate")
    secret = page.locator("main .yc-code").inner_text()
    page.locator("main input[name=code]").fill(code(secret))
    page.get_by_role("button", name="开启").click()
    expect(page.locator(".yc-recovery li")).to_have_count(10)
    look(page, "mfa-recovery-codes")
    spare = page.locator(".yc-recovery li").first.inner_text()
    page.goto("/accounts/2fa/recovery-codes/generate/")
    look(page, "mfa-recovery-generate")
    page.goto("/accounts/2fa/totp/deactivate/")
    look(page, "mfa-deactivate")

    other = open_page({"width": 1280, "height": 900})
    sign_in(other)
    look(other, "mfa-authenticate")
    other.locator("main input[name=code]").fill(spare)
    other.get_by_role("button", name="登录", exact=True).click()
    expect(other.locator(".yc-account")).to_contain_text("王芳")
