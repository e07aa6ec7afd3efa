"""Writes a data set as OCEL 2.0 (object-centric event log), JSON or SQLite: cases, persons and certificates are
objects, and an event belongs to every object that it touches.

Persons are the same codes as in every other export. A value that never changes stands at the beginning of time, as the
standard has it; what happens to a certificate are events of its own.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from yichuang.history import dataset
from yichuang.history.own_xes import TRANSITIONS

_BATCH = 10_000  # rows read and written at once
_ALWAYS = "1970-01-01T00:00:00.000000Z"  # since when a value of an object holds that never changed
_NOBODY = "('', 'system')"
OBJECTS = {  # type of object → its attributes and their types
    "case": {
        "number": "string", "division": "string", "department": "string", "item": "string", "standard": "string",
        "channel": "string", "outcome": "string",
    },
    "certificate": {"number": "string", "type": "string", "item": "string", "status": "string"},
    "person": {},
}  # fmt: skip
EVENT = {"step": "string", "post": "string", "source": "string", "recorded": "time"}
_MOVED = " ".join(f"when '{kind}' then '{move}'" for kind, move in TRANSITIONS.items())
_TEXT = "strftime({} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')".format
_TABLES = f"""
create table issued as
  select case_id, licence_id as id, number, type, item, status, holder from log_licences
  union all
  select case_id, number, number, type, '', '', holder from log_certificates
  where number not in (select number from log_licences);
create table happened as
  select 'event/case/' || case_id || '/' || seq as id,
    coalesce(a.activity, concat_ws(' ', if(step <> '', step, kind), case kind {_MOVED} end)) as type, e.occurred_at,
    case_id, '' as licence_id, seq, kind, step, e.person, post, source, e.recorded_at, on_behalf_of
  from log_events e left join log_activities a using (case_id, seq)
  union all
  select 'event/certificate/' || licence_id || '/' || seq, 'certificate ' || kind, occurred_at, case_id, licence_id,
    seq, '', '', person, post, source, recorded_at, '' from log_licence_acts;
create table objects as
  select 'case/' || case_id as id, 'case' as type, number, division, department, item, standard, channel, outcome,
    '' as certificate_type, '' as status from log_cases
  union all
  select 'certificate/' || id, 'certificate', any_value(number), '', '', any_value(item), '', '', '', any_value(type),
    any_value(status) from issued group by id;
create table touched as
  select id as event, 'case/' || case_id as object, 'of case' as qualifier from happened
    where case_id in (select case_id from log_cases)
  union select id, 'certificate/' || licence_id, 'of certificate' from happened
    where licence_id in (select id from issued)
  union select h.id, 'certificate/' || i.id, 'makes certificate' from happened h join issued i using (case_id)
    where h.kind = 'certificate_made'
  union select id, 'person/' || person, 'by person' from happened where person not in {_NOBODY}
  union select id, 'person/' || on_behalf_of, 'on behalf of' from happened where on_behalf_of not in {_NOBODY};
create table related as
  select 'case/' || case_id as source, 'person/' || applicant as target, 'applicant' as qualifier from log_cases
    where applicant not in {_NOBODY}
  union select 'case/' || case_id, 'person/' || agent, 'agent' from log_cases where agent not in {_NOBODY}
  union select 'certificate/' || id, 'case/' || case_id, 'issued in' from issued
    where case_id in (select case_id from log_cases)
  union select 'certificate/' || id, 'person/' || holder, 'held by' from issued where holder not in {_NOBODY};
insert into objects by name
  select distinct object as id, 'person' as type from (
    select object from touched where starts_with(object, 'person/')
    union all select target from related where starts_with(target, 'person/'));
