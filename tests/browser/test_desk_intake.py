"""Window intake by keyboard alone, the material check, hand-over and two officers at once, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import shot
from tests.browser.test_desk import city, sit  # noqa: F401 — fixtures

pytestmark = [pytest.mark.django_db(transaction=True)]


def focused(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        "() => { const e = document.activeElement; return {id: e.id, tag: e.tagName, type: e.type || '',"
        " name: e.name || '', value: e.value || '', text: (e.textContent || '').trim().slice(0, 40)}; }"
    )
    return found


def tab_to(page: Page, wanted: str, most: int = 120) -> None:
    """Press Tab until the control with this id or this text has the focus: what a person without a mouse does."""
    for _ in range(most):
        now = focused(page)
        if now["id"] == wanted or now["text"] == wanted:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {wanted}; last was {focused(page)}")


def fill_by_keyboard(page: Page, values: dict[str, Any]) -> None:
    """Through every control of the form in tab order, answering those it has an answer for."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for n, row in enumerate(value):
                flat |= {f"{name}-{n}-{k}": v for k, v in row.items()}
        else:
            flat[name] = value
    answered: set[str] = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        now = focused(page)
        name = now["name"]
        if name == "handed":
            return
        if name not in flat or name in answered:
            continue
        answered.add(name)
        value = flat[name]
        if now["type"] in ("radio", "checkbox"):
            wanted = ("yes" if value else "no") if isinstance(value, bool) else value
            choose(page, name, wanted[0] if isinstance(wanted, list) else wanted, now["type"])
        elif now["type"] == "date":
            year, month, day = str(value).split("-")
            page.keyboard.type(month + day + year)
        elif now["tag"] == "SELECT":
            while focused(page)["value"] != str(value):
                page.keyboard.press("ArrowDown")
        else:
            page.keyboard.type(str(value))
    raise AssertionError("the materials were never reached")


def choose(page: Page, name: str, wanted: str, kind: str) -> None:
    """Radios: Space on the first, arrows on; checkboxes: Tab on to the one wanted."""
    page.keyboard.press("Space")
    for _ in range(20):
        now = focused(page)
        if now["name"] == name and now["value"] == wanted:
            return
        if kind == "checkbox":
            page.keyboard.press("Space")  # not this one
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
        else:
            page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} has no {wanted}")


@pytest.mark.clause("3.4b.1", "3.5c.1")
@pytest.mark.screen
def test_intake_by_keyboard_alone(page: Page, phone: Page, city: Any, sit: Any) -> None:  # noqa: F811
    from tests.db.world import food_values
    from yichuang.cases.models import Case
    from yichuang.kernel.codes import uscc

    city.at("2018-03-12 09:30")
    code = uscc.build("9", "1", "410100", "MA44ABCD")
    sit(page, city.window).goto("/desk/intake")
    keys = page.keyboard
    assert focused(page)["id"] == "id_number"
    shot(page, "desk-intake-1-1280")
    assert_accessible(page)
    keys.press("Shift+Tab")
    keys.press("ArrowDown")  # 统一社会信用代码
    keys.press("Tab")
    keys.type(code)
    keys.press("Enter")
    expect(page.get_by_text("系统里还没有这个证件号码")).to_be_visible()
    assert focused(page)["id"] == "id_name"
    keys.type("郑州示范餐饮有限公司")
    keys.press("Tab")
    keys.type("张三丰")
    shot(page, "desk-intake-1-new-1280")
    assert_accessible(page)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("办什么事")
    assert focused(page)["id"] == "item-q"
    keys.type("spjy")
    keys.press("Enter")
    expect(page.locator(".yc-choice").first).to_be_focused()
    shot(page, "desk-intake-2-1280")
    assert_accessible(page)
    keys.press("Enter")
    expect(page.get_by_text("第 3 步")).to_be_visible()
    shot(page, "desk-intake-3-1280")
    assert_accessible(page)
    keys.press("Enter")  # 新办 and 本人 are chosen already
    expect(page.get_by_text("第 4 步")).to_be_visible()
    fill_by_keyboard(page, food_values())
    while focused(page)["name"] in ("handed", "seen") or focused(page)["type"] == "file":
        if focused(page)["name"] == "handed":
            keys.press("Space")
        keys.press("Tab")
    shot(page, "desk-intake-4-1280")
    assert_accessible(page)
    assert_fits(page)
    tab_to(page, "提交并收件")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="已收件")).to_be_visible()
    shot(page, "desk-intake-5-1280")
    assert_accessible(page)
    row = Case.objects.get()
    assert row.stage == "received" and row.applicant == "郑州示范餐饮有限公司"
    expect(page.get_by_text(row.receipt)).to_be_visible()
    tab_to(page, "核对材料并受理")
    keys.press("Enter")
    expect(page.locator(".yc-casehead").get_by_text("齐全")).to_be_visible()
    shot(page, "desk-check-1280")
    assert_accessible(page)
    assert_fits(page)
    tab_to(page, "受理")
    keys.press("Enter")  # opens the act
    keys.press("Tab")
    assert focused(page)["tag"] == "BUTTON"
    keys.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("受理通知书")
    sit(phone, city.window).goto(f"/desk/case/{row.id}")
    assert_fits(phone)
    for name, address in (("intake-1", "/desk/intake"), ("check", f"/desk/case/{row.id}/check")):
        phone.goto(address)
        shot(phone, f"desk-{name}-360")
        assert_accessible(phone)
        assert_fits(phone)


MOST_KEYS = 60


