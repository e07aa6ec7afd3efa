"""A department drafts a standard in a real browser: it saves itself, two people write at once, Excel comes back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import DESKTOP, PHONE, shot
from tests.browser.test_desk import city, sit  # noqa: F401 — fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen]
ID = uuid.UUID(int=14)
BASE = f"/studio/edit/{ID}"


@pytest.fixture
def drafting(city: Any) -> Any:  # noqa: F811
    from tests.db.catalog.test_revising import do

    city.at("2018-03-12 09:30")
    do(ID, "begin", city.reviewer, item="ZZ-001")
    return city


def look(page: Page, name: str) -> None:
    shot(page, f"edit-{name}")
    assert_accessible(page)
    assert_fits(page)


def kept() -> dict[str, Any]:
    from yichuang.catalog.models import Manuscript

    content: dict[str, Any] = Manuscript.objects.get(pk=ID).content
    return content


def test_a_department_changes_a_limit_and_adds_a_material_while_another_writes(
    open_page: Callable[..., Page],
    drafting: Any,
    sit: Any,  # noqa: F811
    tmp_path: Path,
) -> None:
    one, other = (sit(open_page(DESKTOP), who) for who in (drafting.reviewer, drafting.reviewer2))
    one.goto(f"/lives/revision/{ID}")
    one.get_by_role("link", name="编辑底稿").click()
    expect(one.get_by_role("heading", level=1)).to_have_text("食品经营许可")
    look(one, "overview")
    one.get_by_role("link", name="办理时限").first.click()
    other.goto(f"{BASE}/times")

    # saved while one types, and the checker's word beside it
    one.get_by_label("承诺时限", exact=True).fill("30个工作日")
    expect(one.locator("[data-saved]")).to_contain_text("已自动保存")
    expect(one.locator("#checks")).to_contain_text("长于法定时限")
    look(one, "times")
    one.get_by_label("承诺时限", exact=True).fill("7个工作日")
    expect(one.locator("#checks")).not_to_contain_text("长于法定时限")
    assert kept()["promised"]["value"] == 7

    # the other's page is from before: what they change elsewhere joins, the same line is shown in both versions
    other.get_by_label("法定时限的说明").fill("含听取意见的时间")
    other.get_by_label("承诺时限", exact=True).fill("8个工作日")
    expect(other.locator("[data-saved]")).to_contain_text("承诺时限在别处也改过")
    other.get_by_role("button", name="看两处的内容并选择").click()
    expect(other.locator(".yc-clash")).to_contain_text("7个工作日")
    look(other, "clash")
    assert (kept()["promised"]["value"], kept()["statutory_note"]) == (7, "含听取意见的时间")
    other.get_by_role("button", name="用别处改的").click()
    expect(other.get_by_label("承诺时限", exact=True)).to_have_value("7个工作日")

    # a material more, on its own page
    one.goto(f"{BASE}/materials")
    one.get_by_role("button", name="添加材料").click()
    expect(one.get_by_role("heading", level=1)).to_contain_text("未命名")
    one.get_by_label("名称", exact=True).fill("从业人员健康证明")
    one.get_by_label("可容缺").check()
    one.get_by_role("button", name="保存", exact=True).last.click()
    expect(one.get_by_text("已保存。")).to_be_visible()

    # Excel out, changed, and in again
    one.goto(BASE)
    with one.expect_download() as coming:
        one.get_by_role("link", name="下载 Excel").click()
    path = tmp_path / "规程.xlsx"
    coming.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book["材料"]
    last = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 3).value)
    assert sheet.cell(last, 3).value == "从业人员健康证明"
    sheet.cell(last, 8).value = "二份"
    book.save(path)
    one.get_by_label("修改后的文件").set_input_files(path)
    one.get_by_role("button", name="上传").click()
    expect(one.get_by_role("main")).to_contain_text(f"工作表“材料”第{last}行“份数”")
    look(one, "upload-refused")
    sheet.cell(last, 8).value = 2
    book.save(path)
    one.goto(BASE)
    one.get_by_label("修改后的文件").set_input_files(path)
    one.get_by_role("button", name="上传").click()
    expect(one.get_by_role("heading", name="与现行规程比较", level=1)).to_be_visible()
    expect(one.get_by_role("main")).to_contain_text("承诺时限由5个工作日改为7个工作日")
    expect(one.get_by_role("main")).to_contain_text("从业人员健康证明")
    look(one, "compare")
    assert (kept()["materials"][-1]["copies"], kept()["materials"][-1]["necessity"]) == (2, "3")


@pytest.mark.parametrize(
    "part", ["bases", "conditions", "materials", "materials/M03", "steps", "steps/S2", "form", "points", "preview"]
)
def test_every_kind_of_page_fits_a_phone(open_page: Callable[..., Page], drafting: Any, sit: Any, part: str) -> None:  # noqa: F811
    page = sit(open_page(PHONE), drafting.reviewer)
    page.goto(f"{BASE}/{part}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, re.sub("/", "-", f"phone-{part}"))


def test_without_a_script_rows_are_added_moved_and_saved(
    open_page: Callable[..., Page],
    drafting: Any,
    sit: Any,  # noqa: F811
) -> None:
    page = sit(open_page(DESKTOP, java_script_enabled=False), drafting.reviewer)
    page.goto(f"{BASE}/conditions")
    page.get_by_role("button", name="添加条件").click()
    number = len(kept()["conditions"])
    last = page.locator(".yc-row").last
    last.get_by_label("内容").fill("有从业人员健康证明")
    last.get_by_label("依据").fill("食品安全法45条")
    last.get_by_role("button", name="上移").click()
    assert [row["text"] for row in kept()["conditions"]][-2] == "有从业人员健康证明"
    assert len(kept()["conditions"]) == number
    page.get_by_label("内容").first.fill("改过的第一项条件")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert kept()["conditions"][0]["text"] == "改过的第一项条件"
