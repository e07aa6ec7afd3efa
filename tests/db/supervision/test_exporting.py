"""Export: what the files hold is what the tables hold, to the last character; again costs only what changed."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.db.supervision.tables import put, put_calendar
from tests.unit.history.test_ocel import read_json, read_sqlite
from yichuang.history import dataset, exporting
from yichuang.history.dataset import Manifest, Unfit
from yichuang.history.exporting import ExportScope
from yichuang.history.exporting_ocel import export_ocel
from yichuang.history.exporting_xes import export_xes
from yichuang.history.importing import import_log
from yichuang.ops.bench import opponents
from yichuang.supervision import contract
from yichuang.supervision.contract import TABLES, ColumnKind

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1b.2")]
HOSTILE = "引号\"和逗号,\n\\.\n\\N null \t中文😀 ' ; drop table log_cases --"
MARCH, APRIL = date(2026, 3, 9), date(2026, 4, 1)


@pytest.fixture
def history() -> None:
    """Three cases: one in March, one in April with texts that break files, one without a date."""
    put_calendar()
    put(
        contract.CASES,
        {"case_id": "三月", "number": "1", "division": "410100", "submitted_on": MARCH, "granted": True},
        {"case_id": "a/b c", "number": HOSTILE, "division": "410102", "submitted_on": APRIL},
        {"case_id": "无日期", "division": "410100"},
    )
    moment = datetime(2026, 4, 1, 1, 2, 3, 45, tzinfo=UTC)
    put(
        contract.EVENTS,
        {"case_id": "三月", "seq": 1, "kind": "submitted", "person": "a:1"},
        {"case_id": "三月", "seq": 2, "kind": "step_opened", "step": "S1", "person": "a:2", "post": "p"},
        {
            "case_id": "a/b c",
            "seq": 1,
            "kind": HOSTILE,
            "occurred_at": moment,
            "recorded_at": moment,
            "person": "a:\x01",
        },
        {"case_id": "失主", "seq": 1, "kind": "submitted"},
    )
    put(contract.STEPS, {"case_id": "三月", "step": "S1", "round": 1, "limit": 3, "limit_unit": "workday"})
    put(contract.STANDARDS, {"standard": "410100/X/1"})


def quiet(line: str) -> None:
    """Nobody listens."""


def stored(table: contract.Table) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        cursor.execute(f"select {columns} from {table.stored_as}")
        return sorted(cursor.fetchall(), key=repr)


def exported(folder: Path, table: contract.Table) -> list[tuple[Any, ...]]:
    duck = dataset.connect()
    dataset.attach(duck, folder)
    moments = [n for n, c in enumerate(table.columns) if c.kind is ColumnKind.MOMENT]
    columns = ", ".join(
        f'epoch_us("{c.name}")' if c.kind is ColumnKind.MOMENT else f'"{c.name}"' for c in table.columns
    )  # the time zones of moments come through another library otherwise
    rows = [list(row) for row in duck.execute(f"select {columns} from {table.stored_as}").fetchall()]
    for row in rows:
        for n in moments:
            if row[n] is not None:
                row[n] = datetime.fromtimestamp(row[n] // 1_000_000, UTC).replace(microsecond=row[n] % 1_000_000)
    return sorted(map(tuple, rows), key=repr)


def test_the_data_set_holds_every_row_as_it_is(history: None, tmp_path: Path) -> None:
    exporting.export_dataset(tmp_path / "set", quiet)
    found = Manifest.load(tmp_path / "set")
    for table in TABLES:
        assert exported(tmp_path / "set", table) == stored(table), table.name
        assert found.counts[table.name] == len(stored(table))
    months = sorted(file.name for file in (tmp_path / "set" / "cases").iterdir())
    assert months == ["2026-03.parquet", "2026-04.parquet", "undated.parquet"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["set"], "nothing is left beside it"


def test_a_second_export_writes_only_the_months_that_changed(history: None, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    exporting.export_dataset(folder, quiet)
    inodes = {file: file.stat().st_ino for file in folder.rglob("*.parquet")}
    told: list[str] = []
    exporting.export_dataset(folder, told.append)
    assert told == []
    put(contract.EVENTS, {"case_id": "三月", "seq": 3, "kind": "decided"})
    exporting.export_dataset(folder, told.append)
    assert told == ["动作：2026-03"]
    changed = [file for file, inode in inodes.items() if file.stat().st_ino != inode]
    assert changed == [folder / "events" / "2026-03.parquet"]
    # a value that changed without a row more is a change too
    put(contract.CASES, {"case_id": "三月", "number": "另", "division": "410100", "submitted_on": APRIL})
    exporting.export_dataset(folder, quiet)
    for table in TABLES:
        assert exported(folder, table) == stored(table), table.name
    assert not (folder / "cases" / "2026-03.parquet").exists(), "the case is in April now"


def test_an_export_that_is_cut_short_leaves_the_former_one(
    history: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "set"
    exporting.export_dataset(folder, quiet)
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    put(contract.EVENTS, {"case_id": "三月", "seq": 3, "kind": "decided"})
    with monkeypatch.context() as broken:
        broken.setattr(exporting, "read_today", lambda con: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            exporting.export_dataset(folder, quiet)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
    folder.rename(dataset._former(folder))  # killed between the two moves
    exporting.export_dataset(folder, quiet)
    assert exported(folder, contract.EVENTS) == stored(contract.EVENTS)


def test_a_scope_takes_its_cases_alone_and_keeps_to_its_folder(history: None, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    exporting.export_dataset(folder, quiet, ExportScope(division="410102"))
    assert [row[0] for row in exported(folder, contract.CASES)] == ["a/b c"]
    assert {row[0] for row in exported(folder, contract.EVENTS)} == {"a/b c"}
    assert exported(folder, contract.STANDARDS) == stored(contract.STANDARDS)
    with pytest.raises(Unfit, match="另一个范围"):
        exporting.export_dataset(folder, quiet)
    exporting.export_dataset(tmp_path / "since", quiet, ExportScope(since=APRIL))
    assert [row[0] for row in exported(tmp_path / "since", contract.CASES)] == ["a/b c"]


def test_an_import_and_a_strange_folder_are_not_written_over(history: None, tmp_path: Path) -> None:
    with dataset.create_dataset(tmp_path / "theirs") as partial:
        Manifest("别人的", "import", MARCH).dump(partial)
    with pytest.raises(Unfit, match="导入的数据集"):
        exporting.export_dataset(tmp_path / "theirs", quiet)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(Unfit, match="不是数据集"):
        exporting.export_dataset(tmp_path / "photos", quiet)
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"cat"


def test_csv_is_in_the_layout_of_the_contract(history: None, tmp_path: Path) -> None:
    exporting.export_csv(tmp_path / "csv", quiet)
    with (tmp_path / "csv" / "events.csv").open(encoding="utf-8", newline="") as lines:
        rows = {(row["case_id"], row["seq"]): row for row in csv.DictReader(lines)}
    assert len(rows) == 4
    assert rows["a/b c", "1"]["kind"] == HOSTILE
    assert rows["a/b c", "1"]["occurred_at"] == "2026-04-01T01:02:03.000045Z"
    with (tmp_path / "csv" / "cases.csv").open(encoding="utf-8", newline="") as lines:
        case = {row["case_id"]: row for row in csv.DictReader(lines)}["三月"]
    assert (case["submitted_on"], case["granted"], case["instant"], case["decided_on"]) == (
        "2026-03-09", "true", "false", "",
    )  # fmt: skip
    assert sorted(file.stem for file in (tmp_path / "csv").iterdir()) == sorted(
        ["asof", *(table.name for table in TABLES)]
    )
    with pytest.raises(FileExistsError):
        exporting.export_csv(tmp_path / "csv", quiet)


def test_what_was_exported_as_csv_comes_back_as_it_was(history: None, tmp_path: Path) -> None:
    """Hostile texts and all."""
    exporting.export_csv(tmp_path / "csv", quiet)
    report = import_log(tmp_path / "csv", tmp_path / "back")
    for table in TABLES:
        assert exported(tmp_path / "back", table) == stored(table), table.name
    assert report.rejected == 0


def test_our_own_xes_comes_back_whole(history: None, tmp_path: Path) -> None:
    """Every row of every table, but for what has lost its case and what XML cannot say."""
    export_xes(tmp_path / "log.xes", quiet)
    report = import_log(tmp_path / "log.xes", tmp_path / "back")
    assert not report.rejected and report.manifest.asof == exporting.read_today(connection.cursor().connection)
    for table in TABLES:
        wanted = [row for row in stored(table) if "失主" not in row]
        rows = [
            tuple(said.replace("\x01", "\N{REPLACEMENT CHARACTER}") if isinstance(said, str) else said for said in row)
            for row in wanted
        ]
        assert sorted(exported(tmp_path / "back", table), key=str) == sorted(rows, key=str), table.name


def test_another_reader_finds_cases_and_acts_in_the_xes(history: None, tmp_path: Path) -> None:
    """lxml reads it knowing the standard alone: traces, events, and the extensions that are declared."""
    from lxml import etree

    file = tmp_path / "log.xes"
    export_xes(file, quiet)
    log = etree.parse(str(file)).getroot()
    name = {"x": "http://www.xes-standard.org/"}
    prefixes = {one.get("prefix") for one in log.findall("x:extension", name)}
    assert prefixes == {"concept", "org", "time", "lifecycle", "yichuang"}
    used = {key.split(":")[0] for key in log.xpath("//x:event/*/@key", namespaces=name) if ":" in key}
    assert used <= prefixes, "every prefix is declared"
    traces = {_said(trace)["concept:name"]: trace for trace in log.findall("x:trace", name)}
    assert set(traces) == {"三月", "a/b c", "无日期"}
    first, second = (_said(event) for event in traces["三月"].findall("x:event", name))
    assert first["concept:name"] == "submitted" and second["concept:name"] == "S1"
    assert (first["lifecycle:transition"], second["lifecycle:transition"]) == ("complete", "start")
    assert (second["org:resource"], second["org:role"]) == ("a:2", "p")
    (hostile,) = (_said(event) for event in traces["a/b c"].findall("x:event", name))
    assert hostile["kind"] == HOSTILE
    assert hostile["person"] == "a:\N{REPLACEMENT CHARACTER}", "what XML cannot say"
    assert datetime.fromisoformat(hostile["time:timestamp"]) == datetime(2026, 4, 1, 1, 2, 3, 45, tzinfo=UTC)
    with pytest.raises(FileExistsError):
        export_xes(file, quiet)


def test_a_certificate_a_person_and_a_case_are_objects_of_ocel(history: None, tmp_path: Path) -> None:
    put(
        contract.LICENCES,
        {"case_id": "三月", "licence_id": "L1", "number": "豫1", "type": "许可证", "holder": "s:1", "status": "valid"},
    )
    put(contract.CERTIFICATES, {"case_id": "三月", "number": "豫1"}, {"case_id": "a/b c", "number": HOSTILE})
    put(contract.EVENTS, {"case_id": "三月", "seq": 3, "kind": "certificate_made", "person": "system"})
    put(
        contract.LICENCE_ACTS,
        {"case_id": "a/b c", "licence_id": "L1", "seq": 1, "kind": "changed", "number": "豫1", "person": "a:2"},
    )
    for form, read in (("json", read_json), ("sqlite", read_sqlite)):
        file = tmp_path / f"log.{form}"
        export_ocel(file, form, lambda folder: exporting.export_dataset(folder, quiet))
        events, objects, touched, related = read(file)
        assert len(events) == len(stored(contract.EVENTS)) + 1
        assert objects["certificate/L1"] == ("certificate", {"number": "豫1", "type": "许可证", "status": "valid"})
        assert {id for id, (type, _) in objects.items() if type == "certificate"} == {
            "certificate/L1", f"certificate/{HOSTILE}",
        }  # fmt: skip
        assert {("certificate/L1", "case/三月", "issued in"), ("certificate/L1", "person/s:1", "held by")} <= related
        assert {
            ("event/case/三月/3", "certificate/L1", "makes certificate"), ("event/case/三月/3", "case/三月", "of case"),
            ("event/certificate/L1/1", "certificate/L1", "of certificate"),
            ("event/certificate/L1/1", "case/a/b c", "of case"), ("event/certificate/L1/1", "person/a:2", "by person"),
        } <= touched  # fmt: skip
        assert "person/system" not in objects and not any("失主" in id for _, id, _ in touched)
        with pytest.raises(FileExistsError):
            export_ocel(file, form, lambda folder: None)


@pytest.mark.skipif(
    opponents.python() is None, reason="requirements/opponents.txt is not installed (docs/operations.md)"
)
def test_others_read_what_is_exported(history: None, tmp_path: Path) -> None:
    """pm4py and r4pm, each in XES and OCEL 2.0: as many events and objects as there are, in the relations there are.

    Of SQLite pm4py leaves out what stands in no relation of an event.
    """
    put(contract.LICENCES, {"case_id": "三月", "licence_id": "L1", "number": "豫1", "holder": "s:1"})
    export_xes(tmp_path / "log.xes", quiet)
    for form in ("json", "sqlite"):
        export_ocel(tmp_path / f"log.{form}", form, lambda folder: exporting.export_dataset(folder, quiet))
    files = sorted(file for file in tmp_path.iterdir() if file.name.startswith("log."))
    read = opponents.run([opponents.python(), opponents.PROGRAMS / "read_formats.py", *files])
    events, objects, touched, related = read_json(tmp_path / "log.json")
    counts = [len(events), len(objects), len(touched), len(related)]
    assert read["log.json"] == {"pm4py": counts, "r4pm": counts}
    joined = {object for _, object, _ in touched}
    joined_o2o = [1 for source, target, _ in related if {source, target} <= joined]
    in_relations = [len({event for event, _, _ in touched}), len(joined), len(touched), len(joined_o2o)]
    assert read["log.sqlite"] == {"pm4py": in_relations, "r4pm": counts, "unsatisfied": []}
    cases = [row[0] for row in stored(contract.EVENTS) if row[0] != "失主"]
    counts = [len(cases), len(set(cases))]
    assert read["log.xes"] == {"pm4py": counts, "r4pm": counts}


def _said(element: Any) -> dict[str, str]:
    """The attributes of a trace or event, as any reader of XES takes them."""
    return {child.get("key"): child.get("value") for child in element if child.get("key")}


@pytest.mark.django_db(transaction=True)
def test_an_export_sees_one_moment(tmp_path: Path) -> None:
    with exporting.open_snapshot() as session:
        assert session.execute("show transaction_isolation").fetchone() == ("repeatable read",)
        assert session.execute("show transaction_read_only").fetchone() == ("on",)
