"""What an officer may send by mistake or by chance: refused in Chinese with what to do, nothing lost, nothing doubled.

Every test goes through the pages; what the rooms below refuse has tests of its own. See docs/bad-input.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.db.breaking import database_gone
from tests.db.desk.conftest import Browser
from tests.db.desk.test_intake import confirm, draft_of, firm, flat
from tests.db.uploads.test_uploads import PDF, bombs
from tests.db.world import City, food_values
from yichuang.aggregates.models import Paper, Upload
from yichuang.cases.core.state import Stage
from yichuang.cases.models import Case, Draft
from yichuang.cases.service import replay_case
from yichuang.ledger.models import Entry
from yichuang.people.models import Subject

Desk = Callable[..., Browser]
LONG = "长" * 10_000
RARE = "𠮷𬭊镕饭店"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path / "data"  # of the authority that signs papers
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def received(city: City) -> str:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    return id


@pytest.fixture
def accepted(city: City, received: str) -> str:
    city.do(received, "accept", city.window)
    return received


@pytest.fixture
def asked(city: City, received: str) -> str:
    city.do(received, "ask_correction", city.window, reason="请补", materials=["M03"], fields=[])
    return received


def kinds(id: str) -> list[str]:
    return list(Entry.objects.filter(stream=f"case/{id}").order_by("seq").values_list("kind", flat=True))


# --- words ------------------------------------------------------------------------------------------------------------

ACTS: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("window", "ask_correction", "", {"materials": ["M03"]}, "reason"),
    ("window", "decline", "", {"outcome": "not_required"}, "reason"),
    ("head", "terminate", "", {}, "reason"),
    ("reviewer", "conclude", "S1", {"verdict": "pass"}, "opinion"),
    ("head", "extend", "", {"days": "3"}, "reason"),
]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LONG, "最多2000字"),
        ("不符合\x00条件", "看不见的控制字符（U+0000），不能保存；请删去后重新填写"),
        ("不符合\u202e条件", "改变书写方向的控制字符"),
    ],
    ids=["long", "nul", "reversed"],
)
@pytest.mark.parametrize(("who", "act", "step", "data", "field"), ACTS, ids=[act[1] for act in ACTS])
def test_words_that_cannot_be_kept_stay_in_the_form(
    city: City,
    desk: Desk,
    received: str,
    who: str,
    act: str,
    step: str,
    data: dict[str, Any],
    field: str,
    text: str,
    words: str,
) -> None:
    if who != "window":
        city.do(received, "accept", city.window)
    browser, command, before = desk(getattr(city, who)), uuid.uuid4(), kinds(received)
    answer = browser.act(received, act, step, command_id=command, **{**data, field: text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and text in page
    assert kinds(received) == before
    assert browser.act(received, act, step, command_id=command, **{**data, field: "不符合条件"}).status_code == 302
    assert len(kinds(received)) > len(before)


@pytest.mark.parametrize(("text", "words"), [(LONG, "最多 200 个字"), ("张\x00三", "不能保存")], ids=["long", "nul"])
def test_a_line_that_cannot_be_kept_stays_in_the_form(
    city: City, desk: Desk, received: str, text: str, words: str
) -> None:
    sent: dict[str, Any] = {"outcome": "no_jurisdiction", "reason": "不归我们管", "competent": text}
    answer = desk(city.window).act(received, "decline", **sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and text in page and "不归我们管" in page
    assert replay_case(received).stage is Stage.RECEIVED


@pytest.mark.parametrize(
    ("reason", "words"), [(LONG, "查看理由最多200个字"), ("核对\x00原件", "不能保存；请删去")], ids=["long", "nul"]
)
def test_a_reason_to_look_that_cannot_be_kept_shows_nothing(
    city: City, desk: Desk, received: str, reason: str, words: str
) -> None:
    number = "11010519491231002X"
    Subject.objects.create(id="s:1", kind="person", name="张三丰", id_type="111", id_number=number)
    sent = {"field": "id_number", "reason": reason}
    answer = desk(city.window).client.post(f"/desk/case/{received}/unmask", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and reason in page and number not in page
    assert not Entry.objects.filter(kind="unmasked").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": LONG}, "最多 200 个字"),
        ({"name": "某\x00店"}, "不能保存"),
        ({"number": "91410100MA44ABCD0X\x00"}, "不能保存"),
        ({"phone": "1" * 10_000}, "最多 20 个字"),
        ({"address": "路\x00"}, "不能保存"),
    ],
    ids=["long", "nul", "nul-number", "long-phone", "nul-address"],
)
def test_an_applicant_who_cannot_be_entered(city: City, desk: Desk, change: dict[str, str], words: str) -> None:
    answer = desk(city.window).client.post("/desk/intake", {**firm(), "name": "某店", "legal_name": "张三丰", **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and "张三丰" in page
    assert not Subject.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("signboard", LONG, "最多 60 个字，现有 10000 个；请删减"),
        ("signboard", "一窗\x00饭店", "不能保存；请删去后重新填写"),
        ("managers-0-manager_id", "110105194912310021", "校验"),
    ],
    ids=["long", "nul", "id"],
)
def test_a_field_of_the_form_that_cannot_be_is_kept_and_refused(
    city: City, desk: Desk, name: str, value: str, words: str
) -> None:
    browser, kept = desk(city.window), value.replace("\x00", "\uffff")
    address = draft_of(browser)
    sent = {**flat(food_values()), "handed": ["M01"], "take": "1", name: value}
    answer = browser.client.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and kept in page
    assert kept in browser.get(address).content.decode(), "the draft keeps it, right or wrong"
    assert not Case.objects.exists()


@pytest.mark.parametrize("address", ["/desk/?q=%00", "/desk/?stage=%00", "/desk/?list=%00", "/desk/intake/for/x?q=%00"])
def test_an_address_with_nul_is_no_fault_of_ours(city: City, desk: Desk, address: str) -> None:
    assert desk(city.window).get(address).status_code in (200, 400, 404)


def test_a_rare_name_goes_from_the_counter_to_the_list_and_onto_the_receipt(city: City, desk: Desk) -> None:
    """𬭊 and 镕 have a glyph in our fonts; 𠮷 has none and is printed as its code, never dropped."""
    from pypdf import PdfReader

    from yichuang.documents import service

    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    answer = browser.client.post("/desk/intake", {**firm(), "name": RARE, "legal_name": "李𬭊"})
    answer = browser.client.post(f"{answer.url}/ZZ-001", {"situation": "new", "agent": "no"})
    values = {**flat(food_values()), "signboard": RARE, "handed": ["M01"], "take": "1"}
    assert browser.client.post(answer.url, confirm(browser.client, answer.url, values)).status_code == 302
    case = Case.objects.get()
    assert case.applicant == RARE
    assert RARE in browser.case(case.id).content.decode()
    for asked in (RARE, "𠮷𬭊", "镕饭"):
        assert case.receipt in browser.get("/desk/", list="open", q=asked).content.decode(), asked
    assert case.receipt not in browser.get("/desk/", list="open", q="吉𬭊").content.decode()
    paper = Paper.objects.get(stream=f"case/{case.id}", kind="receipt")
    file = service.open(f"case/{case.id}", paper.seq, city.window)
    assert file is not None
    text = "".join("".join(page.extract_text() for page in PdfReader(default_storage.open(file.key)).pages).split())
    assert "𠮷𬭊镕饭店" in text


def test_a_script_in_a_name_is_text(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    name, file = "<script>alert(1)</script>饭店", "<script>alert(2)<／script>图.pdf"
    browser = desk(city.window)
    answer = browser.client.post("/desk/intake", {**firm(), "name": name})
    answer = browser.client.post(f"{answer.url}/ZZ-001", {"situation": "new", "agent": "no"})
    sent = {**flat(food_values()), "file:M02": SimpleUploadedFile(file, PDF)}
    pages = [browser.client.post(answer.url, {**sent, "upload": "1"}).content.decode()]
    done = browser.client.post(answer.url, confirm(browser.client, answer.url, {**flat(food_values()), "take": "1"}))
    assert done.status_code == 302
    case = Case.objects.get()
    pages += [
        browser.get(a).content.decode() for a in (done.url, f"/desk/case/{case.id}", f"/desk/case/{case.id}/check")
    ]
    pages.append(browser.get("/desk/", list="open").content.decode())
    assert not any("<script>alert" in page for page in pages)
    assert "&lt;script&gt;alert(2)" in pages[0] and all("&lt;script&gt;alert(1)" in page for page in pages[1:3])


# --- files ------------------------------------------------------------------------------------------------------------

FILES = [
    ("空.pdf", b"", "0 字节"),
    ("木马.exe", b"MZ", "可以上传 PDF、JPG、PNG"),
    ("假.pdf", b"MZ" * 99, "另存为 PDF"),
    ("包.zip", PDF, "请解压后"),
    ("炸弹.docx", bombs()["ratio"], "可以上传 PDF、JPG、PNG"),
    ("大.pdf", PDF + b"0" * (20 * 1024 * 1024), "超过 20 MB，不能接收。请缩小照片"),
]
FILE_IDS = ["empty", "type", "content", "archive", "bomb", "big"]


@pytest.mark.parametrize(("name", "data", "words"), FILES, ids=FILE_IDS)
def test_a_bad_scan_at_the_counter_keeps_what_was_entered(
    city: City, desk: Desk, store: Path, name: str, data: bytes, words: str
) -> None:
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    sent = {**flat(food_values()), "signboard": "一窗饭店", "handed": ["M01"], "take": "1"}
    answer = browser.client.post(address, {**sent, "file:M02": SimpleUploadedFile(name, data)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and "一窗饭店" in page
    assert not Case.objects.exists() and not Upload.objects.exists() and not list(store.rglob("*.*"))
    assert browser.client.post(address, confirm(browser.client, address, sent)).status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("name", "data", "words"), FILES, ids=FILE_IDS)
def test_a_bad_scan_of_a_correction_uses_up_nothing(
    city: City, desk: Desk, asked: str, name: str, data: bytes, words: str
) -> None:
    browser, command = desk(city.window), str(uuid.uuid4())
    sent = {"handed": ["M03"], "command_id": command}
    address = f"/desk/case/{asked}/supply"
    answer = browser.client.post(address, {**sent, "file:M03": SimpleUploadedFile(name, data)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and 'value="M03" checked' in page
    assert replay_case(asked).stage is Stage.CORRECTION and not Upload.objects.exists()
    for _ in range(2):
        assert browser.client.post(address, sent).status_code == 302
    assert kinds(asked).count("supplied") == 1


@pytest.mark.parametrize("kind", ["ratio", "members", "lying"])
def test_a_bomb_is_refused_where_word_documents_are_taken(city: City, desk: Desk, kind: str) -> None:
    from dataclasses import replace

    from yichuang.catalog.service import put_in_force
    from yichuang.ledger.actor import SYSTEM

    wide = tuple(replace(m, file_kinds=("pdf", "docx")) for m in city.standard.materials)
    put_in_force(replace(city.standard, version=2, materials=wide), SYSTEM)
    browser = desk(city.window)
    address = draft_of(browser)
    bomb = SimpleUploadedFile("炸弹.docx", bombs()[kind])
    answer = browser.client.post(address, {**flat(food_values()), "file:M02": bomb, "take": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "不能接收" in page and "重新上传" in page
    assert not Case.objects.exists() and not Upload.objects.exists()


# --- the same thing again ---------------------------------------------------------------------------------------------


def test_a_decision_sent_twice_is_one_and_the_back_button_changes_nothing(
    city: City, desk: Desk, accepted: str
) -> None:
    while not (case := replay_case(accepted)).steps_done:
        for code, step in case.steps.items():
            if step.status == "open":
                survey = city.standard.step(code).post.value == "surveyor"
                actor, others = (city.surveyor, [city.surveyor2.person]) if survey else (city.reviewer, [])
                city.do(accepted, "conclude", actor, step=code, verdict="pass", opinion="符合", officers=others)
    browser, command = desk(city.head), uuid.uuid4()
    for _ in range(2):
        answer = browser.act(accepted, "decide", command_id=command, granted="yes")
        assert answer.status_code == 302
    assert "没有重复办理" in browser.get(answer.url).content.decode()
    changed = browser.act(accepted, "decide", command_id=command, granted="no", reason="改了主意")
    page = changed.content.decode()
    assert changed.status_code == 409 and "改了主意" in page and "请刷新后再办" in page
    assert kinds(accepted).count("decided") == 1
    assert Paper.objects.filter(stream=f"case/{accepted}", kind="grant").count() == 1


# --- the clock, the calendar, the database ----------------------------------------------------------------------------


def test_a_clock_set_back_is_said_and_what_was_written_stays(city: City, desk: Desk, accepted: str) -> None:
    city.at("2018-03-12 08:00")
    browser, command, before = desk(city.reviewer), uuid.uuid4(), kinds(accepted)
    sent: dict[str, Any] = {"verdict": "pass", "opinion": "写了很久的意见"}
    answer = browser.act(accepted, "conclude", "S1", command_id=command, **sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "系统时钟比最近一次记录的时间还早" in page and "请稍后再试" in page and "写了很久的意见" in page
    assert kinds(accepted) == before
    city.at("2018-03-12 10:00")
    assert browser.act(accepted, "conclude", "S1", command_id=command, **sent).status_code == 302
    assert kinds(accepted).count("step_concluded") == 1


def test_a_year_not_published_stops_nobody_and_is_called_an_estimate(city: City, desk: Desk) -> None:
    from yichuang.org import door
    from yichuang.org.models import CalendarYear

    door.calendar_upto.cache_clear()
    CalendarYear.objects.filter(year=2019).delete()
    city.at("2018-12-28 09:30")
    id = city.submit().state.id
    browser = desk(city.window)
    for act in ("receive", "accept"):
        assert browser.act(id, act).status_code == 302
    assert "估" in browser.case(id).content.decode()


@pytest.mark.parametrize("after", [1, 2])
def test_the_database_goes_in_mid_command_and_the_retry_is_done_once(
    city: City, desk: Desk, accepted: str, after: int
) -> None:
    browser, command, before = desk(city.reviewer), uuid.uuid4(), kinds(accepted)
    sent: dict[str, Any] = {"verdict": "pass", "opinion": "符合要求"}
    with database_gone(after):
        answer = browser.act(accepted, "conclude", "S1", command_id=command, **sent)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "暂时连不上数据库" in page and "没有丢失" in page and "同一份提交只办理一次" in page
    assert kinds(accepted) == before
    for _ in range(2):
        assert browser.act(accepted, "conclude", "S1", command_id=command, **sent).status_code == 302
    assert kinds(accepted).count("step_concluded") == 1


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_the_database_goes_in_mid_intake_and_the_retry_is_one_case_and_one_receipt(
    city: City, desk: Desk, after: int
) -> None:
    """Submitting and receiving are two commands: the database may go in either, or between them."""
    city.at("2018-03-12 09:30")
    browser = desk(city.window)
    address = draft_of(browser)
    sent = confirm(browser.client, address, {**flat(food_values()), "handed": ["M01"], "take": "1"})
    with database_gone(after):
        answer = browser.client.post(address, sent)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert Draft.objects.get().values["handed"] == ["M01"] and Draft.objects.get().values["form"]
    first = browser.client.post(address, sent)
    assert first.status_code == 302
    assert browser.client.post(address, sent).url == first.url
    assert Case.objects.count() == Paper.objects.count() == 1
    assert kinds(str(Case.objects.get().id)).count("received") == 1
