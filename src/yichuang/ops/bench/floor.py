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

from yichuang.cases import sql
from yichuang.ledger.service import COLUMNS

# column → type of each table's rows, as the door's JSON names them
ENTRY = {
    name: ("int" if name == "seq" else "smallint" if name == "v" else "text")
    for name in COLUMNS.replace("occurred_at, recorded_at, prev_hash, hash", "").replace(" ", "").strip(",").split(",")
} | {"occurred": "bigint", "recorded": "bigint", "prev": "text", "hash": "text"}
VAULT = {"id": "uuid", "subject": "text", "bytes": "text", "salt": "text", "retain_until": "date"}
RECEIPT = {
    "command_id": "uuid",
    "case_id": "uuid",
    "actor": "text",
    "digest": "text",
    "first_seq": "int",
    "last_seq": "int",
}
PUT = {"kind": "text", "id": "text", "open": "boolean", "due": "date"}
MOVED = {"was_kind": "text", "was_id": "text"} | PUT
TIMER = {"wake": "timestamptz"}
GONE = {"kind": "text", "id": "text"}
PAPER = {"seq": "int", "kind": "text", "number": "text", "code": "text", "digest": "text", "issued_at": "timestamptz"}
CERTIFICATE = {"identifier": "text", "number": "text", "type": "text", "valid_from": "date", "valid_to": "date"}
TABLES = {
    "entries": ENTRY,
    "vault": VAULT,
    "receipts": RECEIPT,
    "put": PUT,
    "moved": MOVED,
    "timers": TIMER,
    "gone": GONE,
    "papers": PAPER,
    "certificates": CERTIFICATE,
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


class Recorder:
    """An execute wrapper that keeps what the door writes."""

    def __init__(self) -> None:
        self.commands: list[Written] = []
        self.statements = 0
        self._counters: tuple[str, ...] = ()

    def __call__(self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        if statement == sql.COUNT:
            self._counters = tuple(params["names"])
        elif statement in (sql.CHANGE, sql.CREATE):
            self.commands.append(Written(self._counters, statement == sql.CREATE, dict(params)))
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
}
_ROW_VALUES = ", ".join(f"%(row_{name})s::{type}" for name, type in ROW.items())
_ROW_SET = ", ".join(f"{name} = %(row_{name})s::{type}" for name, type in ROW.items())

_SIDE = f"""
with locked as materialized (select state from cases_case where id = %(id)s for update),
numbers as (
  insert into cases_counter as c (name, value) select name, 1 from unnest(%(counters)s::text[]) as w(name)
  on conflict (name) do update set value = c.value + 1
), kept as (
  insert into ledger_vault (id, subject, bytes, salt, retain_until)
  select id, subject, decode(bytes, 'hex'), decode(salt, 'hex'), retain_until from {_unnest("vault")}
), received as (
  insert into cases_receipt (command_id, case_id, actor, digest, first_seq, last_seq)
  select * from {_unnest("receipts")}
), entries as (
  insert into ledger_entry ({COLUMNS})
  select stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source, session, ip, device, command_id,
    {_US.format("occurred")}, {_US.format("recorded")}, decode(prev, 'hex'), decode(hash, 'hex') from
    {_unnest("entries")}
), gone as (
  delete from cases_access a using {_unnest("gone")}
  where a.case_id = %(id)s and a.scope_kind = x.kind and a.scope_id = x.id
), moved as (
  update cases_access a set scope_kind = x.kind, scope_id = x.id, open = x.open, due_on = x.due from {_unnest("moved")}
  where a.case_id = %(id)s and a.scope_kind = x.was_kind and a.scope_id = x.was_id
), armed as (
  insert into cases_timer (case_id, wake_at) select %(id)s::uuid, wake from {_unnest("timers")}
  on conflict (case_id) do update set wake_at = excluded.wake_at
), disarmed as (
  delete from cases_timer where case_id = %(id)s and cardinality(%(timers_wake)s::timestamptz[]) = 0
), put as (
  insert into cases_access (scope_kind, scope_id, case_id, open, due_on)
  select kind, id, %(id)s::uuid, open, due from {_unnest("put")}
), issued as (
  insert into cases_paper (case_id, seq, kind, number, code, digest, issued_at)
  select %(id)s::uuid, x.* from {_unnest("papers")}
), made as (
  insert into cases_certificate (identifier, number, case_id, type, subject, department, valid_from, valid_to, status)
  select identifier, number, %(id)s::uuid, type, %(subject)s, %(department)s, valid_from, valid_to, 'valid'
  from {_unnest("certificates")}
)
"""
CHANGE = (
    _SIDE
    + f"update cases_case set {_ROW_SET}, seq = %(seq)s, head = decode(%(head)s, 'hex')"
    + " where id = %(id)s and exists (select 1 from locked)"
)
CREATE = (
    _SIDE
    + f"""insert into cases_case (id, number, receipt, item, title, division, department, subject, applicant, channel,
  submitted_at, words, seq, head, {", ".join(ROW)})
values (%(id)s, %(number)s, %(receipt)s, %(item)s, %(title)s, %(division)s, %(department)s, %(subject)s, %(applicant)s,
  %(channel)s, %(submitted_at)s, to_tsvector('simple', %(words)s), %(seq)s, decode(%(head)s, 'hex'), {_ROW_VALUES})"""
)


def parameters(written: Written) -> dict[str, Any]:
    """The door's JSON parameters as typed arrays."""
    values = written.values
    out = {k: v for k, v in values.items() if k != "rows"}
    out["counters"] = list(written.counters)
    for name, value in written.rows["row"].items():
        out[f"row_{name}"] = value
    for table, columns in TABLES.items():
        for column in columns:
            out[f"{table}_{column}"] = [row[column] for row in written.rows[table]]
    return out


def again(commands: list[Written], turn: int) -> list[tuple[str, dict[str, Any]]]:
    """A recorded life under new keys: statement and parameters of each command."""
    old = str(commands[0].values["id"])
    new = str(uuid.uuid4())
    out = []
    for written in commands:
        given = parameters(written)
        given["id"] = new
        given["entries_stream"] = [f"case/{new}" for _ in given["entries_stream"]]
        given["entries_recorded"] = [0 for _ in given["entries_recorded"]]
        given["receipts_command_id"] = [str(uuid.uuid4()) for _ in given["receipts_command_id"]]
        given["receipts_case_id"] = [new for _ in given["receipts_case_id"]]
        given["vault_id"] = [str(uuid.uuid4()) for _ in given["vault_id"]]
        for key in ("papers_number", "papers_code", "certificates_identifier", "certificates_number"):
            given[key] = [f"{value}-{turn}-{new[:8]}" for value in given[key]]
        if written.new:
            given["number"] = f"{given['number'][:31]}{new[:11]}"
            given["receipt"] = f"{new[:20]}"
        given["row_state"] = given["row_state"].replace(old, new)
        out.append((CREATE if written.new else CHANGE, given))
    return out


def write(connection: psycopg.Connection[Any], statement: str, given: dict[str, Any]) -> None:
    """One command of the floor: one statement, committed at once. `recorded` is the ledger's time, as for the door."""
    now = given.pop("now")
    given["entries_recorded"] = [now for _ in given["entries_recorded"]]
    connection.execute(statement, given, prepare=True)
