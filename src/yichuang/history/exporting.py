"""Export: the live contract tables as files, read in one snapshot; nothing here writes to the database.

A data set is updated in place: files with unchanged rows are kept, and the new folder replaces the old one when it is
complete. A digest over the rows decides whether a file changed, not dates, which may be wrong.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from yichuang.history import dataset
from yichuang.history.dataset import ALL, TYPES, UNDATED, Manifest, Unfit
from yichuang.history.engines import read_csv
from yichuang.supervision.contract import TABLES, Column, ColumnKind, Table
from yichuang.supervision.ddl import quoted
from yichuang.supervision.own.known import list_in_force
from yichuang.supervision.rules.questions import dump_question

Tell = Callable[[str], None]
PART = "of_part"  # beside the table's own columns: which file a row belongs to
MEMORY = "1GB"  # of DuckDB, which sorts a table into its months and spills to the disk beyond it


@dataclass(frozen=True, slots=True)
class ExportScope:
    """The cases to export: of one division, and submitted since a day; without either, all."""

    division: str = ""
    since: date | None = None

    def text(self) -> str:
        return f"{self.division or '*'} {self.since or '*'}"

    def cases(self) -> tuple[str, list[Any]]:
        """The condition on `log_cases c`, and its parameters."""
        conditions: list[str] = ["true"]
        values: list[Any] = []
        if self.division:
            conditions.append("c.division = %s")
            values.append(self.division)
        if self.since:
            conditions.append("c.submitted_on >= %s")
            values.append(self.since)
        return " and ".join(conditions), values

    @property
    def all(self) -> bool:
        return not self.division and self.since is None


EVERYTHING = ExportScope()


def export_dataset(folder: Path, tell: Tell = print, scope: ExportScope = EVERYTHING) -> Manifest:
    """Write the data set, or update the one at `folder`. Raises Unfit when `folder` holds something else, or another
    scope.
    """
    dataset.recover(folder)
    before = _before(folder, scope)
    with open_snapshot() as con, dataset.create_dataset(folder, replace=before is not None) as partial:
        digests = {name: digest for table in TABLES for name, digest in _digests(con, table, scope)}
        old = before.digests if before else {}
        unchanged = {
            name for name, digest in digests.items() if old.get(name) == digest and _file(folder, name).exists()
        }
        for name in unchanged:
            target = _file(partial, name)
            target.parent.mkdir(exist_ok=True)
            os.link(_file(folder, name), target)
        for table in TABLES:
            months = sorted(
                name.split("/")[1] for name in digests.keys() - unchanged if name.split("/")[0] == table.name
            )
            if months:
                tell(f"{table.title}：{'、'.join(months) if table.of_case else '全部'}")
                _write(con, table, scope, months, partial)
        counts = {table.name: 0 for table in TABLES}
        for name, digest in digests.items():
            counts[name.split("/")[0]] += int(digest.split()[0])
        questions = [dump_question(rule.question) for rule in list_in_force() if rule.question]
        manifest = Manifest(folder.name, "export", read_today(con), counts, digests, scope.text(), questions)
        manifest.dump(partial)
    return manifest


def export_csv(folder: Path, tell: Tell = print, scope: ExportScope = EVERYTHING) -> None:
    """Every table as `<table>.csv` with the names of its columns; nothing for null, quotes for the empty text.

    Raises FileExistsError.
    """
    with open_snapshot() as con, dataset.create_dataset(folder) as partial:
        for table in TABLES:
            tell(table.title)
            _copy(con, table, scope, partial / f"{table.name}.csv")
        (partial / "asof.csv").write_text(f"today\n{read_today(con).isoformat()}\n", encoding="utf-8")


@contextmanager
def open_snapshot() -> Iterator[Any]:
    """A database session whose statements all see one snapshot; inside a transaction, that transaction's view."""
    inside = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not inside:
            cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local time zone 'UTC'; set local datestyle = 'ISO'")
        yield connection.connection


