"""What a log knows beyond the contract: dates, attributes, and when its cases begin and end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.history.test_odd_logs import AT, HEAD, event, found, read, remarks, trace
from yichuang.history.dataset import Manifest
from yichuang.history.judgement import Judgement, judge
from yichuang.history.mapping import Mapping, Unclear
from yichuang.history.questions import load_questions
from yichuang.supervision.rules.questions import make_rules

OWN = """
events: {case: 件, activity: 动作, at: 时间}
case: {started: 开始, ended: 结束}
keep: {case: {渠道: 渠道}, events: {组: 小组}}
dates: {case: {期限: 期限}, events: {计划: 计划}}
questions:
  - {code: Q-1, closed_after: 期限}
  - {code: Q-2, after_due: [], due: 计划}
  - {code: Q-3, at_most: a, times: 0, where: {渠道: 网上}}
"""
HEADER = "件,动作,时间,开始,结束,渠道,小组,期限,计划\n"


def ask(tmp: Path) -> Judgement:
    done = judge(tmp / "made", make_rules(load_questions(Manifest.load(tmp / "made"))))
    assert not [v.error for v in done.verdicts if v.error]
    return done


def test_a_case_begins_and_ends_when_the_log_says(tmp_path: Path) -> None:
    rows = (
        "1,a,2024-03-05 10:00,2024-03-01,2024-03-20,网上,x,2024-03-18,2024-03-04\n"
        "1,b,2024-03-06 10:00,2024-03-01,2024-03-20,网上,,2024-03-18,\n"
        "2,a,2024-03-05 10:00,,,窗口,x,2024-03-18,昨天\n"
    )
    _, con = read(tmp_path, HEADER + rows, OWN, "log.csv")
    cases = "select case_id, submitted_on::varchar, received_on::varchar, closed_on::varchar from log_cases order by 1"
    assert con.execute(cases).fetchall() == [
        ("1", "2024-03-01", "2024-03-01", "2024-03-20"), ("2", "2024-03-05", "2024-03-05", None),
    ], "the second is open: the log that tells ends tells none of it"  # fmt: skip
    assert con.execute("select * from log_attributes order by all").fetchall() == [
        ("1", 0, "渠道", "网上"), ("1", 1, "组", "x"), ("2", 0, "渠道", "窗口"), ("2", 1, "组", "x"),
    ]  # fmt: skip
    done = ask(tmp_path)
    assert done.con.execute('select rule, case_id, "at", measured, seq from hits order by all').fetchall() == [
        ("Q-1", "1", "期限", 2, None), ("Q-2", "1", "a/1", 1, 1), ("Q-3", "1", "a", 1, 1),
    ]  # fmt: skip
    assert done.coverage["Q-1"].describe() == "评判了 1/2 件" == done.coverage["Q-2"].describe()
    assert remarks(tmp_path) == [(4, "日期“计划”读不懂：当作没有写")]


def test_what_a_case_tells_in_two_ways_is_taken_for_not_told(tmp_path: Path) -> None:
    """Nobody is late by a date of which nobody knows whether it is the right one."""
    rows = (
        "1,a,2024-03-05 10:00,,2024-03-20,网上,,2024-03-18,\n1,b,2024-03-06 10:00,,2024-03-20,窗口,,2024-03-19,\n"
        "2,a,2024-03-05 10:00,,2024-03-20,,,昨天,\n2,b,2024-03-06 10:00,,2024-03-21,,,昨天,\n"
    )
    limits = "limits: {deliver: 1 workday}\nkinds: {b: decided}\n"
    _, con = read(tmp_path, HEADER + rows, OWN + limits, "log.csv")
    assert con.execute("select count(*) from log_dates").fetchone() == (0,)
    assert con.execute("select case_id, closed_on is null from log_cases order by 1").fetchall() == [
        ("1", False), ("2", True),
    ]  # fmt: skip
    assert sorted(remarks(tmp_path)) == [
        (2, "办件的“期限”写了不止一个：当作没有写"), (2, "办件的“渠道”写了不止一个：当作没有写"),
        (4, "办件的“期限”读不懂：当作没有写"), (4, "办件的结束日期写了不止一个：当作没有写"),
    ]  # fmt: skip
    done = ask(tmp_path)
    assert done.coverage["Q-1"].missing == "了结的办件和日期“期限”（dates）"
    assert not done.con.execute("select * from hits where rule = 'Q-1'").fetchall()
    assert ("R-T06", "2") in judge_all(tmp_path).con.execute("select * from aside").fetchall()


def judge_all(tmp: Path) -> Judgement:
    from yichuang.supervision.rules.catalogue import JUDGING

    return judge(tmp / "made", JUDGING)


def test_what_a_trace_of_xes_keeps_holds_for_its_events(tmp_path: Path) -> None:
    own = (
        '<string key="channel" value="online"/><date key="deadline" value="2020-01-01T00:00:00+08:00"/>'
        '<string key="org" value=""><string key="desk" value="east"/></string>'
    )
    mapping = """
