"""Every macro, the form of a standard and the error pages: accessible, 360 px wide, with and without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import shot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]


@pytest.mark.parametrize("address", ["/kitchen", "/kitchen/desk"])
def test_every_macro_is_accessible_on_a_desktop(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".yc-flow[data-drawn] svg")
    page.wait_for_selector(".yc-chart[data-drawn] canvas")
    shot(page, address.strip("/").replace("/", "-") + "-desktop")
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("address", ["/kitchen", "/kitchen/desk"])
def test_every_macro_fits_a_phone(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.wait_for_selector(".yc-chart[data-drawn] canvas")
    shot(phone, address.strip("/").replace("/", "-") + "-phone")
    assert_accessible(phone)
    assert_fits(phone)


def test_the_mark_of_the_flow_viewer_stays_visible(page: Page) -> None:
    page.goto("/kitchen")
    expect(page.locator(".yc-flow .bjs-powered-by")).to_be_visible()


def test_errors_are_listed_linked_and_announced(page: Page) -> None:
    page.goto("/kitchen")
    page.get_by_role("button", name="保存并继续").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    shot(page, "kitchen-errors")
    assert_accessible(page)
    summary.get_by_role("link", name="从业人员第 1 行：请填写“姓名”。").click()
    expect(page.locator("#id_staff-0-person")).to_be_focused()
    summary.get_by_role("link", name="请选择“业态”。").click()
    expect(page.get_by_role("radio", name="餐饮服务")).to_be_focused()


def test_a_conditional_part_appears_as_its_condition_is_met(page: Page) -> None:
    page.goto("/kitchen")
    part = page.locator("#section-kitchen")
    food = page.get_by_role("group", name="是否现场制售")
    expect(part).to_be_hidden()
    food.get_by_label("是", exact=True).check()
    expect(part).to_be_visible()
    expect(page.locator("#id_cold_area")).to_be_hidden()
    part.get_by_role("group", name="是否制作冷食").get_by_label("是", exact=True).check()
    expect(page.locator("#id_cold_area")).to_be_visible()
    food.get_by_label("否", exact=True).check()
    expect(part).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_rows_are_added_and_removed(open_page: Callable[..., Page], script: bool) -> None:
    page = open_page({"width": 1280, "height": 900}, java_script_enabled=script)
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    page.goto("/kitchen")
    page.locator("#id_staff-0-person").fill("张三")
    page.locator("#id_note").fill("第一行\n第二行")
    page.get_by_role("button", name="添加一行").click()
    expect(page.locator(".yc-row")).to_have_count(2)
    expect(page.locator("#id_staff-0-person")).to_have_value("张三")
    expect(page.locator("#id_note")).to_have_value("第一行\n第二行")
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    page.locator("#id_staff-1-person").fill("李四")
    trained = page.locator(".yc-row").nth(1).get_by_role("group", name="是否培训合格")
    trained.get_by_label("是", exact=True).check()
    if script:
        expect(page.locator("#id_staff-1-trained_on")).to_be_visible()
        expect(page.locator("#id_staff-0-trained_on")).to_be_hidden()
    page.get_by_role("button", name="添加一行").click()
    expect(page.locator(".yc-row")).to_have_count(3)
    expect(page.get_by_role("button", name="添加一行")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^删去.*第 1 行")).click()
    expect(page.locator(".yc-row")).to_have_count(2)
    expect(page.locator("#id_staff-0-person")).to_have_value("李四")
    assert len(loads) == (1 if script else 4)


def test_a_lost_server_says_so_and_keeps_what_was_filled_in(page: Page) -> None:
    page.goto("/kitchen")
    page.locator("#id_staff-0-person").fill("张三")
    page.route("**/kitchen", lambda route: route.fulfill(status=503, body="<p>503</p>", content_type="text/html"))
    page.get_by_role("button", name="添加一行").click()
    expect(page.get_by_role("alert").filter(has_text="没有办成")).to_be_visible()
    expect(page.locator("#id_staff-0-person")).to_have_value("张三")


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 503])
def test_error_pages(page: Page, phone: Page, status: int) -> None:
    response = page.goto(f"/error/{status}")
    assert response is not None and response.status == status
    assert_accessible(page)
    phone.goto(f"/error/{status}")
    assert_fits(phone)
    if status in (500, 503):
        shot(page, f"error-{status}")


def test_what_a_view_raises_becomes_a_page(page: Page, settings: Any, live_server: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "yichuang.faces.errors.Outage"]
    for address, status, words in [
        ("/broken/database", 503, "没有丢失"),
        ("/broken/forbidden", 403, "不在您的岗位范围内"),
        ("/broken/bug", 500, "错误编号"),
        ("/nowhere", 404, "没有找到"),
    ]:
        response = page.goto(address)
        assert response is not None and response.status == status, address
        expect(page.locator("main")).to_contain_text(words)
        assert "secret detail" not in page.content()


def test_paper_carries_the_matter_and_the_ground_but_no_controls(page: Page) -> None:
    page.goto("/kitchen")
    page.emulate_media(media="print")
    expect(page.locator(".yc-why__clause")).to_be_visible()
    for control in (".govuk-service-navigation", ".yc-filter", ".govuk-button >> nth=0", ".yc-account"):
        expect(page.locator(control)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_skip_link_comes_first(page: Page) -> None:
    page.goto("/kitchen")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()
