"""The system administrator's pages: the calendar in two steps, warnings with history, the state of the system."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

YEAR = {
    "year": "2027",
    "notice": "国务院办公厅关于2027年部分节假日安排的通知",
    "off_days": "2027-01-01\n2027年2月5日\uff08周五\uff09\n\n2027/2/8,",
    "work_weekends": "2027年2月7日",
}


def loaded(year: int) -> list[Any]:
    from yichuang.org.models import CalendarYear

    return list(CalendarYear.objects.filter(year=year).order_by("id"))


def entries(stream: str) -> list[str]:
    from yichuang.ledger.models import Entry

    return list(Entry.objects.filter(stream=stream).order_by("seq").values_list("kind", flat=True))


def test_a_year_is_looked_at_and_then_loaded_on_record(house: Any) -> None:
    answer = house.sysadmin.post("/house/calendar", {**YEAR, "step": "look"})
    text = answer.content.decode()
    # 2027 has 261 Mondays to Fridays: three of them off, one Sunday worked
    assert answer.status_code == 200 and ">259<" in text.replace("\n", "")
    assert not loaded(2027) and entries("org/calendar") == []
    assert house.sysadmin.post("/house/calendar", {**YEAR, "step": "load"}).status_code == 302
    (row,) = loaded(2027)
    assert row.off_days == ["2027-01-01", "2027-02-05", "2027-02-08"] and row.work_weekends == ["2027-02-07"]
    assert entries("org/calendar") == ["calendar_loaded"]
    # a second send of the same confirmation changes nothing
    house.sysadmin.post("/house/calendar", {**YEAR, "step": "load"})
    assert len(loaded(2027)) == 1 and entries("org/calendar") == ["calendar_loaded"]


def test_a_list_may_come_as_a_file(house: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("off.txt", "\ufeff2027-01-01\r\n2027-02-05\r\n".encode())
    sent = {**YEAR, "off_days": "", "off_file": file, "step": "look"}
    answer = house.sysadmin.post("/house/calendar", sent)
    assert answer.status_code == 200 and "2027-02-05" in answer.content.decode()
    file = SimpleUploadedFile("off.txt", "国庆".encode("gbk"))
    answer = house.sysadmin.post("/house/calendar", {**sent, "off_file": file})
    page = answer.content.decode()
    assert answer.status_code == 422 and "UTF-8" in page and f'value="{YEAR["notice"]}"' in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"off_days": "2027-01-01\n元旦"}, "第2行“元旦”：不是日期"),
        ({"off_days": "2027-02-30"}, "没有这一天"),
        ({"off_days": "2027-01-01\n2026-01-01"}, "不在所载入的年份之内"),
        ({"work_weekends": "2027-02-10"}, "不是周末"),
        ({"off_days": "2027-01-02"}, "没有任何工作日放假"),
        ({"year": "明年"}, "年份应当写成"),
        ({"notice": ""}, "请填写"),
    ],
)
def test_what_no_notice_could_say_is_refused_in_chinese(house: Any, wrong: dict[str, str], words: str) -> None:
    for step in ("look", "load"):
        answer = house.sysadmin.post("/house/calendar", {**YEAR, **wrong, "step": step})
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not loaded(2027)


def test_the_preview_counts_the_open_cases_whose_dates_would_move(house: Any) -> None:
    from yichuang.cases.foresight import would_move
    from yichuang.org import queries, service

    city = house.city
    city.at("2018-03-12 09:30")
    for _ in range(3):
        case = city.submit().state
        city.do(case.id, "receive", city.window, originals=[])
        city.do(case.id, "accept", city.window)
    current = queries.get_calendar()
    off = {day for day in current.off_days if day.year == 2018}
    worked = {day for day in current.work_weekends if day.year == 2018}
    soon = date(2018, 3, 14)
    assert would_move(service.calendar_with(2018, off | {soon}, worked), soon) == (3, True)
    far = date(2018, 12, 20)
    assert would_move(service.calendar_with(2018, off | {far}, worked), far) == (0, True)
    sent = {
        "year": "2018",
        "notice": "更正",
        "off_days": "\n".join(map(str, off | {soon})),
        "work_weekends": "\n".join(map(str, worked)),
        "step": "look",
    }
    text = house.sysadmin.post("/house/calendar", sent).content.decode()
    assert ">3<" in text and "2018年3月14日（周三）" in text and "这次是更正" in text


def test_a_year_not_published_is_said(house: Any) -> None:
    house.city.at("2026-11-02 10:00")
    with CaptureQueriesContext(connection) as asked:
        answer = house.sysadmin.get("/house/calendar")
    text = answer.content.decode()
    assert "2027年尚未公布" in text and "法律效力等公布后发生" in text and "2026年尚未公布" not in text
    assert len(asked) <= 7, "\n".join(q["sql"][:150] for q in asked)


def test_a_warning_is_set_with_history(house: Any) -> None:
    from yichuang.aggregates.models import Setting

    answer = house.sysadmin.post("/house/warnings/promised", {"remind": "5", "warn": "2"})
    assert answer.status_code == 302
    assert Setting.objects.get().value == [["remind", 5], ["warn", 2]]
    assert entries("parameter/warnings") == ["parameter_set"]
    house.sysadmin.post("/house/warnings/promised", {"remind": "5", "warn": "2"})
    assert Setting.objects.count() == 1
    with CaptureQueriesContext(connection) as asked:
        text = house.sysadmin.get("/house/warnings").content.decode()
    assert "剩5天提醒，剩2天预警" in text and "管理员sysadmin" in text
    assert len(asked) <= 5, "\n".join(q["sql"][:150] for q in asked)
    assert "剩2天提醒，剩1天预警" in house.sysadmin.get("/house/warnings/promised").content.decode()


def test_a_warning_announced_holds_from_its_day(house: Any) -> None:
    house.city.at("2018-03-12 09:00")
    given = {"remind": "5", "warn": "2", "valid_from": "2018-03-14", "basis": "某政办〔2018〕3号"}
    text = house.sysadmin.post("/house/warnings/promised", given, follow=True).content.decode()
    assert "自2018年3月14日（周三）起改为：剩5天提醒，剩2天预警" in text and "现行版本 1<" in text
    page = house.sysadmin.get("/house/warnings/promised").content.decode()
    assert "现行：剩2天提醒，剩1天预警" in page and "某政办〔2018〕3号" in page
    house.city.at("2018-03-14 00:00")
    assert "现行：剩5天提醒，剩2天预警" in house.sysadmin.get("/house/warnings/promised").content.decode()
    answer = house.sysadmin.post("/house/warnings/promised", {**given, "remind": "1"})
    assert answer.status_code == 422 and "“提醒”不能晚于“预警”" in answer.content.decode()


def test_a_wrong_number_of_days_is_refused(house: Any) -> None:
    answer = house.sysadmin.post("/house/warnings/promised", {"remind": "61", "warn": "x"})
    assert answer.status_code == 422 and "请填写0到60的整数" in answer.content.decode()
    assert house.sysadmin.get("/house/warnings/nothing").status_code == 404
    assert entries("parameter/warnings") == []


def test_the_state_page_says_what_the_watch_says(house: Any) -> None:
    text = house.sysadmin.get("/house/state").content.decode()
    assert "时限清扫" in text and "停摆" in text and "账本封存" in text
    from yichuang.aggregates import timers
    from yichuang.supervision import tailing

    timers.mark_swept()
    assert "还没有读过账本" in house.sysadmin.get("/house/state").content.decode()
    while tailing.tail().more:
        pass
    assert "停摆</span>" not in house.sysadmin.get("/house/state").content.decode()
