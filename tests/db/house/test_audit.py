"""The audit administrator's pages: what was done and refused, one entry whole, how far the record is sealed."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


def acted(count: int) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record

    for n in range(count):
        record("org/post/p", "appointed", {"officer": n}, SYSTEM)


def test_who_was_refused_what_is_the_first_view(house: Any) -> None:
    from yichuang.aggregates.refusal import Refused
    from yichuang.people.models import Account

    Account.objects.filter(username="reviewer1").update(real_name="陈晓窗")
    case = house.city.submit().state
    with pytest.raises(Refused):
        house.city.do(case.id, "receive", house.city.reviewer, originals=[])
    with CaptureQueriesContext(connection) as asked:
        text = house.auditadmin.get("/house/audit").content.decode()
    for words in ("操作被拒绝", "收件", "reviewer1", case.id, "wrong-post"):
        assert words in text, words
    assert len(asked) <= 11, "\n".join(q["sql"][:150] for q in asked)
    assert case.id in house.auditadmin.get("/house/audit", {"person": "陈晓窗"}).content.decode()
    assert "没有符合条件的记录" in house.auditadmin.get("/house/audit", {"person": "查无此人"}).content.decode()


def test_pages_follow_each_other_without_gap_or_repetition(house: Any) -> None:
    from yichuang.ledger import audit

    acted(audit.PAGE * 2 + 3)
    seen: list[int] = []
    before: int | None = None
    for size in (audit.PAGE, audit.PAGE, 3):
        found, more = audit.list_entries(audit.EntryQuery("org", kind="appointed"), before)
        assert len(found) == size and more is (size == audit.PAGE)
        seen += [line.body["officer"] for line in found]
        before = found[-1].position
    assert seen == list(range(audit.PAGE * 2 + 3))[::-1]
    first = house.auditadmin.get("/house/audit", {"about": "org"}).content.decode()
    assert "更早的记录" in first and "回到最新" not in first
    last = house.auditadmin.get("/house/audit", {"about": "org", "before": before}).content.decode()
    assert "没有符合条件" in last or "回到最新" in last


def test_days_narrow_by_the_citys_midnight(house: Any) -> None:
    for moment in ("2018-03-12 23:59", "2018-03-13 00:01", "2018-03-14 00:01"):
        house.city.at(moment)
        acted(1)
    found = house.auditadmin.get("/house/audit", {"about": "org", "since": "2018-03-13", "until": "2018-03-13"})
    text = found.content.decode()
    assert "2018年3月13日" in text and "2018年3月12日" not in text and "2018年3月14日" not in text
    wrong = house.auditadmin.get("/house/audit", {"about": "org", "since": "2018-03-14", "until": "2018-03-13"})
    assert wrong.status_code == 422 and "不能早于" in wrong.content.decode()


def test_the_search_is_a_range_of_its_index(house: Any) -> None:
    from yichuang.ledger import audit

    acted(5)
    with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        audit.list_entries(audit.EntryQuery("org"))
        # a handful of rows is sorted cheaply; that the index gives them in order is what must hold
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off")
        cursor.execute(f"explain {asked[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan Backward using ledger_entry_audit" in plan and "Sort" not in plan, plan


def test_one_entry_shows_its_envelope_and_whether_it_holds(house: Any) -> None:
    from yichuang.ledger.models import Entry

    acted(2)
    position = Entry.objects.latest("position").position
    with CaptureQueriesContext(connection) as asked:
        text = house.auditadmin.get(f"/house/audit/{position}").content.decode()
    assert "与记载的校验值一致" in text and "尚未封存" in text and "org/post/p 第2条" in text
    assert len(asked) <= 7, "\n".join(q["sql"][:150] for q in asked)


def test_a_forged_entry_is_seen(house: Any) -> None:
    from yichuang.ledger.models import Entry

    acted(2)
    position = Entry.objects.latest("position").position
    with connection.cursor() as cursor:
        cursor.execute("alter table ledger_entry disable trigger user")
        cursor.execute("update ledger_entry set actor = 'a:99' where position = %s", [position])
        cursor.execute("alter table ledger_entry enable trigger user")
    assert "内容与校验值不符" in house.auditadmin.get(f"/house/audit/{position}").content.decode()


def test_what_is_in_the_vault_stays_there(house: Any) -> None:
    from yichuang.ledger.models import Entry
    from yichuang.people.face import Reader
    from yichuang.people.models import Subject
    from yichuang.people.service import unmask

    subject = Subject.objects.create(
        id=f"s:{uuid.uuid4()}", kind="person", name="张三丰", id_type="111", id_number="11010519491231002X"
    )
    unmask(subject, "id_number", "核对原件与系统记载", house.city.window, Reader.WINDOW)
    list_of = house.auditadmin.get("/house/audit", {"about": "looked"}).content.decode()
    one = house.auditadmin.get(f"/house/audit/{Entry.objects.latest('position').position}").content.decode()
    for text in (list_of, one):
        assert "查看完整信息" in text and "核对原件" not in text and "11010519491231002X" not in text


def test_no_entry_of_a_case_is_shown(house: Any) -> None:
    from yichuang.ledger.models import Entry

    case = house.city.submit().state
    position = Entry.objects.filter(stream=f"case/{case.id}").earliest("position").position
    assert house.auditadmin.get(f"/house/audit/{position}").status_code == 404
    assert house.auditadmin.get("/house/audit", {"about": "case"}).status_code == 404


def test_the_state_of_the_record(house: Any) -> None:
    acted(2)
    with CaptureQueriesContext(connection) as asked:
        text = house.auditadmin.get("/house/proof").content.decode()
    assert "待封存" in text and "/watch/roots" in text
    assert len(asked) <= 7, "\n".join(q["sql"][:150] for q in asked)


def test_the_nightly_verification_is_on_record_for_the_auditor(house: Any) -> None:
    from yichuang.ledger.checked import record_check
    from yichuang.ledger.report import Report

    report = Report(entries=7)
    report.add("vault", "case/1 第1条", "被改动。")
    record_check(report)
    text = house.auditadmin.get("/house/audit", {"about": "check"}).content.decode()
    assert "每日核验" in text and "问题数" in text and "case/1 第1条" in text
    assert "每日核验发现问题" in house.auditadmin.get("/house/proof").content.decode()


def test_an_entry_altered_past_the_program_is_shown_all_the_same(house: Any) -> None:
    from yichuang.ledger.models import Entry

    acted(1)
    position = Entry.objects.get(stream="org/post/p").position
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update ledger_entry set body = '{' where position = %s", [position])
    for address in ("/house/audit?about=org", f"/house/audit/{position}"):
        answer = house.auditadmin.get(address)
        assert answer.status_code == 200 and "读不出来" in answer.content.decode(), address


def test_a_day_root_that_is_none_is_told(house: Any, settings: Any, tmp_path: Any) -> None:
    settings.ROOTS_DIR = tmp_path
    (tmp_path / "2018-03-12.json").write_text("{")
    text = house.auditadmin.get("/house/proof").content.decode()
    assert "2018-03-12.json" in text and "不是完整的日根文件" in text


def test_every_stream_that_is_written_can_be_searched(house: Any) -> None:
    from yichuang.faces.entry_words import KINDS
    from yichuang.ledger.audit import STREAMS

    written: set[str] = set()
    for file in Path("src/yichuang").rglob("*.py"):
        written |= set(re.findall(r'(?:record|Act)\(\s*f?"([a-z]+)/', file.read_text(encoding="utf-8")))
    assert {"login", "looked", "export", "parameter", "outage"} <= written
    assert written - {"reported"} <= set(STREAMS)  # departments' reports have pages of their own
    for about in STREAMS:
        assert about in KINDS
        assert house.auditadmin.get("/house/audit", {"about": about}).status_code == 200
