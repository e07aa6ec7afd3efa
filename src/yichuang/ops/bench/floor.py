"""The floor of the `cases` bench: bare psycopg writing and locking the rows that the door wrote, in one statement a
command.

The rows are recorded from real lives (`Recorder`), given new keys, and written again with typed arrays and a prepared
statement: the same tables, the same sizes, the same commits, and nothing decided.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from yichuang.aggregates.numbers import COUNT
from yichuang.ledger.service import COLUMNS

# column → type of each table's rows, as the door's JSON names them
ENTRY = {
    name: ("int" if name == "seq" else "smallint" if name == "v" else "text")
    for name in COLUMNS.replace("occurred_at, recorded_at, prev_hash, hash", "").replace(" ", "").strip(",").split(",")
} | {"occurred": "bigint", "recorded": "bigint", "prev": "text", "hash": "text"}
VAULT = {"id": "uuid", "subject": "text", "bytes": "bytea", "salt": "bytea", "retain_until": "date"}
RECEIPT = {
    "command_id": "uuid",
    "stream": "text",
    "actor": "text",
    "digest": "text",
    "first_seq": "int",
    "last_seq": "int",
}
GONE = {"case_id": "uuid", "scope_kind": "text", "scope_id": "text"}
PUT = GONE | {"open": "boolean", "due_on": "date"}
MOVED = PUT | {"was_scope_kind": "text", "was_scope_id": "text"}
TIMER = {"stream": "text", "wake_at": "timestamptz"}
PAPER = {
    "stream": "text",
    "seq": "int",
    "kind": "text",
    "number": "text",
    "code": "text",
    "digest": "text",
    "issued_at": "timestamptz",
}
CERTIFICATE = {
    "identifier": "text",
    "number": "text",
    "case_id": "uuid",
    "type": "text",
    "subject": "text",
    "department": "text",
    "valid_from": "date",
    "valid_to": "date",
    "status": "text",
}
TABLES = {
    "entries": ENTRY,
    "vault": VAULT,
    "receipts": RECEIPT,
    "put0": PUT,
    "moved0": MOVED,
    "timers": TIMER,
    "gone0": GONE,
    "added0": PAPER,
    "added1": CERTIFICATE,
}


@dataclass(frozen=True, slots=True)
class Written:
    """What one command wrote: counters drawn and the parameters of its writing statement."""

    counters: tuple[str, ...]
    new: bool
    values: dict[str, Any]

    @property
    def rows(self) -> dict[str, Any]:
        """The rows by table."""
        rows: dict[str, Any] = json.loads(self.values["rows"])
        return rows

    @property
    def row(self) -> dict[str, Any]:
        """The case's own row."""
        row: dict[str, Any] = self.rows["made" if self.new else "changed"][0]
        return row


