"""What a history does not say accuses nobody, and is said to be unjudged."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from yichuang.history.importing import import_log
from yichuang.history.judgement import Judgement, judge
from yichuang.history.report import write_report
from yichuang.supervision.rules.catalogue import BY_CODE, JUDGING

HEAD = "件,动作,时间,人\n"
RULES = """
constants: {division: "410100", department: "410100/x", item: 甲}
events: {case: 件, activity: 动作, at: 时间, person: 人}
kinds: {收件: received, 受理: accepted, 决定: decided}
limits: {statutory: 20 workday}
asof: 2024-12-31
"""
ON_TIME = """好,收件,2024-03-01 09:00,甲
好,受理,2024-03-04 09:00,甲
好,审查,2024-03-05 09:00,乙
好,决定,2024-03-06 09:00,丙
"""
LATE = "晚,收件,2024-03-01 09:00,甲\n晚,受理,2024-03-04 09:00,甲\n晚,审查,2024-03-05 09:00,甲\n"


def judged(tmp: Path, rows: str, rules: str = RULES, head: str = HEAD) -> Judgement:
    (tmp / "log.csv").write_text(head + rows, encoding="utf-8")
    (tmp / "map.yaml").write_text(rules, encoding="utf-8")
    import_log(tmp / "log.csv", tmp / "made", tmp / "map.yaml")
    done = judge(tmp / "made", JUDGING)
    assert not [v.error for v in done.verdicts if v.error]
    return done


def hits(done: Judgement, rule: str) -> list[Any]:
    return done.con.execute("select case_id from hits where rule = ? order by 1", [rule]).fetchall()


def test_a_case_that_is_open_is_held_to_its_limit(tmp_path: Path) -> None:
    assert hits(judged(tmp_path, ON_TIME + LATE), "R-T03") == [("晚",)]


@pytest.mark.parametrize("time", ["", "昨天", "2024-13-06", "9024-01-01"])
def test_a_decision_whose_time_cannot_be_read_sets_its_case_aside_by_name(tmp_path: Path, time: str) -> None:
    done = judged(tmp_path, ON_TIME + LATE + f"晚,决定,{time},丙\n")
    assert not hits(done, "R-T03") and done.coverage["R-T03"].describe() == "评判了 1/2 件，搁置 1 件"
    assert ("R-T03", "晚") in done.con.execute("select * from aside").fetchall()
    write_report(done, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "搁置的办件" in text and "<code>晚</code>" in text


def test_what_was_read_stands_whatever_else_was_not(tmp_path: Path) -> None:
    """甲 accepted and reviewed: another review that cannot be read changes nothing of that."""
    done = judged(tmp_path, ON_TIME + LATE + "晚,复核,昨天,丙\n")
    assert hits(done, "R-P03") == [("晚",)] and not hits(done, "R-T04")


def test_a_decision_of_no_case_may_be_of_any_that_has_none(tmp_path: Path) -> None:
    done = judged(tmp_path, ON_TIME + LATE + ",决定,2024-03-08 09:00,丙\n")
    assert not hits(done, "R-T03") and done.coverage["R-T03"].aside == 1


def test_a_line_that_does_not_split_sets_the_case_aside_that_it_names(tmp_path: Path) -> None:
    done = judged(tmp_path, ON_TIME + LATE + "晚,决定\n")
    assert not hits(done, "R-T03") and done.coverage["R-T03"].aside == 1


def test_a_rule_that_cannot_be_asked_says_what_is_missing(tmp_path: Path) -> None:
    done = judged(tmp_path, ON_TIME + LATE)
    said = {code: coverage.missing for code, coverage in done.coverage.items()}
    assert said["R-T01"] == "受理时限（limits 的 accept）" and said["R-T04"] == "环节时限（step_limits）"
    assert said["R-P01"] == "环节次序或者必经环节（order、required）" and said["R-F01"] == "收费"
    assert said["R-T03"] == said["R-P03"] == said["R-O06"] == ""
    assert said["R-O02"] == said["R-O03"] == "记录时间"


def test_a_log_without_people_acquits_nobody(tmp_path: Path) -> None:
    rules = RULES.replace(", person: 人", "")
    assert judged(tmp_path, ON_TIME, rules).coverage["R-P03"].missing == "收件或受理的经办人"


def test_steps_without_a_record_of_entry_are_not_said_to_be_entered_at_once(tmp_path: Path) -> None:
    acts = ("受理", "甲"), ("审查", "乙"), ("复核", "丙"), ("决定", "丁")
    rows = [f"快,{name},2024-03-04 09:0{minute},{person}\n" for minute, (name, person) in enumerate(acts)]
    assert not hits(judged(tmp_path, "".join(rows)), "R-O02")


def test_a_survey_without_a_count_of_officers_is_not_said_to_have_had_one(tmp_path: Path) -> None:
    done = judged(tmp_path, ON_TIME, RULES + "steps: {审查: survey}")
    assert not hits(done, "R-P04") and done.coverage["R-P04"].missing == "现场核查的人数"


def test_every_rule_says_what_it_needs_or_has_no_need() -> None:
    from yichuang.history.coverage import NEEDS

    assert set(NEEDS) <= set(BY_CODE)
    without = {rule.code for rule in JUDGING} - set(NEEDS)
    assert without == {"R-L01", "R-L02", "R-L03", "R-O07"}, "licences by their own table; any history can fall silent"


def test_the_command_says_unjudged_and_never_no_findings(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEAD + ON_TIME + LATE + "晚,决定,昨天,丙\n", encoding="utf-8")
    (tmp_path / "map.yaml").write_text(RULES, encoding="utf-8")
    words = ["-m", "yichuang", "supervise", "--data", "log.csv", "--mapping", "map.yaml", "--out", "out"]
    said = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    lines = {line.split()[1]: line for line in said.splitlines() if len(line.split()) > 2}
    assert "－ R-T01  未评判：因为这段历史没有受理时限" in lines["R-T01"] and "0 条" not in lines["R-T01"]
    assert "评判了 1/2 件，搁置 1 件" in lines["R-T03"]
    assert "R-T03,晚" in (tmp_path / "out" / "aside.csv").read_text(encoding="utf-8-sig")


def test_the_command_answers_questions_that_were_changed_after_the_import(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEAD + ON_TIME + LATE, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(RULES, encoding="utf-8")
    import_log(tmp_path / "log.csv", tmp_path / "data", tmp_path / "map.yaml")
    (tmp_path / "map.yaml").write_text(RULES + "questions: [{code: Q-1, without: [受理, 决定]}]", encoding="utf-8")
    words = [
        "-m",
        "yichuang",
        "supervise",
        "--data",
        "data",
        "--mapping",
        "map.yaml",
        "--rules",
        "R-P03",
        "--out",
        "out",
    ]
    said = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert next(line for line in said.splitlines() if "Q-1" in line).split()[2:4] == ["1", "条"]
    assert "1 件，占所评判的 50.0%" in said
    assert "有“受理”而没有“决定”。" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_the_report_counts_by_person_and_by_a_column_of_the_case(tmp_path: Path) -> None:
    rules = RULES + "case: {channel: 渠道}"
    rows = [f"{row},{'网上' if row.startswith('好') else '窗口'}\n" for row in (ON_TIME + LATE).splitlines()]
    done = judged(tmp_path, "".join(rows), rules, head=HEAD.replace("\n", ",渠道\n"))
    write_report(done, tmp_path / "report.html", group_by="channel")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    groups, people = (
        text.partition(f"<h2>{title}</h2>")[2].partition("</table>")[0] for title in ("按渠道", "按经办人")
    )
    cells = re.findall(r'<th scope="row">(.*?)</th>((?:<td class="n">[\d,]+</td>)+)', groups)
    assert {name: re.findall(r"[\d,]+(?=<)", numbers) for name, numbers in cells} == {
        "窗口": ["1", "1", "2", "0"], "网上": ["1", "0", "0", "0"],
    }  # fmt: skip
    assert '<th scope="row">甲</th><td class="n">1</td><td class="n">1</td><td class="n">0</td>' in people
    done.save(tmp_path / "findings.parquet")
    said = (tmp_path / "findings.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(said) == 1 + done.hit_count and said[0].startswith("rule,case_id,at,level,person")
