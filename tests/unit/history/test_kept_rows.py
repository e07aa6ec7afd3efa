"""Another mapping of a log that a data set keeps gives what reading the log again gives, and the log is not read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.history.test_importing import LAWFUL, trace
from tests.unit.history.test_odd_logs import HEAD
from tests.unit.history.test_questions import MAPPING, draw
from yichuang.history import dataset, log_sources
from yichuang.history.importing import import_log
from yichuang.history.mapping import Unclear
from yichuang.ops.commands import supervise
from yichuang.supervision.contract import TABLES
from yichuang.supervision.contract_activities import OF_LOG

BEFORE = """
keep: {events: {wie: "org:resource"}}
kinds: {ontvangen: received, besluit: decided}
"""
AFTER = """
timezone: Europe/Amsterdam
asof: 2024-06-01
calendar: weekdays
keep: {case: {}, events: {actor: "org:resource"}}
kinds: {ontvangen: received, aanvaard: accepted}
steps: {toets: survey}
ignore: [advies]
limits: {accept: 5 workday, promised: 5 workday}
step_limits: {toets: 2 workday}
order: {advies: [toets]}
items: {甲: {promised: 1 day}}
"""


def rows_of(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    con = dataset.connect("300MB", 1)
    dataset.attach(con, folder)
    return {t.name: con.execute(f"select * from {t.stored_as} order by all").fetchall() for t in (*TABLES, *OF_LOG)}


def take(tmp: Path, name: str, source: Path, mapping: str) -> tuple[Any, ...]:
    (tmp / "map.yaml").write_text(mapping, encoding="utf-8")
    report = import_log(source, tmp / name, tmp / "map.yaml")
    lines = [(tmp / name / file) for file in ("rejected.csv", "remarks.csv")]
    return rows_of(tmp / name), report.notes, report.manifest.asof, [f.read_text() if f.exists() else "" for f in lines]


def test_xes_in_pieces_is_derived_again_as_if_it_were_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_sources, "PIECE", 4000)
    traces = [LAWFUL.replace("zaak 1", f"zaak {n}") for n in range(12)]
    odd = [trace("bad", ("toets", "nooit", "x"), ("toets", "2024-03-04", "x"), ("toets", "2024-03-04", "x")),
           trace("empty")]  # fmt: skip
    log = tmp_path / "log.xes"
    log.write_text(HEAD + "".join([*traces, *odd]) + "</log>", encoding="utf-8")
    take(tmp_path, "first", log, BEFORE)
    fresh = take(tmp_path, "fresh", log, AFTER)
    log.unlink()
    again = take(tmp_path, "again", tmp_path / "first", AFTER)
    assert again == fresh and again[3][0] and again[3][1]
    assert take(tmp_path, "back", tmp_path / "again", BEFORE)[0] == rows_of(tmp_path / "first"), "rows are handed on"


def test_a_table_is_derived_again_as_if_it_were_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_sources, "PART", 100_000)
    table = tmp_path / "log.csv"
    draw(5).to_csv(table, index=False)
    with table.open("a") as file:
        file.write("too,few\nx1,A,gestern,,,,x1,,,,,,\n")
    take(tmp_path, "first", table, MAPPING)
    changed = MAPPING.replace("kinds: {B: decided}", "kinds: {A: received, B: decided}\nlimits: {statutory: 2 workday}")
    changed = changed.replace("events: {planned: planned}", "events: {planned: due}").replace("id: id", "id: planned")
    fresh = take(tmp_path, "fresh", table, changed)
    table.unlink()
    assert take(tmp_path, "again", tmp_path / "first", changed) == fresh and fresh[3][0].count("\n") == 3


@pytest.mark.parametrize("changed", ["case: {item: way, applicant: end}\n", "encoding: gb18030\n"])
def test_columns_that_were_not_read_and_another_encoding_ask_for_the_log(tmp_path: Path, changed: str) -> None:
    draw(5).head(50).to_csv(tmp_path / "log.csv", index=False)
    mapping = "events: {case: case, activity: activity, at: at, person: person}\n"
    take(tmp_path, "first", tmp_path / "log.csv", mapping)
    with pytest.raises(Unclear, match="请从原来的日志重新导入"):
        take(tmp_path, "again", tmp_path / "first", mapping + changed)


def test_supervise_takes_a_changed_mapping_at_its_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A limit that is new in the mapping is judged; a question alone changes nothing of the data set."""
    import argparse

    log = tmp_path / "log.xes"
    log.write_text(HEAD + LAWFUL + "</log>", encoding="utf-8")
    take(tmp_path, "made", log, BEFORE)
    parser = argparse.ArgumentParser()
    supervise.arguments(parser)

    def judged(mapping: str) -> str:
        (tmp_path / "new.yaml").write_text(mapping, encoding="utf-8")
        words = ["--data", str(tmp_path / "made"), "--mapping", str(tmp_path / "new.yaml"), "--rules", "R-T02"]
        assert supervise.run(parser.parse_args([*words, "--out", str(tmp_path / "out")])) == 0
        return capsys.readouterr().out

    assert "重新整理" in (out := judged(BEFORE + "limits: {promised: 1 day}\n")) and "✓ R-T02          1 条" in out
    out = judged(BEFORE + "questions: [{code: Q-1, without: [toets, niets]}]\n")
    assert "重新整理" not in out and "✓ Q-1          1 条" in out
    assert "－ R-T02" in out
