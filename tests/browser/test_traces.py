"""Who looked, where one is logged in, and coming back after half an hour, in a real browser; axe and 360 px."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import shot

pytestmark = [pytest.mark.django_db(transaction=True)]
PASSWORD = "Jianguo-road.88"


@pytest.fixture
def city(transactional_db: None) -> Iterator[Any]:
    from tests.db.world import build
    from yichuang.ledger.service import set_shift

    yield build()
    set_shift(None)


def looks(page: Page, name: str) -> None:
    shot(page, name)
    assert_accessible(page)
    assert_fits(page)


def officer_of(actor: Any) -> Any:
    from yichuang.people.models import Account

    account = Account.objects.get(pk=int(actor.person[2:]))
    account.set_password(PASSWORD)
    account.save()
    return account


def log_in(page: Page, name: str) -> None:
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()


@pytest.mark.clause("3.5c.5")
@pytest.mark.screen
def test_a_person_reads_who_looked(page: Page, phone: Page, city: Any) -> None:
    from yichuang.cases import looking
    from yichuang.people.face import Reader
    from yichuang.people.models import Account, Membership, Subject
    from yichuang.people.service import unmask

    person = Subject.objects.create(
        id="s:1", kind="person", name="张三丰", id_type="111", id_number="11010519491231002X"
    )
    account = Account.objects.create_user("zhang3", PASSWORD)
    Membership.objects.create(account=account, subject=person, role="self")
    case = city.submit().state.id
    for actor in (city.window, city.reviewer, city.head):
        looking.trace_case(actor, case)
    looking.trace_person(city.window, "s:1")
    unmask(person, "id_number", "核对身份证原件", city.reviewer, Reader.OFFICER)
    looking.record_looks()
    page.goto("/account/looked")
    log_in(page, "zhang3")
    expect(page.get_by_role("main")).to_contain_text("所写理由：核对身份证原件")
    looks(page, "looked-1280")
    page.get_by_role("link", name="我的账号").first.click()
    page.get_by_role("link", name="谁看过我的信息").click()
    phone.goto("/account/looked")
    log_in(phone, "zhang3")
    expect(phone.get_by_role("heading", level=1)).to_have_text("谁看过我的信息")
    looks(phone, "looked-360")
    phone.goto("/account/devices")
    expect(phone.get_by_role("main")).to_contain_text("您的账号现在在2处登录")
    looks(phone, "devices-360")
    phone.get_by_role("button", name="结束其他全部登录").click()
    expect(phone.get_by_role("status")).to_contain_text("已结束其他1处登录")
    page.goto("/my/")
    expect(page.get_by_role("main")).to_contain_text("在别处结束了这次登录")


def test_an_officer_comes_back_after_half_an_hour_to_what_was_typed(page: Page, phone: Page, city: Any) -> None:
    from yichuang.people.models import LoginSession

    account = officer_of(city.window)
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    page.goto(f"/desk/case/{case}")
    log_in(page, account.username)
    words = "材料与标准公布的形式不符，请按办事指南第三项补齐。"
    act = page.locator("#act-decline")
    act.locator("summary").first.click()
    act.locator("textarea").first.fill(words)
    LoginSession.objects.update(seen_at=LoginSession.objects.get(account=account).seen_at - timedelta(minutes=31))
    act.get_by_role("button", name="不予受理", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("已30分钟没有操作")
    looks(page, "login-idle-1280")
    log_in(page, account.username)
    expect(page).to_have_url(f"{page.url.split('/desk')[0]}/desk/case/{case}")
    expect(act.locator("textarea").first).to_have_value(words)
    expect(page.get_by_role("main")).to_contain_text("您上次填写、没有提交的内容还在")
    looks(page, "desk-kept-1280")


def test_the_pages_of_supervisors_and_the_security_administrator(page: Page, phone: Page, city: Any) -> None:
    from tests.db.cases.test_looking import sit

    supervisor, administrator = officer_of(sit("supervisor")), officer_of(sit("secadmin"))
    case = city.submit().state.id
    for where, name in ((page, "1280"), (phone, "360")):
        where.goto(f"/desk/case/{case}/withhold")
        log_in(where, supervisor.username)
        where.get_by_role("button", name="登记").click()
        expect(where.locator(".govuk-error-summary")).to_be_visible()
        looks(where, f"withhold-{name}")
        where.get_by_role("button", name="退出").first.click()
        where.goto("/house/security")
        log_in(where, administrator.username)
        looks(where, f"security-{name}")
        where.get_by_role("link", name="修改").first.click()
        looks(where, f"security-number-{name}")
