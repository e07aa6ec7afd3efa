"""Loads tables that have the contract's layout already, as CSV or Parquet: typed and checked row by row."""

from __future__ import annotations

import codecs
import csv
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from yichuang.history import dataset
from yichuang.history.calendars import load_calendar
from yichuang.history.deriving import write_calendar
from yichuang.history.unclear import Unclear
from yichuang.supervision.contract import CALENDAR, EVENTS, STANDARD_ORDER, TABLES, Column, ColumnKind, Table

SUFFIXES = (".csv", ".parquet")
_WORDS = {
    ColumnKind.INT: "整数",
    ColumnKind.BOOL: "真假（true、false）",
    ColumnKind.DAY: "日期",
    ColumnKind.MOMENT: "带时区的时刻",
}
_ERRORS = {
    "MISSING COLUMNS": "列数不够",
    "TOO MANY COLUMNS": "列数太多",
    "UNQUOTED VALUE": "引号不成对",
    "LINE SIZE OVER MAXIMUM": "这一行太长",
    "INVALID ENCODING": "编码不对，不是 UTF-8",
    "INVALID STATE": "引号不成对",
}


def has_tables(source: Path) -> bool:
    """Whether the folder holds the contract's tables."""
    return source.is_dir() and any(_file(source, table) for table in TABLES)


def _file(source: Path, table: Table) -> Path | None:
    return next((source / f"{table.name}{end}" for end in SUFFIXES if (source / f"{table.name}{end}").exists()), None)


def load_tables(
    con: duckdb.DuckDBPyConnection, source: Path, folder: Path, encoding: str, scratch: Path, calendar: str
) -> date | None:
    """Load every table in the folder. Returns the day of judgement; None if the tables name none. Raises Unclear.

    `calendar` stands in for a calendar that is not among the tables.
    """
    for table in TABLES:
        (folder / table.name).mkdir()
        if path := _file(source, table):
            _load_table(con, table, path, folder, encoding, scratch)
    _no_circle(con, folder)
    events = dataset.select_sql(EVENTS, dataset.list_files(folder, EVENTS))
    days = con.execute(f"select min(occurred_on), max(occurred_on) from ({events})").fetchone()
    assert days is not None
    if not _file(source, CALENDAR):
        write_calendar(con, folder, days[0], days[1], load_calendar(calendar))
    return _asof(source) or days[1]


def _asof(source: Path) -> date | None:
    """The day of judgement from `asof.csv`; None without that file. Raises Unclear."""
    path = source / "asof.csv"
    if not path.exists():
        return None
    try:
        return date.fromisoformat(path.read_text(encoding="utf-8").split()[1])
    except (IndexError, ValueError) as error:
        raise Unclear("asof.csv 应有一列 today 和一行日期，如 2025-12-31。") from error


def _load_table(
    con: duckdb.DuckDBPyConnection, table: Table, path: Path, folder: Path, encoding: str, scratch: Path
) -> None:
    reading = TableFile(con, path, encoding, scratch)
    names = {column.name for column in table.columns}
    if unknown := [name for name in reading.columns if name not in names]:
        raise Unclear(f"{path.name} 有不认识的列：{'、'.join(unknown[:5])}。{table.name} 的列见 docs/log-contract.md。")
    if lacking := [
        c.name for c in table.columns if c.name not in reading.columns and not (c.null or c.kind is ColumnKind.TEXT)
    ]:
        raise Unclear(f"{path.name} 缺少必须有的列：{'、'.join(lacking)}。")
    present = [c for c in table.columns if c.name in reading.columns]
    casts = ", ".join(f'try_cast("{c.name}" as {dataset.TYPES[c.kind]}) as "to_{c.name}"' for c in present)
    key = ", ".join(f'"to_{k}"' for k in table.key if k in reading.columns)
    con.execute(
        f"create or replace temp table typed as with numbered as ("
        f" select row_number() over () as line, * from {reading.relation}), typed as (select *, {casts} from numbered)"
        f" select *, row_number() over (partition by {key} order by line) as turn,"
        f" case when false then '' {' '.join(map(_wrong, present))} else '' end as wrong from typed"
    )
    reading.note_rejects()
    raw = ", ".join(f'"{c.name}"::varchar' for c in present[:6])
    con.execute(
        "create or replace temp table bad as select line,"
        " case when wrong <> '' then wrong else '键重复：前面已有同键的一行' end as reason,"
        f" concat_ws(',', {raw}) as content from typed where wrong <> '' or turn > 1"
    )
    con.execute(
        f"insert into turned_down select ?, line, reason, content from ({reading.with_file_lines('bad')})", [path.name]
    )
    columns = ", ".join(
        _value(c) if c in present else f'{_nothing(c)}::{dataset.TYPES[c.kind]} as "{c.name}"' for c in table.columns
    )
    out = dataset.escape_path(folder / table.name / "all.parquet")
    con.execute(
        f"copy (select {columns} from typed where wrong = '' and turn = 1 order by line) to '{out}'"
        " (format parquet, compression zstd)"
    )


def _nothing(column: Column) -> str:
    return "''" if column.kind is ColumnKind.TEXT else "null"


