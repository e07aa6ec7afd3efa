"""The live contract tables as a data set of Parquet by month, and as CSV: one look at all tables, at one moment.

PostgreSQL writes, DuckDB turns it into Parquet; no row passes through Python. A month in which nothing was recorded
since the last export is not written again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection, transaction

from yichuang.supervision import ddl
from yichuang.supervision.contract import OF_CASE, SHARED, TABLES, Table
from yichuang.supervision.history import dataset
from yichuang.supervision.history.engines import read_csv

MONTH = "coalesce(to_char(c.submitted_on, 'YYYY-MM'), 'undated')"
Tell = Callable[[str], None]


def export(folder: Path, tell: Tell = print) -> dataset.Manifest:
    """Write the data set, or bring it to what the tables say now. Raises dataset.Unfit."""
    before = dataset.Manifest.load(folder) if folder.exists() else None
    with _snapshot() as cursor, dataset.making(folder, replace=before is not None) as target:
        months = _months(cursor)
        same = {month for month, state in months.items() if before and before.months.get(month) == state}
        con = dataset.connect()
        for month in months:
            if month in same:
                _keep(folder, target, month)
            else:
                tell(f"{month}：{months[month].split('/')[0]} 件")
                for table in OF_CASE:
                    _write(con, cursor, table, target, month)
        for table in SHARED:
            _write(con, cursor, table, target, dataset.ALL)
        cursor.execute("select today from log_asof")
        (asof,) = cursor.fetchone()
        manifest = dataset.Manifest(folder.name, "export", asof, dataset.counted(con, target), months)
        manifest.dump(target)
    return manifest


def export_csv(folder: Path) -> None:
    """Every table as `<table>.csv` with the names of its columns; nothing for null, quotes for the empty text.

    Raises FileExistsError.
    """
    with _snapshot() as cursor, dataset.making(folder) as target:
        for table in TABLES:
            names = ", ".join(ddl.quoted(c.name) for c in table.columns)
            _copy(cursor, f"select {names} from {table.stored_as}", target / f"{table.name}.csv", header=True)
        cursor.execute("select today from log_asof")
        (asof,) = cursor.fetchone()
        (target / "asof.csv").write_text(f"today\n{asof.isoformat()}\n", encoding="utf-8")


@contextmanager
def _snapshot() -> Iterator[Any]:
    """A cursor all of whose statements see the same moment; inside a transaction, what that sees."""
    inside = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not inside:
            cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local time zone 'UTC'")
        yield cursor


def _months(cursor: Any) -> dict[str, str]:
    """By month of submission what tells whether anything changed: cases, entries, the last of them."""
    cursor.execute(
        f"""
        select {MONTH} as month, count(distinct c.case_id), count(e.seq), max(e.recorded_at)
        from log_cases c left join log_events e on e.case_id = c.case_id group by 1 order by 1
        """
    )
    return {
        month: f"{cases}/{entries}/{last.isoformat() if last else ''}"
        for month, cases, entries, last in cursor.fetchall()
    }


def _keep(folder: Path, target: Path, month: str) -> None:
    for table in OF_CASE:
        file = folder / table.name / f"{month}.parquet"
        if file.exists():
            (target / table.name).mkdir(exist_ok=True)
            os.link(file, target / table.name / file.name)


def _write(con: duckdb.DuckDBPyConnection, cursor: Any, table: Table, target: Path, month: str) -> None:
    """The rows of a month, or of all, as Parquet; no file without rows."""
    names = ", ".join(f"t.{ddl.quoted(c.name)}" for c in table.columns)
    statement = f"select {names} from {table.stored_as} t"
    if month != dataset.ALL:
        join = "" if table.name == "cases" else " join log_cases c on c.case_id = t.case_id"
        key = MONTH.replace("c.", "t.") if table.name == "cases" else MONTH
        statement += f"{join} where {key} = '{_month(month)}' order by t.case_id"
    with tempfile.TemporaryDirectory(prefix="yichuang-export-") as scratch:
        path = Path(scratch) / "rows.csv"
        _copy(cursor, statement, path)
        if not path.stat().st_size:
            return
        (target / table.name).mkdir(exist_ok=True)
        out = dataset.escaped(target / table.name / f"{month}.parquet")
        types = {c.name: dataset.TYPES[c.kind] for c in table.columns}
        rows = read_csv(path, tuple(types), types)
        con.execute(f"copy (from {rows}) to '{out}' (format parquet, compression zstd)")


def _month(month: str) -> str:
    """It came from the database, and is a month all the same."""
    if month != dataset.UNDATED:
        date.fromisoformat(f"{month}-01")
    return month


def _copy(cursor: Any, statement: str, path: Path, *, header: bool = False) -> None:
    with path.open("wb") as out, cursor.copy(f"copy ({statement}) to stdout (format csv, header {header})") as rows:
        for block in rows:
            out.write(block)
