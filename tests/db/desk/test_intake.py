"""Window intake: who is found, registered and refused, what is taken, sent twice, and what is lacking."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.db.desk.conftest import Browser, at_most
from tests.db.world import City, food_values
from tests.samples import PDF
from yichuang.aggregates.models import Paper, Upload
from yichuang.cases.core.state import Stage
from yichuang.cases.models import Case, Draft
from yichuang.cases.service import replay_case
from yichuang.catalog.service import put_in_force
from yichuang.kernel.clock import Limit, Unit
from yichuang.ledger.actor import SYSTEM
from yichuang.people.models import Mandate, Subject

Desk = Callable[..., Browser]
ID = "11010519491231002X"


def firm() -> dict[str, str]:
    from yichuang.kernel.codes import uscc

    return {"type": "uscc", "number": uscc.build("9", "1", "410100", "MA44ABCD")}


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """Form values as a browser sends them."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            out[f"rows:{name}"] = len(value)
            for n, row in enumerate(value):
                out |= {f"{name}-{n}-{k}": _plain(v) for k, v in row.items()}
        else:
            out[name] = _plain(value)
    return out


def _plain(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def draft_of(browser: Browser, **more: Any) -> str:
    """Through the first three pages: the address of the form."""
    sent = {**firm(), "name": "郑州示范餐饮有限公司", "legal_name": "张三丰", "phone": "13800000000"}
    answer = browser.client.post("/desk/intake", sent)
    assert answer.status_code == 302, answer.content.decode()
    start = f"{answer.url}/ZZ-001"
    answer = browser.client.post(start, {"situation": "new", "agent": "no", **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)


def confirm(client: Any, address: str, sent: dict[str, Any]) -> dict[str, Any]:
    """What is sent to take the application in though materials are lacking, once their list was read."""
    answer = client.post(address, sent)
    found = re.search(r'name="lacking" value="([^"]+)"', answer.content.decode())
    assert answer.status_code == 422 and found, answer.content.decode()
    return sent | {"lacking": found[1]}


@pytest.mark.clause("3.4b.1")
@pytest.mark.screen
def test_paper_becomes_a_received_case_with_a_receipt(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    assert browser.client.post("/desk/intake", firm()).status_code == 200  # not on record: asks for the rest
    address = draft_of(browser)
    page = browser.get(address).content.decode()
    codes = re.findall(r'id="handed-(M\d+)"', page)
    assert codes
    scan = SimpleUploadedFile("营业执照.pdf", PDF, "application/pdf")
    sent = {**flat(food_values()), "handed": codes, "seen": [codes[0]], f"file:{codes[1]}": scan, "take": "1"}
    answer = browser.client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.get()
    state = replay_case(case.id)
    assert state.stage is Stage.RECEIVED and not state.missing
    assert state.given[codes[0]] == ("paper",) and len(state.given[codes[1]]) == 2
    assert case.channel == "window" and Upload.objects.get().stream == f"case/{case.id}"
    assert Paper.objects.get().kind == "receipt"
    done = browser.get(answer.url).content.decode()
    assert case.receipt in done and "查询码" in done and "打印接收凭证" in done
    scan_at = f"/desk/case/{case.id}/file/{Upload.objects.get().id}"
    assert scan_at in browser.case(case.id).content.decode()
    file = browser.get(scan_at)
    assert b"".join(file.streaming_content).startswith(b"%PDF") and "attachment" in file["Content-Disposition"]
    assert desk(city.reviewer).get(scan_at).status_code == 200  # 受理部门 takes part from the beginning
    assert browser.get(f"/desk/case/{city.submit().state.id}/file/{Upload.objects.get().id}").status_code == 404
    Case.objects.exclude(pk=case.id).delete()
    # sent again, the back button included: one case, one receipt
    assert browser.client.post(address, sent).url == answer.url
    assert Case.objects.count() == 1 and Draft.objects.get().values == {}


def test_lacking_materials_are_received_and_corrected_once(city: City, desk: Desk) -> None:
    """许可法32条: what came is received, what lacks is told at once; supplied at the window, it can be accepted."""
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    sent = confirm(browser.client, address, {**flat(food_values()), "handed": [], "take": "1"})
    assert not Case.objects.exists(), "what would have to be corrected is warned of first"
    answer = browser.client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.get()
    state = replay_case(case.id)
    assert state.missing
    check = browser.get(f"/desk/case/{case.id}/check").content.decode()
    assert "缺 " in check and "材料不齐，不能受理" in check and 'id="act-ask_correction"' in check
    asked = {"materials": list(state.missing), "reason": "请补交"}
    assert browser.act(case.id, "ask_correction", **asked).status_code == 302
    supply = f"/desk/case/{case.id}/supply"
    assert "请补交" in browser.get(supply).content.decode()
    sent = {"handed": list(state.missing), "command_id": "0b1f7d5e-25f2-4d5e-9f2a-5c3c1d7a4e10"}
    assert browser.client.post(supply, sent).status_code == 302
    assert replay_case(case.id).stage is Stage.RECEIVED
    assert browser.act(case.id, "accept").status_code == 302


def test_scans_taken_in_are_kept_when_the_corrected_form_is_still_wrong(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "ask_correction", city.window, reason="漏填自动售货。", materials=["M03"], fields=["vending"])
    machine = {"machine_place": "建设路一号", "machine_model": "V1", "machine_count": 1, "machine_heats": False}
    values = flat({**food_values(), "vending": True, "machines": [machine]})
    supply = f"/desk/case/{id}/supply"
    sent = {**values, "command_id": "0b1f7d5e-25f2-4d5e-9f2a-5c3c1d7a4e11"}
    lacking = browser.client.post(supply, {**sent, "file:M03": SimpleUploadedFile("平面图.pdf", PDF)})
    page = lacking.content.decode()
    assert lacking.status_code == 422 and "还需要：自动售货设备" in page and "已收扫描件：平面图.pdf" in page
    assert browser.client.post(supply, {**sent, "handed": ["M05"]}).status_code == 302
    state = replay_case(id)
    assert state.stage is Stage.RECEIVED and state.given["M05"] == ("paper",) and len(state.files) == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"type": "111", "number": "", "name": "张三丰"}, "请填写“证件号码”"),
        ({"type": "111", "number": "110105194912310021", "name": "张三丰"}, "校验"),
        ({"type": "111", "number": ID, "name": ""}, "请填写“姓名或单位名称”"),
        ({"type": "uscc", "number": "91410100", "name": "某店"}, "18位"),
    ],
)
def test_what_cannot_be_a_person_is_refused(city: City, desk: Desk, sent: dict[str, str], words: str) -> None:
    answer = desk(city.window).client.post("/desk/intake", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Subject.objects.exists()


def test_who_is_on_record_is_shown_masked(city: City, desk: Desk) -> None:
    Subject.objects.create(id="s:1", kind="person", name="张三丰", id_type="111", id_number=ID, phone="13800000000")
    browser = desk(city.window)
    answer = browser.client.post("/desk/intake", {"type": "111", "number": " 11010519491231002x "})
    assert answer.status_code == 302
    page = browser.get(answer.url).content.decode()
    assert "张三丰" in page and ID not in page and "110105********002X" in page
    # an item that only organisations apply for is not offered to a person
    assert "没有找到可以申请的事项" in browser.get(answer.url, q="spjy").content.decode()


def test_an_item_is_found_by_name_code_and_initials(city: City, desk: Desk) -> None:
    browser = desk(city.window)
    answer = browser.client.post("/desk/intake", {**firm(), "name": "郑州示范餐饮有限公司"})
    for asked in ("食品经营", "ZZ-001", "spjy"):
        found = browser.get(answer.url, q=asked).content.decode()
        assert "食品经营许可" in found and 'accesskey="1"' in found, asked


def test_an_agent_needs_a_letter_and_gets_a_mandate(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    answer = browser.client.post("/desk/intake", {**firm(), "name": "郑州示范餐饮有限公司"})
    start = f"{answer.url}/ZZ-001"
    lacks = browser.client.post(start, {"situation": "new", "agent": "yes", "agent_name": "李四"})
    assert lacks.status_code == 422 and "授权委托书截止日期" in lacks.content.decode()
    agent = {"agent_name": "李四", "agent_type": "111", "agent_number": ID, "agent_until": "2018-12-31"}
    assert browser.client.post(start, {"situation": "new", "agent": "yes", **agent}).status_code == 302
    mandate = Mandate.objects.get()
    assert mandate.items == ["ZZ-001"] and mandate.agent.id_number == ID


def test_a_wrong_form_and_a_wrong_file_keep_what_was_entered(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    values = flat(food_values())
    first = next(name for name in values if not name.startswith("rows:"))
    answer = browser.client.post(address, {**values, first: "", "handed": ["M01"], "take": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422 and f"#id_{first}" in page
    assert re.search(r'id="handed-M01"[^>]*checked', page)
    bad = SimpleUploadedFile("坏.exe", b"MZ", "application/pdf")
    answer = browser.client.post(address, {**values, "file:M01": bad, "take": "1"})
    assert answer.status_code == 422 and "格式不在可收之列" in answer.content.decode()
    assert not Case.objects.exists()
    assert browser.client.post(f"{address}/discard").status_code == 302
    assert not Draft.objects.exists()


def test_only_a_window_takes_in_and_only_its_own_drafts(city: City, desk: Desk) -> None:
    assert desk(city.reviewer).get("/desk/intake").status_code == 403
    assert "窗口收件" not in desk(city.reviewer).get("/desk/").content.decode()
    address = draft_of(desk(city.window))
    assert desk(city.window2).get(address).status_code == 404


def test_what_intake_costs(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    browser.get(address)
    with at_most(3):
        assert browser.get("/desk/intake").status_code == 200
    subject = Subject.objects.get().id
    with at_most(6):
        assert browser.get(f"/desk/intake/for/{subject}", q="食品经营").status_code == 200
    with at_most(7):
        assert browser.get(address).status_code == 200


def test_what_is_confirmed_as_lacking_is_what_was_read(city: City, desk: Desk) -> None:
    """The list that was read is confirmed, not one that an answer given since has made longer."""
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    read = confirm(browser.client, address, {**flat(food_values()), "handed": ["M01", "M02"], "take": "1"})
    answer = browser.client.post(address, read | {"handed": ["M01"]})
    assert answer.status_code == 422 and "还没有收件" in answer.content.decode()
    assert browser.client.post(address, confirm(browser.client, address, read | {"handed": ["M01"]})).status_code == 302


def test_intake_saves_by_itself_and_is_listed_until_it_is_taken_in(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    line = browser.client.post(f"{address}/autosave", {"signboard": "一窗饭店", "handed": ["M01"], "seen": ["M02"]})
    assert "已自动保存" in line.content.decode()
    page = browser.get(address).content.decode()
    assert "一窗饭店" in page and re.search(r'id="seen-M02"[^>]*checked', page)
    assert all(re.search(f'id="handed-{code}"[^>]*checked', page) for code in ("M01", "M02"))
    begun = browser.get("/desk/intake").content.decode()
    assert "未完成录入" in begun and address in begun and "郑州示范餐饮有限公司" in begun
    other = desk(city.window2)
    assert address not in other.get("/desk/intake").content.decode()
    assert other.client.post(f"{address}/autosave", {"signboard": "别人写的"}).status_code == 404
    sent = {**flat(food_values()), "handed": ["M01"], "take": "1"}
    browser.client.post(address, confirm(browser.client, address, sent))
    assert "未完成录入" not in browser.get("/desk/intake").content.decode()
    line = browser.client.post(f"{address}/autosave", {"signboard": "晚了"}).content.decode()
    assert "没有保存" in line and "已经提交" in line


def test_two_tabs_of_one_clerk_are_merged(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    marks = {
        "marks": html.unescape(re.findall(r'name="marks" value="([^"]*)"', browser.get(address).content.decode())[0])
    }
    browser.client.post(f"{address}/autosave", {**marks, "signboard": "一窗饭店", "handed": ["M01"]})
    line = browser.client.post(f"{address}/autosave", {**marks, "premises_area": "80", "handed": ["M02"]})
    assert "“门店招牌名称”在别处改过" in line.content.decode()
    values = Draft.objects.get().values
    assert (values["form"]["signboard"], values["form"]["premises_area"]) == ("一窗饭店", "80")
    assert values["handed"] == ["M01", "M02"]
    both = browser.client.post(address, {**marks, "signboard": "二窗饭店", "handed": [], "take": "1"})
    assert both.status_code == 409 and "已改成：<strong>一窗饭店</strong>" in both.content.decode()
    assert Draft.objects.get().values["form"]["signboard"] == "一窗饭店"


def test_a_material_that_an_answer_calls_for_waits_for_that_answer(city: City, desk: Desk) -> None:
    browser = desk(city.window)
    page = browser.get(draft_of(browser)).content.decode()
    waiting = re.findall(
        r'<li class="yc-tick yc-tick--take" id="material-(M\d+)" data-when-field="(\w+)"[^>]* hidden>', page
    )
    assert waiting
    assert not any(field in ("situation", "agent") for _, field in waiting), "these do not change on this page"


def test_what_a_clerk_enters_goes_on_under_the_version_that_comes_at_midnight(city: City, desk: Desk) -> None:
    browser = desk(city.window)
    address = draft_of(browser)
    values = flat(food_values())
    put_in_force(replace(city.standard, version=2, promised=Limit(4, Unit.WORKDAY)), SYSTEM)
    answer = browser.client.post(address, {**values, "handed": "M03", "take": "1"})
    assert (answer.status_code, answer["Location"]) == (302, address), "to be looked at before it is received"
    page = browser.get(address).content.decode()
    assert "承诺时限由5个工作日改为4个工作日" in page and values["premises_address"] in page
    assert browser.client.post(address, {**values, "take": "1"}).status_code != 409
    assert Draft.objects.get().standard.endswith("/2")


def test_the_form_begins_as_the_earlier_application_was_filled_in(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    assert browser.client.post(address, {**flat(food_values()), "all": on_paper(browser, address), "take": "1"}).url
    earlier, subject = Case.objects.get(), Subject.objects.get().id
    page = browser.get(f"/desk/intake/for/{subject}").content.decode()
    assert "这位申请人以前办过的" in page and f"/desk/intake/for/{subject}/ZZ-001" in page
    start = f"/desk/intake/for/{subject}/ZZ-001"
    assert re.search(f'value="{earlier.pk}"[^>]*checked', browser.get(start).content.decode())
    sent = {"situation": "new", "agent": "no"}
    again = browser.client.post(start, {**sent, "like": str(earlier.pk)}).url
    values = Draft.objects.get(submitted_as=None).values
    assert values["form"]["premises_address"] == food_values()["premises_address"] and "handed" not in values
    assert re.search(r'id="handed-all"[^>]*autofocus', browser.get(again).content.decode())
    browser.client.post(f"{again}/discard")
    browser.client.post(start, {**sent, "like": "blank"})
    assert "form" not in Draft.objects.get(submitted_as=None).values
    assert browser.client.post(start, {**sent, "like": str(subject)}).status_code == 422  # none of those offered


def on_paper(browser: Browser, address: str) -> str:
    """What the tick for all papers at once sends."""
    found = re.search(r'name="all" value="([^"]+)"', browser.get(address).content.decode())
    assert found
    return found[1]


def test_a_reader_s_text_finds_or_registers_a_person(city: City, desk: Desk) -> None:
    browser = desk(city.window)
    for text in (
        f"{ID}",
        f"姓名 赵一 性别 女 民族 汉 住址 郑州市中原区中原西路233号 公民身份号码 {ID}",
        f"赵一|女|汉|{ID}|",
    ):
        answer = browser.client.post("/desk/intake", {"type": "uscc", "number": text})
        page = answer.content.decode()
        assert answer.status_code == 200 and "系统里还没有这个证件号码" in page and f'value="{ID}"' in page, text
        assert ('value="赵一"' in page) is ("赵一" in text)
