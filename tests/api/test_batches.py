"""4.1e: batches that a department's system signs: proven, taken once, each record for itself; hostile ones change
nothing.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
Send = Callable[..., Any]


def record(number: int, **change: Any) -> dict[str, Any]:
    return {"record": f"R-{number}", "kind": "accepted", "occurred_at": "2018-03-01T10:00:00+08:00"} | change


@pytest.fixture
def send(town: Any) -> Send:
    """Sends records signed as the system that window01's department runs; `change` forges a part of it."""
    from django.test import Client

    from yichuang.exchange.signing import signed_message
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import connect_system

    connect_system("zwb-old", "410100/zwb", "旧系统", KEY.public_key().public_bytes_raw().hex(), SYSTEM)

    def send(
        *records: Any, role: str = "window", system: str = "zwb-old", key: Any = KEY, ago: int = 0, nonce: str = "",
        body: bytes | None = None, **change: str,
    ) -> Any:  # fmt: skip
        content = json.dumps({"records": list(records)}).encode()
        stamp, nonce = str(int(time.time()) - ago), nonce or uuid.uuid4().hex
        headers = {
            "authorization": f"Bearer {town.tokens[role]}",
            "x-yichuang-system": system,
            "x-yichuang-timestamp": stamp,
            "x-yichuang-nonce": nonce,
            "x-yichuang-signature": key.sign(signed_message(system, stamp, nonce, content)).hex(),
        } | change
        return Client().post("/api/reported/batch", body or content, content_type="application/json", headers=headers)

    return send


def kept() -> dict[str, int]:
    from yichuang.exchange.models import Reported

    return dict(Reported.objects.values_list("record", "entries"))


@pytest.mark.clause("4.1e.1")
@pytest.mark.api
def test_a_signed_batch_is_taken_record_by_record_and_taken_again_changes_nothing(send: Send) -> None:
    records = [record(1), record(2, case_number="X1", details={"经办": "张三"}), record(3)]
    first = send(*records)
    assert first.status_code == 200, first.content
    assert [one["status"] for one in first.json()["records"]] == ["taken"] * 3
    again = send(*reversed(records)).json()
    assert (again["taken"], again["unchanged"], again["refused"]) == (0, 3, 0)
    changed = send(record(2, kind="decided"), record(2, kind="closed")).json()
    assert [one["versions"] for one in changed["records"]] == [3, 3]
    assert kept() == {"R-1": 1, "R-2": 3, "R-3": 1}


@pytest.mark.clause("4.1e.1")
@pytest.mark.breach
def test_one_record_that_cannot_be_kept_stops_none(send: Send) -> None:
    bad = [
        record(2, record="../etc"), record(3, kind="受理"), record(4, occurred_at="2018-03-01T10:00:00"),
        record(5, details={"长": "文" * 5000}), record(6, unknown=1), {}, record(8, record=5),
    ]  # fmt: skip
    answer = send(record(1), *bad, record(9))
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["taken"], told["refused"]) == (2, len(bad))
    assert all(one["detail"] for one in told["records"][1:-1])
    assert kept() == {"R-1": 1, "R-9": 1}


@pytest.mark.clause("4.1e.1")
@pytest.mark.breach
def test_what_is_not_proven_changes_nothing(send: Send) -> None:
    forged = [
        (send(record(1), key=OTHER), 401, "bad-signature"),
        (send(record(1), system="no-such"), 401, "bad-signature"),
        (send(record(1), body=json.dumps({"records": [record(2)]}).encode()), 401, "bad-signature"),
        (send(record(1), ago=900), 401, "stale"),
        (send(record(1), ago=-900), 401, "stale"),
        (send(record(1), nonce="short"), 401, "not-signed"),
        (send(record(1), **{"x-yichuang-signature": "0" * 128}), 401, "bad-signature"),
        (send(record(1), **{"x-yichuang-signature": "zz"}), 401, "not-signed"),
        (send(record(1), **{"x-yichuang-timestamp": "9" * 40}), 401, "not-signed"),
        (send(record(1), role="head"), 403, "other-department"),
        (send(record(1), role="owner"), 403, "no-post"),
    ]
    for answer, status, code in forged:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
        assert answer.json()["next"]
    assert kept() == {}


@pytest.mark.clause("4.1e.1")
@pytest.mark.breach
def test_a_batch_heard_on_the_way_is_not_taken_twice(send: Send) -> None:
    nonce = uuid.uuid4().hex
    assert send(record(1), nonce=nonce).status_code == 200
    replayed = send(record(1), nonce=nonce)
    assert (replayed.status_code, replayed.json()["code"]) == (409, "replayed")
    assert kept() == {"R-1": 1}


