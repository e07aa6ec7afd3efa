"""Nothing typed is lost: two places at once, no network, a session that ended, another account, the wrong button."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import DESKTOP, PHONE, shot
from tests.browser.test_desk import city, sit  # noqa: F401 — fixtures
from tests.browser.test_portal_journey import fill_manager, fill_premises, log_in, town  # noqa: F401
from yichuang.cases.models import Draft
from yichuang.kernel.codes import uscc

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]


def begin(page: Page) -> str:
    """A new draft, its form open; the address."""
    page.goto("/items/410100/ZZ-001/apply")
    log_in(page)
    page.get_by_label("郑州一窗餐饮有限公司").check()
    page.get_by_label("新办").check()
    page.get_by_role("button", name="开始填表").click()
    expect(page.locator("#saved")).to_be_visible()
    return page.url


def write(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).fill(text)
    page.get_by_label(label).blur()


def kept(name: str) -> Any:
    return Draft.objects.get().values["form"].get(name)


def test_a_desktop_and_a_phone_are_merged_field_by_field(open_page: Open, town: Any) -> None:  # noqa: F811
    desk, phone = open_page(DESKTOP), open_page(PHONE, has_touch=True, is_mobile=True)
    address = begin(desk)
    phone.goto(address)
    log_in(phone)
    write(phone, "经营场所地址", "手机上填的地址")
    expect(phone.locator("#saved")).to_contain_text("已自动保存")
    write(desk, "门店招牌名称", "电脑上填的店")
    expect(desk.locator("#saved")).to_contain_text("“经营场所地址”在别处改过，也已保留")
    assert (kept("premises_address"), kept("signboard")) == ("手机上填的地址", "电脑上填的店")
    # the same field in both: nothing is replaced before somebody has chosen
    write(phone, "门店招牌名称", "手机上填的店")
    line = phone.locator("#saved")
    expect(line).to_contain_text("“门店招牌名称”在别处也改过，这里填的还没有保存")
    assert kept("signboard") == "电脑上填的店"
    line.get_by_role("button", name="看两处的内容并选择").click()
    expect(phone.get_by_text("已改成：电脑上填的店")).to_be_visible()
    expect(phone.get_by_label("门店招牌名称")).to_have_value("手机上填的店")
    shot(phone, "nothing-lost-both")
    assert_accessible(phone)
    assert_fits(phone)
    phone.get_by_role("button", name="用这里填的").click()
    expect(phone.locator(".yc-flashes")).to_contain_text("已保存")
    assert kept("signboard") == "手机上填的店"


def test_without_a_network_it_says_so_and_goes_on_by_itself(page: Page, town: Any) -> None:  # noqa: F811
    begin(page)
    page.context.set_offline(True)
    write(page, "门店招牌名称", "断网时填的店")
    saved = page.locator("#saved")
    expect(saved).to_contain_text("还没有保存")
    expect(saved).not_to_contain_text("已自动保存")
    page.get_by_role("button", name="下一步：交材料").click()
    page.get_by_role("button", name=re.compile("^添加一行.*食品安全管理人员")).click()
    expect(page).to_have_url(re.compile("/form$"))
    expect(page.get_by_label("门店招牌名称")).to_have_value("断网时填的店")
    shot(page, "nothing-lost-offline")
    assert_accessible(page)
    page.context.set_offline(False)
    expect(saved).to_contain_text("已自动保存")
    assert kept("signboard") == "断网时填的店"


def test_a_button_waits_for_what_was_just_typed(page: Page, town: Any) -> None:  # noqa: F811
    """No dispute with oneself, though the save is slow and one types on."""
    begin(page)
    page.route("**/autosave", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.get_by_label("门店招牌名称").fill("慢")
    page.get_by_label("经营场所地址").fill("示范路")
    page.get_by_label("门店招牌名称").fill("慢网络的店")
    page.locator("#id_managers-0-manager_name").fill("张三丰")
    page.get_by_role("button", name=re.compile("^添加一行.*食品安全管理人员")).click()
    page.locator("#id_managers-1-manager_name").fill("李四")
    expect(page.locator("#id_managers-0-manager_name")).to_have_value("张三丰")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".yc-flashes")).to_contain_text("草稿已保存")
    assert kept("signboard") == "慢网络的店"
    assert [row["manager_name"] for row in kept("managers")] == ["张三丰", "李四"]


def test_cookies_cleared_while_writing(page: Page, town: Any) -> None:  # noqa: F811
    begin(page)
    page.context.clear_cookies()
    write(page, "门店招牌名称", "没有丢的店")
    saved = page.locator("#saved")
    expect(saved).to_contain_text("登录已过期，刚才填写的还没有保存")
    page.get_by_role("button", name="下一步：交材料").click()
    expect(page).to_have_url(re.compile("/form$"))
    with page.context.expect_page() as opened:
        saved.get_by_role("link", name="重新登录").click()
    log_in(opened.value)
    expect(opened.value.get_by_label("门店招牌名称")).to_be_visible()
    page.bring_to_front()
    page.get_by_label("门店招牌名称").focus()
    expect(saved).to_contain_text("已自动保存")
    assert kept("signboard") == "没有丢的店"


def test_another_account_in_the_same_browser_sees_and_saves_nothing(page: Page, town: Any) -> None:  # noqa: F811
    address = begin(page)
    page.context.clear_cookies()
    write(page, "门店招牌名称", "别人看不到的店")
    expect(page.locator("#saved")).to_contain_text("登录已过期")
    other = page.context.new_page()
    other.goto("/accounts/login/")
    log_in(other, "shui")
    other.goto(address)
    expect(other.get_by_role("heading", name="没有找到这一页")).to_be_visible()
    page.bring_to_front()
    page.get_by_label("门店招牌名称").focus()
    expect(page.locator("#saved")).to_contain_text("现在登录的账号打不开这份草稿")
    assert not Draft.objects.get().values.get("form", {}).get("signboard")


def test_intake_at_the_window(page: Page, city: Any, sit: Any) -> None:  # noqa: F811
    """It saves by itself and is listed until done; its materials follow the answers; what lacks is said first."""
    from yichuang.people.models import Subject

    city.at("2018-03-12 09:30")
    code = uscc.build("9", "1", "410100", "MA44ABCD")
    Subject.objects.create(id="s:9", kind="organisation", name="郑州示范餐饮有限公司", uscc=code)
    sit(page, city.window).goto("/desk/intake/for/s:9/ZZ-001")
    page.get_by_role("button", name="填写申请表").click()
    vending = page.get_by_role("group", name="是否利用自动售货设备经营")
    machine_paper = page.locator("#material-M05")
    expect(machine_paper).to_be_hidden()
    vending.get_by_label("是", exact=True).check()
    expect(machine_paper).to_be_visible()
    vending.get_by_label("否", exact=True).check()
    expect(machine_paper).to_be_hidden()
    page.locator("#handed-M01").check()
    write(page, "门店招牌名称", "窗口录的店")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    page.goto("/desk/intake")  # the wrong link
    expect(page.get_by_role("heading", name="未完成录入")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="郑州示范餐饮有限公司").click()
    expect(page.get_by_label("门店招牌名称")).to_have_value("窗口录的店")
    expect(page.locator("#handed-M01")).to_be_checked()
    fill_premises(page)
    vending.get_by_label("否", exact=True).check()
    fill_manager(page, 0, "孟安全", "11010519491231002X")
    page.context.set_offline(True)
    write(page, "门店招牌名称", "断网时录的店")
    expect(page.locator("[data-saved]")).to_contain_text("连不上网")
    page.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    page.get_by_role("button", name="提交并收件").last.click()
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("还没有收件：缺")
    shot(page, "nothing-lost-lacking")
    assert_accessible(page)
    warning.get_by_role("button", name="没有带来，仍然收件").click()
    expect(page.get_by_role("heading", name="已收件")).to_be_visible()
    case = page.url.rpartition("/")[2]
    page.goto("/desk/intake")
    expect(page.get_by_role("heading", name="未完成录入")).to_have_count(0)
    page.goto(f"/desk/case/{case}")  # what was forgotten comes before anybody asked for it
    page.get_by_role("link", name="补收材料").click()
    expect(page.get_by_text("还没有收到").first).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.locator("#handed-M03").check()
    page.get_by_role("button", name="登记补收").last.click()
    expect(page.locator(".yc-flashes")).to_contain_text("补收材料接收凭证")


def test_a_correction_is_kept_on_the_server(page: Page, open_page: Open, town: Any) -> None:  # noqa: F811
    from tests.db.portal.pages import begin as begin_by_post
    from tests.db.portal.pages import browser, complete, submit
    from yichuang.cases.models import CorrectionDraft

    client = browser(town.owner)
    draft = begin_by_post(client, town.firm)
    complete(client, draft, town.city.standard)
    case = submit(client, draft).split("/")[2]
    town.city.do(case, "receive", town.city.window, originals=[])
    town.city.do(case, "ask_correction", town.city.window, reason="招牌写错了", fields=["signboard"])
    page.goto(f"/my/{case}/supply")
    log_in(page)
    write(page, "门店招牌名称", "更正后的店")
    line = page.locator("[data-saved]")
    expect(line).to_contain_text("已自动保存")
    assert_accessible(page)
    assert_fits(page)
    phone = open_page(PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"/my/{case}/supply")
    log_in(phone)
    expect(phone.get_by_label("门店招牌名称")).to_have_value("更正后的店")
    page.context.set_offline(True)
    write(page, "门店招牌名称", "断网时改的店")
    expect(line).to_contain_text("连不上网")
    page.context.set_offline(False)
    expect(line).to_contain_text("已自动保存")
    page.get_by_role("button", name="提交补正").click()
    expect(page.locator(".yc-flashes")).to_contain_text("补正已提交")
    assert not CorrectionDraft.objects.exists()


WORDS = "材料与标准公布的形式不符，请按办事指南第三项补齐。"


def open_decline(page: Page, case: str) -> Locator:
    """不予受理 on the case page, opened; its reason."""
    page.goto(f"/desk/case/{case}")
    act = page.locator("#act-decline")
    act.locator("summary").first.click()
    return act.locator("textarea").first


def received(city: Any) -> str:  # noqa: F811
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    return str(case)


def kept_here(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(sessionStorage)"))


def test_an_opinion_survives_a_wrong_link_no_network_and_cleared_cookies(page: Page, city: Any, sit: Any) -> None:  # noqa: F811
    case = received(city)
    reason = open_decline(sit(page, city.window), case)
    reason.fill(WORDS)
    page.get_by_role("link", name="窗口收件").click()  # the wrong link
    page.goto(f"/desk/case/{case}")
    expect(reason).to_have_value(WORDS)
    expect(page.get_by_role("main")).to_contain_text("没有提交的内容还在")
    assert WORDS not in kept_here(page), "what is kept is sealed"
    assert_accessible(page)
    page.context.set_offline(True)
    page.locator("#act-decline").get_by_role("button", name="不予受理", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("现在连不上网")
    expect(reason).to_have_value(WORDS)
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.wait_for_timeout(1100)  # a button pressed twice within a second is pressed once
    page.locator("#act-decline").get_by_role("button", name="不予受理", exact=True).click()
    expect(page).to_have_url(re.compile("/accounts/login/.*next="))
    sit(page, city.window).goto(f"/desk/case/{case}")
    expect(reason).to_have_value(WORDS)
    page.locator("#act-decline").get_by_role("radio").first.check()
    page.get_by_role("button", name="不要了，清空").click()
    expect(reason).to_have_value("")
    page.reload()
    expect(reason).to_have_value("")


def test_what_is_kept_is_nobody_else_s_and_goes_at_logging_out(page: Page, city: Any, sit: Any) -> None:  # noqa: F811
    case = received(city)
    open_decline(sit(page, city.window), case).fill(WORDS)
    page.wait_for_function("sessionStorage.length > 0")
    reason = open_decline(sit(page, city.window2), case)  # another account in the same tab
    expect(reason).to_have_value("")
    assert kept_here(page) == "{}"
    reason.fill(WORDS)
    page.wait_for_function("sessionStorage.length > 0")
    page.get_by_role("button", name="退出").first.click()
    expect(page.get_by_role("link", name="登录").first).to_be_visible()
    assert kept_here(page) == "{}"


def test_a_form_refused_for_its_old_token_comes_back_filled_in(page: Page, city: Any, sit: Any) -> None:  # noqa: F811
    case = received(city)
    reason = open_decline(sit(page, city.window), case)
    reason.fill(WORDS)
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((input) => { input.value = 'x'.repeat(64); })"
    )
    page.locator("#act-decline").get_by_role("button", name="不予受理", exact=True).click()
    expect(page.locator(".yc-flashes")).to_contain_text("刚才没有办理")
    expect(reason).to_have_value(WORDS)


def test_a_reason_of_an_applicant_survives(page: Page, town: Any) -> None:  # noqa: F811
    from tests.db.portal.pages import begin as begin_by_post
    from tests.db.portal.pages import browser, complete, submit
    from yichuang.cases.models import Case

    client = browser(town.owner)
    draft = begin_by_post(client, town.firm)
    complete(client, draft, town.city.standard)
    submit(client, draft)
    case = Case.objects.get().id
    page.goto(f"/my/{case}/withdraw")
    log_in(page)
    page.get_by_label("为什么撤回").fill("地址写错了，想重新申请。")
    page.wait_for_function("sessionStorage.length > 0")
    page.context.clear_cookies()
    page.get_by_role("button", name="撤回申请").click()
    log_in(page)
    expect(page).to_have_url(re.compile(f"/my/{case}/withdraw"))
    expect(page.get_by_label("为什么撤回")).to_have_value("地址写错了，想重新申请。")
    page.get_by_role("button", name="撤回申请").click()
    expect(page.locator(".yc-flashes")).to_contain_text("已撤回")
    assert kept_here(page) == "{}"
