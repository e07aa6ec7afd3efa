"""What a citizen may send by mistake or by chance: refused in Chinese with what to do, nothing lost, nothing doubled.

Every test goes through the pages; what the rooms below refuse has tests of its own. See docs/bad-input.md.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.db.breaking import database_gone
from tests.db.filling import fill
from tests.db.portal.pages import PDF, begin, browser, complete, flat, submit
from tests.db.uploads.test_uploads import bombs
from yichuang.cases.core.state import Stage

LONG = "长" * 10_000
RARE = "𠮷𬭊镕饭店"


@pytest.fixture
def filed(town: Any) -> tuple[Any, Any, str]:
    """(town, the owner's browser, id of a case filed online)."""
    town.city.at("2018-03-12 09:30")
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    return town, client, submit(client, draft).split("/")[2]


@pytest.fixture
def asked(filed: Any) -> tuple[Any, Any, str]:
    """The case, told to bring M03 and to mend the area."""
    town, _, id = filed
    city = town.city
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "ask_correction", city.window, reason="请补", materials=("M03",), fields=("premises_area",))
    return town, filed[1], id


def state(id: str) -> Any:
    from yichuang.cases.service import replay_case

    return replay_case(id)


def kinds(id: str) -> list[str]:
    from yichuang.ledger.models import Entry

    return list(Entry.objects.filter(stream=f"case/{id}").order_by("seq").values_list("kind", flat=True))


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "words"),
    [(LONG, "最多2000字"), ("不想\x00办了", "不能保存；请删去"), ("\u202e了办不", "书写方向")],
    ids=["long", "nul", "reversed"],
)
def test_a_reason_that_cannot_be_kept_stays_on_the_page(filed: Any, reason: str, words: str) -> None:
    _, client, id = filed
    sent = {"command_id": str(uuid.uuid4()), "reason": reason}
    answer = client.post(f"/my/{id}/withdraw", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and reason in page
    assert sent["command_id"] in page, "the mended form is the same command"
    assert state(id).stage is Stage.SUBMITTED
    assert client.post(f"/my/{id}/withdraw", sent | {"reason": "不办了"}).status_code == 302
    assert kinds(id).count("withdrawn") == 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("signboard", LONG, "最多 60 个字，现有 10000 个；请删减"),
        ("signboard", "一窗\x00饭店", "不能保存；请删去后重新填写"),
        ("premises_area", "八十\x00", "请只填数字"),
        ("managers-0-manager_id", "110105194912310021", "校验"),
        ("managers-0-manager_phone", "1380000", "手机"),
        ("open_on", "2018-02-30", "日期"),
    ],
    ids=["long", "nul", "nul-number", "id", "phone", "date"],
)
@pytest.mark.parametrize("how", ["form", "autosave"])
def test_a_field_that_cannot_be_is_kept_and_refused(town: Any, name: str, value: str, words: str, how: str) -> None:
    from yichuang.cases.models import Case

    client, kept = browser(town.owner), value.replace("\x00", "\uffff")
    draft = begin(client, town.firm)
    sent = flat(fill(town.city.standard)) | {name: value}
    answer = client.post(f"{draft}/{how}", sent)
    if how == "autosave":
        assert "已自动保存" in answer.content.decode()
        answer = client.post(f"{draft}/form", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and kept in page
    assert kept in client.get(f"{draft}/form").content.decode(), "the draft keeps it, right or wrong"
    assert client.post(f"{draft}/submit", {"promise": "yes"}).status_code == 422
    assert not Case.objects.exists()


def test_rare_characters_come_back_as_they_were_typed(town: Any) -> None:
    client = browser(town.owner)
    town.firm.name = RARE
    town.firm.save(update_fields=["name"])
    draft = begin(client, town.firm)
    sent = flat(fill(town.city.standard)) | {"signboard": RARE, "managers-0-manager_name": "李𬭊"}
    assert client.post(f"{draft}/form", sent).status_code == 302
    assert f'value="{RARE}"' in client.get(f"{draft}/form").content.decode()
    complete(client, draft, town.city.standard)
    assert client.post(f"{draft}/form", sent).status_code == 302
    id = submit(client, draft).split("/")[2]
    assert RARE in client.get("/my/").content.decode()
    page = client.get(f"/my/{id}").content.decode()
    assert RARE in page and "李𬭊" in page
    assert id in client.get("/my/", {"q": "𠮷𬭊"}).content.decode()
    assert id not in client.get("/my/", {"q": "吉𬭊"}).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/my/?q=%00",
        "/items/?q=%00",
        "/items/?at=%00",
        "/items/410100/%00",
        "/check/?code=%00",
        "/progress/?number=%00",
        "/my/?page=%00",
    ],
)
def test_an_address_with_nul_is_no_fault_of_ours(town: Any, address: str) -> None:
    answer = browser(town.owner).get(address)
    assert answer.status_code in (200, 400, 404)
    assert answer.status_code == 200 or re.search("返回上一页|核对网址", answer.content.decode())


