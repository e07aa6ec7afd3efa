"""Reads a log piece by piece, whole cases in each, and derives every piece: XES, a table of events, or the rows that a
data set keeps of a log.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

from yichuang.history import contract_files, dataset, kept_rows, raw_rows, xes
from yichuang.history.deriving import Deriving
from yichuang.history.mapping import EVENT, Mapping, Unclear

PIECE = 16 << 20  # bytes of XES derived at a time
PART = 64 << 20  # bytes of a table of events derived at a time
MEMORY = "300MB"  # of each DuckDB
Tell = Callable[[str], None]


class Rejected(ValueError):
    """A strict import with bad rows, or an import without any good one. Carries a Chinese sentence."""


def is_xes(source: Path) -> bool:
    return source.name.lower().endswith((".xes", ".xes.gz"))


def describe_twice(cases: str) -> str:
    """What is wrong when several cases have one name, in Chinese, with the next step."""
    advice = "请在映射的 events.case 指明每件唯一的标识；XES 可写 '#'，以所在的行为标识。"
    return f"办件标识重复：{cases}。{advice}"


def read_xes(source: Path, deriving: Deriving, tell: Tell, keep_rows: bool) -> None:
    """Cut the file between traces and derive the pieces side by side."""
    cut = xes.cut_pieces(source, PIECE)
    line, piece, last = next(cut)
    if last:
        _piece(deriving, keep_rows, 1, line, piece, True, True)
        return
    first = (keep_rows, 1, line, piece, True, False)
    rest = ((keep_rows, number, line, piece, False, last) for number, (line, piece, last) in enumerate(cut, 2))
    _derive_side_by_side(deriving, _piece, chain([first], rest), tell)


def read_kept(
    con: duckdb.DuckDBPyConnection, source: Path, deriving: Deriving, tell: Tell, keep_rows: bool
) -> tuple[dict[str, Any], str, str]:
    """Derive the rows that a data set keeps. Returns what was read, and statements for rejected rows and remarks.

    Raises Unclear when the mapping wants what was not read.
    """
    manifest = dataset.Manifest.load(source)
    columns = kept_rows.select_columns(manifest, deriving.mapping)
    parts = raw_rows.list_parts(source)
    if len(parts) == 1:
        _kept_part(deriving, source, columns, 1, parts[0])
    else:
        _derive_side_by_side(
            deriving, _kept_part, ((source, columns, number, part) for number, part in enumerate(parts, 1)), tell
        )
    if keep_rows:
        kept_rows.link_rows(source, deriving.folder)
    rejected, remarks = "select * from rejected", "select * from remarks"
    if (turned_down := source / raw_rows.FOLDER / kept_rows.TURNED_DOWN).exists():
        con.execute("insert into turned_down from read_parquet(?)", [str(turned_down)])
    if (shifts := source / raw_rows.FOLDER / kept_rows.SHIFTS).exists():
        con.execute("create or replace temp table shifts as from read_parquet(?)", [str(shifts)])
        rejected, remarks = contract_files.shift_lines("rejected"), contract_files.shift_lines("remarks")
    return manifest.reading, rejected, remarks


def _kept_part(deriving: Deriving, source: Path, columns: str, number: int, part: Path) -> int:
    """Derive a part of the rows that a data set keeps. Returns the number of events."""
    deriving.note(kept_rows.read_remarks(deriving.con, source, int(part.name.partition("=")[2])))
    return deriving.derive_piece(f"(select {columns} from {raw_rows.select_part(part)})", number)


def _derive_side_by_side(
    deriving: Deriving, derive: Callable[..., int], pieces: Iterable[tuple[Any, ...]], tell: Tell
) -> None:
    """Call `derive` with a deriving of its own and each piece, one on each core."""
    cores = os.cpu_count() or 1
    common = (derive, deriving.folder, deriving.side, deriving.mapping)
    with ProcessPoolExecutor(cores, get_context("spawn")) as workers:
        waiting: deque[Future[int]] = deque()
        events = 0
        try:
            for piece in pieces:
                if len(waiting) == cores:  # no more are held than are worked on, and the next one
                    events += waiting.popleft().result()
                    tell(f"已读 {events:,} 个动作")
                waiting.append(workers.submit(_derive_in_process, *common, piece))
                del piece
            while waiting:
                events += waiting.popleft().result()
                tell(f"已读 {events:,} 个动作")
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise


def _derive_in_process(
    derive: Callable[..., int], folder: Path, side: Path, mapping: Mapping, piece: tuple[Any, ...]
) -> int:
    """Derive a piece in another process, with a new DuckDB for each piece. Returns the number of events."""
    con = dataset.connect(MEMORY, 1)
    try:
        return derive(Deriving(con, folder, side, mapping), *piece)
    finally:
        con.close()


def _piece(deriving: Deriving, keep_rows: bool, number: int, line: int, piece: bytes, first: bool, last: bool) -> int:
    """Read a piece of the file and derive it. Returns the number of events. Raises xes.Broken, Rejected."""
    path = deriving.side / f"piece-{number}.csv"
    with path.open("w", encoding="utf-8", newline="", buffering=1 << 20) as file:
        rows = raw_rows.Rows(deriving.mapping, file)
        try:
            xes.read_piece(piece, line, rows.take, rows.trace_ended, rows.remark, first=first, last=last)
        except raw_rows.TwoCases as error:
            raise Rejected(describe_twice(str(error))) from error
    deriving.note(rows.remarks)
    relation = raw_rows.select_written(path, deriving.mapping)
    if keep_rows:
        relation = kept_rows.keep_part(deriving.con, deriving.folder, number, relation, rows.remarks)
    events = deriving.derive_piece(relation, number)
    path.unlink()
    return events


def read_table(
    con: duckdb.DuckDBPyConnection,
    source: Path,
    deriving: Deriving,
    mapping: Mapping,
    scratch: Path,
    tell: Tell,
    keep_rows: bool,
) -> tuple[dict[str, Any], str, str]:
    """Derive a table of events, CSV or Parquet, in parts by case. Returns what was read, and statements for rejected
    rows and remarks.

    Raises Unclear when the mapping names no column.
    """
    reading = contract_files.TableFile(con, source, mapping.encoding, scratch)
    event_columns = {
        name: column
        for name, column in mapping.events.items()
        if column and (column != EVENT[name] or column in reading.columns)
    }
    own_names = {column.place: column.name for column in mapping.own_columns}
    own_columns = {column.place: column.source for column in mapping.own_columns}
    wanted_columns = {**event_columns, **mapping.case, **own_columns}
    if missing := [
        f"{own_names.get(name, name)}: {column}"
        for name, column in wanted_columns.items()
        if column not in reading.columns
    ]:
        raise Unclear(f"日志没有这些列：{'、'.join(missing)}。日志的列有：{'、'.join(reading.columns[:40])}。")
    if lacking := [name for name in ("case", "activity", "at") if name not in event_columns]:
        raise Unclear(
            f"请在映射的 events 里指明 {'、'.join(lacking)} 是哪一列。日志的列有：{'、'.join(reading.columns[:40])}。"
        )
    columns = ", ".join(
        f"coalesce({_column(wanted_columns[name])}::varchar, '') as \"{name}\""
        if name in wanted_columns
        else f"'' as \"{name}\""
        for name in raw_rows.list_columns(mapping)
        if name not in raw_rows.PLACES
    )
    parts = 1 + source.stat().st_size // PART
    where = deriving.folder / raw_rows.FOLDER
    con.execute(
        f'copy (select *, hash("case") % {parts} as part from (select row_number() over () as line, line as nth,'
        f" {columns} from {reading.relation})) to '{dataset.escape_path(where)}' (format parquet, partition_by (part))"
    )
    reading.note_rejects()
    written = raw_rows.list_parts(deriving.folder)
    if not written:
        raise Rejected(f"{source.name} 里没有一行可以读的动作，请检查文件和列名。")
    if reading.csv and keep_rows:
        for table, name in (("turned_down", kept_rows.TURNED_DOWN), ("shifts", kept_rows.SHIFTS)):
            con.execute(f"copy {table} to '{dataset.escape_path(where / name)}' (format parquet)")
    for number, part in enumerate(written, 1):
        tell(f"已整理 {number}/{parts} 份")
        deriving.derive_piece(raw_rows.select_part(part), number)
    read = kept_rows.describe_reading(mapping, source.name, reading.columns)
    return read, reading.with_file_lines("rejected"), reading.with_file_lines("remarks")


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
