"""Clear answers at every door: missing hidden fields, days that cannot be, the wrong method, keys given twice."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.db.doors import matrix
from tests.db.doors.bodies import BODIES, QUERIES
from tests.db.doors.table import read, roles_of
from tests.db.doors.town import ROLES, TOKENS, Town, build
from tests.db.watching import client, officer

FAR = ("0001-01-01", "9999-12-31", "99999-01-01", "2018-02-30", "2018-3", "一月", "0")
# parameters of addresses that are days or years, wherever a page reads them
ASKED = ("day", "first", "last", "since", "until", "from", "to", "year", "at", "first_day", "last_day")


@pytest.fixture
def whole(city: Any, settings: Any, tmp_path: Any) -> Town:
    settings.MEDIA_ROOT = settings.ROOTS_DIR = tmp_path
    return build(city)


def someone(spec: str, roles: tuple[str, ...]) -> str:
    """A role that gets in, an acting one where the table names some."""
    parts = [part.strip().partition(":") for part in spec.split(";")]
    for kind in ("writes", "in"):
        for name, colon, names in parts:
            if name == kind and colon:
                return next(role for role in roles if role in roles_of(names))
    return next(role for role in roles if role not in ("anonymous", "none", "wrong"))


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_day_out_of_any_sensible_range_is_answered_on_every_page(whole: Town, monkeypatch: Any) -> None:
    """Each form field that holds a day, and each parameter of an address that may be one, on every route."""
    table, faults = read(), []
    for route in matrix.routes():
        if route.startswith("/accounts/"):
            continue
        role = someone(table[route]["GET"].spec, ROLES)
        for far in FAR:
            where = matrix.address(route, whole)
            answer = whole.browsers[role].get(where, dict.fromkeys(ASKED, far))
            if answer.status_code >= 500 and route != "/healthz":
                faults.append(f"GET {route} {far}: {answer.status_code}")
        body = BODIES[route](whole) if route in BODIES else {}
        days = [name for name, value in body.items() if isinstance(value, str) and value[:3] == "201"]
        poster = someone(table[route]["POST"].spec, ROLES)
        for far in FAR if days else ():
            with monkeypatch.context() as patch:
                patch.setitem(
                    BODIES, route, lambda town, body=body, days=days, far=far: body | dict.fromkeys(days, far)
                )
                posted = matrix.visit(whole, poster, "POST", route)
            if posted.status >= 500 or posted.written:
                faults.append(f"POST {route} {days} {far}: {posted.status} {posted.written}")
    assert not faults, "\n".join(faults)


def test_a_day_out_of_range_is_a_problem_of_the_api(whole: Town, monkeypatch: Any) -> None:
    for operation in ("GET /api/rates", "GET /api/reconciliation"):
        for far in FAR:
            query = f"?day={far}" if "rates" in operation else f"?first={far}&last={far}"
            monkeypatch.setitem(QUERIES, operation, query)
            assert matrix.call(whole, "supervisor", operation).status == 422, (operation, far)
    for operation, body in BODIES.items():
        made = body(whole) if operation.startswith("POST /api/") and operation != "POST /api/files" else {}
        days = [name for name, value in made.items() if isinstance(value, str) and value[:3] == "201"]
        for far in FAR if days else ():
            sent = made | {days[0]: far}
            monkeypatch.setitem(BODIES, operation, lambda town, sent=sent: sent)
            role = someone(next(iter(read()[operation].values())).spec, TOKENS)
            assert matrix.call(whole, role, operation).status == 422, (operation, far)


def test_a_far_day_is_told_with_the_years_that_can_be(city: Any) -> None:
    supervisor = officer("supervisor")
    answer = client(supervisor).get("/watch/reconcile", {"first": "9999-12-30", "last": "9999-12-31"})
    assert answer.status_code == 422 and "年份应当在1900至2100年之间" in answer.content.decode()


# --- methods and hidden fields ----------------------------------------------------------------------------------------


def test_an_address_that_only_takes_forms_says_so(city: Any) -> None:
    browser = client(city.head)
    for address in ("/account/organisation", "/account/real-name", "/desk/post", "/messages/read", "/accounts/demo/"):
        answer = browser.get(address)
        text = answer.content.decode()
        assert answer.status_code == 405 and "这个网址不能直接打开" in text and "返回上一页" in text, address
        assert "POST" in answer["Allow"]
    program = browser.get("/api/files")
    assert program.status_code == 405 and program.json()["code"] == "no-such-method"


@pytest.mark.slow
def test_a_form_without_its_hidden_number_is_answered_on_every_page(whole: Town, monkeypatch: Any) -> None:
    table, faults = read(), []
    for route in matrix.routes():
        role = someone(table[route]["POST"].spec, ROLES)
        for body in ({}, {"command_id": "x", "seq": "x"}):
            browser, where = whole.browsers[role], matrix.address(route, whole)
            answer = browser.post(where, body)
            blank = answer.status_code >= 400 and not answer.content
            if blank or (answer.status_code >= 500 and route != "/healthz"):
                faults.append(f"{route} {body} as {role}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def test_orders_sent_without_the_hidden_number_are_not_sent_and_told(city: Any) -> None:
    from tests.db.watch.test_orders import card, stage

    office, row = officer("office"), card(city)
    sender = client(office)
    sent = {"act": "issue", "order": [str(row.id)]}
    for body in (sent, sent | {"command_id": "x"}):
        answer = sender.post("/watch/orders", body)
        assert answer.status_code == 422
        assert "这次提交没有带操作编号" in answer.content.decode() and "刷新后再提交" in answer.content.decode()
    answer = sender.post(f"/watch/order/{row.id}/issue", {"issue-text": "请立即纠正，并报整改情况。"})
    assert answer.status_code == 422 and "没有带操作编号" in answer.content.decode()
    assert stage(row) == "drafted"


# --- keys given twice -------------------------------------------------------------------------------------------------


def test_a_key_given_twice_is_refused_wherever_json_comes_in(whole: Town, tmp_path: Any) -> None:
    from yichuang.exchange.dropping import store_file
    from yichuang.ledger.actor import SYSTEM

    headers = {"authorization": f"Bearer {whole.tokens['reviewer']}", "idempotency-key": str(uuid.uuid4())}
    body = '{"system": "x", "record": "R1", "kind": "accepted", "occurred_at": "2018-03-01T10:00:00+08:00", %s}'
    for twice in ('"record": "R2"', '"details": {"a": 1, "a": 2}'):
        answer = Client().post("/api/reported", body % twice, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "duplicate-key")
    drop = tmp_path / "drop.jsonl"
    drop.write_text(body % '"record": "R2"' + "\n", encoding="utf-8")
    dropped = store_file(drop, "x", SYSTEM)
    assert dropped.stored == 0 and "同一个键写了两次" in dropped.refused[0][2]


def test_a_mapping_with_a_key_given_twice_is_refused(tmp_path: Any) -> None:
    from yichuang.history.mapping import Mapping, Unclear

    path = tmp_path / "m.yaml"
    path.write_text("name: a\nname: b\n", encoding="utf-8")
    with pytest.raises(Unclear, match="写了两次"):
        Mapping.load(path)


# --- reports ----------------------------------------------------------------------------------------------------------


def test_a_report_in_the_name_of_a_system_with_a_key_is_taken_signed_only(whole: Town) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from yichuang.exchange.models import Reported
    from yichuang.exchange.signing import signed_message
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import now
    from yichuang.org.service import connect_system

    key = Ed25519PrivateKey.generate()
    connect_system("scjg-permits", "410100/scjg", "审批系统", key.public_key().public_bytes_raw().hex(), SYSTEM)
    said = {"record": "R1", "kind": "accepted", "occurred_at": "2018-03-01T10:00:00+08:00"}

    def send(system: str = "scjg-permits", signer: Any = None) -> Any:
        body = json.dumps({"system": system, **said}).encode()
        headers = {"authorization": f"Bearer {whole.tokens['reviewer']}"}
        if signer:
            stamp, nonce = str(int(now().timestamp())), uuid.uuid4().hex
            signature = signer.sign(signed_message("scjg-permits", stamp, nonce, body)).hex()
            headers |= {
                "x-yichuang-system": "scjg-permits", "x-yichuang-timestamp": stamp, "x-yichuang-nonce": nonce,
                "x-yichuang-signature": signature,
            }  # fmt: skip
        return Client().post("/api/reported", body, content_type="application/json", headers=headers)

    assert send().status_code == 401
    assert send(signer=Ed25519PrivateKey.generate()).status_code == 401
    assert not Reported.objects.exists()
    assert send(signer=key).status_code == 200
    assert send("paper-register").status_code == 200  # a system without a key reports as before


def test_an_identity_number_in_a_key_is_in_no_stream_and_no_entry(city: Any) -> None:
    from yichuang.exchange.models import Reported
    from yichuang.exchange.service import DepartmentReport, store_report
    from yichuang.kernel.codes import resident_id
    from yichuang.ledger.models import Entry

    number = resident_id.build("410105", date(1985, 5, 5), 997)
    moment = datetime(2018, 3, 1, 2, tzinfo=UTC)
    for key in (number, f"A{number}", f"99{number}01", number):
        told = DepartmentReport(
            key, "accepted", moment, application=f"SL{number}", certificate=number, case_number=number
        )
        row, _ = store_report("scjg-old", told, city.citizen)
        assert number not in row.record
    assert Reported.objects.count() == 3  # the same key is the same record
    for entry in Entry.objects.filter(stream__startswith="reported/"):
        assert number not in entry.stream and number not in entry.body
    plain = DepartmentReport("R-20180301000000000001", "accepted", moment)
    assert store_report("scjg-old", plain, city.citizen)[0].record == plain.record
