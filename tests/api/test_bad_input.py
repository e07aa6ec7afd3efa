"""What a program may send by mistake or by chance: a problem in Chinese with what to do, nothing lost, nothing doubled.

Bodies that are no commands are in test_answers.py. See docs/bad-input.md.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.api.test_answers import problem, send
from tests.db.breaking import database_gone
from tests.db.uploads.test_uploads import PDF, bombs

RARE = "𠮷𬭊镕饭店"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def case(town: Any, call: Any) -> str:
    town.city.at("2018-03-12 09:30")
    return str(call("owner", "POST", "/api/cases", town.application()).json()["id"])


def stage(call: Any, case: str) -> str:
    return str(call("owner", "GET", f"/api/cases/{case}").json()["state"]["stage"])


def kinds(case: str) -> list[str]:
    from yichuang.ledger.models import Entry

    return list(Entry.objects.filter(stream=f"case/{case}").order_by("seq").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("name", "value", "status", "words"),
    [
        ("signboard", "长" * 10_000, 422, "最多 60 个字，现有 10000 个；请删减"),
        ("signboard", "一窗\x00饭店", 422, "请删去后重新提交"),
        ("signboard", "一窗\u202e饭店", 422, "不能保存；请删去后重新填写"),
        ("managers", [{"manager_id": "110105194912310021"}], 422, "校验"),
        ("managers", [{"manager_phone": "1380000"}], 422, "手机"),
    ],
    ids=["long", "nul", "reversed", "id", "phone"],
)
def test_a_field_that_cannot_be_is_named_and_nothing_is_filed(
    town: Any, call: Any, name: str, value: Any, status: int, words: str
) -> None:
    from yichuang.cases.models import Case

    if isinstance(value, list):
        value = [{**town.values[name][0], **value[0]}]
    key, application = uuid.uuid4(), town.application(form={**town.values, name: value})
    said = problem(call("owner", "POST", "/api/cases", application, key=key), status)
    assert said["next"] and words in "".join((said["detail"], said["next"], *said["fields"].values()))
    assert not Case.objects.exists()
    assert call("owner", "POST", "/api/cases", town.application(), key=key).status_code == 201


def test_rare_characters_come_back_as_they_were_sent(town: Any, call: Any) -> None:
    from yichuang.people.models import Subject

    Subject.objects.filter(pk=town.firm).update(name=RARE)
    form = {**town.values, "signboard": RARE}
    case = call("owner", "POST", "/api/cases", town.application(form=form)).json()["id"]
    assert RARE in call("owner", "GET", f"/api/cases/{case}").content.decode()
    found = call("owner", "GET", "/api/cases?text=𠮷𬭊").json()
    assert [one["id"] for one in found["cases"]] == [case]
    assert call("owner", "GET", "/api/cases?text=吉𬭊").json()["cases"] == []


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空.pdf", b"", "empty-file"),
        ("木马.exe", b"MZ", "file-type"),
        ("假.pdf", b"MZ" * 99, "file-content"),
        ("包.zip", PDF, "archive"),
        ("大.pdf", PDF + b"0" * (20 * 1024 * 1024), "file-too-big"),
    ],
    ids=["empty", "type", "content", "archive", "big"],
)
def test_a_file_that_cannot_be_taken_is_not_kept(
    town: Any, call: Any, store: Path, name: str, data: bytes, code: str
) -> None:
    from yichuang.aggregates.models import Upload

    assert problem(send(call, "owner", name, data), 422, code)["next"]
    assert not Upload.objects.exists() and not [p for p in store.rglob("*") if p.is_file()]


@pytest.mark.parametrize("kind", ["ratio", "members", "lying"])
def test_a_bomb_is_refused_where_word_documents_are_taken(town: Any, call: Any, kind: str) -> None:
    from dataclasses import replace

    from yichuang.aggregates.models import Upload
    from yichuang.catalog.service import put_in_force
    from yichuang.ledger.actor import SYSTEM

    wide = tuple(replace(m, file_kinds=("pdf", "docx")) for m in town.city.standard.materials)
    put_in_force(replace(town.city.standard, version=2, materials=wide), SYSTEM)
    said = problem(send(call, "owner", "炸弹.docx", bombs()[kind]), 422, "file-content")
    assert "不能接收" in said["detail"] and "重新上传" in said["next"]
    assert not Upload.objects.exists()


def test_a_script_in_a_name_is_text_in_json(town: Any, call: Any) -> None:
    kept = send(call, "owner", "<script>alert(1)<／script>图.pdf", PDF)
    assert kept.status_code == 201 and kept.json()["name"] == "<script>alert(1)<／script>图.pdf"
    assert kept["Content-Type"].startswith("application/json") and kept["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("text", ["长" * 10_000, "不办\x00了"], ids=["long", "nul"])
def test_a_text_that_cannot_be_kept_does_nothing_and_the_key_stays_free(call: Any, case: str, text: str) -> None:
    key, address = uuid.uuid4(), f"/api/cases/{case}/withdraw"
    assert problem(call("owner", "POST", address, {"reason": text}, key=key), 422)["next"]
    assert stage(call, case) == "submitted"
    assert call("owner", "POST", address, {"reason": "不办了"}, key=key).json()["stage"] == "withdrawn"


def test_a_clock_set_back_is_said_and_nothing_is_written(town: Any, call: Any, case: str) -> None:
    town.city.at("2018-03-12 08:00")
    key, address, before = uuid.uuid4(), f"/api/cases/{case}/receive", kinds(case)
    said = problem(call("window", "POST", address, {}, key=key), 409, "clock-behind")
    assert "请稍后再试" in said["next"] and kinds(case) == before
    town.city.at("2018-03-12 10:00")
    assert call("window", "POST", address, {}, key=key).status_code == 200


def test_a_year_not_published_stops_nobody_and_is_called_an_estimate(town: Any, call: Any) -> None:
    from yichuang.org import door
    from yichuang.org.models import CalendarYear

    door.calendar_upto.cache_clear()
    CalendarYear.objects.filter(year=2019).delete()
    town.city.at("2018-12-28 09:30")
    case = call("owner", "POST", "/api/cases", town.application()).json()["id"]
    assert call("window", "POST", f"/api/cases/{case}/receive", {}).status_code == 200
    clocks = call("owner", "GET", f"/api/cases/{case}").json()["clocks"]
    assert any("估算" in line for clock in clocks for line in clock["explain"])


@pytest.mark.parametrize("after", [1, 2])
def test_the_database_goes_in_mid_command_and_the_retry_is_done_once(town: Any, call: Any, after: int) -> None:
    from yichuang.cases.models import Case

    key = uuid.uuid4()
    with database_gone(after):
        answer = call("owner", "POST", "/api/cases", town.application(), key=key)
    said = problem(answer, 503, "unavailable")
    assert answer["Retry-After"] == "30" and "同一个 Idempotency-Key" in said["next"]
    assert not Case.objects.exists()
    first, again = (call("owner", "POST", "/api/cases", town.application(), key=key).json() for _ in range(2))
    assert not first["repeated"] and again == first | {"repeated": True}
    assert Case.objects.count() == 1


def test_two_programs_on_one_step_the_second_reads_that_it_is_done(town: Any, call: Any, case: str) -> None:
    """Really at once: test_door.py::test_two_officers_at_once_one_wins, the same door."""
    call("window", "POST", f"/api/cases/{case}/receive", {})
    accept = f"/api/cases/{case}/accept"
    assert call("window", "POST", accept, {}).status_code == 200
    late = problem(call("window2", "POST", accept, {}), 409)
    assert late["next"] and kinds(case).count("accepted") == 1
