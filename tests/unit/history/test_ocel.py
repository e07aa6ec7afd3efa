"""OCEL 2.0: cases, persons and certificates are objects; JSON and SQLite say the same, in the form of the standard."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.unit.history.test_questions import MAPPING, draw
from yichuang.history import dataset
from yichuang.history.exporting_ocel import write_ocel
from yichuang.history.importing import import_log
from yichuang.ops.commands import logs

_NAMED = {
    "type": "object",
    "required": ["name", "attributes"],
    "properties": {
        "name": {"type": "string"},
        "attributes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "type"],
                "properties": {
                    "name": {"type": "string"},
                    "type": {"enum": ["string", "time", "integer", "float", "boolean"]},
                },
            },
        },
    },
}
_VALUE = {"type": "object", "required": ["name", "value"], "properties": {"name": {"type": "string"}}}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}


def _one(*required: str, **properties: Any) -> dict[str, Any]:
    text = {"type": "string"}
    relation = {"type": "object", "required": ["objectId", "qualifier"], "properties": {"objectId": text}}
    return {
        "type": "object",
        "required": ["id", "type", *required],
        "properties": {"id": text, "type": text, "relationships": {"type": "array", "items": relation}, **properties},
    }


SCHEMA = {  # https://www.ocel-standard.org/specification/formats/json/
    "type": "object",
    "required": ["objectTypes", "eventTypes", "objects", "events"],
    "properties": {
        "objectTypes": {"type": "array", "items": _NAMED},
        "eventTypes": {"type": "array", "items": _NAMED},
        "events": {
            "type": "array",
            "items": _one("time", time=_MOMENT, attributes={"type": "array", "items": _VALUE}),
        },
        "objects": {
            "type": "array",
            "items": _one(
                attributes={
                    "type": "array",
                    "items": {**_VALUE, "required": ["name", "value", "time"],
                              "properties": {"name": {"type": "string"}, "time": _MOMENT}},
                }
            ),
        },
    },
}  # fmt: skip
Relations = set[tuple[str, str, str]]


def read_json(path: Path) -> tuple[dict[str, Any], dict[str, Any], Relations, Relations]:
    """Events and objects by id, as their type, moment and attributes; relations of events and of objects."""
    log = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(log, SCHEMA)
    types = {of: {one["name"] for one in log[of]} for of in ("eventTypes", "objectTypes")}
    assert all(one["type"] in types["eventTypes"] for one in log["events"])
    assert all(one["type"] in types["objectTypes"] for one in log["objects"])
    events = {
        one["id"]: (one["type"], one["time"], {a["name"]: a["value"] for a in one["attributes"]})
        for one in log["events"]
    }
    objects = {one["id"]: (one["type"], {a["name"]: a["value"] for a in one["attributes"]}) for one in log["objects"]}
    assert len(events) == len(log["events"]) and len(objects) == len(log["objects"]), "no id twice"
    touched, related = (
        {(one["id"], r["objectId"], r["qualifier"]) for one in log[of] for r in one["relationships"]}
        for of in ("events", "objects")
    )
    return events, objects, touched, related


def read_sqlite(path: Path) -> tuple[dict[str, Any], dict[str, Any], Relations, Relations]:
    con = sqlite3.connect(path)
    con.row_factory = sqlite3.Row
    assert con.execute("pragma foreign_key_check").fetchall() == []
    found: dict[str, dict[str, Any]] = {"event": {}, "object": {}}
    for what, rows in found.items():
        types = dict(con.execute(f"select ocel_id, ocel_type from {what}").fetchall())
        for type, table in con.execute(f"select * from {what}_map_type").fetchall():
            for row in con.execute(f'select * from "{what}_{table}"'):
                attributes = {k: row[k] for k in row.keys() if not k.startswith("ocel_") and row[k] is not None}  # noqa: SIM118
                assert types[row["ocel_id"]] == type
                rows[row["ocel_id"]] = (type, row["ocel_time"], attributes) if what == "event" else (type, attributes)
        assert rows.keys() == types.keys()
    touched, related = (set(map(tuple, con.execute(f"select * from {t}_object"))) for t in ("event", "object"))
    return found["event"], found["object"], touched, related


def test_json_and_sqlite_say_what_the_data_set_says(tmp_path: Path) -> None:
    log = draw(7)
    log["case"], log["person"] = log["case"].str[1:], log["person"].replace({"甲": "1"})  # a person has a case's name
    log["activity"] = log["activity"].replace({"A": "现场 检查'", "C": "现场检查'"})  # one name for two tables
    log.to_csv(tmp_path / "log.csv", index=False)
    (tmp_path / "map.yaml").write_text(MAPPING.partition("questions:")[0], encoding="utf-8")
    import_log(tmp_path / "log.csv", tmp_path / "made", tmp_path / "map.yaml")
    for form in ("json", "sqlite"):
        write_ocel(tmp_path / "made", tmp_path / f"log.{form}", form)
    events, objects, touched, related = read_json(tmp_path / "log.json")
    assert (events, objects, touched, related) == read_sqlite(tmp_path / "log.sqlite")
    con = dataset.connect("200MB", 1)
    dataset.attach(con, tmp_path / "made")
    rows = con.execute(
        "select case_id, seq, activity, strftime(e.occurred_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ'), e.person"
        " from log_events e join log_activities using (case_id, seq)"
    ).fetchall()
    assert len(rows) == len(log) and {(*id.split("/")[2:], type, time) for id, (type, time, _) in events.items()} == {
        (case, str(seq), name, at) for case, seq, name, at, _ in rows
    }
    assert touched == {(f"event/case/{c}/{n}", f"case/{c}", "of case") for c, n, *_ in rows} | {
        (f"event/case/{c}/{n}", f"person/{p}", "by person") for c, n, _, _, p in rows if p
    }
    assert {id for id, (type, _) in objects.items() if type == "person"} == {"person/1", "person/乙"}
    assert len([1 for type, _ in objects.values() if type == "case"]) == len({row[0] for row in rows}) and not related


def test_a_data_set_is_exported_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    draw(1).head(9).to_csv(tmp_path / "log.csv", index=False)
    (tmp_path / "map.yaml").write_text(MAPPING.partition("questions:")[0], encoding="utf-8")
    import_log(tmp_path / "log.csv", tmp_path / "made", tmp_path / "map.yaml")
    parser = argparse.ArgumentParser()
    logs.arguments(parser)
    words = ["export", "--from", str(tmp_path / "made"), "--out", str(tmp_path / "log.sqlite"), "--format"]
    options = parser.parse_args([*words, "ocel-sqlite"])
    assert logs.database(options) == "" and logs.run(options) == 0 and "已导出" in capsys.readouterr().out
    assert len(read_sqlite(tmp_path / "log.sqlite")[0]) == 9
    for wrong, said in (([*words, "ocel-sqlite"], "已经存在"), ([*words, "csv"], "ocel-json")):
        with pytest.raises(RuntimeError, match=said):
            logs.run(parser.parse_args(wrong))
