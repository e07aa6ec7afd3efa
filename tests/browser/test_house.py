"""The three administrators in a real browser: a year loaded, a token issued, a refusal looked up; axe and 360 px."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import shot

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(transactional_db: None, live_server: Any) -> Any:
    """`house(page, kind)` sits down as an administrator of a small city in which something was refused."""
    from django.conf import settings
    from django.test import Client

    from tests.db.world import build
    from yichuang.aggregates.refusal import Refused
    from yichuang.org.models import Holding, Officer, Post
    from yichuang.people.models import Account

    city = build()
    names = {"sysadmin": "韩系统", "secadmin": "杨安全", "auditadmin": "朱审计"}
    accounts = {}
    for kind, name in names.items():
        post = Post.objects.create(
            id=f"410100/zwb/{kind}/1", department_id="410100/zwb", kind=kind, name=f"{name[1:]}管理员"
        )
        accounts[kind] = Account.objects.create_user(kind, kind="officer", real_name=name)
        made = Officer.objects.create(account=accounts[kind], name=name, number=kind)
        Holding.objects.create(officer=made, post=post, first_day=date(2017, 1, 1))
    case = city.submit().state
    with pytest.raises(Refused):
        city.do(case.id, "receive", city.reviewer, originals=[])

    def sit(page: Page, kind: str) -> Page:
        client = Client()
        client.force_login(accounts[kind])
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return sit


def looks(page: Page, name: str) -> None:
    shot(page, name)
    assert_accessible(page)
    assert_fits(page)


def test_the_system_administrator_loads_a_year(page: Page, phone: Page, house: Any) -> None:
    house(page, "sysadmin").goto("/desk/")
    expect(page.get_by_role("heading", level=1)).to_have_text("工作日历")
    looks(page, "house-calendar-1280")
    page.get_by_label("年份").fill("2027")
    page.get_by_label("放假通知的名称和文号").fill("国务院办公厅关于2027年部分节假日安排的通知")
    page.locator("#id_off_days").fill("元旦")
    page.get_by_role("button", name="核对").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("第1行“元旦”：不是日期")
    looks(page, "house-calendar-errors-1280")
    page.locator("#id_off_days").fill("2027年1月1日\n2027年2月5日")
    page.locator("#id_work_weekends").fill("2027-02-07")
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对2027年的安排")
    looks(page, "house-calendar-look-1280")
    page.get_by_role("button", name="返回修改").click()
    expect(page.locator("#id_off_days")).to_have_value("2027年1月1日\n2027年2月5日")
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="载入2027年").click()
    expect(page.get_by_role("status")).to_contain_text("2027年的安排已载入")
    for address, name in (("warnings", "warnings"), ("warnings/promised", "warning"), ("state", "state")):
        page.goto(f"/house/{address}")
        looks(page, f"house-{name}-1280")
    page.goto("/house/rules/R-P02/least_seconds")
    page.get_by_label("环节最短用时").fill("90")
    page.get_by_label("从哪天起执行").fill("2100-01-01")
    page.get_by_label("依据").fill("某政办〔2099〕3号")
    page.get_by_label("改动的原因").fill("两名审查员都反映时间太短。")
    page.get_by_role("button", name="改定").click()
    expect(page.get_by_role("status")).to_contain_text("自2100年1月1日（周五）起改为90秒")
    page.goto("/house/rules/R-P02/least_seconds")
    looks(page, "house-rule-1280")
    page.goto("/house/outages")
    page.get_by_label("停运的首日").fill("2026-03-02")
    page.get_by_label("停运的末日").fill("2026-03-02")
    page.get_by_label("原因和经过").fill("机房停电，上午九时至下午四时不能办理。")
    looks(page, "house-outages-1280")
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("main")).to_contain_text("没有监察发现因此撤销")
    looks(page, "house-outage-look-1280")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("main")).to_contain_text("机房停电")
    house(phone, "sysadmin")
    for address, name in (
        ("calendar", "calendar"),
        ("outages", "outages"),
        ("warnings", "warnings"),
        ("warnings/promised", "warning"),
        ("rules/R-P02/least_seconds", "rule"),
        ("state", "state"),
    ):
        phone.goto(f"/house/{address}")
        looks(phone, f"house-{name}-360")


def test_the_security_administrator_issues_a_token(page: Page, phone: Page, house: Any) -> None:
    house(page, "secadmin").goto("/house/clients")
    page.get_by_label("先查找人员").fill("reviewer1")
    page.get_by_role("button", name="查找").click()
    page.get_by_label("接口用户名称").fill("市监局业务系统")
    page.get_by_role("radio").first.check()
    looks(page, "house-clients-1280")
    page.get_by_role("button", name="签发").click()
    expect(page.locator("#token")).not_to_be_empty()
    looks(page, "house-token-1280")
    house(phone, "secadmin")
    for address, name in (
        ("clients", "clients"),
        ("departments?q=reviewer1", "departments"),
        ("departments/410100/scjg", "department"),
        ("post/410100/scjg/reviewer/1", "post"),
        ("officer", "enrol"),
    ):
        for one, width in ((page, 1280), (phone, 360)):
            one.goto(f"/house/{address}")
            looks(one, f"house-{name}-{width}")
    page.goto("/house/departments/410100/scjg")
    page.get_by_role("link", name="reviewer1").first.click()
    page.get_by_label("到哪天").fill("2030-01-01")
    page.get_by_label("原因").select_option(label="培训")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_contain_text("请为其岗位指定代理人")
    looks(page, "house-officer-1280")
    phone.goto(page.url)
    looks(phone, "house-officer-360")


def test_the_audit_administrator_looks_up_a_refusal(page: Page, phone: Page, house: Any) -> None:
    house(page, "auditadmin").goto("/house/audit")
    expect(page.get_by_role("table")).to_contain_text("收件")
    looks(page, "house-audit-1280")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_text("与记载的校验值一致")).to_be_visible()
    looks(page, "house-entry-1280")
    entry = page.url
    page.goto("/house/audit?about=standard")
    expect(page.get_by_role("table")).to_contain_text("办事规程发布")
    page.goto("/house/proof")
    looks(page, "house-proof-1280")
    house(phone, "auditadmin")
    for address, name in (("/house/audit?about=standard", "audit"), (entry, "entry"), ("/house/proof", "proof")):
        phone.goto(address)
        looks(phone, f"house-{name}-360")
