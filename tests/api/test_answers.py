"""What goes wrong is a problem with code, ground and next step; nothing is done twice, nothing shown to strangers."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError

from tests.samples import PDF

NOWHERE = "00000000-0000-4000-8000-000000000000"
PARTS = {"type", "title", "status", "detail", "code", "clause", "next", "fields"}


def problem(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    """The problem of an answer, checked to be one."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert set(body) == PARTS
    assert body["status"] == status
    assert body["detail"] and any("\u4e00" <= c <= "\u9fff" for c in body["detail"])
    if code:
        assert body["code"] == code
    return body


@pytest.fixture
def case(town: Any, call: Any) -> str:
    town.city.at("2018-03-12 09:30")
    return str(call("owner", "POST", "/api/cases", town.application()).json()["id"])


# --- who asks ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.5d.1")
@pytest.mark.breach
@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer 令牌"])
def test_nothing_without_a_token(town: Any, call: Any, token: str | None) -> None:
    headers = {} if token is None else {"authorization": token.encode().decode("latin-1")}
    answer = call("", "GET", "/api/cases", **headers)
    problem(answer, 401, "unauthorised")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_or_a_closed_account_stops_at_once(town: Any, call: Any) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.models import Account, ApiClient
    from yichuang.people.service import revoke_client

    assert call("owner", "GET", "/api/cases").status_code == 200
    revoke_client(ApiClient.objects.get(name="owner"), SYSTEM)
    problem(call("owner", "GET", "/api/cases"), 401)
    Account.objects.filter(username="shui").update(is_active=False)
    problem(call("stranger", "GET", "/api/cases"), 401)


def test_a_post_that_ended_acts_no_more(town: Any, call: Any, case: str) -> None:
    from yichuang.org.models import Holding

    Holding.objects.filter(post=town.city.window.post).update(last_day=date(2018, 3, 11))
    problem(call("window", "POST", f"/api/cases/{case}/receive", {}), 403, "forbidden")
    problem(call("window", "GET", "/api/cases"), 403)


def test_an_absent_officer_acts_not_even_by_program(town: Any, call: Any, case: str) -> None:
    from yichuang.org.models import Absence, Officer

    officer = Officer.objects.get(account=int(town.city.window.person[2:]))
    Absence.objects.create(officer=officer, first_day=date(2018, 3, 12), last_day=date(2018, 3, 12), reason="sick")
    problem(call("window", "POST", f"/api/cases/{case}/receive", {}), 403)


