"""The contract as SQL of PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from yichuang.supervision.contract import Column, ColumnKind, Table

TYPES = {
    ColumnKind.TEXT: "text",
    ColumnKind.INT: "bigint",
    ColumnKind.BOOL: "boolean",
    ColumnKind.DAY: "date",
    ColumnKind.MOMENT: "timestamptz",
}


def create(table: Table) -> str:
    """The statement that makes the table."""
    columns = ",\n  ".join(_column(column) for column in table.columns)
    return f"create table {table.stored_as} (\n  {columns},\n  primary key ({', '.join(map(quoted, table.key))})\n)"


def upsert(table: Table) -> str:
    """The statement that puts rows, a JSON array of objects as its one parameter; unchanged ones are not written."""
    names = [quoted(column.name) for column in table.columns]
    typed = ", ".join(f"{quoted(c.name)} {TYPES[c.kind]}" for c in table.columns)
    rest = [name for name in names if name not in map(quoted, table.key)]
    action = f"update set {', '.join(f'{name} = excluded.{name}' for name in rest)}" if rest else "nothing"
    return (
        f"insert into {table.stored_as} ({', '.join(names)})"
        f" select {', '.join(names)} from jsonb_to_recordset(%s::jsonb) as r({typed})"
        f" on conflict ({', '.join(map(quoted, table.key))}) do {action}"
    )


def write(cursor: Any, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Put rows; no statement without any."""
    if rows:
        cursor.execute(upsert(table), [json.dumps(rows, default=str)])


def quoted(name: str) -> str:
    """Some columns are named like words of SQL."""
    return f'"{name}"'


def _column(column: Column) -> str:
    return f"{quoted(column.name)} {TYPES[column.kind]}{'' if column.null else ' not null'}"
