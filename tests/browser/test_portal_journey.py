"""A person's way through the portal in a real browser: search, guide, login, form, files, submission, progress."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import shot
from tests.db.portal.pages import PDF

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-long-password"


@pytest.fixture
def town(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Any]:
    from tests.db.portal.towns import found
    from tests.db.world import build
    from yichuang.ledger.service import set_shift

    settings.MEDIA_ROOT = tmp_path
    yield found(build())
    set_shift(None)


def look(page: Page, name: str) -> None:
    """Every page on the way: seen by people later, by axe now, and as wide as its window."""
    shot(page, f"portal-{name}")
    assert_accessible(page)
    assert_fits(page)


def log_in(page: Page, name: str = "zhangsanfeng") -> None:
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()


def fill_premises(page: Page) -> None:
    page.get_by_role("group", name="主体业态").get_by_label("餐饮服务经营者").check()
    page.get_by_label("热食类食品制售").check()
    for question in ("是否连锁门店", "是否通过网络经营", "是否设中央厨房或者集体用餐配送"):
        page.get_by_role("group", name=question).get_by_label("否", exact=True).check()
    page.get_by_label("经营场所地址").fill("郑州市金水区示范路 1 号 1 层")
    page.get_by_label("经营场所面积").fill("120.5")
    page.get_by_label("食品处理区面积").fill("40")
    page.get_by_role("group", name="用水来源").get_by_label("市政供水").check()
    page.get_by_label("就餐座位数").fill("30")
    page.get_by_label("从业人员数").fill("6")
    page.get_by_label("其中持有效健康证明人数").fill("6")
    page.get_by_label("拟开业日期").fill("2090-12-01")


def fill_manager(page: Page, row: int, name: str, number: str) -> None:
    page.locator(f"#id_managers-{row}-manager_name").fill(name)
    page.locator(f"#id_managers-{row}-manager_id").fill(number)
    part = page.locator("#section-managers [data-row]").nth(row)
    part.get_by_label("食品安全员").check()
    page.locator(f"#id_managers-{row}-manager_phone").fill("13800000001")
    page.locator(f"#id_managers-{row}-manager_trained_on").fill("2018-01-05")


@pytest.mark.clause("3.5c.1", "3.5g.2")
@pytest.mark.screen
@pytest.mark.slow
@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_person_opens_a_restaurant(request: pytest.FixtureRequest, town: Any, device: str) -> None:
    page: Page = request.getfixturevalue("page" if device == "desktop" else "phone")
    page.goto("/")
    look(page, f"home-{device}")
    page.get_by_role("searchbox").fill("开饭店")
    page.get_by_role("button", name="搜索").click()
    expect(page).to_have_url(re.compile("/search"))
    look(page, f"search-{device}")
    page.get_by_role("link", name="食品经营许可").first.click()
    look(page, f"guide-{device}")
    page.get_by_role("button", name="我要准备什么").click()
    look(page, f"questions-{device}")
    for answer in ("都不是", "企业或者其他组织", "新办", "不是"):
        page.get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="看我的清单").click()
    expect(page.get_by_role("heading", name="要带的")).to_be_visible()
    page.locator(".yc-bring summary").first.click()
    look(page, f"list-{device}")
    if device == "desktop":
        printed = page.pdf(format="A4", print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2, "the list is printed on two pages"
    page.get_by_role("button", name="开始办理").click()
    log_in(page)
    page.get_by_label("郑州一窗餐饮有限公司").check()
    expect(page.get_by_label("新办")).to_be_checked()
    look(page, f"start-{device}")
    page.get_by_role("button", name="开始填表").click()

    # what an answer calls for appears, and goes again with it
    machines = page.locator("#section-machines")
    vending = page.get_by_role("group", name="是否利用自动售货设备经营")
    expect(machines).to_be_hidden()
    expect(vending.get_by_label("否", exact=True)).to_be_checked()  # answered before
    vending.get_by_label("是", exact=True).check()
    expect(machines).to_be_visible()
    vending.get_by_label("否", exact=True).check()
    expect(machines).to_be_hidden()
    fill_premises(page)
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    # a repeated group grows and shrinks, and what stands elsewhere stays
    fill_manager(page, 0, "张三丰", "11010519491231002X")
    page.get_by_role("button", name=re.compile("^添加一行.*食品安全管理人员")).click()
    expect(page.locator("#id_managers-1-manager_name")).to_be_visible()
    page.get_by_role("button", name=re.compile("删去.*第 2 行")).click()
    expect(page.locator("#id_managers-1-manager_name")).to_have_count(0)
    expect(page.locator("#id_managers-0-manager_name")).to_have_value("张三丰")
    expect(page.get_by_label("经营场所面积")).to_have_value("120.5")
    look(page, f"form-{device}")
    page.get_by_role("button", name="下一步：交材料").click()

    expect(page).to_have_url(re.compile("/materials$"))
    look(page, f"materials-{device}")
    page.locator("#file-M03").set_input_files({"name": "布局图.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(page.get_by_role("link", name="布局图.pdf")).to_be_visible()
    page.locator("#file-M04").set_input_files({"name": "制度.pdf", "mimeType": "application/pdf", "buffer": b"no"})
    expect(page.locator(".govuk-error-summary")).to_contain_text("不是PDF")
    look(page, f"materials-error-{device}")
    lacking = page.locator(".yc-material--open")
    while before := lacking.count():
        lacking.first.get_by_role("button", name=re.compile("到窗口交原件")).click()
        expect(lacking).to_have_count(before - 1)
    page.get_by_role("button", name="下一步：核对提交").click()
    look(page, f"review-{device}")
    page.get_by_label("我对申请材料实质内容的真实性负责").check()
    page.get_by_role("button", name="提交申请").click()

    expect(page.get_by_role("heading", name="申请已提交")).to_be_visible()
    look(page, f"filed-{device}")
    rows = page.locator(".govuk-summary-list__row")
    receipt = rows.filter(has_text="受理号").locator("dd").first.inner_text().strip()
    code = rows.filter(has_text="查询码").locator("dd").first.inner_text().strip()
    page.get_by_role("button", name="查看这件").click()
    expect(page.get_by_role("heading", name="我要做什么")).to_be_visible()
    page.locator(".yc-why > summary").first.click()
    look(page, f"case-{device}")
    for name, address in (("mine", "/my/"), ("messages", "/messages/"), ("account", "/account"), ("outbox", "/outbox")):
        page.goto(address)
        look(page, f"{name}-{device}")
    page.goto("/progress")
    page.get_by_label("办件编号或受理号").fill(receipt)
    page.get_by_label("查询码").fill(code.lower())
    look(page, f"progress-ask-{device}")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("main")).to_contain_text("提交申请")
    expect(page.get_by_role("main")).not_to_contain_text("张三丰")
    look(page, f"progress-{device}")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("catalogue", "/items/"),
        ("nothing-found", "/search?q=龘龘龘"),
        ("blank", "/items/410100/ZZ-001/blank"),
        ("bases", "/bases"),
        ("openness", "/openness"),
        ("late", "/late"),
        ("remedies", "/remedies"),
        ("help", "/help"),
        ("accessibility", "/accessibility"),
        ("privacy", "/privacy"),
    ],
)
def test_public_pages(page: Page, phone: Page, town: Any, name: str, address: str) -> None:
    page.goto(address)
    look(page, f"{name}-desktop")
    phone.goto(address)
    look(phone, f"{name}-phone")


def test_the_whole_of_it_without_script(page_without_script: Page, town: Any) -> None:
    page = page_without_script
    page.goto("/search?q=开饭店")
    page.get_by_role("link", name="食品经营许可").first.click()
    page.get_by_label("办理情形").select_option("renew")
    page.get_by_role("button", name="只看我需要的").click()
    expect(page.locator("#M04")).to_have_count(0)
    page.get_by_role("button", name="开始办理").click()
    log_in(page)
    page.get_by_label("郑州一窗餐饮有限公司").check()
    page.get_by_role("button", name="开始填表").click()
    expect(page.get_by_role("heading", name="选择要延续的证照")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("没有本事项的证照")
    page.get_by_role("link", name="申请新办").click()
    page.get_by_label("郑州一窗餐饮有限公司").check()
    page.get_by_role("button", name="开始填表").click()
    page.get_by_label("经营场所面积").fill("120.5")
    page.get_by_role("button", name=re.compile("^添加一行.*食品安全管理人员")).click()
    expect(page.get_by_label("经营场所面积")).to_have_value("120.5")
    expect(page.locator("#id_managers-1-manager_name")).to_have_count(1)
    page.get_by_role("button", name="下一步：交材料").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()


def test_results_come_while_typing(page: Page, town: Any) -> None:
    page.goto("/search")
    page.get_by_role("searchbox").press_sequentially("spjy", delay=20)
    expect(page.locator("#results")).to_contain_text("食品经营许可")


def test_an_expired_session_says_so_and_loses_nothing(page: Page, town: Any) -> None:
    from yichuang.people.models import LoginSession

    page.goto("/items/410100/ZZ-001/apply")
    log_in(page)
    page.get_by_label("郑州一窗餐饮有限公司").check()
    page.get_by_label("新办").check()
    page.get_by_role("button", name="开始填表").click()
    LoginSession.objects.all().delete()
    page.get_by_label("门店招牌名称").fill("不丢的饭店")
    page.get_by_label("经营场所地址").click()
    saved = page.locator("#saved")
    expect(saved).to_contain_text("登录已过期")
    shot(page, "portal-expired")
    saved.get_by_role("link", name="重新登录").click()
    log_in(page)
    expect(page.get_by_label("门店招牌名称")).to_have_value("不丢的饭店")
    expect(page.locator(".yc-flashes")).to_contain_text("已经恢复")