def test_a_client_is_slowed_down(town: Any, call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from yichuang.faces.api import limits

    limits.forget()
    monkeypatch.setattr(limits, "BURST", 3.0)
    monkeypatch.setattr(limits, "RATE", 0.01)
    answers = [call("owner", "GET", "/api/roots").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    slow = call("owner", "GET", "/api/roots")
    problem(slow, 429, "too-many")
    assert 1 <= int(slow["Retry-After"]) <= 100
    assert call("stranger", "GET", "/api/roots").status_code == 200


# --- what exists for whom ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["{}", "{}/proof", NOWHERE, f"{NOWHERE}/proof"])
def test_a_case_that_is_not_yours_does_not_exist(call: Any, case: str, address: str) -> None:
    problem(call("stranger", "GET", "/api/cases/" + address.format(case)), 404, "no-such-case")


def test_a_stranger_cannot_act_and_learns_nothing(call: Any, case: str) -> None:
    problem(call("stranger", "POST", f"/api/cases/{case}/withdraw", {}), 404, "no-such-case")
    problem(call("window", "POST", f"/api/cases/{NOWHERE}/receive", {}), 404, "no-such-case")


def test_lists_hold_only_ones_own(call: Any, case: str) -> None:
    assert [c["id"] for c in call("owner", "GET", "/api/cases").json()["cases"]] == [case]
    assert call("stranger", "GET", "/api/cases").json() == {
        "cases": [], "total": 0, "exact": True, "page": 1, "pages": 1,
    }  # fmt: skip
    todo = call("window", "GET", "/api/cases?todo=yes").json()
    assert (todo["total"], todo["exact"]) == (1, True)
    assert call("reviewer", "GET", "/api/cases?todo=yes").json()["total"] == 0


def test_an_applicant_reads_what_the_law_tells_them_and_no_internal_opinion(town: Any, call: Any, case: str) -> None:
    call("window", "POST", f"/api/cases/{case}/receive", {})
    call("window", "POST", f"/api/cases/{case}/accept", {})
    state = call("reviewer", "GET", f"/api/cases/{case}").json()["state"]
    step = next(c for c, s in state["steps"].items() if s["status"] == "open")
    said = {"step": step, "verdict": "pass", "opinion": "内部意见甲乙丙"}
    done = call("reviewer", "POST", f"/api/cases/{case}/conclude", said)
    assert done.status_code == 200, done.content.decode()
    assert "内部意见甲乙丙" in call("reviewer", "GET", f"/api/cases/{case}").content.decode()
    seen = call("owner", "GET", f"/api/cases/{case}").content.decode()
    assert "内部意见甲乙丙" not in seen
    assert "vault:" not in seen
    assert town.values["phone"] not in seen if "phone" in town.values else True


def test_acts_are_offered_with_the_reason_of_those_that_are_not(call: Any, case: str) -> None:
    seen = call("reviewer", "GET", f"/api/cases/{case}").json()
    receive = next(a for a in seen["acts"] if a["command"] == "receive")
    assert (receive["allowed"], receive["why"]["code"], receive["why"]["kind"]) == (False, "wrong-post", "forbidden")
    clock = next(c for c in seen["clocks"] if c["name"] == "accept")
    assert clock["due_on"] == "2018-03-19" and clock["explain"]


# --- the same command twice -------------------------------------------------------------------------------------------


def test_submitting_twice_is_one_case_and_one_answer(town: Any, call: Any) -> None:
    key = uuid.uuid4()
    first = call("owner", "POST", "/api/cases", town.application(), key=key)
    again = call("owner", "POST", "/api/cases", town.application(), key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json() | {"repeated": True}
    assert call("owner", "GET", "/api/cases").json()["total"] == 1


def test_a_retried_command_answers_with_the_same_papers(call: Any, case: str) -> None:
    key = uuid.uuid4()
    first = call("window", "POST", f"/api/cases/{case}/receive", {}, key=key).json()
    again = call("window", "POST", f"/api/cases/{case}/receive", {}, key=key).json()
    assert [paper["kind"] for paper in first["issued"]] == ["receipt"]
    assert again == first | {"repeated": True}


def test_a_key_serves_one_operation(town: Any, call: Any, case: str) -> None:
    key = uuid.uuid4()
    call("window", "POST", f"/api/cases/{case}/receive", {}, key=key)
    problem(call("window", "POST", f"/api/cases/{case}/accept", {}, key=key), 409, "command-id-reused")
    problem(call("window2", "POST", f"/api/cases/{case}/receive", {}, key=key), 409, "command-id-reused")


@pytest.mark.parametrize("key", ["", "1", "not-a-uuid", "{00000000-0000-4000-8000-000000000000}", "0" * 32])
def test_a_key_is_a_uuid(call: Any, case: str, key: str) -> None:
    answer = call("window", "POST", f"/api/cases/{case}/receive", {}, **{"idempotency-key": key})
    assert "Idempotency-Key" in problem(answer, 422)["fields"]


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_each_kind_of_refusal_has_its_status(town: Any, call: Any, case: str) -> None:
    problem(call("window", "POST", f"/api/cases/{case}/accept", {}), 409, "out-of-stage")
    problem(call("reviewer", "POST", f"/api/cases/{case}/receive", {}), 403, "wrong-post")
    call("window", "POST", f"/api/cases/{case}/receive", {})
    wrong = {"materials": ["M99"], "reason": "请补交"}
    said = problem(call("window", "POST", f"/api/cases/{case}/ask_correction", wrong), 409, "material-not-listed")
    assert said["clause"] == "行政许可法第三十一条" and said["next"]
    problem(call("window", "POST", f"/api/cases/{case}/ask_correction", {"reason": "请补交"}), 422, "nothing-listed")


@pytest.mark.clause("3.5c.1")
@pytest.mark.api
@pytest.mark.breach
def test_a_wrong_form_says_what_is_wrong_where(town: Any, call: Any) -> None:
    form = {**town.values, next(iter(town.values)): ""}
    fields = problem(call("owner", "POST", "/api/cases", town.application(form=form)), 422, "form-invalid")["fields"]
    assert list(fields) == [next(iter(town.values))]
    more = problem(call("owner", "POST", "/api/cases", town.application(form={**town.values, "x": 1})), 422)
    assert more["fields"] == {"x": "表单没有这一项"}


def test_nobody_files_for_somebody_else(town: Any, call: Any) -> None:
    problem(call("stranger", "POST", "/api/cases", town.application()), 403, "not-your-applicant")


@pytest.mark.parametrize("entry", ["u1", "form", NOWHERE])
def test_a_material_is_paper_or_a_file_one_sent(town: Any, call: Any, entry: str) -> None:
    given = {town.needed[-1]: [entry]}
    assert problem(call("owner", "POST", "/api/cases", town.application(given=given)), 422, "unknown-file")["fields"]


def send(call: Any, role: str, name: str, data: bytes, material: str = "M01") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test.client import MULTIPART_CONTENT

    about = {"item": "ZZ-001", "division": "410100", "material": material, "file": SimpleUploadedFile(name, data)}
    return call(role, "POST", "/api/files", about, media=MULTIPART_CONTENT)


def test_a_file_of_ones_own_belongs_to_the_case_then(town: Any, call: Any, settings: Any, tmp_path: Any) -> None:
    from yichuang.aggregates.models import Upload

    settings.MEDIA_ROOT = tmp_path
    kept = send(call, "owner", "../营业执照.pdf", PDF)
    assert kept.status_code == 201, kept.content.decode()
    assert (kept.json()["name"], kept.json()["type"]) == ("营业执照.pdf", "pdf")
    assert "M01" in town.needed
    given = {"M01": [kept.json()["id"]]}
    problem(call("window", "POST", "/api/cases", town.application(given=given)), 422, "unknown-file")
    key = uuid.uuid4()
    filed = call("owner", "POST", "/api/cases", town.application(given=given), key=key)
    assert filed.status_code == 201, filed.content.decode()
    assert Upload.objects.get().stream == f"case/{filed.json()['id']}"
    assert call("owner", "POST", "/api/cases", town.application(given=given), key=key).json()["repeated"]
    problem(call("owner", "POST", "/api/cases", town.application(given=given)), 422, "unknown-file")


@pytest.mark.parametrize(("name", "data"), [("a.pdf", b"no"), ("a.exe", b"MZ"), ("a.zip", b"PK"), ("a.pdf", b"")])
def test_a_bad_file_is_not_kept(town: Any, call: Any, settings: Any, tmp_path: Any, name: str, data: bytes) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert send(call, "owner", name, data).status_code == 422
    assert not list(tmp_path.rglob("*.*"))


def test_a_broken_upload_is_refused(town: Any, call: Any) -> None:
    assert call("owner", "POST", "/api/files", b"--x", media="multipart/form-data; boundary=x").status_code == 422
    problem(call("owner", "POST", "/api/files", b"--x", media="multipart/form-data"), 400, "bad-request")
    problem(send(call, "owner", "a.pdf", PDF, material="M99"), 422, "unknown-material")


def test_a_corrected_form_is_supplied_as_the_form_is_filed(town: Any, call: Any, case: str) -> None:
    call("window", "POST", f"/api/cases/{case}/receive", {})
    name = next(iter(town.values))
    asked = {"fields": [name], "reason": "请更正"}
    assert call("window", "POST", f"/api/cases/{case}/ask_correction", asked).status_code == 200
    wrong = {"form": {**town.values, name: ""}}
    assert name in problem(call("owner", "POST", f"/api/cases/{case}/supply", wrong), 422, "form-invalid")["fields"]
    done = call("owner", "POST", f"/api/cases/{case}/supply", {"form": town.values})
    assert done.status_code == 200, done.content.decode()
    assert done.json()["stage"] == "received"


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "malformed"),
        (b"{", 400, "bad-json"),
        (b"\xff\xfe", 400, "bad-json"),
        (b'{"reason": NaN}', 400, "bad-json"),
        (b'{"reason": 1e999}', 400, "bad-json"),
        (b"[" * 5000, 400, "bad-json"),
        (b'{"reason": ' + b"[" * 40 + b"]" * 40 + b"}", 400, "too-deep"),
        (b"[]", 422, "malformed"),
        (b'"text"', 422, "malformed"),
        (b'{"reason": "a\\u0000b"}', 422, "bad-text"),
        (b'{"reason": "\\ud800"}', 422, "bad-text"),
        (b'{"reason": 1}', 422, "malformed"),
        (b'{"reason": ["a"]}', 422, "malformed"),
        (b'{"reason": "a", "more": 1}', 422, "malformed"),
        (b'{"reason": "' + b"a" * 10_000 + b'"}', 422, "malformed"),
        (b'{"reason": "' + b"a" * 300_000 + b'"}', 413, "too-big"),
        (b'{"reason": "' + b"a" * 6_000_000 + b'"}', 413, "too-big"),
        ('{"reason": "甲\u202e乙"}'.encode(), 422, "malformed"),
    ],
    ids=lambda v: str(v)[:24],
)
def test_bad_bodies_are_refused_and_nothing_happens(call: Any, case: str, body: bytes, status: int, code: str) -> None:
    problem(call("owner", "POST", f"/api/cases/{case}/withdraw", body), status, code)
    assert call("owner", "GET", f"/api/cases/{case}").json()["state"]["stage"] == "submitted"