"""
Row = tuple[Any, ...]


def export_ocel(file: Path, form: str, export: Callable[[Path], Any]) -> None:
    """Write what `export` writes as a data set into the folder that it is given. Raises FileExistsError."""
    _refuse_existing(file)
    with TemporaryDirectory(prefix="yichuang-ocel-") as scratch:
        export(folder := Path(scratch) / "data")
        write_ocel(folder, file, form)


def write_ocel(folder: Path, file: Path, form: str) -> None:
    """Write the data set as `json` or `sqlite`. Raises FileExistsError, dataset.Unfit."""
    _refuse_existing(file)
    con = dataset.connect("1GB")
    partial = file.with_name(f".{file.name}.partial-{os.getpid()}")
    try:
        dataset.attach(con, folder)
        con.execute(_TABLES)
        file.parent.mkdir(parents=True, exist_ok=True)
        {"json": _write_json, "sqlite": _write_sqlite}[form](con, partial)
        partial.rename(file)
    finally:
        con.close()
        partial.unlink(missing_ok=True)


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise FileExistsError(file)


# --- what is written ---------------------------------------------------------------------------------------------


def _event_types(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in con.execute("select distinct type from happened order by 1").fetchall()]


def _read_events(con: duckdb.DuckDBPyConnection, type: str | None = None) -> Iterator[Row]:
    """Id, type, moment and the values of `EVENT`, in the order of time: all events, or those of a type."""
    return _stream(
        con,
        f"select id, type, {_TEXT('occurred_at')}, step, post, source, {_TEXT('recorded_at')} from happened"
        " where $type is null or type = $type order by occurred_at, case_id, licence_id, seq",
        {"type": type},
    )


def _read_objects(con: duckdb.DuckDBPyConnection, type: str) -> Iterator[Row]:
    """Id and the values of the attributes of this type."""
    columns = ["id", *("certificate_type" if name == "type" else name for name in OBJECTS[type])]
    return _stream(con, f"select {', '.join(columns)} from objects where type = $type order by id", {"type": type})


def _stream(con: duckdb.DuckDBPyConnection, statement: str, values: dict[str, Any] | None = None) -> Iterator[Row]:
    """Rows of a statement; several are read side by side."""
    result = con.cursor().execute(statement, values or {})
    while rows := result.fetchmany(_BATCH):
        yield from rows


def _fill_of(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    """The attributes that have a value."""
    return {name: value for name, value in zip(names, values, strict=True) if value not in ("", None)}


# --- JSON --------------------------------------------------------------------------------------------------------


def _write_json(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    def types(of: dict[str, dict[str, str]]) -> str:
        return _dump([{"name": name, "attributes": _list_types(attributes)} for name, attributes in of.items()])

    touched = _Following(
        _stream(
            con,
            "select event, object, qualifier from touched join happened on id = event"
            " order by occurred_at, case_id, licence_id, seq, object, qualifier",
        )
    )
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'{{"objectTypes": {types(OBJECTS)},\n"eventTypes": ')
        out.write(types(dict.fromkeys(_event_types(con), EVENT)))
        out.write(',\n"objects": [')
        for number, one in enumerate(_objects_as_json(con)):
            out.write((",\n" if number else "\n") + _dump(one))
        out.write('],\n"events": [')
        for number, (id, type, time, *values) in enumerate(_read_events(con)):
            attributes = [{"name": name, "value": value} for name, value in _fill_of(EVENT, values).items()]
            one = {"id": id, "type": type, "time": time, "attributes": attributes, "relationships": touched.take(id)}
            out.write((",\n" if number else "\n") + _dump(one))
        out.write("]}\n")


def _objects_as_json(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    for type, attributes in OBJECTS.items():
        related = _Following(
            _stream(
                con,
                "select source, target, r.qualifier from related r join objects on id = source"
                " where type = $type order by id, target, r.qualifier",
                {"type": type},
            )
        )
        for id, *values in _read_objects(con, type):
            told = [{"name": name, "value": v, "time": _ALWAYS} for name, v in _fill_of(attributes, values).items()]
            yield {"id": id, "type": type, "attributes": told, "relationships": related.take(id)}


def _list_types(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "type": type} for name, type in attributes.items()]


def _dump(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


class _Following:
    """Relations in the order of what they belong to, read beside it."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.groups = groupby(rows, key=itemgetter(0))
        self.next = next(self.groups, None)

    def take(self, id: str) -> list[dict[str, str]]:
        """The relations of this one; it must come in the order of the rows."""
        if self.next is None or self.next[0] != id:
            return []
        relations = [{"objectId": object, "qualifier": qualifier} for _, object, qualifier in self.next[1]]
        self.next = next(self.groups, None)
        return relations