@pytest.mark.clause("3.4b.1")
@pytest.mark.screen
def test_a_known_firm_files_again_with_few_keys(page: Page, city: Any, sit: Any) -> None:  # noqa: F811
    """Each press counts, Tab and Enter too; the focus is always where the next press belongs."""
    from django.test import Client

    from tests.db.desk.conftest import Browser
    from tests.db.desk.test_intake import draft_of, firm, flat, on_paper
    from tests.db.world import food_values
    from yichuang.cases.models import Case
    from yichuang.people.models import Account, Subject

    city.at("2018-03-12 09:30")
    client = Client()
    client.force_login(Account.objects.get(pk=int(city.window.person[2:])))
    address = draft_of(Browser(client))
    client.post(address, {**flat(food_values()), "all": on_paper(Browser(client), address), "take": "1"})
    earlier = Case.objects.get().pk
    city.do(earlier, "take_withdrawal", city.window, paper=True, signer="张三丰", reason="")
    sit(page, city.window).goto("/desk/intake")
    pressed = 0

    def press(key: str) -> None:
        nonlocal pressed
        pressed += 1
        page.keyboard.press(key)

    assert focused(page)["id"] == "id_number"
    for character in firm()["number"]:
        press(character)
    press("Enter")
    expect(page.get_by_text("这位申请人以前办过的")).to_be_visible()
    expect(page.locator(".yc-choice").first).to_be_focused()
    assert_accessible(page)
    press("Enter")
    expect(page.get_by_text("申请表怎么填")).to_be_visible()
    assert focused(page)["text"] == "填写申请表"
    assert_accessible(page)
    press("Enter")
    expect(page.locator("#handed-all")).to_be_focused()
    assert_accessible(page)
    press("Space")
    press("Enter")
    expect(page.get_by_role("heading", name="已收件")).to_be_visible()
    taken = Case.objects.exclude(pk=earlier).get()
    assert (taken.stage, taken.subject) == ("received", Subject.objects.get(uscc=firm()["number"]).pk)
    assert pressed <= MOST_KEYS, pressed


def test_two_officers_at_once(page: Page, open_page: Any, city: Any, sit: Any) -> None:  # noqa: F811
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    second = open_page({"width": 1280, "height": 900})
    sit(page, city.window).goto(f"/desk/case/{id}")
    sit(second, city.window2).goto(f"/desk/case/{id}")
    page.locator("#act-accept > summary").click()
    page.locator("#act-accept button.govuk-button").click()
    expect(page.get_by_role("status")).to_contain_text("受理")
    second.locator("#act-ask_correction > summary").click()
    second.get_by_label("营业执照").first.check()
    second.get_by_label("逐项说明缺什么").fill("营业执照复印件不清楚")
    second.locator("#act-ask_correction button.govuk-button").click()
    expect(second.locator(".govuk-error-summary")).to_contain_text("现在是“已受理，审查中”")
    expect(second.locator(".govuk-error-summary")).to_be_focused()
    expect(second.get_by_text("您打开这一页之后")).to_be_visible()
    expect(second.get_by_text("营业执照复印件不清楚")).to_be_visible()
    shot(second, "desk-case-stale-1280")
    assert_accessible(second)


def test_hand_over_and_unmasking(page: Page, phone: Page, city: Any, sit: Any) -> None:  # noqa: F811
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "accept", city.window)
    city.do(id, "assign", city.head, step="S1", person=city.reviewer.person)
    sit(page, city.head).goto("/desk/handover")
    assert_accessible(page)
    page.get_by_label("谁缺席").select_option(label="周明审（reviewer1）")
    page.get_by_label("原因").select_option(label="休假")
    page.get_by_label("到哪天").fill("2018-03-20")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已登记周明审缺席")
    shot(page, "desk-handover-1280")
    assert_accessible(page)
    sit(phone, city.head).goto("/desk/handover")
    shot(phone, "desk-handover-360")
    assert_accessible(phone)
    assert_fits(phone)
    page.goto(f"/desk/case/{id}")
    page.get_by_text("查看完整信息").click()
    page.get_by_label("查看理由").fill("核对身份证原件")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_text("11010519491231002X", exact=True)).to_be_visible()
    shot(page, "desk-case-head-1280")
    assert_accessible(page)


def test_reasons_and_mandates_read_well(page: Page, phone: Page, city: Any, sit: Any) -> None:  # noqa: F811
    """Whom the tables show less sees less, and the pages that ask for a reason or end a mandate work for everybody."""
    from datetime import date

    from tests.db.watching import officer
    from yichuang.people.models import Mandate, Subject

    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    agent = Subject.objects.create(kind="person", name="李代办", id_type="111", id_number="410105198001010019")
    Mandate.objects.create(
        principal_id="s:1", agent=agent, all_items=True, first_day=date(2018, 1, 1), last_day=date(2040, 1, 1),
        granted_by="a:0",
    )  # fmt: skip
    supervisor = officer("supervisor")
    for where in (page, phone):
        sit(where, supervisor).goto(f"/papers/{id}/2")
        expect(where.get_by_role("heading", level=1)).to_have_text(re.compile("查看文书和证照"))
        where.get_by_role("button", name="查看", exact=True).click()
        expect(where.get_by_text("没有填写")).to_have_count(2)
        assert_accessible(where)
        assert_fits(where)
    shot(phone, "desk-open-360")
    page.goto(f"/desk/case/{id}")
    page.get_by_text("查看完整申请表").click()
    page.locator("#form-reason").fill("核对表单所填内容")
    page.locator("#form-reason").press("Enter")
    expect(page.get_by_text("（已遮盖）")).to_have_count(0)
    assert_accessible(page)
    for where in (page, phone):
        sit(where, city.window).goto("/desk/intake/mandates/s:1")
        assert_accessible(where)
        assert_fits(where)
    page.get_by_role("button", name="撤销授权").click()
    expect(page.get_by_role("status")).to_contain_text("授权已撤销")
    assert_accessible(page)
