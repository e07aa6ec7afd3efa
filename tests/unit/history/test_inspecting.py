"""A first look at a log: its columns, what is odd in it, and a draft of a mapping that the import takes."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.history.test_odd_logs import AT, HEAD, event, trace
from yichuang.history.importing import import_log
from yichuang.history.inspecting import MOST, describe, draft_mapping, inspect_log
from yichuang.history.mapping import Mapping

ROWS = """办件编号,环节名称,办理时间,经办人,渠道,窗口
1,收件,2024-03-04 09:00:00,甲,网上,A
1,受理,2024-03-05 09:00:00+08:00,甲,网上,A
1,审查: 初审,2024-03-06 09:00:00,,窗口,A
2,收件,昨天,丙,网上,A
"""


def test_the_draft_of_a_table_is_a_mapping_that_the_import_takes(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(ROWS, encoding="gb18030")
    look = inspect_log(tmp_path / "log.csv")
    assert look.roles == {"case": "办件编号", "activity": "环节名称", "at": "办理时间", "person": "经办人"}
    assert (look.events, look.cases) == (4, 2)
    draft = draft_mapping(look)
    assert "  收件: received  # 2 次" in draft and "# '审查: 初审': 步骤" in draft
    (tmp_path / "map.yaml").write_text(draft + "encoding: gb18030\n", encoding="utf-8")
    report = import_log(tmp_path / "log.csv", tmp_path / "made", tmp_path / "map.yaml")
    assert report.manifest.counts["events"] == 3 and report.rejected == 1


def test_what_is_odd_is_said(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(ROWS, encoding="utf-8")
    said = "\n".join(describe(inspect_log(tmp_path / "log.csv")))
    for words in ("办理时间 约 25.0% 的写法读不成时间", "办理时间 有的带时区，有的不带", "经办人 有 1 个动作没有值",
                  "窗口 只有一个值", "渠道：有值 100%，2 种；如 网上、窗口", "2024-03-04"):  # fmt: skip
        assert words in said, words


def test_a_log_of_xes_needs_no_guess(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(HEAD + trace("c1", event("a"), event("besluit")) + "</log>", encoding="utf-8")
    look = inspect_log(tmp_path / "log.xes")
    assert look.roles["at"] == "time:timestamp" and look.cases == 1 and look.events == 2
    assert "events:" not in draft_mapping(look) and "besluit: decided" in draft_mapping(look) and AT


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "a\n", ""])
def test_a_file_that_is_no_log_is_told_or_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    words = [sys.executable, "-m", "yichuang", "logs", "inspect", "--from", "log.csv"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert "没有认出办件是哪一列" in done.stdout or (done.returncode and "第一行" in done.stderr)


def test_dates_and_attributes_are_drafted_too(tmp_path: Path) -> None:
    """Of a trace and of its events; the draft is a mapping that the import takes."""
    of_case = '<date key="deadline" value="2020-02-01"/><string key="channel" value="{}"/><string key="no" value="{}"/>'
    planned = '<date key="planned" value="2020-01-03"/><string key="desk" value="{}"/>'.format
    traces = (
        trace(f"c{n}", event("a", planned("east")), event("b", planned("west"))).replace(
            "\n<event>", of_case.format("web" if n % 2 else "desk", n) + "\n<event>", 1
        )
        for n in range(60)
    )
    (tmp_path / "log.xes").write_text(HEAD + "".join(traces) + "</log>", encoding="utf-8")
    draft = draft_mapping(inspect_log(tmp_path / "log.xes"))
    (tmp_path / "map.yaml").write_text(draft, encoding="utf-8")
    mapping = Mapping.load(tmp_path / "map.yaml")
    assert mapping.dates == {"case": {"deadline": "deadline"}, "events": {"planned": "planned"}}
    assert mapping.keep == {"events": {"desk": "desk"}}, "channel is a column of the case, and a number groups nothing"
    assert "# case: {started:" in draft
    import_log(tmp_path / "log.xes", tmp_path / "made", tmp_path / "map.yaml")


def test_the_span_is_told_on_the_clock_of_the_log(tmp_path: Path) -> None:
    """Not in UTC: the last moment is on the third of May in China, and on the second in New York."""
    rows = ["case,activity,due,timestamp", "1,a,1999-01-01,2024-03-04 09:00:00", "1,b,1999-01-01,2024-05-02T17:30:00Z"]
    (tmp_path / "log.csv").write_text("\n".join(rows), encoding="utf-8")
    look = inspect_log(tmp_path / "log.csv")
    assert describe(look)[0] == "1 件，2 个动作，2024-03-04 09:00:00 至 2024-05-03 01:30:00（Asia/Shanghai 的时间）"
    assert "! timestamp 约 50.0% 自带的时区与 Asia/Shanghai 不同" in "\n".join(describe(look))
    assert "timezone: Asia/Shanghai  #" in draft_mapping(look)
    look = inspect_log(tmp_path / "log.csv", "America/New_York")
    assert describe(look)[0].endswith("2024-03-04 09:00:00 至 2024-05-02 13:30:00（America/New_York 的时间）")
    assert "timezone: America/New_York  #" in draft_mapping(look)


def test_the_span_of_a_long_log_is_that_of_all_its_moments(tmp_path: Path) -> None:
    """More different times than are counted, the first and the last among them late in the file."""
    moments = [datetime(2020, 1, 1) + timedelta(minutes=n) for n in range(MOST + 50)]
    moments += [datetime(2011, 2, 3, 4), datetime(2031, 2, 3, 4), datetime(2020, 6, 1)]
    log = "\n".join(["case,activity,timestamp", *(f"1,a,{moment}" for moment in moments)])
    (tmp_path / "log.csv").write_text(log, encoding="utf-8")
    look = inspect_log(tmp_path / "log.csv")
    assert look.at is not None and look.at.span == ("2011-02-03 04:00:00", "2031-02-03 04:00:00")