@pytest.mark.clause("4.1e.1")
@pytest.mark.breach
def test_a_batch_too_large_is_refused_whole(send: Send) -> None:
    assert send(*[record(n) for n in range(501)]).status_code == 422
    assert send().status_code == 422
    huge = b'{"records": [' + b"{}," * 1_000_000 + b"{}]}"
    assert send(body=huge).status_code == 413
    assert kept() == {}


@pytest.mark.clause("4.1e.1")
@pytest.mark.breach
def test_a_system_that_was_shut_out_reports_no_more_and_no_other_department_speaks_for_it(
    send: Send, town: Any
) -> None:
    from django.test import Client

    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import disconnect_system

    alone = {"authorization": f"Bearer {town.tokens['head']}"}
    body = {"system": "zwb-old"} | record(1)
    answer = Client().post("/api/reported", body, content_type="application/json", headers=alone)
    assert (answer.status_code, answer.json()["code"]) == (403, "other-department")
    disconnect_system("zwb-old", SYSTEM)
    assert send(record(1)).json()["code"] == "bad-signature"
    assert kept() == {}


@pytest.mark.clause("4.1e.1")
def test_a_full_batch_takes_as_many_statements_as_a_small_one(send: Send) -> None:
    from tests.db.desk.conftest import at_most

    send(record(0))
    with at_most(23):
        assert send(*[record(n, details={"n": n}) for n in range(1, 501)]).json()["taken"] == 500


@pytest.mark.clause("4.1e.1")
def test_a_file_is_taken_line_by_line(send: Send, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from yichuang.ops.cli import main

    file = tmp_path / "drop.jsonl"
    lines = [json.dumps(record(n)).encode() for n in range(700)]
    lines[3] = b"{not json"
    lines[4] = b'{"record": "R-4", "kind": "accepted", "occurred_at": "yesterday"}'
    lines[5] = b"x" * 100_000
    lines[6] = "{}".encode("utf-16")
    file.write_bytes(b"\n".join(lines))
    assert main(["reports", str(file), "--system", "zwb-old"]) == 1
    rejected = (tmp_path / "drop.jsonl.rejected.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in rejected[1:5]] == ["4", "5", "6", "7"]
    assert len(kept()) == 696
    assert main(["reports", str(file), "--system", "zwb-old"]) == 1
    assert "与已有相同 696 条" in capsys.readouterr().out
    assert main(["reports", str(file), "--system", "no-such"]) == 1
    assert set(kept().values()) == {1}


@pytest.mark.clause("4.1c.1")
@pytest.mark.clause("4.1e.2")
@pytest.mark.api
def test_what_a_program_reports_out_of_nowhere_is_a_finding(send: Send) -> None:
    from yichuang.supervision import tailing
    from yichuang.supervision.models import Finding

    made = record(1, kind="certificate_made", certificate="证1", application="甲", applicant="91410100MA44Q1234X")
    assert send(made).json()["taken"] == 1
    while tailing.tail().more:
        pass
    (finding,) = Finding.objects.filter(rule="R-O01", open=True)
    assert (finding.case_id, finding.at) == ("reported/410100/zwb/zwb-old/甲", "unbegun")


@pytest.mark.clause("4.1e.3")
@pytest.mark.api
def test_a_program_of_a_head_reconciles_its_department(send: Send, town: Any) -> None:
    from django.test import Client

    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import connect_system

    connect_system("scjg-old", "410100/scjg", "旧系统", KEY.public_key().public_bytes_raw().hex(), SYSTEM)
    send(record(1, case_number="X-403"))
    send(record(2, case_number="X-404"), role="head", system="scjg-old")

    def asked(role: str = "head", **query: str) -> Any:
        days = {"first": "2018-02-20", "last": "2018-03-05"}
        return Client().get(
            "/api/reconciliation", days | query, headers={"authorization": f"Bearer {town.tokens[role]}"}
        )

    answer = asked()
    assert answer.status_code == 200, answer.content
    assert answer.json()["counts"] == {"missing_here": 1}, "the other one is another department's"
    (act,) = answer.json()["acts"]
    assert (act["verdict"], act["record"], act["case_number"]) == ("missing_here", "R-2", "X-404")
    for status, refused in (
        (403, asked("window")), (403, asked("owner")), (422, asked(first="2018-03-06")), (422, asked(verdict="x")),
        (422, asked(first="2016-01-01")),
    ):  # fmt: skip
        assert refused.status_code == status and refused.json()["next"], refused.content