@pytest.mark.parametrize("days", [True, "3", 3.0, -1, 10**30, None])
def test_numbers_are_whole_numbers(call: Any, case: str, days: Any) -> None:
    problem(call("head", "POST", f"/api/cases/{case}/extend", {"days": days, "reason": "情况复杂"}), 422, "malformed")


@pytest.mark.parametrize("day", ["2018-3-1", "2018-02-30", 0, "2018-03-01T00:00:00", "99999-01-01", "1018-03-01"])
def test_days_are_iso_days(call: Any, case: str, day: Any) -> None:
    body = {"kind": "testing", "until": day, "reason": "检测"}
    problem(call("head", "POST", f"/api/cases/{case}/start_special", body), 422, "malformed")


def test_only_json_is_read(call: Any, case: str) -> None:
    answer = call("owner", "POST", f"/api/cases/{case}/withdraw", "reason=a", media="application/x-www-form-urlencoded")
    problem(answer, 415, "not-json")


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=１", "opne=yes", "open=maybe", "level=9", "text=%00", "stage=new", "page=1e3"]
)
def test_a_misspelt_filter_is_refused(call: Any, town: Any, query: str) -> None:
    problem(call("window", "GET", f"/api/cases?{query}"), 422, "malformed")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "no-such-address"),
        ("GET", "/api/", 404, "no-such-address"),
        ("DELETE", "/api/cases", 405, "no-such-method"),
        ("POST", f"/api/cases/{NOWHERE}/tick", 404, "no-such-address"),
        ("GET", "/api/cases/x", 422, "malformed"),
        ("GET", "/api/items/410100/ZZ-999", 404, "no-such-item"),
        ("GET", "/api/standards/410100/ZZ-001/99", 404, "no-such-standard"),
        ("GET", "/api/certificates/no", 404, "no-such-certificate"),
    ],
)
def test_addresses_that_lead_nowhere(town: Any, call: Any, method: str, path: str, status: int, code: str) -> None:
    problem(call("owner", method, path), status, code)


def test_a_lost_database_is_503_and_says_when_to_come_back(
    call: Any, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any) -> Any:
        raise OperationalError("server closed the connection: secret details")

    for place in ("yichuang.faces.api.acts.queries.filed_for", "yichuang.faces.api.caller.find_client_by_token"):
        with monkeypatch.context() as patch:
            patch.setattr(place, gone)
            answer = call("owner", "POST", f"/api/cases/{case}/withdraw", {})
        said = problem(answer, 503, "unavailable")
        assert answer["Retry-After"] == "30" and "secret" not in str(said)


def test_a_fault_of_ours_shows_a_number_and_nothing_else(call: Any, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> Any:
        raise ZeroDivisionError("secret details")

    monkeypatch.setattr("yichuang.faces.api.acts.queries.filed_for", broken)
    said = problem(call("owner", "POST", f"/api/cases/{case}/withdraw", {}), 500, "fault")
    assert "secret" not in str(said) and "错误编号" in said["next"]