keep: {case: {渠道: channel}, events: {柜台: org/desk}}
dates: {case: {期限: deadline}}
questions: [{code: Q-1, after_due: [a], due: 期限, where: {渠道: online}}]
"""
    nested = '<string key="org" value=""><string key="desk" value="west"/></string>'
    text = HEAD + trace("c1", event("a", nested), event("b")).replace("\n<event>", own + "\n<event>", 1) + "</log>"
    _, con = read(tmp_path, text, mapping)
    assert con.execute("select * from log_attributes order by all").fetchall() == [
        ("c1", 0, "渠道", "online"), ("c1", 1, "柜台", "west"),
    ]  # fmt: skip
    assert ask(tmp_path).con.execute("select measured, seq from hits").fetchall() == [(1, 1)]


def test_events_of_one_line_keep_the_order_of_the_file(tmp_path: Path) -> None:
    """A program may write a whole log on one line; acts of one moment stand as it wrote them, and none is lost."""
    names = list("hgfedcbaa")
    text = HEAD + trace("c1", *map(event, names)).replace("\n", "") + trace("c2", event("z")) + "</log>"
    _, con = read(tmp_path, text)
    rows = con.execute("select seq, step from log_events where case_id = 'c1' order by seq").fetchall()
    assert rows == list(enumerate(names, 1))
    assert len(remarks(tmp_path)) == 1 and "可能重复" in remarks(tmp_path)[0][1]
    assert con.execute("select count(*) from log_steps where case_id = 'c1'").fetchone() == (8,) and AT


def test_a_question_can_name_a_group_of_activities(tmp_path: Path) -> None:
    mapping = "groups: {收: [a, b]}\nquestions: [{code: Q-1, without: [收, c]}, {code: Q-2, at_most: 收, times: 1}]"
    read(tmp_path, HEAD + trace("1", event("a"), event("b")) + trace("2", event("b"), event("c")) + "</log>", mapping)
    assert ask(tmp_path).con.execute("select rule, case_id from hits order by all").fetchall() == [
        ("Q-1", "1"), ("Q-2", "1"),
    ]  # fmt: skip
    assert not found(tmp_path, "R-P01")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"keep": {"a": "b"}}, "case（办件的）和 events"),
        ({"keep": {"case": {"a": 1}}}, "都是文字"),
        ({"keep": {"case": {"a": "x"}, "events": {"a": "y"}}}, "用了两次"),
        ({"keep": {"case": {"channel": "x"}}}, "用了两次"),
        ({"dates": {"case": ["x"]}}, "名称: 列或属性"),
        ({"dates": {"case": {"a": "x"}}, "keep": {"case": {"a": "x"}}}, "用了两次"),
        ({"groups": {"a": "b"}}, "清单"),
        ({"groups": ["a"]}, "名称: "),
        ({"timezones": {"期限": "UTC"}}, "不认识：期限"),
    ],
)
def test_a_name_that_is_none_is_refused_in_words(content: Any, said: str) -> None:
    with pytest.raises(Unclear, match=said):
        Mapping.from_content(content)


def test_a_column_that_the_table_lacks_is_told_by_its_name(tmp_path: Path) -> None:
    mapping = OWN.replace("期限: 期限", "期限: 到期")
    with pytest.raises(Unclear, match="期限: 到期"):
        read(tmp_path, HEADER + "1,a,2024-03-05 10:00,,,,,,\n", mapping, "log.csv")


def test_findings_are_grouped_by_an_attribute_that_is_kept(tmp_path: Path) -> None:
    from yichuang.history.report import list_groups, write_report

    rows = "".join(
        f"{n},a,2024-03-05 10:00,,2024-03-20,{way},,2024-03-18,\n" for n, way in enumerate(["甲", "乙", "甲", ""])
    )
    read(tmp_path, HEADER + rows, OWN, "log.csv")
    done = ask(tmp_path)
    assert list_groups(done) == ["division", "item", "applicant", "channel", "渠道"]
    write_report(done, tmp_path / "report.html", group_by="渠道")
    table = (tmp_path / "report.html").read_text(encoding="utf-8").partition("按渠道")[2].partition("</table>")[0]
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", table)
    assert cells == ["渠道", "办件", "有发现的", "红", "黄", "甲", "2", "2", "0", "2", "不明", "1", "1", "0", "1",
                     "乙", "1", "1", "0", "1"]  # fmt: skip