# --- SQLite ------------------------------------------------------------------------------------------------------


def _write_sqlite(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    out = sqlite3.connect(path)
    try:
        out.execute("pragma journal_mode = off")
        out.execute("pragma synchronous = off")
        _create_tables(out, _event_types(con))
        events = dict(out.execute("select ocel_type, ocel_type_map from event_map_type").fetchall())
        _insert(out, "event", ((id, type) for id, type, *_ in _read_events(con)), 2)
        for type, table in events.items():
            rows = ((id, time, *map(_null, values)) for id, _, time, *values in _read_events(con, type))
            _insert(out, f'"event_{table}"', rows, 2 + len(EVENT))
        for type, attributes in OBJECTS.items():
            _insert(out, "object", ((id, type) for id, *_ in _read_objects(con, type)), 2)
            told = ((id, _ALWAYS, None, *map(_null, values)) for id, *values in _read_objects(con, type))
            _insert(out, f'"object_{type}"', told, 3 + len(attributes))
        _insert(out, "event_object", _stream(con, "select distinct event, object, qualifier from touched"), 3)
        _insert(out, "object_object", _stream(con, "select distinct source, target, qualifier from related"), 3)
        out.commit()
    finally:
        out.close()


def _create_tables(out: sqlite3.Connection, events: list[str]) -> None:
    """The tables of the standard: one for each type of event and object beside those that all share."""
    run = out.execute
    for what, types in (("event", _name_tables(events)), ("object", {type: type for type in OBJECTS})):
        run(f"create table {what}_map_type (ocel_type text primary key, ocel_type_map text)")
        out.executemany(f"insert into {what}_map_type values (?, ?)", types.items())
        run(f"create table {what} (ocel_id text primary key, ocel_type text references {what}_map_type(ocel_type))")
        for type, table in types.items():
            attributes, changed = (EVENT, "") if what == "event" else (OBJECTS[type], " ocel_changed_field text,")
            columns = "".join(f', "{name}" {"timestamp" if t == "time" else "text"}' for name, t in attributes.items())
            key = "primary key (ocel_id)" if what == "event" else "unique (ocel_id, ocel_time, ocel_changed_field)"
            run(
                f'create table "{what}_{table}" (ocel_id text references {what}(ocel_id), ocel_time timestamp'
                f"{',' + changed.rstrip(',') if changed else ''}{columns}, {key})"
            )
    run(
        "create table event_object (ocel_event_id text references event(ocel_id), ocel_object_id text references"
        " object(ocel_id), ocel_qualifier text, primary key (ocel_event_id, ocel_object_id, ocel_qualifier))"
    )
    run(
        "create table object_object (ocel_source_id text references object(ocel_id), ocel_target_id text references"
        " object(ocel_id), ocel_qualifier text, primary key (ocel_source_id, ocel_target_id, ocel_qualifier))"
    )


def _name_tables(types: list[str]) -> dict[str, str]:
    """A name for the table of each type: its letters and digits, with a number where two would be the same."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for number, type in enumerate(types, 1):
        name = re.sub(r"\W", "", type)
        if not name or name.casefold() in taken or name.casefold().endswith("map_type"):
            name = f"{name}_{number}"
        taken.add(name.casefold())
        out[type] = name
    return out


def _insert(out: sqlite3.Connection, table: str, rows: Iterable[Row], width: int) -> None:
    out.executemany(f"insert into {table} values ({', '.join('?' * width)})", rows)


def _null(value: Any) -> Any:
    return None if value == "" else value
