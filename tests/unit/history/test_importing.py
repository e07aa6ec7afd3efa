"""Somebody's log becomes a data set: what is taken, what is refused in words, and that nothing is made by halves."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.waiting import HANGS, until
from yichuang.history import dataset, log_sources, xes
from yichuang.history.importing import ImportReport, Rejected, import_log
from yichuang.history.judgement import judge
from yichuang.history.mapping import Mapping, Unclear
from yichuang.supervision.contract import TABLES
from yichuang.supervision.rules.catalogue import BY_CODE, JUDGING
from yichuang.supervision.rules.questions import KINDS

ROOT = Path(__file__).resolve().parents[3]
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by a system we do not know -->
<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Inzicht" prefix="inzicht" uri="urn:inzicht"/>
<global scope="event"><string key="concept:name" value="leeg"/><date key="time:timestamp" value="1970-01-01"/></global>
<classifier name="Activity" keys="concept:name lifecycle:transition"/>
<string key="gemeente" value="Onbekend"><string key="concept:name" value="niet van een zaak"/></string>
"""
MAPPING = """
constants: {division: "410100", department: 410100/scjg, item: omgevingsvergunning}
kinds: {ontvangen: received, aanvaard: accepted, besluit: decided, gesloten: closed}
granted: {besluit: true}
limits: {accept: 5 workday, promised: 5 workday, statutory: 20 workday}
step_limits: {toets: 2 workday}
order: {advies: [toets]}
reviewer_may_decide: false
"""
Event = tuple[str, str, str]  # activity, moment, person


def trace(case: str, *events: Event, extra: str = "") -> str:
    rows = "".join(
        f'<event><string key="org:resource" value={quoteattr(person)}/>'
        f'<string key="concept:name" value={quoteattr(a)}/>'
        f'<list key="docs"><values><string key="concept:name" value="binnen"/></values></list>'
        f'<date key="time:timestamp" value={quoteattr(at)}/>{extra}</event>\n'
        for a, at, person in events
    )
    return f'<trace><string key="concept:name" value={quoteattr(case)}/>\n{rows}</trace>\n'


LAWFUL = trace(
    "zaak 1",
    ("ontvangen", "2024-03-04T09:00:00+08:00", "anna"),
    ("aanvaard", "2024-03-05T09:00:00+08:00", "anna"),
    ("toets", "2024-03-06T09:00:00+08:00", "bert"),
    ("advies", "2024-03-07T09:00:00+08:00", "carla"),
    ("besluit", "2024-03-08T09:00:00+08:00", "dirk"),
    ("gesloten", "2024-03-08T10:00:00+08:00", "anna"),
)
BREACHES = trace(
    "zaak 2",
    ("ontvangen", "2024-03-04T09:00:00+08:00", "anna"),
    ("aanvaard", "2024-03-13T09:00:00+08:00", "anna"),  # the seventh working day
    ("advies", "2024-03-14T09:00:00+08:00", "carla"),  # before the check it must come after
    ("toets", "2024-03-20T09:00:00+08:00", "anna"),  # who accepted, and four working days after the advice
    ("besluit", "2024-03-22T09:00:00+08:00", "carla"),  # who advised; seven working days after acceptance
)


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def log(tmp: Path, *traces: str, end: str = "</log>\n") -> Path:
    return put(tmp / "log.xes", HEAD + "".join(traces) + end)


def taken(tmp: Path, source: Path, mapping: str | None = MAPPING, **options: Any) -> tuple[ImportReport, Any]:
    rules = put(tmp / "map.yaml", mapping) if mapping is not None else None
    report = import_log(source, tmp / "made", rules, **options)
    con = dataset.connect("200MB", 1)
    dataset.attach(con, tmp / "made")
    return report, con


def found(tmp: Path) -> set[tuple[str, str, str]]:
    done = judge(tmp / "made", JUDGING)
    assert not [v.error for v in done.verdicts if v.error]
    return set(done.con.execute('select rule, case_id, "at" from hits').fetchall())