@pytest.mark.parametrize(
    ("address", "sent", "status", "words"),
    [
        ("/progress", {"number": "2018\x00", "code": "x\x00"}, 400, "返回上一页，核对后重新提交"),
        ("/accounts/login/", {"login": "zhang\x00", "password": "x"}, 200, "不能保存；请删去"),
        ("/items/410100/ZZ-001/apply", {"subject": "s\x00", "situation": "new"}, 422, "请选择以谁的名义申请"),
    ],
    ids=["progress", "login", "apply"],
)
def test_nul_in_a_short_form_is_refused(town: Any, address: str, sent: dict[str, str], status: int, words: str) -> None:
    client = browser(town.owner) if "apply" in address else Client()
    answer = client.post(address, sent)
    assert answer.status_code == status
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("uscc", "name", "words"),
    [
        ("91350100M000100Y43", "长" * 10_000, "最多 200 个字，现有 10000 个；请删减"),
        ("91350100M000100Y43", "一窗\x00饭店", "不能保存；请删去后重新填写"),
        ("91350100M000100Y44", "一窗饭店", "校验"),
    ],
    ids=["long", "nul", "code"],
)
def test_an_organisation_that_cannot_be_is_not_bound(town: Any, uscc: str, name: str, words: str) -> None:
    from yichuang.people.models import Membership

    before = Membership.objects.count()
    answer = browser(town.owner).post("/account/organisation", {"uscc": uscc, "org_name": name})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and uscc in page and name.partition("\x00")[2] in page
    assert Membership.objects.count() == before


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.pdf", b"", "0 字节"),
        ("木马.exe", b"MZ", "可以上传 PDF、JPG、PNG"),
        ("假.pdf", b"MZ" * 99, "另存为 PDF"),
        ("包.zip", PDF, "请解压后"),
        ("炸弹.docx", bombs()["ratio"], "可以上传 PDF、JPG、PNG"),
        ("大.pdf", PDF + b"0" * (20 * 1024 * 1024), "超过 20 MB，不能接收。请缩小照片"),
    ],
    ids=["empty", "type", "content", "archive", "bomb", "big"],
)
def test_a_file_that_cannot_be_taken_changes_nothing(asked: Any, name: str, data: bytes, words: str) -> None:
    from yichuang.aggregates.models import Upload

    _, client, id = asked
    before = Upload.objects.count()
    answer = client.post(f"/my/{id}/supply", {"material": "M03", "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert Upload.objects.count() == before and state(id).stage is Stage.CORRECTION


@pytest.mark.parametrize("kind", ["ratio", "members", "lying"])
def test_a_bomb_is_refused_where_word_documents_are_taken(town: Any, kind: str) -> None:
    """No listed food material takes Word documents: the standard is changed for this test."""
    from dataclasses import replace

    from yichuang.aggregates.models import Upload
    from yichuang.catalog.service import put_in_force
    from yichuang.ledger.actor import SYSTEM

    standard = town.city.standard
    wide = tuple(replace(m, file_kinds=("pdf", "docx")) for m in standard.materials)
    put_in_force(replace(standard, version=2, materials=wide), SYSTEM)
    client = browser(town.owner)
    draft = begin(client, town.firm)
    client.post(f"{draft}/form", flat(fill(standard)))
    bomb = SimpleUploadedFile("炸弹.docx", bombs()[kind])
    answer = client.post(f"{draft}/materials", {"material": "M03", "file": bomb})
    page = answer.content.decode()
    assert answer.status_code == 422 and "不能接收" in page and "重新上传" in page
    assert not Upload.objects.exists()


def test_a_script_in_a_name_is_text(asked: Any) -> None:
    _, client, id = asked
    sent = {"material": "M03", "file": SimpleUploadedFile("<script>alert(1)<／script>图.pdf", PDF)}
    assert client.post(f"/my/{id}/supply", sent).status_code == 302
    page = client.get(f"/my/{id}/supply").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


# --- the same thing again ---------------------------------------------------------------------------------------------


def test_a_supply_sent_twice_is_one(asked: Any) -> None:
    town, client, id = asked
    sent = flat(fill(town.city.standard)) | {"command_id": str(uuid.uuid4()), "paper-M03": "yes"}
    assert client.post(f"/my/{id}/supply", sent).status_code == 302
    again = client.post(f"/my/{id}/supply", sent)
    assert again.status_code == 302, again.content.decode()
    assert kinds(id).count("supplied") == 1


def test_a_result_is_signed_for_once(filed: Any) -> None:
    from tests.db.portal.test_mine import granted

    town, client, id = filed
    granted(town, id)
    sent = {"command_id": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(f"/my/{id}/deliver", sent).status_code == 302
    assert kinds(id).count("delivered") == 1
    late = client.post(f"/my/{id}/deliver", {"command_id": str(uuid.uuid4())})
    assert late.status_code == 409 and "下一步" in late.content.decode()


def test_a_stale_supply_is_refused_and_the_page_says_where_the_case_stands(asked: Any) -> None:
    """The window took the correction in meanwhile; the page with the old form is sent after that."""
    town, client, id = asked
    city = town.city
    city.do(id, "supply", city.window, given={"M03": ["paper"]}, form="面积更正")
    city.do(id, "accept", city.window)
    before = kinds(id)
    late = client.post(f"/my/{id}/supply", {"command_id": str(uuid.uuid4()), "paper-M03": "yes"})
    assert late.status_code in (409, 422)
    assert "下一步" in late.content.decode() and kinds(id) == before


# --- the clock, the calendar, the database ----------------------------------------------------------------------------


def test_a_clock_set_back_is_said_and_nothing_is_written(filed: Any) -> None:
    town, client, id = filed
    town.city.at("2018-03-12 08:00")
    sent = {"command_id": str(uuid.uuid4()), "reason": "不办了"}
    answer = client.post(f"/my/{id}/withdraw", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "系统时钟比最近一次记录的时间还早" in page and "请稍后再试" in page and "不办了" in page
    town.city.at("2018-03-12 10:00")
    assert client.post(f"/my/{id}/withdraw", sent).status_code == 302
    assert kinds(id).count("withdrawn") == 1


def test_a_year_not_published_stops_nobody_and_is_called_an_estimate(town: Any) -> None:
    from yichuang.org import door
    from yichuang.org.models import CalendarYear

    door.calendar_upto.cache_clear()
    CalendarYear.objects.filter(year=2019).delete()
    town.city.at("2018-12-28 09:30")
    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    done = submit(client, draft)
    assert "放假安排公布前的估计" in client.get(done).content.decode()


@pytest.mark.parametrize("after", [1, 2])
def test_the_database_goes_in_mid_command_and_the_retry_is_one_submission(town: Any, after: int) -> None:
    from yichuang.cases.models import Case, Draft
    from yichuang.ledger.models import Entry

    client = browser(town.owner)
    draft = begin(client, town.firm)
    complete(client, draft, town.city.standard)
    with database_gone(after):
        answer = client.post(f"{draft}/submit", {"promise": "yes"})
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "暂时连不上数据库" in page and "没有丢失" in page and "同一份提交只办理一次" in page
    assert not Case.objects.exists() and Draft.objects.get().values["form"]
    done = submit(client, draft)
    assert submit(client, draft) == done
    assert Case.objects.count() == Entry.objects.filter(kind="submitted").count() == 1


def test_the_database_goes_while_withdrawing_and_the_retry_withdraws_once(filed: Any) -> None:
    _, client, id = filed
    sent = {"command_id": str(uuid.uuid4()), "reason": "不办了"}
    with database_gone(2):
        assert client.post(f"/my/{id}/withdraw", sent).status_code == 503
    assert state(id).stage is Stage.SUBMITTED
    for _ in range(2):
        assert client.post(f"/my/{id}/withdraw", sent).status_code == 302
    assert kinds(id).count("withdrawn") == 1
