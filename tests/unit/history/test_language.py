"""Reports and the command line in English: nothing of ours stays in Chinese, nothing of the log is translated."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from yichuang.history import coverage, report
from yichuang.history.coverage import NEEDS
from yichuang.history.importing import import_log
from yichuang.history.inspecting import describe, draft_mapping, inspect_log
from yichuang.history.judgement import judge
from yichuang.history.language import CHINESE, ENGLISH, load_phrases
from yichuang.history.questions import load_questions
from yichuang.history.report import GROUPS, write_report
from yichuang.supervision.rules.catalogue import JUDGING
from yichuang.supervision.rules.questions import make_rules

OURS = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
POLICY = "郑政文〔2018〕46号"  # as it is cited everywhere
LOG = """case,activity,at,person,due,channel
c1,receive,2016-12-01 09:00,ann,2016-12-02,web
c1,accept,2016-12-01 10:00,ann,2016-12-02,web
c1,check,2016-12-02 09:00,ann,2016-12-02,web
c1,check,2016-12-02 09:00,ann,2016-12-02,web
c1,decide,2017-03-05 09:00,ann,2017-01-02,web
c2,receive,2017-01-01 09:00,bob,2017-01-02,desk
c2,check,yesterday,bob,2017-01-02,desk
c2,decide,2017-01-01 09:00:05,eve,2017-01-02,desk
c3,receive,2031-05-01 09:00,bob,2031-05-02,desk
c3,收件,2031-05-04 09:00,bob,2031-05-02,desk
"""
MAPPING = """
events: {case: case, activity: activity, at: at, person: person, due: due}
case: {channel: channel}
kinds: {receive: received, accept: accepted, decide: decided}
limits: {promised: 10 workday, statutory: 20 workday}
reviewer_may_decide: false
questions:
  - {title: own work, same_person: [accept, decide]}
  - {title: unaccepted, without: [decide, accept]}
  - {title: unchecked, before: [check, decide]}
  - {title: twice, at_most: check, times: 0}
  - {title: slow, within: [receive, decide], span: 5 workday}
  - {title: quick, at_least: [receive, decide], span: 30 hour}
  - {title: late, after_due: []}
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def shown(page: str) -> str:
    """What a reader sees or hears of a page."""
    page = re.sub("<style.*?</style>|<!--.*?-->", "", page, flags=re.DOTALL)
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', page))
    return f"{labels} {re.sub('<[^>]*>', ' ', page)}".replace(POLICY, "").replace("收件", "").replace("未知事项", "")


def test_a_report_in_english_has_nothing_of_ours_in_chinese(log: Path) -> None:
    said = import_log(log / "log.csv", log / "made", log / "map.yaml")
    assert len(said.notes) > 4
    questions = make_rules(load_questions(said.manifest))
    done = judge(log / "made", [*JUDGING, *questions])
    write_report(done, log / "en.html", said.notes, "channel", ENGLISH)
    text = (log / "en.html").read_text(encoding="utf-8")
    assert not OURS.findall(shown(text)), OURS.findall(shown(text))
    assert '<html lang="en">' in text and "收件" in text, "an activity stays as the log calls it"
    assert "The log has 10 events: 9 imported, 1 could not be." in text
    assert "One person did “accept” and “decide”." in text and "There is “decide” but no “accept”." in text
    assert "working days, more than 5." in text and "hours, less than 30." in text
    assert "Whoever received or accepted the case also decided it." in text
    write_report(done, log / "zh.html", said.notes, "channel", CHINESE)
    chinese = (log / "zh.html").read_text(encoding="utf-8")
    assert "收件或受理的人又作了决定。" in chinese and "日志有 10 个动作" in chinese
    figures = [re.findall(r'<td class="n">([\d,]+)</td>', page) for page in (text, chinese)]
    assert figures[0] == figures[1] and len(figures[0]) > 50


def test_the_command_line_speaks_english(log: Path) -> None:
    run = [sys.executable, "-m", "yichuang", "supervise", "--lang", "en", "--data", "log.csv", "--mapping", "map.yaml"]
    said = subprocess.run([*run, "--rules", "R-T*,R-P03", "--out", "out"], cwd=log, capture_output=True, text=True)
    rest = [
        line for line in said.stdout.splitlines() if OURS.search(line.replace("－", "")) and "log.csv line" not in line
    ]
    assert not rest and "findings in all" in said.stdout and "1 findings" in said.stdout
    assert "Acceptance and review not separated" in said.stdout


def test_a_first_look_speaks_english(log: Path) -> None:
    look = inspect_log(log / "log.csv")
    lines = [ENGLISH.say(line) for line in [*describe(look), *draft_mapping(look).split("\n")]]
    rest = [line for line in lines if OURS.search(line.replace("收件", ""))]
    assert not rest
    assert lines[0].startswith("3 cases, 10 events") and any("looks like person" in line for line in lines)


def test_every_phrase_of_the_page_and_every_need_has_its_english() -> None:
    phrases = load_phrases()
    page = "".join(
        (Path(report.__file__).parent / name).read_text("utf-8") for name in ("report.html", "report_map.html")
    )
    plain = [text for text in re.findall(r'say\("([^"]+)"\)', page) if OURS.search(text)]
    assert len(plain) > 60
    needs = [words for needs in NEEDS.values() for words, _ in needs] + [coverage._PEOPLE_IN[0]]
    for text in [*plain, *needs, *(f"按{name}" for name in GROUPS.values())]:
        assert not OURS.search(phrases.say(text)), text