class Recorder:
    """An execute wrapper that keeps what the door writes."""

    def __init__(self) -> None:
        from yichuang.cases.declared import CASE  # the tables are known once the rooms have started

        self._writing = CASE.statements.write_one
        self.commands: list[Written] = []
        self.statements = 0
        self._counters: tuple[str, ...] = ()

    def __call__(self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        if statement == COUNT:
            self._counters = tuple(params["names"])
        elif statement == self._writing:
            self.commands.append(Written(self._counters, bool(json.loads(params["rows"]).get("made")), dict(params)))
            self._counters = ()
        return execute(statement, params, many, context)


def _unnest(table: str) -> str:
    columns = TABLES[table]
    arrays = ", ".join(f"%({table}_{c})s::{t}[]" for c, t in columns.items())
    return f"unnest({arrays}) as x({', '.join(columns)})"


_US = "'epoch'::timestamptz + {} * interval '1 microsecond'"
ROW = {
    **dict.fromkeys(("standard", "stage", "outcome"), "text"),
    **dict.fromkeys(("accepted_on", "decided_on", "closed_on", "promised_due", "statutory_due", "due_on"), "date"),
    "paused": "boolean",
    "level": "smallint",
    "state": "text",
    "state_v": "smallint",
    "reckoning": "int",
    "seq": "int",
}
FIXED = (
    "id", "number", "receipt", "item", "title", "division", "department", "subject", "applicant", "channel",
    "submitted_at",
)  # fmt: skip
_ROW_VALUES = ", ".join(f"%(row_{name})s::{type}" for name, type in ROW.items())
_ROW_SET = ", ".join(f"{name} = %(row_{name})s::{type}" for name, type in ROW.items())

_SIDE = f"""
with locked as materialized (select state from cases_case where id = %(row_id)s for update),
numbers as (
  insert into aggregates_counter as c (name, value) select name, 1 from unnest(%(counters)s::text[]) as w(name)
  on conflict (name) do update set value = c.value + 1
), kept as (
  insert into ledger_vault (id, subject, bytes, salt, retain_until)
  select * from {_unnest("vault")}
), received as (
  insert into aggregates_receipt (command_id, stream, actor, digest, first_seq, last_seq)
  select * from {_unnest("receipts")}
), entries as (
  insert into ledger_entry ({COLUMNS})
  select stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source, session, ip, device, command_id,
    {_US.format("occurred")}, {_US.format("recorded")}, decode(prev, 'hex'), decode(hash, 'hex') from
    {_unnest("entries")}
), gone as (
  delete from cases_access a using {_unnest("gone0")}
  where a.case_id = %(row_id)s and a.scope_kind = x.scope_kind and a.scope_id = x.scope_id
), moved as (
  update cases_access a set scope_kind = x.scope_kind, scope_id = x.scope_id, open = x.open, due_on = x.due_on
  from {_unnest("moved0")}
  where a.case_id = %(row_id)s and a.scope_kind = x.was_scope_kind and a.scope_id = x.was_scope_id
), armed as (
  insert into aggregates_timer (stream, wake_at) select * from {_unnest("timers")}
  on conflict (stream) do update set wake_at = excluded.wake_at
), disarmed as (
  delete from aggregates_timer where stream = any(%(idle)s::text[])
), put as (
  insert into cases_access (case_id, scope_kind, scope_id, open, due_on) select * from {_unnest("put0")}
), issued as (
  insert into aggregates_paper (stream, seq, kind, number, code, digest, issued_at)
  select * from {_unnest("added0")}
), made as (
  insert into cases_certificate (identifier, number, case_id, type, subject, department, valid_from, valid_to, status)
  select * from {_unnest("added1")}
)
"""
CHANGE = (
    _SIDE
    + f"update cases_case set {_ROW_SET}, head = %(row_head)s::bytea"
    + " where id = %(row_id)s and exists (select 1 from locked)"
)
CREATE = (
    _SIDE
    + f"""insert into cases_case ({", ".join(FIXED)}, words, head, {", ".join(ROW)})
values ({", ".join(f"%(row_{name})s" for name in FIXED)}, to_tsvector('simple', %(row_words)s),
  %(row_head)s::bytea, {_ROW_VALUES})"""
)


def parameters(written: Written) -> dict[str, Any]:
    """The door's JSON parameters as typed arrays."""
    rows = written.rows
    out: dict[str, Any] = {"counters": list(written.counters), "idle": written.values["idle"]}
    row = written.row
    out |= {f"row_{name}": value for name, value in (row | row.pop("derived", {})).items()}
    for table, columns in TABLES.items():
        for column in columns:
            out[f"{table}_{column}"] = [_value(row, column) for row in rows[table]]
    return out


def _value(row: dict[str, Any], column: str) -> Any:
    return row["was"][column.removeprefix("was_")] if column.startswith("was_") else row[column]


def again(commands: list[Written], turn: int) -> list[tuple[str, dict[str, Any]]]:
    """A recorded life under new keys: statement and parameters of each command."""
    old = commands[0].row["id"]
    new = str(uuid.uuid4())
    out = []
    for written in commands:
        given = parameters(written)
        given["row_id"] = new
        for key, value in given.items():
            if key.endswith(("_case_id", "_stream")) or key == "idle":
                given[key] = [one.replace(old, new) for one in value]
        given["entries_recorded"] = [0 for _ in given["entries_recorded"]]
        given["receipts_command_id"] = [str(uuid.uuid4()) for _ in given["receipts_command_id"]]
        given["vault_id"] = [str(uuid.uuid4()) for _ in given["vault_id"]]
        for key in ("added0_number", "added0_code", "added1_identifier", "added1_number"):
            given[key] = [f"{value}-{turn}-{new[:8]}" for value in given[key]]
        if written.new:
            given["row_number"] = f"{given['row_number'][:31]}{new[:11]}"
            given["row_receipt"] = f"{new[:20]}"
        given["row_state"] = given["row_state"].replace(old, new)
        out.append((CREATE if written.new else CHANGE, given))
    return out


def write(connection: psycopg.Connection[Any], statement: str, given: dict[str, Any]) -> None:
    """One command of the floor: one statement, committed at once. `recorded` is the ledger's time, as for the door."""
    now = given.pop("now")
    given["entries_recorded"] = [now for _ in given["entries_recorded"]]
    connection.execute(statement, given, prepare=True)
