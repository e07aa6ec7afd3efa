"""A department writes a standard by its program, and the office examines it by its own: what pages do, and no more."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.conftest import appoint
from tests.db.desk.conftest import at_most

BASE = "/api/revision"


@pytest.fixture
def drafting(town: Any, call: Any) -> str:
    """A revision of the food licence, begun by the department's program; the office has a program too."""
    town.city.at("2018-03-12 09:30")
    appoint(town, "office", town.city.window.department, "office")
    begun = call("reviewer", "POST", BASE, {"item": "ZZ-001"})
    assert begun.status_code == 201, begun.content.decode()
    return f"{BASE}/{begun.json()['id']}"


def read(call: Any, address: str, role: str = "reviewer") -> dict[str, Any]:
    with at_most(8):
        answer = call(role, "GET", f"{address}/manuscript")
    assert answer.status_code == 200, answer.content.decode()
    made: dict[str, Any] = answer.json()
    return made


def text_of(manuscript: dict[str, Any], line: str) -> str:
    return next(row["text"] for row in manuscript["lines"] if row["line"] == line)


def save(call: Any, address: str, role: str = "reviewer", status: int = 200, **body: Any) -> dict[str, Any]:
    with at_most(15):
        answer = call(role, "POST", f"{address}/manuscript", body)
    assert answer.status_code == status, answer.content.decode()
    made: dict[str, Any] = answer.json()
    return made


def test_a_program_writes_a_manuscript_line_by_line(drafting: str, call: Any) -> None:
    first = read(call, drafting)
    assert (text_of(first, "promised"), first["editable"]) == ("5个工作日", True)
    assert text_of(first, "steps/S1/department").endswith("市场监督管理局"), "in words, as in Excel"
    row = {"list": "materials", "id": "row-1", "texts": {"name": "健康证明", "when": "办理情形：新办、延续"}}
    sent = {"marks": first["marks"], "texts": {"promised": "7个工作日"}, "add": [row]}
    saved = save(call, drafting, **sent)
    assert saved["added"] == ["materials/row-1"] and not saved["disputes"] and not saved["faults"]
    again = save(call, drafting, **sent)
    assert (again["added"], again["counter"]) == ([], saved["counter"]), "a retry adds nothing"
    now = read(call, drafting)
    assert text_of(now, "materials/row-1/when") == "办理情形：新办、延续" and text_of(now, "promised") == "7个工作日"
    changes = call("reviewer", "GET", f"{drafting}/differences").json()
    assert "承诺时限由5个工作日改为7个工作日" in [change["words"] for change in changes]
    last = now["lists"]["conditions"][-1]
    moved = save(call, drafting, marks=now["marks"], order={"conditions": [last]}, remove=["materials/row-1"])
    after = read(call, drafting)
    assert (
        after["lists"]["conditions"][0] == last and "row-1" not in after["lists"]["materials"] and not moved["faults"]
    )


def test_two_programs_lose_nothing(drafting: str, call: Any) -> None:
    one = read(call, drafting)
    save(call, drafting, "head", marks=one["marks"], texts={"promised": "7个工作日"})
    said = save(call, drafting, marks=one["marks"], texts={"promised": "8个工作日", "visits": "0", "statutory": "很快"})
    (dispute,) = said["disputes"]
    assert (dispute["name"], dispute["kept"], dispute["sent"]) == ("承诺时限", "7个工作日", "8个工作日")
    assert [fault["line"] for fault in said["faults"]] == ["statutory"]
    assert text_of(read(call, drafting), "visits") == "0"
    chosen = {"promised": "here"}
    said = save(
        call, drafting, marks=one["marks"], texts={"promised": "8个工作日", "statutory": "20个工作日"}, chosen=chosen
    )
    assert text_of(read(call, drafting), "promised") == "8个工作日"


def test_the_marks_of_an_answer_say_what_its_caller_has_seen(drafting: str, call: Any) -> None:
    first = read(call, drafting)
    save(call, drafting, "head", marks=first["marks"], texts={"promised": "7个工作日", "visits": "0"})
    said = save(call, drafting, marks=first["marks"], texts={"promised": "8个工作日", "statutory": "20个工作日"})
    assert [dispute["line"] for dispute in said["disputes"]] == ["promised"]
    assert said["changed"] == ["visits"], "what somebody else changed meanwhile is told"
    again = save(call, drafting, marks=said["marks"], texts={"promised": "8个工作日", "statutory": "19个工作日"})
    assert [dispute["line"] for dispute in again["disputes"]] == ["promised"], "a dispute stays until somebody chooses"
    chosen = {"promised": "there"}
    done = save(call, drafting, marks=again["marks"], texts={"promised": "8个工作日"}, chosen=chosen)
    assert not done["disputes"]
    blind = save(call, drafting, marks=done["marks"], texts={"visits": "2"})
    assert [dispute["kept"] for dispute in blind["disputes"]] == ["0"], "nobody writes over what they have not seen"
    now = read(call, drafting)
    assert [text_of(now, line) for line in ("promised", "statutory", "visits")] == ["7个工作日", "19个工作日", "0"]


