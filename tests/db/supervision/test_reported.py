"""What departments' systems report, in the contract tables and before the rules: in any order, corrected, nobody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection

from tests.db.desk.conftest import at_most
from tests.db.supervision.test_judging import caught_up
from tests.db.watching import client, officer
from yichuang.supervision import judging, reporting, tailing
from yichuang.supervision.models import Finding
from yichuang.supervision.reported import TABLES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("4.1e.2")]
NOON = datetime(2018, 3, 12, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def report(*records: dict[str, Any], system: str = "old", by: Any) -> None:
    from yichuang.exchange.service import DepartmentReport, store_reports

    given = [DepartmentReport(**{"kind": "accepted", "occurred_at": NOON, **one}) for one in records]
    assert all(taken.row for taken in store_reports(system, given, by))


def connect(code: str = "old") -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import connect_system

    connect_system(code, "410100/scjg", "旧系统", "0" * 64, SYSTEM)


def rows(name: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"select row_to_json(t) from log_{name} t where system = 'old' order by row_to_json(t)::text")
        return [row for (row,) in cursor.fetchall()]


def found(rule: str = "R-O01") -> list[tuple[str, str]]:
    return sorted(Finding.objects.filter(rule=rule, open=True).values_list("case_id", "at"))


def accepted(city: Any) -> Any:
    case = city.submit().state
    city.do(case.id, "receive", city.window, originals=[])
    city.do(case.id, "accept", city.window)
    return case


@pytest.mark.breach
def test_what_an_unconnected_department_did_without_a_case_here_is_a_finding(city: Any) -> None:
    city.at("2018-03-13 09:00")
    report({"record": "R-1", "application": "甲-1"}, by=city.head)
    caught_up()
    key = "reported/410100/scjg/old/甲-1"
    assert found() == [(key, "act")]
    report({"record": "R-2", "application": "甲-1", "kind": "certificate_made", "certificate": "证1"}, by=city.head)
    caught_up()
    assert found() == [(key, "result")]
    finding = Finding.objects.get(open=True)
    city.at("2018-03-14 09:00")
    connect()
    report({"record": "R-3", "application": "甲-1", "kind": "delivered"}, by=city.head)
    caught_up()
    assert found() == [(key, "result")], "registered afterwards, which excuses nothing"
    assert (finding.level, finding.department, finding.division) == ("red", "410100/scjg", "410100")
    (certificate,) = rows("certificates")
    assert (certificate["number"], certificate["made_on"]) == ("证1", "2018-03-12")


@pytest.mark.clause("4.1c.1")
@pytest.mark.door
def test_done_first_and_reported_with_a_case_that_came_later(city: Any) -> None:
    city.at("2018-03-13 09:00")
    case = city.submit().state
    report(
        {"record": "R-1", "case_number": case.number},
        {"record": "R-2", "kind": "decided", "case_number": case.number, "occurred_at": NOON + DAY},
        by=city.head,
    )
    caught_up()
    assert found() == [(f"reported/410100/scjg/old/{case.number}", "before")]
    report({"record": "R-1", "case_number": case.number, "occurred_at": NOON + DAY}, by=city.head)
    caught_up()
    assert found() == [], "the corrected day is not before the application"


@pytest.mark.clause("4.1c.1")
def test_what_a_connected_system_reports_is_no_finding_but_a_result_from_nowhere_is(city: Any) -> None:
    city.at("2018-03-13 09:00")
    connect()
    report({"record": "R-1"}, {"record": "R-2", "kind": "decided", "application": "乙"}, by=city.head)
    caught_up()
    assert found() == [("reported/410100/scjg/old/乙", "unbegun")]
    report({"record": "R-3", "application": "乙"}, by=city.head)
    caught_up()
    assert found() == []


@pytest.mark.clause("4.1c.2")
@pytest.mark.breach
@pytest.mark.parametrize("revoked", [False, True])
def test_accepted_by_the_hall_and_by_the_departments_system(city: Any, revoked: bool) -> None:
    from yichuang.people.models import Subject

    city.at("2018-03-13 09:00")
    connect()
    case = accepted(city)
    subject = Subject.objects.create(id="s:1", kind="organisation", name="某店", uscc="91410100MA44Q1234X")
    who = {"item": "ZZ-001", "applicant": subject.uscc}
    report({"record": "R-1", **who}, {"record": "R-2", "item": "ZZ-001", "applicant": "无此人"}, by=city.head)
    caught_up()
    assert found("R-O05") == [("reported/410100/scjg/old/R-1", f"twice/{case.number}")]
    if revoked:
        city.do(case.id, "revoke_acceptance", city.head, reason="部门已经受理")
        caught_up()
        assert found("R-O05") == [], "an acceptance that was revoked is none"
        return
    report({"record": "R-3", "case_number": case.number, "application": "丙"}, by=city.head)
    caught_up()
    assert ("reported/410100/scjg/old/丙", "early") in found("R-O05")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where body like %s", [f"%{subject.uscc}%"])
        assert cursor.fetchone() == (0,), "who applied is in the vault"


@pytest.mark.clause("4.1d.2")
@pytest.mark.breach
def test_an_examination_told_by_a_department_stands_before_the_rule_on_early_ones(city: Any) -> None:
    city.at("2018-03-13 09:00")
    connect()
    case = accepted(city)
    named = {"kind": "survey", "case_number": case.number}
    report({"record": "R-1", **named}, {"record": "R-2", **named, "occurred_at": NOON + DAY}, by=city.head)
    caught_up()
    assert found("R-O04") == [(str(case.id), "old/R-1")]
    report({"record": "R-1", **named, "occurred_at": NOON + 2 * DAY}, by=city.head)
    caught_up()
    assert found("R-O04") == []
    report({"record": "R-2", "kind": "survey", "application": "丁"}, by=city.head)
    caught_up()
    (left, moved) = rows("surveys")
    assert {left["case_id"], moved["case_id"]} == {str(case.id), "reported/410100/scjg/old/丁"}
    report({"record": "R-3", "application": "丁", "case_number": case.number}, by=city.head)
    caught_up()
    assert {row["case_id"] for row in rows("surveys")} == {str(case.id)}, "another record ties the application"
    report({"record": "R-3", "application": "丁"}, by=city.head)
    caught_up()
    assert len(rows("surveys")) == 2 and found("R-O04") == []


def test_a_number_of_another_department_ties_to_nothing(city: Any) -> None:
    city.at("2018-03-13 09:00")
    case = accepted(city)
    stranger = officer("head", "410100/gaj")
    report({"record": "R-1", "kind": "survey", "case_number": case.number}, system="gaj-old", by=stranger)
    caught_up()
    assert found("R-O04") == []
    assert found() == [(f"reported/410100/gaj/gaj-old/{case.number}", "act")]


def test_in_whatever_order_reports_come_the_tables_say_the_same(city: Any) -> None:
    city.at("2018-03-15 09:00")
    case = accepted(city)
    told = [
        {"record": "R-1", "application": "甲", "kind": "submitted", "item": "ZZ-001"},
        {"record": "R-2", "application": "甲", "occurred_at": NOON + DAY, "case_number": case.number},
        {"record": "R-3", "application": "甲", "kind": "certificate_made", "certificate": "证1"},
    ]
    seen = []
    for number, order in enumerate(permutations(told)):
        for one in order:
            report(
                {**one, "record": f"{number}{one['record']}", "application": f"{number}甲"}, by=city.head
            )  # fmt: skip
            caught_up()
        key = f"reported/410100/scjg/old/{number}甲"
        seen.append(
            {
                name: [{k: v for k, v in row.items() if k not in ("case_id", "recorded_at")} for row in rows(name)
                       if row["case_id"] == key]
                for name in TABLES
            }
        )  # fmt: skip
    assert seen[0]["cases"] and seen[0]["certificates"] and len(seen[0]["events"]) == 3
    assert all(one == seen[0] for one in seen)


def test_filled_again_the_tables_and_findings_are_the_same(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    city.at("2018-03-13 09:00")
    case = accepted(city)
    report({"record": "R-1", "application": "甲"}, {"record": "R-2", "application": "乙"}, by=city.head)
    report({"record": "R-1", "application": "乙", "case_number": case.number}, by=city.head)
    caught_up()
    before, judged = {name: rows(name) for name in TABLES}, found()
    assert len(before["cases"]) == 1 and len(before["events"]) == 2, "the first application lost its only record"
    monkeypatch.setattr(tailing, "STREAMS", 1)
    tailing.rebuild()
    caught_up()
    assert {name: rows(name) for name in TABLES} == before and found() == judged
    with connection.cursor() as cursor:  # a store that was followed before this was built
        for name in (*TABLES, "systems"):
            cursor.execute(f"delete from log_{name} where system = 'old'")
        reporting.forget(cursor)
        cursor.execute("insert into aggregates_place (name, position) values ('contract/reported/', 0)")
    caught_up()
    assert {name: rows(name) for name in TABLES} == before


def test_a_flood_under_one_application_stays_bounded_and_takes_few_statements(
    city: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST", 5)
    city.at("2018-03-13 09:00")
    caught_up()
    report(*({"record": f"R-{n:03}", "application": "甲"} for n in range(40)), by=city.head)
    with at_most(80):
        caught_up()
    report(*({"record": f"S-{n:03}", "application": "甲"} for n in range(40)), by=city.head)
    caught_up()
    assert len(rows("events")) == 5
    judged = found()
    judging.judge([key for key, _ in judged])
    assert found() == judged


@pytest.mark.clause("4.1c.1")
@pytest.mark.clause("4.1c.2")
@pytest.mark.screen
def test_the_finding_shows_what_was_reported(city: Any) -> None:
    city.at("2018-03-13 09:00")
    case = accepted(city)
    report({"record": "R-1", "application": "甲-7", "case_number": case.number}, by=city.head)
    caught_up()
    reader = client(officer("supervisor"))
    for rule, says in (("R-O01", "先办后报"), ("R-O05", "大厅受理之前已经受理")):
        finding = Finding.objects.get(rule=rule)
        page = reader.get(f"/watch/finding/{finding.id}").content.decode()
        assert "系统 old" in page and "甲-7" in page and case.number in page
        assert says in page and "第1条" in page and f"/desk/case/{case.id}" in page


@pytest.mark.breach
@pytest.mark.clause("4.1b.2")
def test_what_an_unconnected_system_tells_in_a_day_is_one_finding_one_card_and_many_records(city: Any) -> None:
    from yichuang.orders.models import Order
    from yichuang.supervision import findings

    city.at("2018-03-13 09:00")
    report(*({"record": f"R-{n}", "application": f"甲-{n}"} for n in range(40)), by=city.head)
    caught_up()
    city.at("2018-03-13 11:00")
    report(*({"record": f"S-{n}", "application": f"乙-{n}"} for n in range(20)), by=city.head)
    caught_up()
    watch = officer("supervisor")
    (lead,) = findings.page(watch, findings.FindingFilter(rule="R-O01")).rows
    assert findings.under(lead)[1] == 59 and Order.objects.filter(rule="R-O01").count() == 1
    city.at("2018-03-14 09:00")
    report({"record": "T-1", "application": "丙-1"}, by=city.head)
    caught_up()
    assert Order.objects.filter(rule="R-O01").count() == 2, "another day is another lapse"
    page = client(watch).get(f"/watch/finding/{lead.id}").content.decode()
    assert "出于同一原因的59条记录" in page
