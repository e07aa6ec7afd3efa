"""补收材料 at the window: the page, its receipt, and a page that was opened before the notice of correction."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.db.desk.conftest import Browser
from tests.db.portal.pages import PDF
from tests.db.world import City, food_values
from yichuang.aggregates.models import Paper, Upload
from yichuang.cases.core.state import Stage
from yichuang.cases.service import replay_case

Desk = Callable[..., Browser]


@pytest.fixture
def filed(city: City) -> str:
    """Filed without two papers, and received."""
    city.at("2018-03-12 09:30")
    about = {**food_values(), "situation": "new", "agent": "no"}
    brought = [m.code for m in city.standard.materials_for(about) if m.code not in ("M03", "M08")]
    id = city.submit(given=dict.fromkeys(brought, ("u1",))).state.id
    city.do(id, "receive", city.window, originals=[])
    return str(id)


def sent(page: Any, **more: Any) -> dict[str, Any]:
    text = page.content.decode()
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', text) for name in ("act", "command_id")}
    return {name: found[1] for name, found in hidden.items() if found} | more


def test_paper_and_scan_are_taken_in_with_a_receipt_of_their_own(city: City, desk: Desk, filed: str) -> None:
    browser = desk(city.window)
    assert f"/desk/case/{filed}/add" in browser.case(filed).content.decode()
    address = f"/desk/case/{filed}/add"
    page = browser.get(address)
    assert "补收材料" in page.content.decode() and "还没有收到" in page.content.decode()
    form = sent(page, handed=["M03"])
    answer = browser.client.post(address, {**form, "file:M08": SimpleUploadedFile("健康证明.pdf", PDF)})
    assert answer.status_code == 302, answer.content.decode()
    state = replay_case(filed)
    assert state.given["M03"] == ("paper",) and len(state.given["M08"]) == 1 and not state.missing
    assert Upload.objects.get().stream == f"case/{filed}"
    paper = Paper.objects.get(stream=f"case/{filed}", kind="addition_receipt")
    assert "补收材料接收凭证" in browser.case(filed).content.decode() and "续收" in paper.number


def test_nothing_ticked_is_said(city: City, desk: Desk, filed: str) -> None:
    browser = desk(city.window)
    address = f"/desk/case/{filed}/add"
    answer = browser.client.post(address, sent(browser.get(address)))
    assert answer.status_code == 422 and "请至少补收一份材料" in answer.content.decode()


@pytest.mark.breach
def test_a_page_opened_before_the_notice_adds_nothing_after_it(city: City, desk: Desk, filed: str) -> None:
    """What was ticked stays ticked, and counts as no answer to the notice."""
    browser = desk(city.window)
    address = f"/desk/case/{filed}/add"
    form = sent(browser.get(address), handed=["M03"])
    city.do(filed, "ask_correction", city.window, materials=["M03", "M08"], reason="请补")
    answer = browser.client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code in (409, 422) and "一次告知需要补正的全部内容" in page
    assert re.search(r'value="M03"[^>]* checked', page)
    assert replay_case(filed).stage is Stage.CORRECTION and "M03" not in replay_case(filed).given


def test_what_is_missing_after_silence_is_taken_in_at_the_window_too(city: City, desk: Desk, filed: str) -> None:
    city.at("2018-03-26 09:30")
    browser = desk(city.window)
    address = f"/desk/case/{filed}/supply"
    page = browser.get(address)
    assert "已视为受理" in page.content.decode()
    assert browser.client.post(address, sent(page, handed=["M03", "M08"])).status_code == 302
    assert not replay_case(filed).missing


def test_an_online_case_takes_paper_before_it_is_received(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    browser = desk(city.window)
    address = f"/desk/case/{id}/add"
    command = {"handed": ["M03"], "act": "add_materials", "command_id": str(uuid.uuid4())}
    assert browser.client.post(address, command).status_code == 302
    assert browser.client.post(address, command).status_code == 302, "sent twice it is done once"
    assert replay_case(id).given["M03"].count("paper") == 1