def test_a_new_row_in_dispute_is_not_said_to_be_added(drafting: str, call: Any) -> None:
    first = read(call, drafting)
    gone = first["lists"]["materials"][-1]
    save(call, drafting, "head", marks=first["marks"], remove=[f"materials/{gone}"])
    row = {"list": "materials", "id": gone, "texts": {"name": "健康证明"}}
    said = first
    for _ in range(2):
        said = save(call, drafting, marks=said["marks"], add=[row])
        assert said["added"] == [] and [d["line"] for d in said["disputes"]] == [f"materials/{gone}"]
    said = save(call, drafting, marks=said["marks"], add=[row], chosen={f"materials/{gone}": "here"})
    assert said["added"] == [f"materials/{gone}"] and not said["disputes"]


def test_what_a_program_may_not(drafting: str, call: Any, town: Any) -> None:
    seen = read(call, drafting)
    assert read(call, drafting, "office")["editable"] is False
    refused = save(call, drafting, "office", 403, marks=seen["marks"], texts={"promised": "1个工作日"})
    assert refused["code"] == "not-drafter"
    assert call("window", "GET", f"{drafting}/manuscript").status_code == 404
    assert save(call, drafting, status=422, marks="x")["code"] == "no-marks"
    for line in ("nothing", "materials/M99/name", "bases/b1/confidence", "version"):
        wrong = save(call, drafting, status=422, marks=seen["marks"], texts={line: "x", "promised": "1个工作日"})
        assert wrong["code"] == "no-line"
    assert read(call, drafting)["counter"] == seen["counter"]
    assert call("reviewer", "POST", f"{drafting}/submit", {}).status_code == 200
    assert (
        save(call, drafting, status=409, marks=seen["marks"], texts={"promised": "1个工作日"})["code"] == "not-drafting"
    )


def test_files_go_out_and_come_in(drafting: str, call: Any, town: Any) -> None:
    made = call("reviewer", "GET", f"{drafting}/files/yaml").json()
    text = base64.b64decode(made["data"]).decode()

    def send(text: str) -> Any:
        head = {"authorization": f"Bearer {town.tokens['reviewer']}"}
        return Client().post(
            f"{drafting}/files", {"file": SimpleUploadedFile(made["name"], text.encode())}, headers=head
        )

    wrong = send(text.replace("到现场次数: 1", "到现场次数: 一次"))
    assert wrong.status_code == 422 and "第11行“到现场次数”" in wrong.json()["fields"]
    right = send(text.replace("到现场次数: 1", "到现场次数: 0"))
    assert right.status_code == 200 and not right.json()["disputes"]
    assert text_of(read(call, drafting), "visits") == "0"
    assert base64.b64decode(call("head", "GET", f"{drafting}/files/xlsx").json()["data"])[:2] == b"PK"


def test_the_office_examines_by_its_program(drafting: str, call: Any) -> None:
    assert [row["stage"] for row in call("office", "GET", "/api/revisions").json()["revisions"]] == ["drafting"]
    assert call("reviewer", "POST", f"{drafting}/submit", {}).status_code == 200
    assert call("head", "POST", f"{drafting}/sign", {}).status_code == 200
    note = {"line": "promised", "text": "请说明承诺时限的依据。"}
    assert call("office", "POST", f"{drafting}/comment", note).status_code == 200
    assert (
        call("reviewer", "POST", f"{drafting}/answer", {"comment": "1", "reply": "比照法定时限压缩。"}).status_code
        == 200
    )
    assert call("office", "POST", f"{drafting}/settle", {"comment": "1"}).status_code == 200
    with at_most(16):
        checks = call("office", "GET", f"{drafting}/checks").json()
    assert checks["publishable"], checks["faults"]
    for question in checks["questions"]:
        judged = {"question": question["code"], "answer": "已经核对。"}
        assert call("office", "POST", f"{drafting}/judge", judged).status_code == 200
    assert call("office", "POST", f"{drafting}/approve", {"on": "2018-06-01"}).status_code == 200
