"""The floor of the `cases` bench: bare psycopg writing and locking the rows that the door wrote, in one statement a
command.

The rows are recorded from real lives (`Recorder`), given new keys, and written again with typed arrays and a prepared
statement: the same tables, the same sizes, the same commits, and nothing decided.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
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
SCOPE = {"stream": "text", "kind": "text", "name": "text"}
VERSION = {"licence_id": "uuid", "number": "int", "identifier": "text", "paper_stream": "text", "paper_seq": "int"}
LICENCE = {
    "id": "uuid",
    **dict.fromkeys(("stage", "number", "type", "item", "division", "department", "subject", "identifier"), "text"),
    **dict.fromkeys(("valid_from", "valid_to"), "date"),
    "version": "int",
    "renewing": "boolean",
    "suspended_until": "date",
    **dict.fromkeys(("sole", "proceeding"), "text"),
    "ended_on": "date",
    "moved_at": "timestamptz",
    "seq": "int",
    "reckoning": "int",
    "state": "text",
    "state_v": "smallint",
    "head": "bytea",
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
}
# of the licence that a command makes; its entries and its timer are among those of the case
OF_LICENCE = {"made": LICENCE, "put0": SCOPE, "put1": VERSION}


@dataclass(frozen=True, slots=True)
class Written:
    """What one command wrote: counters drawn and the parameters of its writing statements, the case's and that of the
    licence it makes.
    """

    counters: tuple[str, ...]
    new: bool
    values: dict[str, Any]
    licence: dict[str, Any] | None = None

    @property
    def rows(self) -> dict[str, Any]:
        """The rows by table."""
        rows: dict[str, Any] = json.loads(self.values["rows"])
        for table in ("entries", "timers"):
            rows[table] += self.licence_rows.get(table, [])
        return rows

    @property
    def licence_rows(self) -> dict[str, Any]:
        """The rows of the licence by table; none without one."""
        rows: dict[str, Any] = json.loads(self.licence["rows"]) if self.licence else {}
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
        from yichuang.licences.declared import LICENCE

        self._writing, self._licensing = CASE.statements.write_one, LICENCE.statements.write_one
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
        elif statement == self._licensing:
            self.commands[-1] = replace(self.commands[-1], licence=dict(params))
        return execute(statement, params, many, context)


def _unnest(table: str, columns: dict[str, str] | None = None) -> str:
    columns = columns or TABLES[table]
    arrays = ", ".join(f"%({table}_{c})s::{t}[]" for c, t in columns.items())
    return f"unnest({arrays}) as x({', '.join(columns)})"


_US = "'epoch'::timestamptz + {} * interval '1 microsecond'"
ROW = {
    **dict.fromkeys(("standard", "stage", "outcome"), "text"),
    **dict.fromkeys(("accepted_on", "decided_on", "closed_on", "promised_due", "statutory_due", "due_on"), "date"),
    "wait": "text",
    "level": "smallint",
    "granted_place": "text",
    "visits": "smallint",
    "gaps": "text",
    "leaves_on": "date",
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
)
"""
_UPDATE = (
    f"update cases_case set {_ROW_SET}, head = %(row_head)s::bytea"
    " where id = %(row_id)s and exists (select 1 from locked)"
)
CHANGE = _SIDE + _UPDATE
_TABLES_OF_LICENCE = {"made": "licences_licence", "put0": "aggregates_scope", "put1": "licences_version"}
_LICENSED = "".join(
    f", l{name} as (insert into {_TABLES_OF_LICENCE[name]} ({', '.join(columns)})"
    f" select * from {_unnest(f'licence_{name}', columns)})"
    for name, columns in OF_LICENCE.items()
)
LICENSE = f"{_SIDE}{_LICENSED} {_UPDATE}"
CREATE = (
    _SIDE
    + f"""insert into cases_case ({", ".join(FIXED)}, words, head, {", ".join(ROW)})
values ({", ".join(f"%(row_{name})s" for name in FIXED)}, to_tsvector('simple', %(row_words)s),
  %(row_head)s::bytea, {_ROW_VALUES})"""
)


def parameters(written: Written) -> dict[str, Any]:
    """The door's JSON parameters as typed arrays."""
    rows, licence = written.rows, written.licence_rows
    idle = written.values["idle"] + (written.licence["idle"] if written.licence else [])
    out: dict[str, Any] = {"counters": list(written.counters), "idle": idle}
    row = written.row
    out |= {f"row_{name}": value for name, value in (row | row.pop("derived", {})).items()}
    for table, columns in TABLES.items():
        for column in columns:
            out[f"{table}_{column}"] = [_value(row, column) for row in rows[table]]
    for table, columns in OF_LICENCE.items() if licence else ():
        for column in columns:
            out[f"licence_{table}_{column}"] = [row[column] for row in licence[table]]
    return out


def _value(row: dict[str, Any], column: str) -> Any:
    return row["was"][column.removeprefix("was_")] if column.startswith("was_") else row[column]


def again(commands: list[Written], turn: int) -> list[tuple[str, dict[str, Any]]]:
    """A recorded life under new keys: statement and parameters of each command."""
    old = [commands[0].row["id"], *(str(c.licence["id"]) for c in commands if c.licence)]
    keys = {key: str(uuid.uuid4()) for key in old}
    new = keys[old[0]]
    out = []
    for written in commands:
        given = parameters(written)
        given["row_id"] = new
        for key, value in given.items():
            if key.endswith(("_case_id", "_stream", "_made_id", "_licence_id", "_made_state")) or key == "idle":
                given[key] = [_rekeyed(one, keys) for one in value]
        given["entries_recorded"] = [0 for _ in given["entries_recorded"]]
        given["receipts_command_id"] = [str(uuid.uuid4()) for _ in given["receipts_command_id"]]
        given["vault_id"] = [str(uuid.uuid4()) for _ in given["vault_id"]]
        for key in (
            "added0_number",
            "added0_code",
            "licence_made_number",
            "licence_made_identifier",
            "licence_put1_identifier",
            "licence_made_sole",
        ):
            if key in given:
                given[key] = [f"{value}-{turn}-{new[:8]}" for value in given[key]]
        if written.new:
            given["row_number"] = f"{given['row_number'][:31]}{new[:11]}"
            given["row_receipt"] = f"{new[:20]}"
        given["row_state"] = _rekeyed(given["row_state"], keys)
        out.append((CREATE if written.new else LICENSE if written.licence else CHANGE, given))
    return out


def _rekeyed(text: str, keys: dict[str, str]) -> str:
    """The text with the new keys in place of the old ones."""
    for old, new in keys.items():
        text = text.replace(old, new)
    return text


def write(connection: psycopg.Connection[Any], statement: str, given: dict[str, Any]) -> None:
    """One command of the floor: one statement, committed at once. `recorded` is the ledger's time, as for the door."""
    now = given.pop("now")
    given["entries_recorded"] = [now for _ in given["entries_recorded"]]
    connection.execute(statement, given, prepare=True)
