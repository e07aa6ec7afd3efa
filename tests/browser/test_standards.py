"""A standard from the draft to the counter: department, head, office, county and applicant; and an item that is
cancelled with forty open cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import Eye, tell
from tests.browser.standards import COUNTY, Towns, answer_questions, do_act, sweep, tell_cases
from tests.browser.standards import at_desk as at_desk
from tests.browser.standards import towns as towns
from tests.browser.test_desk import city, sit  # noqa: F401 — fixtures
from tests.samples import PDF

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen, pytest.mark.slow]
COMMENT = "第1条"
FOOD = "/items/410100/ZZ-001"
MATERIAL = {
    "name": "餐具消毒记录",
    "format": "复印件",
    "how_to_fill": "每人一份",
    "acceptance": "在有效期内",
    "basis": "食品安全法45条",
}
Desk = Callable[[Any], Page]


def begin_draft(page: Page) -> str:
    """An applicant begins to write an application; the address of its form."""
    page.goto(f"{FOOD}/apply")
    page.get_by_label("郑州一窗餐饮有限公司").check()
    page.get_by_label("新办").check()
    page.get_by_role("button", name="开始填表").click()
    page.get_by_label("门店招牌名称").fill("一窗饭店")
    page.get_by_label("经营场所地址").fill("示范路1号")
    page.get_by_label("门店招牌名称").focus()
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    return page.url


def write_together(one: Page, other: Page, life: str, eye: Eye) -> None:
    """Two reviewers write at once: one a limit, the other, on a page from before, its explanation; and a material."""
    one.get_by_role("link", name="编辑底稿").click()
    eye.look(one, "manuscript")
    one.get_by_role("link", name="办理时限").first.click()
    other.goto(one.url)
    one.get_by_label("承诺时限", exact=True).fill("7个工作日")
    expect(one.locator("[data-saved]")).to_contain_text("已自动保存")
    other.get_by_label("法定时限的说明").fill("含听取意见的时间")
    expect(other.locator("[data-saved]")).to_contain_text("承诺时限在别处改过，也已保留")
    one.goto(one.url.replace("/times", "/materials"))
    one.get_by_role("button", name="添加材料").click()
    expect(one.get_by_role("heading", level=1)).to_contain_text("未命名")
    eye.look(one, "material")
    for key, text in MATERIAL.items():
        one.locator(f"[name$='/{key}']").fill(text)
    one.get_by_role("button", name="保存", exact=True).last.click()
    expect(one.get_by_text("已保存。")).to_be_visible()
    one.goto(life)


def material(page: Page, name: str) -> str:
    """The value of the line of a material among those that the office may comment on."""
    option = page.locator("#act-comment select option", has_text=name)
    return option.first.get_attribute("value") or ""


def test_a_department_revises_a_county_follows_and_a_draft_adapts(at_desk: Desk, towns: Towns) -> None:
    eye, city = Eye("standard"), towns.city  # noqa: F811
    applicant = at_desk(towns.applicant)
    draft = begin_draft(applicant)

    one, other = at_desk(city.reviewer), at_desk(city.reviewer2)
    one.goto("/desk/revisions")
    one.get_by_role("link", name="开始编制").click()
    one.get_by_label("食品经营许可").check()
    one.get_by_role("button", name="开始编制").click()
    life = one.url
    write_together(one, other, life, eye)
    do_act(one, "submit")
    at_desk(city.head).goto(life)
    do_act(at_desk(city.head), "sign", opinion="同意。")

    # the office comments on the line and returns it once
    office = at_desk(towns.office)
    office.goto(life)
    eye.look(office, "examined")
    number = material(office, "餐具消毒记录")
    do_act(office, "comment", line=number, text="依据没有要求交复印件，请说明。")
    do_act(office, "return", reason="请按意见修改。")
    expect(office.get_by_role("main")).to_contain_text("起草")

    one.goto(life)
    expect(one.get_by_role("main")).to_contain_text("依据没有要求交复印件")
    do_act(one, "answer", comment=COMMENT, reply="改为可以交电子件。")
    one.get_by_role("link", name="编辑底稿").click()
    one.get_by_role("link", name="申请材料").first.click()
    one.get_by_role("link", name="餐具消毒记录", exact=True).click()
    one.locator("[name$='/format']").fill("复印件或者电子件")
    one.get_by_role("button", name="保存", exact=True).last.click()
    expect(one.get_by_text("已保存。")).to_be_visible()
    one.goto(life)
    eye.look(one, "returned")
    do_act(one, "submit")
    at_desk(city.head).goto(life)
    do_act(at_desk(city.head), "sign", opinion="已改。")
    office.goto(life)
    do_act(office, "settle", comment=COMMENT)
    assert answer_questions(office)
    do_act(office, "approve", on="2018-03-20")
    expect(office.get_by_role("main")).to_contain_text("已审定待施行")
    tell()

    # until its midnight nothing has changed for anybody
    applicant.goto(draft)
    expect(applicant.get_by_role("main")).not_to_contain_text("办事规程的变化")
    city.at("2018-03-20 00:00")
    sweep()
    at_desk(towns.applicant).goto(FOOD)
    expect(applicant.get_by_role("main")).to_contain_text("7个工作日")
    applicant.goto(draft)
    changes = applicant.get_by_role("main")
    expect(changes).to_contain_text("承诺时限由5个工作日改为7个工作日")
    expect(changes).to_contain_text("餐具消毒记录")
    expect(changes).not_to_contain_text("监察")
    expect(applicant.get_by_label("门店招牌名称")).to_have_value("一窗饭店")
    expect(applicant.get_by_label("经营场所地址")).to_have_value("示范路1号")
    eye.look(applicant, "draft")
    applicant.goto(draft.replace("/form", "/materials"))
    expect(applicant.get_by_role("heading", name="餐具消毒记录")).to_be_visible()

    # the county finds the same change begun, with a day
    city.at("2018-03-20 10:00")
    county = at_desk(towns.county_reviewer)
    county.goto("/desk/revisions")
    county.get_by_role("link", name="食品经营许可").click()
    expect(county.get_by_role("main")).to_contain_text("市级基准")
    expect(county.get_by_role("main")).to_contain_text("承诺时限由5个工作日改为7个工作日")
    eye.look(county, "county")
    follows = county.url
    do_act(county, "submit")
    for actor, act in ((towns.county_head, "sign"), (towns.county_office, "approve")):
        page = at_desk(actor)
        page.goto(follows)
        if act == "approve":
            assert answer_questions(page)
        do_act(page, act, **({"on": "2018-03-21"} if act == "approve" else {}))
    city.at("2018-03-21 00:00")
    at_desk(towns.applicant).goto(f"/items/{COUNTY}/ZZ-001")
    expect(applicant.get_by_role("main")).to_contain_text("7个工作日")
    expect(applicant.get_by_role("main")).to_contain_text("餐具消毒记录")
    applicant.goto(f"/studio/consistency/{COUNTY}/ZZ-001")
    expect(applicant.get_by_role("main")).not_to_contain_text("未说明理由")


def test_an_item_is_cancelled_with_forty_open_cases(at_desk: Desk, towns: Towns) -> None:
    eye, city = Eye("cancelled"), towns.city  # noqa: F811
    cases = [city.submit(applicant="郑州示范饭店").state.id for _ in range(40)]
    for case in cases[::2]:
        city.do(case, "receive", city.window, originals=[])
    for case in cases[::4]:
        city.do(case, "accept", city.window)
    case = cases[0]
    applicant, window = at_desk(towns.applicant), at_desk(city.window)
    draft = begin_draft(applicant)

    office = at_desk(towns.office)
    office.goto("/desk/list")
    office.get_by_role("link", name="食品经营许可").click()
    eye.look(office, "item")
    paper = {"issuer": "国务院", "number": "国发〔2018〕9号", "day": "2018-03-01"}
    form = office.locator("#act-cancel")
    form.locator("summary").click()
    form.locator("[name=cancel-evidence]").set_input_files(
        {"name": "决定.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    do_act(office, "cancel", **paper, on="2018-03-20", transition="通知后终止")
    eye.look(office, "leaving")
    tell()
    tell_cases()

    # before its midnight: everybody is told, and everything goes on
    applicant.goto("/messages/")
    expect(applicant.get_by_role("main")).to_contain_text("您正在填写的事项将不再受理")
    eye.look(applicant, "messages")
    applicant.goto(f"/my/{case}")
    expect(applicant.locator("#leaving")).to_contain_text("国发〔2018〕9号")
    eye.look(applicant, "told")
    window.goto(f"/desk/case/{case}")
    expect(window.locator("#leaving")).to_contain_text("通知后终止")
    eye.look(window, "clerk-told")
    applicant.goto(draft)
    expect(applicant.get_by_label("门店招牌名称")).to_have_value("一窗饭店")
    assert count_open() == 40

    # from then on: nothing is taken in, and each case has ended with its reason
    city.at("2018-03-20 00:00")
    sweep()
    assert count_open() == 0
    at_desk(towns.applicant).goto(f"/my/{case}")
    expect(applicant.locator("#left")).to_contain_text("依国务院国发〔2018〕9号")
    expect(applicant.get_by_role("main")).not_to_contain_text("已经答复")
    eye.look(applicant, "ended")
    applicant.goto(draft)
    expect(applicant.get_by_role("main")).to_contain_text("一窗饭店")
    expect(applicant.get_by_role("button", name="下一步：交材料")).to_have_count(0)
    eye.look(applicant, "draft")
    assert applicant.goto(FOOD).status == 410
    expect(applicant.get_by_role("main")).to_contain_text("国发〔2018〕9号")
    at_desk(city.window).goto(f"/desk/case/{case}")
    expect(window.locator("#left")).to_contain_text("自2018年3月20日（周二）零时终止")
    eye.look(window, "clerk-ended")
    window.goto("/desk/")
    expect(window.get_by_role("main")).not_to_contain_text("郑州示范饭店")


def count_open() -> int:
    from yichuang.cases.models import Case

    return Case.objects.filter(closed_on=None).count()
