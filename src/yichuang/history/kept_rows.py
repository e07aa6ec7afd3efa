"""The rows of a log that a data set keeps (`raw_rows`), for another mapping: the log is not read again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from yichuang.history.dataset import MANIFEST, Manifest, escape_path
from yichuang.history.mapping import CASE, CASE_MOMENTS, EVENT, Mapping
from yichuang.history.raw_rows import FOLDER, PLACES, list_columns, list_parts, list_sources, select_part
from yichuang.history.unclear import Unclear

TURNED_DOWN, SHIFTS, NOTED = "turned_down.parquet", "shifts.parquet", "noted"


def describe_reading(mapping: Mapping, file: str, columns: Iterable[str] | None) -> dict[str, Any]:
    """What was read, for the manifest: `columns` are all that a table has, None for XES."""
    known = None if columns is None else list(columns)
    return {
        "file": file,
        "encoding": mapping.encoding,
        "columns": known,
        "read": {
            place: _source_of(mapping, place, source, known is not None)
            for place, source in list_sources(mapping).items()
            if known is None or source in known
        },
    }


def has_rows(folder: Path) -> bool:
    """Whether this is a data set that keeps the rows of its log. Raises dataset.Unfit."""
    return (folder / MANIFEST).exists() and bool(Manifest.load(folder).reading) and bool(list_parts(folder))


def keep_part(con: duckdb.DuckDBPyConnection, folder: Path, number: int, relation: str,
              remarks: list[tuple[int, str]]) -> str:  # fmt: skip
    """Store the rows of a piece and what is strange there. Returns the stored rows as a relation of DuckDB."""
    part = folder / FOLDER / f"part={number}"
    part.mkdir(parents=True)
    con.execute(f"copy (select * from {relation}) to '{escape_path(part)}/rows.parquet' (format parquet)")
    if remarks:
        noted = folder / FOLDER / NOTED
        noted.mkdir(exist_ok=True)
        lines, texts = (list(column) for column in zip(*remarks, strict=True))
        con.execute(
            "create or replace temp table to_keep as select unnest(?) as line, unnest(?) as remark", [lines, texts]
        )
        con.execute(f"copy to_keep to '{escape_path(noted / str(number))}.parquet' (format parquet)")
    return select_part(part)


def read_remarks(con: duckdb.DuckDBPyConnection, folder: Path, number: int) -> list[tuple[int, str]]:
    """What is strange in the part of this number."""
    path = folder / FOLDER / NOTED / f"{number}.parquet"
    return con.execute("select line, remark from read_parquet(?)", [str(path)]).fetchall() if path.exists() else []


def select_columns(manifest: Manifest, mapping: Mapping) -> str:
    """The columns that this mapping wants, as SQL over kept rows. Raises Unclear when the log must be read again."""
    reading = manifest.reading
    table: list[str] | None = reading["columns"]
    stored = {tuple(source): place for place, source in reading["read"].items()}
    own = {column.place: column.name for column in mapping.own_columns}
    wanted, lacking = [], [] if reading["encoding"] == mapping.encoding or table is None else ["encoding"]
    sources = list_sources(mapping)
    for place in list_columns(mapping):
        source = sources.get(place)
        kept = stored.get(_source_of(mapping, place, source, table is not None)) if source else None
        if place in PLACES:
            wanted.append(place)
        elif kept:
            wanted.append(f'"{kept}" as "{place}"')
        elif source is None or (table is not None and source not in table and source == EVENT.get(place)):
            wanted.append(f"'' as \"{place}\"")
        else:
            lacking.append(f"{own.get(place, place)}: {source}")
    if lacking:
        raise Unclear(f"映射改了所读的列，留下的行里没有：{'、'.join(lacking)}。请从原来的日志重新导入。")
    return ", ".join(wanted)


def link_rows(source: Path, target: Path) -> None:
    """Let the data set at `target` keep the same rows, in the same files where the disk allows."""
    for file in sorted((source / FOLDER).rglob("*.parquet")):
        linked = target / FOLDER / file.relative_to(source / FOLDER)
        linked.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, linked)
        except OSError:
            shutil.copy(file, linked)


def _source_of(mapping: Mapping, place: str, source: str, table: bool) -> tuple[str, str]:
    """Of whom a column is read, and where: a table has one row of values, XES has events and traces."""
    if table:
        return "row", source
    if place in ("case", "due"):  # the name of a trace; of an event, else of its trace
        return f"as {place}", source
    of_case = {*CASE, *CASE_MOMENTS, *(column.place for column in mapping.own_columns if column.of_case)}
    return "case" if place in of_case else "event", source
