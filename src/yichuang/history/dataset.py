"""A data set: a history in the contract's shape, apart from live data and from every other data set.

    <folder>/dataset.json              what it is, up to which day, how many rows of each table
    <folder>/<table>/<month>.parquet   rows of cases submitted in that month (2026-03; `undated` without a date)
    <folder>/<table>/all.parquet       rows of a table that all cases share
    <folder>/raw/…                     of a log: its rows as they were read (`raw_rows`)

A data set comes into being whole: it is written beside its place and moved there when it is complete (`making`).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from yichuang.kernel.canonical import unique_keys
from yichuang.supervision.contract import TABLES, ColumnKind, Table
from yichuang.supervision.contract_activities import ACTIVITIES, FROM_EVENTS, OF_LOG

_numbers = count()  # of connections: each spills to a folder of its own
VERSION = 2  # of the contract's columns; a data set of another one is refused
ALL, UNDATED = "all", "undated"
MANIFEST = "dataset.json"
UNREAD = "unread.parquet"  # of an import: of which case (empty: of none that is named) events of which kind are missing
TYPES = {
    ColumnKind.TEXT: "varchar",
    ColumnKind.INT: "bigint",
    ColumnKind.BOOL: "boolean",
    ColumnKind.DAY: "date",
    ColumnKind.MOMENT: "timestamptz",
}


class Unfit(ValueError):
    """The folder is no data set, or one of another contract version. Carries a Chinese sentence with the next step."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a data set, stored in `dataset.json`."""

    name: str
    source: str  # export | import
    asof: date  # the day of judgement: rules take it for today
    counts: dict[str, int] = field(default_factory=dict)  # rows by table
    digests: dict[str, str] = field(default_factory=dict)  # of an export: by file (events/2026-03), what it holds
    scope: str = ""  # of an export: which cases
    questions: list[dict[str, Any]] = field(default_factory=list)  # what its mapping asks, or the platform did
    notes: list[str] = field(default_factory=list)  # of an import: what a reader of the findings should know
    reading: dict[str, Any] = field(default_factory=dict)  # of a log: what was read of it (`kept_rows`)
    mapped: str = ""  # of a log: digest of its mapping but for the questions
    contract: int = VERSION

    def dump(self, folder: Path) -> None:
        text = json.dumps({**asdict(self), "asof": self.asof.isoformat()}, ensure_ascii=False, indent=2)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Raises Unfit."""
        try:
            content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"), object_pairs_hook=unique_keys)
            manifest = cls(**{**content, "asof": date.fromisoformat(content["asof"])})
        except FileNotFoundError as error:
            raise Unfit(
                f"{folder} 不是数据集：没有 {MANIFEST}。请先用 yichuang logs import 或 export 生成。"
            ) from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise Unfit(f"{folder} 的 {MANIFEST} 读不懂（{error}），请重新生成数据集。") from error
        if manifest.contract != VERSION:
            raise Unfit(f"{folder} 按日志契约第{manifest.contract}版写成，本程序用第{VERSION}版，请重新生成。")
        return manifest


@contextmanager
def create_dataset(folder: Path, *, replace: bool = False) -> Iterator[Path]:
    """A folder to write a data set in. It becomes `folder` when the block succeeds; otherwise it is removed.

    Raises FileExistsError when `folder` exists and is not to be replaced.
    """
    if folder.exists() and not replace:
        raise FileExistsError(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    partial.mkdir()
    try:
        yield partial
        if folder.exists():
            folder.rename(_former(folder))
        partial.rename(folder)
        shutil.rmtree(_former(folder), ignore_errors=True)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        recover(folder)
        raise


def recover(folder: Path) -> None:
    """Restore the former data set after a replacement was killed between its two moves."""
    former = _former(folder)
    if former.exists():
        if folder.exists():
            shutil.rmtree(former)
        else:
            former.rename(folder)


def _former(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.former")


def count_rows(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """The number of rows of each table."""
    return {
        table.name: con.execute(f"select count(*) from ({select_sql(table, list_files(folder, table))})").fetchone()[0]  # type: ignore[index]
        for table in TABLES
    }


def connect(memory: str = "3GB", threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A new DuckDB in memory, in UTC, that downloads nothing; what does not fit into memory goes to the disk."""
    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": memory,
            "threads": str(threads or os.cpu_count() or 1),
            "temp_directory": str(Path(tempfile.gettempdir()) / f"yichuang-duckdb-{os.getpid()}-{next(_numbers)}"),
        }
    )
    con.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
    return con


def attach(con: duckdb.DuckDBPyConnection, folder: Path) -> Manifest:
    """Make the data set's tables and its day of judgement visible on the connection, by their names in the contract.

    A table without a file is empty. Raises Unfit, also for a file with other columns.
    """
    manifest = Manifest.load(folder)
    for table in TABLES:
        try:
            con.execute(f"create or replace view {table.stored_as} as {select_sql(table, list_files(folder, table))}")
            con.execute(f"select count(*) from {table.stored_as}").fetchall()  # opens every file
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise Unfit(f"{folder / table.name} 里的文件不合日志契约（{reason}），请重新生成数据集。") from error
    for table in OF_LOG:
        files = list_files(folder, table)
        rows = FROM_EVENTS if table is ACTIVITIES and not files else select_sql(table, files)
        con.execute(f"create or replace view {table.stored_as} as {rows}")
    con.execute(f"create or replace view log_asof as select date '{manifest.asof.isoformat()}' as today")
    return manifest


def list_files(folder: Path, table: Table) -> list[Path]:
    """The files of a table, by month."""
    return sorted((folder / table.name).glob("*.parquet"))


def select_sql(table: Table, files: list[Path]) -> str:
    """A DuckDB statement that selects the contract's columns of the table from these files."""
    if not files:
        nothing = ", ".join(f'null::{TYPES[c.kind]} as "{c.name}"' for c in table.columns)
        return f"select {nothing} where false"
    columns = ", ".join(f'"{c.name}"::{TYPES[c.kind]} as "{c.name}"' for c in table.columns)
    by_size = sorted(files, key=lambda file: file.stat().st_size, reverse=True)  # rows are estimated by the first one
    paths = ", ".join(f"'{escape_path(file)}'" for file in by_size)
    return f"select {columns} from read_parquet([{paths}])"


def escape_path(path: Path) -> str:
    """The path escaped for use inside quotes of a statement."""
    return str(path).replace("'", "''")
