"""The tables of a life, each declared once: what writes them and what `verify --rebuild` compares them with.

`Row` is the life's own row, `Owned` are rows that follow from its state, `Appended` are rows that an entry adds for
good. From the declarations come two statements: one locks lives, one writes everything that a command did.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Field, Model

from yichuang.aggregates.acts import Happened
from yichuang.ledger.service import INSERT as INSERT_ENTRIES

S = TypeVar("S")
F = TypeVar("F")
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that was just made, or is read again."""

    event: Any
    seq: int
    hash: bytes
    recorded_at: datetime


@dataclass(frozen=True)
class Row(Generic[S, F]):
    """The row of a life, found by its id. The mechanism itself fills `seq`, `reckoning` and, of a snapshot, `head`,
    `state` and `state_v`; the model has these columns.

    `values` gives the columns that follow from the state, `first` those `fixed` at birth (from the state, the facts,
    the first event, and what the command says beside the ledger). `dates` are reckoned with a calendar or parameters
    that the ledger does not fix; `untold` are columns whose value is in no entry; `derived` gives the SQL that makes a
    column from the text given for it, `%s`.
    """

    model: type[Model]
    values: Callable[[S, F], Values]
    dates: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    first: Callable[[S, F, Happened, Mapping[str, Any]], Values] = field(default=lambda *_: {})
    untold: tuple[str, ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Owned(Generic[S, F]):
    """Rows of a life that come, change and go with its state. `rows` gives all of them, from the state, the facts and
    the life's own row. `owner` is the column with the life's id; the rest of the primary key tells rows apart.
    """

    model: type[Model]
    owner: str
    label: str
    rows: Callable[[S, F, Mapping[str, Any]], list[Values]]
    dates: tuple[str, ...] = ()

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The columns that tell the rows of one life apart."""
        return tuple(f.attname for f in self.model._meta.pk_fields if f.attname != self.owner)

    def by_key(self, rows: Iterable[Values]) -> dict[tuple[Any, ...], Values]:
        return {tuple(row[name] for name in self.key): row for row in rows}


@dataclass(frozen=True)
class Appended(Generic[S, F]):
    """Rows that one entry adds and nothing changes: `row` gives an entry's row, or None."""

    model: type[Model]
    owner: str
    label: str
    row: Callable[[Entry, S, F], Values | None]


def columns_of(model: type[Model], *but: str) -> dict[str, Field[Any, Any]]:
    """The columns of a table without some, in the order of the model."""
    return {f.attname: f for f in model._meta.concrete_fields if f.attname not in but and not _composite(f)}


def _composite(column: Field[Any, Any]) -> bool:
    return column.db_type(connection) is None


_JSON_TYPES = {"bytea": "text", "tsvector": "text"}


def _record(columns: Mapping[str, Field[Any, Any]], prefix: str = "") -> str:
    """The columns with their types, as `jsonb_to_recordset` wants them."""
    return ", ".join(f"{prefix}{name} {_type(column)}" for name, column in columns.items())


def _type(column: Field[Any, Any]) -> str:
    wanted = column.db_type(connection) or "text"
    return _JSON_TYPES.get(wanted, wanted.replace("bigserial", "bigint"))


def _rows(name: str, columns: Mapping[str, Field[Any, Any]], alias: str = "r") -> str:
    return f"jsonb_to_recordset(%(rows)s::jsonb -> '{name}') as {alias}({_record(columns)})"


class Statements:
    """The SQL of one kind of life, made once from its declared tables."""

    def __init__(
        self,
        row: Row[Any, Any],
        owned: Sequence[Owned[Any, Any]],
        appended: Sequence[Appended[Any, Any]],
        reads: Mapping[str, str],
        snapshot: bool,
    ) -> None:
        self._row, self._owned, self._appended = row, owned, appended
        self._reads = "".join(f"{sql}, " for sql in reads.values())
        own = ("seq", "reckoning", "head", "state", "state_v") if snapshot else ("seq", "reckoning")
        self.kept = tuple(dict.fromkeys((*own, *row.dates, *row.untold)))

    # Locks come in the order of ids. The same statement tells the time, the versions of what dates are reckoned with,
    # and whether the command was carried out before. A retry that waited here for its twin reads the receipt with an
    # older snapshot: the receipt's key, or the changed life, then refuses it, and the door starts over.
    @cached_property
    def lock(self) -> str:
        return self._read("for update")

    @cached_property
    def read(self) -> str:
        return self._read("")

    def _read(self, how: str) -> str:
        table = self._row.model._meta.db_table
        return f"""
with locked as materialized (
  select id, {", ".join(self.kept)} from {table} where id = any(%(ids)s::uuid[]) order by id {how}
)
select ledger_now(), {self._reads}r.digest, r.actor, r.stream, r.first_seq, r.last_seq,
       l.id, {", ".join(f"l.{name}" for name in self.kept)}
from (select 1) one left join locked l on true left join aggregates_receipt r on r.command_id = %(command)s"""

    @cached_property
    def write_one(self) -> str:
        """Everything a command did to one life. Rows come as one JSON object with an array a table."""
        return self._write("= (%(ids)s::uuid[])[1]")

    @cached_property
    def write_many(self) -> str:
        return self._write("= any(%(ids)s::uuid[])")

    def _write(self, mine: str) -> str:
        parts = [_KEPT, f"entries as (\n{INSERT_ENTRIES.replace('%s::jsonb', _ENTRIES)}\n)", _TIMERS]
        parts += [part for n, owned in enumerate(self._owned) for part in _owned_parts(n, owned, mine)]
        parts += [_appended_part(n, appended) for n, appended in enumerate(self._appended)]
        parts.append(self._made())
        return f"with {', '.join(parts)}\n{self._changed(mine)}"

    def _made(self) -> str:
        columns = columns_of(self._row.model)
        values = ", ".join(_value(name, column, self._row) for name, column in columns.items())
        return f"""made as (
  insert into {self._row.model._meta.db_table} ({", ".join(columns)}) select {values}
  from {_rows("made", columns)}
)"""

    def _changed(self, mine: str) -> str:
        columns = columns_of(self._row.model, *self._row.fixed)
        values = ", ".join(f"{n} = {_value(n, c, self._row)}" for n, c in columns.items() if n != "id")
        return f"""update {self._row.model._meta.db_table} c set {values}
from {_rows("changed", columns)} where c.id = r.id and c.id {mine}"""

    @cached_property
    def redate(self) -> str:
        """New dates of a life to which nothing happened, and its timer."""
        columns = columns_of(self._row.model)
        dated = {name: columns[name] for name in ("id", "reckoning", *self._row.dates)}
        values = ", ".join(f"{name} = r.{name}" for name in dated if name != "id")
        return f"""with {_TIMERS} update {self._row.model._meta.db_table} c set {values}
from {_rows("changed", dated)} where c.id = r.id and c.id = any(%(ids)s::uuid[])"""


def _value(name: str, column: Field[Any, Any], row: Row[Any, Any]) -> str:
    if name in row.derived:
        return row.derived[name] % f"r.{name}"
    return f"decode(r.{name}, 'hex')" if column.db_type(connection) == "bytea" else f"r.{name}"


_ENTRIES = "%(rows)s::jsonb -> 'entries'"
_KEPT = """kept as (
  insert into ledger_vault (id, subject, bytes, salt, retain_until)
  select id, subject, decode(bytes, 'hex'), decode(salt, 'hex'), retain_until
  from jsonb_to_recordset(%(rows)s::jsonb -> 'vault')
    as v(id uuid, subject text, bytes text, salt text, retain_until date)
), received as (
  insert into aggregates_receipt (command_id, stream, actor, digest, first_seq, last_seq)
  select command_id, stream, actor, digest, first_seq, last_seq
  from jsonb_to_recordset(%(rows)s::jsonb -> 'receipts')
    as r(command_id uuid, stream text, actor text, digest text, first_seq int, last_seq int)
)"""
_TIMERS = """armed as (
  insert into aggregates_timer (stream, wake_at) select stream, wake_at
  from jsonb_to_recordset(%(rows)s::jsonb -> 'timers') as t(stream text, wake_at timestamptz)
  on conflict (stream) do update set wake_at = excluded.wake_at
), disarmed as (
  delete from aggregates_timer where stream = any(%(idle)s::text[])
)"""


def _owned_parts(n: int, owned: Owned[Any, Any], mine: str) -> Iterable[str]:
    """A row that goes makes room for one that comes (`moved`): fewer rows are made and swept away."""
    table, columns = owned.model._meta.db_table, columns_of(owned.model)
    owner = {owned.owner: columns[owned.owner]}
    key = {name: columns[name] for name in owned.key}
    free = {name: column for name, column in columns.items() if name != owned.owner}
    was = " and ".join(f"a.{name} = m.was_{name}" for name in key)
    gone = " and ".join(f"a.{name} = g.{name}" for name in key)
    yield f"""moved{n} as (
  update {table} a set {", ".join(f"{name} = m.{name}" for name in free)}
  from jsonb_to_recordset(%(rows)s::jsonb -> 'moved{n}')
    as m({_record(columns)}, {_record(key, "was_")})
  where a.{owned.owner} {mine} and a.{owned.owner} = m.{owned.owner} and {was}
)"""
    yield f"""gone{n} as (
  delete from {table} a using {_rows(f"gone{n}", owner | key, "g")}
  where a.{owned.owner} {mine} and a.{owned.owner} = g.{owned.owner} and {gone}
)"""
    yield _insert(f"put{n}", table, columns)


def _appended_part(n: int, appended: Appended[Any, Any]) -> str:
    return _insert(f"added{n}", appended.model._meta.db_table, columns_of(appended.model))


def _insert(name: str, table: str, columns: Mapping[str, Field[Any, Any]]) -> str:
    listed = ", ".join(columns)
    return f"{name} as (\n  insert into {table} ({listed}) select {listed}\n  from {_rows(name, columns)}\n)"


def changes_of(owned: Owned[Any, Any], id: uuid.UUID, before: list[Values], after: list[Values]) -> Values:
    """The rows to turn, delete and insert, so that what was `before` becomes what is `after`."""
    was, now = owned.by_key(before), owned.by_key(after)
    gone = [row for key, row in was.items() if key not in now]
    come = [row for key, row in now.items() if key not in was]
    moved = [(was[key], row) for key, row in now.items() if key in was and was[key] != row]
    turned = min(len(gone), len(come))
    moved += zip(gone[:turned], come[:turned], strict=True)
    mine = {owned.owner: id}
    return {
        "moved": [mine | new | {f"was_{name}": old[name] for name in owned.key} for old, new in moved],
        "gone": [mine | {name: row[name] for name in owned.key} for row in gone[turned:]],
        "put": [mine | row for row in come[turned:]],
    }