def _value(column: Column) -> str:
    if column.kind is ColumnKind.TEXT:
        return f'coalesce("to_{column.name}", \'\') as "{column.name}"'
    return f'"to_{column.name}" as "{column.name}"'


def _wrong(column: Column) -> str:
    """SQL branches of a `case` that name the fault of a value in this column."""
    name = column.name
    if column.kind is ColumnKind.TEXT:
        return ""
    branches = f'when "{name}" is not null and "to_{name}" is null then \'{name} 不是{_WORDS[column.kind]}\''
    if column.kind is ColumnKind.MOMENT:
        branches += (
            f' when "{name}" is not null and not regexp_matches("{name}"::varchar, \'(Z|[+-]\\d\\d(:?\\d\\d)?)$\')'
            f" then '{name} 没有时区'"
        )
    if not column.null:
        branches += f" when \"to_{name}\" is null then '{name} 不能空'"
    return branches


def _no_circle(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Raises Unclear when the steps of a standard wait for each other in a circle."""
    files = dataset.list_files(folder, STANDARD_ORDER)
    graphs: dict[str, dict[str, list[str]]] = {}
    for standard, step, after in con.execute(dataset.select_sql(STANDARD_ORDER, files)).fetchall():
        graphs.setdefault(standard, {}).setdefault(step, []).append(after)
    for standard, graph in graphs.items():
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = " → ".join(map(str, error.args[1]))
            raise Unclear(f"规程 {standard} 的环节次序成了圈：{circle}。请改正 standard_order。") from error


_LONGEST = 32 << 20  # bytes of a line; also of what is read at once, which otherwise is sixteen times as much


class TableFile:
    """A CSV or Parquet file as a relation of text columns; it also finds the lines of bad rows."""

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path, encoding: str, scratch: Path) -> None:
        self.con, self.name, self.csv = con, path.name, path.suffix.lower() != ".parquet"
        if self.csv and encoding != "utf-8":
            path = _recoded(path, encoding, scratch)
        quoted = dataset.escape_path(path)
        self.relation = (
            f"read_csv('{quoted}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
            f" nullstr = '', allow_quoted_nulls = false, max_line_size = {_LONGEST}, buffer_size = {_LONGEST},"
            f" store_rejects = true, columns = {{{self._header(path)}}})"
            if self.csv
            else f"read_parquet('{quoted}')"
        )
        try:
            self.columns = [row[0] for row in con.execute(f"describe select * from {self.relation}").fetchall()]
        except duckdb.Error as error:
            raise Unclear(f"{self.name} 读不懂（{str(error).splitlines()[0][:200]}）。") from error

    def _header(self, path: Path) -> str:
        """The columns as the first line names them. Raises Unclear."""
        with path.open(encoding="utf-8-sig", newline="", errors="strict") as file:
            try:
                names = next(csv.reader([file.readline(1 << 20)]), [])
            except (csv.Error, UnicodeDecodeError) as error:
                raise Unclear(f"{self.name} 的第一行读不懂，应当是列名（UTF-8，逗号分隔）。") from error
        if not names or len(names) > 1000 or len(set(names)) < len(names) or not all(names):
            raise Unclear(f"{self.name} 的第一行应当是列名，各不相同，最多1000列。")
        return ", ".join("'" + name.replace("'", "''") + "': 'varchar'" for name in names)

    def note_rejects(self) -> None:
        """Record the lines that cannot be split into columns."""
        if not self.csv:
            return
        words = " ".join(f"when '{error}' then '{text}'" for error, text in _ERRORS.items())
        self.con.execute(
            f"insert into turned_down select ?, line, case error_type::varchar {words} else '不成一行' end,"
            " left(any_value(csv_line), 300) from reject_errors group by line, error_type",
            [self.name],
        )
        lines = "select line, row_number() over (order by line) as nth from (select distinct line from reject_errors)"
        self.con.execute(
            f"create or replace temp table shifts as select line - nth - 1 as before, max(nth) as nth from ({lines})"
            " group by 1"
        )
        self.con.execute("delete from reject_errors; delete from reject_scans")

    def with_file_lines(self, relation: str) -> str:
        """The relation with `line` changed from a row number to a line of the file, if it is one of text."""
        return shift_lines(relation) if self.csv else f"select * from {relation}"


def shift_lines(relation: str) -> str:
    """The relation with `line` changed from a row number to a line of the file, counting header and bad lines: those
    of the table `shifts`.
    """
    return (
        f"select r.* replace (r.line + 1 + coalesce(s.nth, 0) as line) from {relation} r"
        " asof left join shifts s on r.line > s.before"
    )


def _recoded(path: Path, encoding: str, scratch: Path) -> Path:
    """A copy of the file in UTF-8. Raises Unclear, with the line that is not in this encoding."""
    out, line = scratch / f"recoded-{path.name}", 1
    decoder: Any = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as source, out.open("w", encoding="utf-8", newline="") as target:
        while block := source.read(1 << 20):
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                at = line + block[: error.start].count(b"\n")
                raise Unclear(f"{path.name} 第{at}行起不是 {encoding}，请改正映射的 encoding。") from error
            line += text.count("\n")
            target.write(text)
    return out