def _before(folder: Path, scope: ExportScope) -> Manifest | None:
    """The manifest of the export at `folder`; None without a folder. Raises Unfit for another scope, or no export."""
    if not folder.exists():
        return None
    manifest = Manifest.load(folder)
    if manifest.source != "export":
        raise Unfit(f"{folder} 是导入的数据集，不是导出的，没有改动。请另指一个文件夹。")
    if manifest.scope != scope.text():
        raise Unfit(f"{folder} 里是另一个范围的导出（{manifest.scope}），没有改动。请另指一个文件夹。")
    return manifest


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def read_today(con: Any) -> date:
    """The day that rules take for today."""
    today: date = con.execute("select today from log_asof").fetchone()[0]
    return today


def _month(table: Table) -> str:
    """The file a row belongs to, as SQL over its case `c`."""
    return f"coalesce(to_char(c.submitted_on, 'YYYY-MM'), '{UNDATED}')" if table.of_case else f"'{ALL}'"


def _rows(table: Table, scope: ExportScope) -> tuple[str, list[Any]]:
    """SQL after `from` for the rows of the table `t` in scope, with their case `c`; and its parameters."""
    name = table.stored_as
    if not table.of_case:
        return f"{name} t where true", []
    condition, values = scope.cases()
    kind = "left join" if scope.all else "join"  # what has lost its case is nobody's, but it is there
    return f"{name} t {kind} log_cases c on c.case_id = t.case_id where {condition}", values


def _digests(con: Any, table: Table, scope: ExportScope) -> Iterator[tuple[str, str]]:
    """Names of the table's files with the digests of their rows: `events/2026-03`, `1830 -48230182…`."""
    rows, values = _rows(table, scope)
    text = ", ".join(f"t.{quoted(column.name)}" for column in table.columns)
    counted_files = con.execute(
        f"select {_month(table)}, count(*), sum(hashtextextended(row({text})::text, 0)::numeric) from {rows}"
        " group by 1 order by 1",
        values,
    )
    for part, count, digest in counted_files.fetchall():
        yield f"{table.name}/{part}", f"{count} {digest}"


def _write(con: Any, table: Table, scope: ExportScope, months: Sequence[str], partial: Path) -> None:
    """Write these files of the table, rows in the order of their keys."""
    spool = partial / f"{table.name}.csv"
    _copy(con, table, scope, spool, months)
    duck = dataset.connect(MEMORY, threads=1)
    try:
        key = ", ".join(quoted(name) for name in table.key)
        types = {PART: "varchar"} | {column.name: TYPES[column.kind] for column in table.columns}
        duck.execute(f"create table spooled as from {read_csv(spool, tuple(types), types)}")
        (partial / table.name).mkdir(exist_ok=True)
        for month in months:
            names = ", ".join(quoted(column.name) for column in table.columns)
            target = partial / table.name / f"{month}.parquet"
            duck.execute(
                f"copy (select {names} from spooled where {PART} = '{month}' order by {key})"
                f" to '{dataset.escape_path(target)}' (format parquet, compression zstd)"
            )
    finally:
        duck.close()
        spool.unlink(missing_ok=True)


def _copy(con: Any, table: Table, scope: ExportScope, target: Path, months: Sequence[str] | None = None) -> None:
    """Stream the table into a CSV file in the layout of the contract; the rows' month goes first when asked for."""
    rows, values = _rows(table, scope)
    columns = [f"{_column_text(column)} as {quoted(column.name)}" for column in table.columns]
    key = ", ".join(f"t.{quoted(name)}" for name in table.key)
    if months is not None:
        columns.insert(0, f"{_month(table)} as {PART}")
        rows += f" and {_month(table)} = any(%s)"
        values = [*values, list(months)]
    order, header = ("", "false") if months is not None else (f" order by {key}", "true")
    statement = f"copy (select {', '.join(columns)} from {rows}{order}) to stdout (format csv, header {header})"
    with con.cursor() as cursor, target.open("wb") as out, cursor.copy(statement, values) as stream:
        for piece in stream:
            out.write(piece)


def _column_text(column: Column) -> str:
    """SQL for the column as text of the CSV layout: ISO dates, true and false, moments in UTC to the microsecond."""
    name = f"t.{quoted(column.name)}"
    match column.kind:
        case ColumnKind.BOOL:
            return f"case when {name} then 'true' when not {name} then 'false' end"
        case ColumnKind.DAY:
            return f"to_char({name}, 'YYYY-MM-DD')"
        case ColumnKind.MOMENT:
            return f"to_char({name} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        case _:
            return name