def test_a_strange_log_goes_from_file_to_findings(tmp_path: Path) -> None:
    report, con = taken(tmp_path, log(tmp_path, LAWFUL, BREACHES))
    assert report.manifest.counts["cases"] == 2 and report.manifest.counts["events"] == 11 and not report.rejected
    assert con.execute("select distinct step from log_steps order by 1").fetchall() == [
        ("advies",), ("toets",),
    ]  # fmt: skip
    hits = found(tmp_path)
    assert {case for _, case, _ in hits} == {"zaak 2"}, "a lawful case is not accused"
    assert hits >= {
        ("R-T01", "zaak 2", "accept"), ("R-T02", "zaak 2", "promised"), ("R-T04", "zaak 2", "toets/1"),
        ("R-P01", "zaak 2", "order/advies/1/toets"), ("R-P03", "zaak 2", "step/toets/1"),
        ("R-P03", "zaak 2", "review"),
    }  # fmt: skip


def test_without_a_mapping_the_standard_extensions_hold(tmp_path: Path) -> None:
    report, con = taken(tmp_path, log(tmp_path, LAWFUL), None)
    assert con.execute("select count(*), min(kind), max(kind) from log_events").fetchone() == (
        6, "step_concluded", "step_concluded",
    )  # fmt: skip
    assert any("没有受理" in note for note in report.notes)
    assert not found(tmp_path)


def test_a_log_that_speaks_of_acts_as_we_do_is_taken_at_its_word(tmp_path: Path) -> None:
    """Nothing is assumed of a case that names its acts: it is open until they say otherwise."""
    acts = (("received", "2024-03-04"), ("accepted", "2024-03-07"), ("step_opened", "2024-03-07"))
    rows = "".join(
        f'<event><string key="concept:name" value="S1"/><string key="org:resource" value="anna"/>'
        f'<date key="time:timestamp" value="{day}T09:00:00+08:00"/><string key="yichuang:kind" value="{kind}"/></event>'
        for kind, day in acts
    )
    source = log(tmp_path, f'<trace><string key="concept:name" value="1"/>{rows}</trace>', LAWFUL)
    report, con = taken(tmp_path, source, "asof: 2024-06-03\nlimits: {promised: 5 workday}")
    said = "select case_id, accepted_on::varchar, decided_on, closed_on::varchar, outcome from log_cases order by 1"
    assert con.execute(said).fetchall() == [
        ("1", "2024-03-07", None, None, ""), ("zaak 1", "2024-03-04", None, "2024-03-08", ""),
    ]  # fmt: skip
    assert report.manifest.counts["events"] == 9, "two acts at one moment by one person are two acts"
    assert ("R-T02", "1", "promised") in found(tmp_path)


def test_start_and_complete_make_one_step(tmp_path: Path) -> None:
    source = log(
        tmp_path,
        trace("1", ("toets", "2024-03-06T09:00:00Z", "bert"),
              extra='<string key="lifecycle:transition" value="START"/>').replace("</trace>\n", "")
        + trace("1", ("toets", "2024-03-06T11:00:00Z", "carla"),
                extra='<string key="lifecycle:transition" value="complete"/>').partition("\n")[2],
    )  # fmt: skip
    _, con = taken(tmp_path, source, None)
    assert con.execute(
        "select assigned_to, concluded_by, opened_seq, concluded_seq, concluded_at - opened_at = interval 2 hours"
        " from log_steps"
    ).fetchall() == [("bert", "carla", 1, 2, True)]


def test_events_out_of_order_and_times_without_zone_are_told(tmp_path: Path) -> None:
    source = log(tmp_path, trace("1", ("b", "2024-03-07T00:30:00", "x"), ("a", "2024-03-06T09:00:00+00:00", "y")))
    report, con = taken(tmp_path, source, None)
    assert con.execute("select step, seq, occurred_on::varchar from log_events order by seq").fetchall() == [
        ("a", 1, "2024-03-06"), ("b", 2, "2024-03-07"),
    ]  # fmt: skip
    assert any("1 个时间没有时区" in note for note in report.notes)
    assert any("1 个动作不在时间次序上" in note for note in report.notes)


