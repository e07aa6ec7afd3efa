"""Logs with something odd in them: no event is dropped, and a reader is told what is odd, by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yichuang.history import dataset, xes
from yichuang.history.importing import ImportReport, import_log
from yichuang.history.judgement import judge
from yichuang.supervision.rules.catalogue import JUDGING

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n'
AT = '<date key="time:timestamp" value="2020-01-02T10:00:00+08:00"/>'


def event(name: str, *more: str, at: str = AT) -> str:
    return f'<event><string key="concept:name" value="{name}"/>{at}{"".join(more)}</event>\n'


def trace(case: str, *events: str) -> str:
    return f'<trace><string key="concept:name" value="{case}"/>\n{"".join(events)}</trace>\n'


def read(tmp: Path, text: str | bytes, mapping: str = "", name: str = "log.xes") -> tuple[ImportReport, Any]:
    source, rules = tmp / name, tmp / "map.yaml"
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    rules.write_text(mapping, encoding="utf-8")
    report = import_log(source, tmp / "made", rules)
    con = dataset.connect("200MB", 1)
    dataset.attach(con, tmp / "made")
    return report, con


def remarks(tmp: Path) -> list[tuple[int, str]]:
    """Lines and remarks that are told about a log."""
    lines = (tmp / "made" / "remarks.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    return [(int(line.split(",")[1]), line.split(",")[2]) for line in lines]


def test_events_that_differ_by_instance_are_two(tmp_path: Path) -> None:
    one, two = (event("pay", f'<string key="concept:instance" value="{n}"/>') for n in (1, 2))
    report, con = read(tmp_path, HEAD + trace("c1", one, two) + "</log>")
    assert con.execute("select count(*) from log_steps").fetchone() == (2,)
    assert report.manifest.counts["events"] == 2 and not (tmp_path / "made" / "remarks.csv").exists()


def test_events_that_are_the_same_are_kept_and_told(tmp_path: Path) -> None:
    """They make no round of their own: nobody is held to have done twice what may be one row written twice."""
    report, con = read(tmp_path, HEAD + trace("c1", event("pay"), event("pay")) + "</log>")
    assert report.manifest.counts["events"] == 2 and not report.rejected
    assert con.execute("select count(*) from log_steps").fetchone() == (1,)
    assert [line for line, _ in remarks(tmp_path)] == [5] and "可能重复" in remarks(tmp_path)[0][1]
    assert "日志有 2 个动作：导入 2 个，不能导入 0 个。" in report.notes


def test_an_id_of_the_log_tells_events_apart(tmp_path: Path) -> None:
    text = "件,动作,时间,号\nc1,pay,2020-01-02 10:00:00,1\nc1,pay,2020-01-02 10:00:00,2\n"
    _, con = read(tmp_path, text, "events: {case: 件, activity: 动作, at: 时间, id: 号}", "log.csv")
    assert con.execute("select count(*) from log_steps").fetchone() == (2,)


def test_an_empty_trace_is_told(tmp_path: Path) -> None:
    report, _ = read(tmp_path, HEAD + trace("c1", event("a")) + trace("c9") + "</log>")
    assert report.manifest.counts["cases"] == 1
    assert remarks(tmp_path) == [(6, "办件 c9 没有一个动作，没有可判的")]


def test_an_event_outside_every_trace_is_refused_by_line(tmp_path: Path) -> None:
    report, _ = read(tmp_path, HEAD + event("a") + trace("c1", event("a"), event("b")) + "</log>")
    assert report.first == [("log.xes", 3, "没有办件标识，不知是哪一件的")]
    assert report.manifest.counts["cases"] == 1 and report.manifest.counts["events"] == 2
    assert "日志有 3 个动作：导入 2 个，不能导入 1 个。" in report.notes


def test_of_a_key_that_comes_twice_the_first_counts_and_it_is_told(tmp_path: Path) -> None:
    twice = event("a", '<string key="concept:name" value="OTHER"/>')
    _, con = read(tmp_path, HEAD + trace("c1", twice, event("b")) + "</log>")
    assert con.execute("select step from log_events order by seq").fetchall() == [("a",), ("b",)]
    assert remarks(tmp_path) == [(4, "属性 concept:name 写了不止一次，取第一个")]


def test_a_recorded_time_that_cannot_be_read_costs_no_event(tmp_path: Path) -> None:
    odd = event("a", '<string key="yichuang:recorded" value="gestern"/>')
    report, _ = read(tmp_path, HEAD + trace("c1", odd) + "</log>")
    assert report.manifest.counts["events"] == 1 and not report.rejected
    assert remarks(tmp_path) == [(4, "记录时间读不懂：按动作时间")]


def test_a_nested_attribute_is_read_by_its_path(tmp_path: Path) -> None:
    nested = event("a", '<string key="org" value="x"><string key="dept" value="规划"/></string>')
    _, con = read(tmp_path, HEAD + trace("c1", nested) + "</log>", "case: {item: org/dept}")
    assert con.execute("select item from log_cases").fetchall() == [("规划",)]


@pytest.mark.parametrize(
    "encoding", ["GB18030", "gbk", "big5", "Shift_JIS", "UTF-16", "utf-16-le", "utf-32", "cp037", "windows-1252"]
)
def test_a_log_in_the_encoding_that_it_names_is_read(tmp_path: Path, encoding: str) -> None:
    word = "é" if encoding in ("cp037", "windows-1252") else "一"
    text = HEAD.replace("UTF-8", encoding) + trace(word, event(word)) * 1 + "</log>"
    _, con = read(tmp_path, text.encode(encoding))
    assert con.execute("select case_id, step from log_events").fetchall() == [(word, word)]


def test_an_encoding_nobody_knows_and_bytes_that_are_not_in_it_are_refused(tmp_path: Path) -> None:
    for text, said in (
        (HEAD.replace("UTF-8", "klingon").encode(), "klingon 不认识"),
        (HEAD.replace("UTF-8", "rot13").encode(), "rot13 不认识"),
        (HEAD.replace("UTF-8", "GB18030").encode() + b'<trace>\n<string key="\xff\xff"/>', "第4行起不是所声明的编码"),
    ):
        with pytest.raises(xes.Broken, match=said):
            read(tmp_path, text)


ZONES = """
timezone: America/New_York
constants: {division: "1", department: "1/x", item: 甲}
events: {case: 件, activity: 动作, at: 时间, person: 人, recorded: 记录}
kinds: {受理: accepted, 决定: decided}
limits: {statutory: 1 workday}
"""
FRIDAY = "件,动作,时间,人,记录\nC1,受理,2024-01-05 12:00:00-05:00,甲,2024-01-05 17:00:00\n"
MONDAY = "C1,决定,2024-01-08 12:00:00-05:00,乙,2024-01-08 17:00:00\n"


def found(tmp: Path, rule: str) -> set[tuple[str, str]]:
    done = judge(tmp / "made", [r for r in JUDGING if r.code == rule])
    assert not [v.error for v in done.verdicts if v.error]
    return set(done.con.execute('select case_id, "at" from hits').fetchall())


def test_the_zone_of_the_log_decides_which_day_it_is(tmp_path: Path) -> None:
    _, con = read(tmp_path, FRIDAY + MONDAY, ZONES, "log.csv")
    days = con.execute("select occurred_on::varchar from log_events order by seq").fetchall()
    assert days == [("2024-01-05",), ("2024-01-08",)] and not found(tmp_path, "R-T03")


def test_a_column_can_have_a_zone_of_its_own(tmp_path: Path) -> None:
    _, con = read(tmp_path, FRIDAY + MONDAY, ZONES + "timezones: {recorded: UTC}", "log.csv")
    assert con.execute("select count(*) from log_events where recorded_at = occurred_at").fetchone() == (2,)


def test_a_file_of_days_off_and_days_worked_is_a_calendar(tmp_path: Path) -> None:
    (tmp_path / "days.yaml").write_text("days_off: [2024-01-08]\ndays_worked: []\nyears: [2023, 2024, 2025, 2026]")
    tuesday = MONDAY.replace("01-08", "01-09")
    read(tmp_path, FRIDAY + tuesday, ZONES + "calendar: days.yaml", "log.csv")
    assert not found(tmp_path, "R-T03"), "the ninth is the first working day"
    (tmp_path / "made").rename(tmp_path / "with file")
    report, _ = read(tmp_path, FRIDAY + tuesday, ZONES, "log.csv")
    assert found(tmp_path, "R-T03") == {("C1", "statutory")}
    assert any("工作日按中国的放假安排算" in note for note in report.notes)


def test_calendar_days_need_no_calendar(tmp_path: Path) -> None:
    old = (FRIDAY + MONDAY).replace("2024-", "1985-").replace("01-05", "01-11")  # a Friday, then four days back
    mapping = ZONES.replace("1 workday", "2 day") + "calendar: none"
    read(tmp_path, old.replace("01-08", "01-13"), mapping, "log.csv")
    assert not found(tmp_path, "R-T03")
    (tmp_path / "made").rename(tmp_path / "in time")
    read(tmp_path, old.replace("01-08", "01-14"), mapping, "log.csv")
    assert found(tmp_path, "R-T03") == {("C1", "statutory")}, "the thirteenth was a Sunday, and is the last day"


def test_the_packaged_calendar_reaches_back(tmp_path: Path) -> None:
    text = FRIDAY.replace("2024-01-05", "2008-02-04") + MONDAY.replace("2024-01-08", "2008-02-13")
    mapping = ZONES.replace("America/New_York", "Asia/Shanghai").replace("1 workday", "2 workday")
    read(tmp_path, text.replace("-05:00", "+08:00"), mapping, "log.csv")
    assert not found(tmp_path, "R-T03"), "the Spring Festival of 2008 lies between"


START, END = (f'<string key="lifecycle:transition" value="{word}"/>' for word in ("start", "complete"))
WITHDRAWN = START.replace("start", "withdraw")


def moment(text: str) -> str:
    return AT.replace("2020-01-02T10:00:00", f"2020-01-{text}")


def test_a_missing_start_or_a_withdrawal_shifts_nothing_after_it(tmp_path: Path) -> None:
    text = HEAD + trace(
        "c1", event("审查", END, at=moment("06T09:00:00")), event("审查", START, at=moment("06T10:00:00")),
        event("审查", END, at=moment("06T10:00:10")),
    ) + trace(
        "c3", event("审查", START, at=moment("06T10:00:00")), event("审查", WITHDRAWN, at=moment("06T10:30:00")),
        event("审查", START, at=moment("20T10:00:00")), event("审查", END, at=moment("20T12:00:00")),
    ) + "</log>"  # fmt: skip
    mapping = 'constants: {division: "410100", department: "410100/x", item: 甲}\nstep_limits: {审查: 3 workday}'
    _, con = read(tmp_path, text, mapping)
    rounds = "select round, opened_seq, concluded_seq, sent_back_by from log_steps where case_id = ? order by round"
    assert con.execute(rounds, ["c1"]).fetchall() == [(1, 1, 1, ""), (2, 2, 3, "")]
    assert con.execute(rounds, ["c3"]).fetchall() == [(1, 1, None, "审查"), (2, 3, 4, "")]
    assert not found(tmp_path, "R-T04")
    assert found(tmp_path, "R-P02") == {("c1", "quick/审查/2")}, "ten seconds"


def test_an_activity_to_ignore_is_kept_and_is_no_step(tmp_path: Path) -> None:
    text = HEAD + trace("c1", event("审查"), event("打印", at=moment("03T09:00:00"))) + "</log>"
    report, con = read(tmp_path, text, "ignore: [打印]")
    assert report.manifest.counts["events"] == 2
    assert con.execute("select step from log_steps").fetchall() == [("审查",)]
    assert con.execute("select activity from log_activities").fetchall() == [("审查",)]
