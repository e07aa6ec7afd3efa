"""空白表格 and 示范样本 in the guide: everybody finds them, the worker makes a file once for a version."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from yichuang.documents import sheet_files

GUIDE = "/items/410100/ZZ-001"
SHEET = f"{GUIDE}/sheets/M01/sample"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.clause("3.2e.1")
@pytest.mark.screen
def test_the_guide_leads_to_every_sheet_it_names(town: Any) -> None:
    browser = Client()
    page = browser.get(GUIDE).content.decode()
    assert "空白表格：" in page and "示范样本：" in page
    addresses = re.findall(rf'href="({GUIDE}/sheets/[^"]+)"', page)
    assert len(addresses) == len(set(addresses)) > 6
    assert all(browser.get(address).status_code == 202 for address in addresses)


@pytest.mark.clause("3.2e.1")
@pytest.mark.screen
def test_first_a_page_that_waits_then_the_file(town: Any) -> None:
    browser = Client()
    waiting = browser.get(SHEET, {"situation": "renew"})
    assert waiting.status_code == 202
    assert "正在生成食品经营许可申请书示范样本" in waiting.content.decode()
    assert browser.get(f"{SHEET}/state", {"situation": "renew"}).status_code == 204
    key = sheet_files.make("410100/ZZ-001/1", "M01", "sample", "renew")
    assert browser.get(f"{SHEET}/state", {"situation": "renew"})["HX-Redirect"] == f"{SHEET}?situation=renew"
    file = browser.get(SHEET, {"situation": "renew"})
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert b"".join(file).startswith(b"%PDF-")
    assert "attachment" in browser.get(SHEET, {"situation": "renew", "download": ""})["Content-Disposition"]
    assert sheet_files.make("410100/ZZ-001/1", "M01", "sample", "renew") == key
    assert browser.get(SHEET, {"situation": "new"}).status_code == 202  # another situation is another file


def test_asking_twice_while_it_waits_is_one_job(town: Any) -> None:
    browser = Client()
    browser.get(SHEET)
    browser.get(SHEET)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name like '%%make_sheet'")
        assert cursor.fetchone()[0] == 1


@pytest.mark.parametrize("end", ["M02/blank", "M99/sample", "M01/other", "M03/blank"])
def test_what_the_standard_does_not_offer_is_not_found(town: Any, end: str) -> None:
    assert Client().get(f"{GUIDE}/sheets/{end}").status_code == 404
    assert Client().get(f"{GUIDE}/sheets/{end}/state").status_code == 404


@pytest.mark.clause("3.2e.1")
@pytest.mark.screen
def test_the_guide_says_since_when_a_basis_holds_and_what_the_certificate_states(town: Any) -> None:
    page = Client().get(GUIDE).content.decode()
    assert "2023年12月1日起施行" in page
    assert "2015年10月1日起施行，施行至2023年11月30日" in page
    assert "经营场所地址、主体业态、经营项目" in page