def test_every_row_that_is_not_taken_has_line_and_reason(tmp_path: Path) -> None:
    bad = trace("1", ("a", "2024-03-06T09:00:00Z", "x"), ("", "2024-03-06T09:00:00Z", "x"), ("b", "gisteren", "x"),
                ("c", "", "x"), ("a", "2024-03-06T09:00:00Z", "x"))  # fmt: skip
    report, _ = taken(tmp_path, log(tmp_path, bad), None)
    assert report.rejected == 3 and report.manifest.counts["events"] == 2
    start = HEAD.count("\n") + 2
    assert report.first == [
        ("log.xes", start + 1, "没有动作名称"), ("log.xes", start + 2, "时间读不懂"),
        ("log.xes", start + 3, "没有时间"),
    ]  # fmt: skip
    said = (tmp_path / "made" / "rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert said[0] == "file,line,reason,content" and len(said) == 4


def test_a_year_that_cannot_be_makes_no_calendar_of_it(tmp_path: Path) -> None:
    events = ("a", "2024-03-06T09:00:00Z", "x"), ("b", "9024-03-06", "x")
    report, _ = taken(tmp_path, log(tmp_path, trace("1", *events)), None)
    assert [reason for _, _, reason in report.first] == ["年份不可信（1970至2100年以外）"]
    assert report.manifest.counts["calendar"] < 366 * 4


def test_a_table_without_rows_and_a_file_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="没有一行"):
        taken(tmp_path, put(tmp_path / "log.csv", CSV), TABLE)
    (tmp_path / "log.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises((Rejected, Unclear), match="读不懂"):
        taken(tmp_path, tmp_path / "log.parquet", TABLE)
    assert not (tmp_path / "made").exists()


def test_strict_takes_all_or_nothing(tmp_path: Path) -> None:
    source = log(tmp_path, LAWFUL, trace("9", ("a", "nooit", "x")))
    with pytest.raises(Rejected, match="1 行不能导入"):
        taken(tmp_path, source, None, strict=True)
    assert not (tmp_path / "made").exists() and (tmp_path / "made.rejected.csv").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + LAWFUL, "不是完整的 XES"),
        (HEAD + LAWFUL + "<trace><event>", "不是完整的 XES"),
        (HEAD + LAWFUL.replace("</event>", "", 1) + "</log>", "不是完整的 XES"),
        ("<html><body/></html>", "不是 XES"),
        ("", "不是完整的 XES"),
        ('<!DOCTYPE log [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><log>&b;</log>', "DOCTYPE"),
        ("<log>" + "<string key='a' value='b'>" * 70 + "</string>" * 70 + "</log>", "嵌套"),
        ('<x:log xmlns:x="urn:x"><x:trace/></x:log>', "不是 XES"),
    ],
    ids=["truncated", "unfinished", "unclosed", "html", "empty", "doctype", "deep", "prefixed"],
)  # fmt: skip
def test_what_is_no_xes_is_refused_whole(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(xes.Broken, match=said):
        import_log(put(tmp_path / "log.xes", text), tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress((HEAD + LAWFUL * 1 + "</log>").encode())
    (tmp_path / "log.xes.gz").write_bytes(whole)
    assert import_log(tmp_path / "log.xes.gz", tmp_path / "good").manifest.counts["events"] == 6
    (tmp_path / "cut.xes.gz").write_bytes(whole[:-20])
    with pytest.raises(xes.Broken, match="压缩不完整"):
        import_log(tmp_path / "cut.xes.gz", tmp_path / "made")


def test_a_case_that_comes_twice_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="办件标识重复：zaak 1"):
        taken(tmp_path, log(tmp_path, LAWFUL, LAWFUL), None)
    report, _ = taken(tmp_path, log(tmp_path, LAWFUL, LAWFUL), 'events: {case: "#"}')
    assert report.manifest.counts["cases"] == 2


def test_pieces_side_by_side_give_what_one_piece_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [LAWFUL.replace("zaak 1", f"zaak {n}") for n in range(40)]
    source = log(tmp_path, *many, trace("bad", ("a", "nooit", "x")))
    whole, con = taken(tmp_path, source)
    rows = [
        con.execute(f"select * from log_{t} order by all").fetchall() for t in ("cases", "events", "steps", "holders")
    ]
    (tmp_path / "made").rename(tmp_path / "whole")
    monkeypatch.setattr(log_sources, "PIECE", 4000)
    cut, con = taken(tmp_path, source)
    assert [
        con.execute(f"select * from log_{t} order by all").fetchall() for t in ("cases", "events", "steps", "holders")
    ] == rows
    assert cut.first == whole.first and len(list((tmp_path / "made" / "cases").iterdir())) > 3


CSV = "zaak,wat,wanneer,wie,afdeling\n"
TABLE = """
timezone: Europe/Amsterdam
events: {case: zaak, activity: wat, at: wanneer, person: wie}
case: {item: afdeling}
items: {bouw: {promised: 1 workday}}
kinds: {in: accepted, uit: decided}
"""


def test_a_table_of_events_is_read_by_its_mapping(tmp_path: Path) -> None:
    source = put(
        tmp_path / "log.csv", CSV + "1,in,2024-03-04 23:30:00,anna,bouw\n1,uit,2024-03-08 12:00:00,bert,bouw\n"
    )
    report, con = taken(tmp_path, source, TABLE)
    assert con.execute("select item, accepted_on::varchar, decided_by from log_cases").fetchall() == [
        ("bouw", "2024-03-04", "bert")
    ]
    assert any("2 个时间没有时区，按 Europe/Amsterdam" in note for note in report.notes)
    assert ("R-T02", "1", "promised") in found(tmp_path)


def test_bad_lines_of_a_table_are_told_by_line(tmp_path: Path) -> None:
    source = put(
        tmp_path / "log.csv",
        CSV + "1,in,2024-03-04 09:00:00,anna,bouw\n2,in\n3,in,straks,anna,bouw\n"
        "4,in,2024-03-04 09:00:00,a,b,c\n5,,2024-03-04,a,b\n",
    )
    report, _ = taken(tmp_path, source, TABLE)
    assert report.manifest.counts["cases"] == 1
    assert [(line, reason) for _, line, reason in report.first] == [
        (3, "列数不够"), (4, "时间读不懂"), (5, "列数太多"), (6, "没有动作名称"),
    ]  # fmt: skip


def test_the_wrong_encoding_is_told_and_the_right_one_read(tmp_path: Path) -> None:
    text = CSV + "1,受理,2024-03-04 09:00:00,张三,建设\n"
    (tmp_path / "log.csv").write_bytes(text.encode("gb18030"))
    with pytest.raises((Rejected, Unclear), match=r"编码|第一行|不能导入|没有一件"):
        taken(tmp_path, tmp_path / "log.csv", TABLE)
    _, con = taken(tmp_path, tmp_path / "log.csv", TABLE + "encoding: gb18030\n")
    assert con.execute("select item from log_cases").fetchall() == [("建设",)]
    (tmp_path / "log.csv").write_bytes(CSV.encode() + b"1,\xff\xff,2024-03-04 09:00:00,a,b\n")
    (tmp_path / "made").rename(tmp_path / "old")
    with pytest.raises(Unclear, match="第2行起不是 gb18030"):
        taken(tmp_path, tmp_path / "log.csv", TABLE + "encoding: gb18030\n")


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    source = put(tmp_path / "log.csv", "a,b\n1,2\n")
    with pytest.raises(Unclear, match=r"没有这些列：case: zaak.*a、b"):
        taken(tmp_path, source, TABLE)
    with pytest.raises(Unclear, match="指明 case、activity、at 是哪一列"):
        taken(tmp_path, source, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("limit: {accept: 5 workday}", "不认识：limit"),
        ("limits: {acept: 5 workday}", "不认识：acept"),
        ("limits: {accept: 5 days}", "读不懂"),
        ("items: {a: {promise: 1 day}}", "不认识：promise"),
        ("kinds: {a: approved}", "不在其列"),
        ("steps: {a: inspect}", "不在其列"),
        ("timezone: Mars/Olympus", "没有这个时区"),
        ("timezones: {at: Mars/Olympus}", "没有这个时区"),
        ("timezones: {person: UTC}", "不认识：person"),
        ("calendar: lunar.yaml", "china、weekdays、none"),
        ("encoding: big5", "只认"),
        ("asof: spring", "日期"),
        ("granted: {a: maybe}", "true"),
        ("constants: {division: 410100}", "文字"),
        ("order: {a: [b], b: [c], c: [a]}", "成了圈"),
        ("order: {a: b}", "清单"),
        ("- a", "名称: 值"),
        ("a: [", "读不懂"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unclear, match=said):
        Mapping.load(put(tmp_path / "map.yaml", text))


def test_the_contracts_own_tables_are_checked_row_by_row(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    put(folder / "cases.csv", "case_id,instant,silent,extension,submitted_on\n"
        "1,false,false,0,2024-03-04\n2,perhaps,false,0,\n"
        "3,false,false,0,2024-13-04\n1,false,false,0,\n4,false,false,,\n")  # fmt: skip
    put(folder / "events.csv", "case_id,seq,kind,occurred_at,occurred_on,recorded_at,recorded_on\n"
        "1,1,received,1999-03-04T01:00:00Z,1999-03-04,1999-03-04T01:00:00Z,1999-03-04\n"
        "1,2,received,2024-03-04 01:00:00,2024-03-04,2024-03-04T01:00:00Z,2024-03-04\n")  # fmt: skip
    put(folder / "asof.csv", "today\n2024-05-01\n")
    report, con = taken(tmp_path, folder, None)
    assert {(file, line, reason) for file, line, reason in report.first} == {
        ("cases.csv", 3, "instant 不是真假（true、false）"), ("cases.csv", 4, "submitted_on 不是日期"),
        ("cases.csv", 5, "键重复：前面已有同键的一行"), ("cases.csv", 6, "extension 不能空"),
        ("events.csv", 3, "occurred_at 没有时区"),
    }  # fmt: skip
    assert con.execute("select case_id, number, received_on from log_cases").fetchall() == [("1", "", None)]
    assert str(report.manifest.asof) == "2024-05-01" and report.manifest.counts["calendar"] > 365
    assert any("没有公布的年份（1999 年；日历从 2004 年到" in note for note in report.notes)
    assert any("规程不在数据里" in note for note in report.notes)


def test_a_limit_that_there_is_not_is_a_null_that_comes_back(tmp_path: Path) -> None:
    source = put(tmp_path / "log.csv", CSV + "1,in,2024-03-04 09:00,anna,bouw\n1,toets,2024-03-05 09:00,b,bouw\n")
    _, con = taken(tmp_path, source, TABLE)
    tables = tmp_path / "tables"
    tables.mkdir()
    for table in TABLES:
        con.execute(f"copy (from {table.stored_as}) to '{tables / table.name}.csv' (force_quote *, nullstr '')")
    rows = {table: con.execute(f"select * from {table.stored_as} order by all").fetchall() for table in TABLES}
    (tmp_path / "made").rename(tmp_path / "first")
    report, con = taken(tmp_path, tables, None)
    assert not report.rejected
    for table, before in rows.items():
        assert con.execute(f"select * from {table.stored_as} order by all").fetchall() == before, table.name


def test_a_history_without_acts_must_say_up_to_which_day_it_is_judged(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    put(folder / "cases.csv", "case_id,instant,silent,extension\n1,false,false,0\n")
    with pytest.raises(Rejected, match="不知道评判到哪一天"):
        import_log(folder, tmp_path / "made")
    put(folder / "asof.csv", "today\n2024-05-01\n")
    assert str(import_log(folder, tmp_path / "made").manifest.asof) == "2024-05-01"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("cases.csv", "case_id,colour\n1,red\n", "不认识的列：colour"),
        ("cases.csv", "number\n1\n", "缺少必须有的列：instant"),
        ("cases.csv", "case_id,case_id\n1,2\n", "各不相同"),
        ("standard_order.csv", "standard,step,after\ns,a,b\ns,b,a\n", "成了圈"),
    ],
)
def test_tables_of_another_shape_are_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    put(folder / name, text)
    with pytest.raises((Unclear, Rejected), match=said):
        import_log(folder, tmp_path / "made")


def test_a_killed_import_leaves_no_data_set(tmp_path: Path) -> None:
    source = log(tmp_path, *(LAWFUL.replace("zaak 1", f"zaak {n}") for n in range(60_000)))
    words = [sys.executable, "-m", "yichuang", "logs", "import", "--from", str(source), "--out", str(tmp_path / "made")]
    running = subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, start_new_session=True
    )
    until(lambda: list(tmp_path.glob(".made.partial-*/cases")) or running.poll() is not None)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait(HANGS)
    assert not (tmp_path / "made").exists()
    assert import_log(log(tmp_path, LAWFUL), tmp_path / "made").manifest.counts["cases"] == 1


# What XML can hold: it has no place for surrogates, controls and these two
WRITABLE = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
NAMES = st.text(WRITABLE, min_size=1, max_size=12)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        NAMES, st.lists(st.tuples(NAMES, st.integers(0, 10**6)), min_size=1, max_size=5), min_size=1, max_size=5
    )
)
def test_every_event_arrives_with_its_words(tmp_path_factory: Any, said: dict[str, list[tuple[str, int]]]) -> None:
    tmp = tmp_path_factory.mktemp("words")
    moment = "2024-{:02}-{:02}T{:02}:{:02}:00Z".format
    events = {
        case: {
            (name.strip(), moment(n % 12 + 1, n // 12 % 28 + 1, n // 336 % 24, n // 8064 % 60))
            for name, n in acts
            if name.strip()
        }
        for case, acts in said.items()
        if case.strip()
    }
    events = {case: acts for case, acts in events.items() if acts}
    if not events:
        return
    source = log(tmp, *(trace(case, *((a, at, "x") for a, at in acts)) for case, acts in events.items()))
    report, con = taken(tmp, source, None)
    kept = con.execute("select case_id, step, strftime(occurred_at, '%Y-%m-%dT%H:%M:00Z') from log_events").fetchall()
    wanted = sorted((re.sub(r"[\t\n]", " ", case), a, at) for case, acts in events.items() for a, at in acts)
    assert sorted(kept) == wanted and not report.rejected


def test_the_documentation_names_every_key_and_its_example_works() -> None:
    text = (ROOT / "docs" / "log-import.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in Mapping.__dataclass_fields__)
    import yaml

    example = text.partition("## 一个例子")[2].partition("```yaml")[2].partition("```")[0]
    questions = text.partition("## 自己的问题")[2].partition("```yaml")[2].partition("```")[0]
    assert [one.kind for one in Mapping.from_content(yaml.safe_load(questions)).questions] == [
        "same_person", "without", "within",
    ]  # fmt: skip
    assert all(f"`{kind}: " in text for kind in KINDS)
    assert Mapping.from_content(yaml.safe_load(example)).step_limits["材料审查"].amount == 3
    assert set(BY_CODE) >= set(re.findall(r"R-[A-Z]\d\d", text))
    table = text.partition("## 与 pm4py 对照")[2].partition("## ")[0]
    ours = "".join(line.split("|")[2] for line in table.splitlines() if line.startswith("| `"))
    known = {*KINDS, *Mapping.__dataclass_fields__, "where", "times", "--group-by"}
    named = {words.partition(":")[0] for words in re.findall(r"`([^`]+)`", ours) if "." not in words}
    assert named <= known and set(KINDS) <= {*named, "recorded_late", "after_due"}
