"""The tables of a life, each declared once: what writes them and what `verify --rebuild` compares them with.

`Row` is the life's own row, `Owned` are rows that follow from its state, `Appended` are rows that an entry adds for
good. From the declarations come two statements: one locks lives, one writes everything that a command did.
"""

from __future__ import annotations

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
STREAM = "stream"  # the owner column of a table that lives of every kind share


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
    the first event, and what the command says beside the ledger). A later command that says something beside the
    ledger corrects them: they are then made again. `dates` are reckoned with a calendar or parameters
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
    the life's own row. `owner` is the column with the life's id, or with its stream (`STREAM`); the rest of the primary
    key tells rows apart.
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
    """Rows that one entry adds and nothing changes: `row` gives an entry's row, or None. `owner` is the column with the
    life's id, or with its stream (`STREAM`).
    """

    model: type[Model]
    owner: str
    label: str
    row: Callable[[Entry, S, F], Values | None]


def columns_of(model: type[Model], *but: str) -> dict[str, Field[Any, Any]]:
    """The columns of a table without some, in the order of the model."""
    return {f.attname: f for f in model._meta.concrete_fields if f.attname not in but and not _composite(f)}


def _composite(column: Field[Any, Any]) -> bool:
    return column.db_type(connection) is None


def _rows(name: str, table: str, alias: str = "r") -> str:
    """Rows of the JSON under a name, in the shape of a table."""
    return f"jsonb_populate_recordset(null::{table}, %(rows)s::jsonb -> '{name}') {alias}"


def _elements(name: str, table: str) -> str:
    """As `_rows`, with the JSON of each row as `m`: it may say more than the table holds."""
    return (
        f"from jsonb_array_elements(%(rows)s::jsonb -> '{name}') m"
        f" cross join lateral jsonb_populate_record(null::{table}, m) r"
    )


class Statements:
    """The SQL of one kind of life, made once from its declared tables.

    One life is found by `= %(id)s` and many by `any(%(ids)s)`: with the one, no plan ever reads a table from end to
    end. Texts stay below 4,096 characters, beyond which psycopg parses a statement anew each time.
    """

    def __init__(
        self,
        row: Row[Any, Any],
        owned: Sequence[Owned[Any, Any]],
        appended: Sequence[Appended[Any, Any]],
        reads: Iterable[str],
        snapshot: bool,
    ) -> None:
        self._row, self._owned, self._appended = row, owned, appended
        self._table = row.model._meta.db_table
        self._reads = "".join(f"{sql}, " for sql in reads)
        own = ("seq", "reckoning", "head", "state", "state_v") if snapshot else ("seq", "reckoning")
        self.kept = tuple(dict.fromkeys((*own, *row.dates, *row.untold)))

    # Locks come in the order of ids. The same statement tells the time, the versions of what dates are reckoned with,
    # and whether the command was carried out before. A retry that waited here for its twin reads the receipt with an
    # older snapshot: the receipt's key, or the changed life, then refuses it, and the door starts over.
    @cached_property
    def lock_one(self) -> str:
        return self._read(_ONE, "for update")

    @cached_property
    def lock_many(self) -> str:
        return self._read(_MANY, "order by id for update")

    @cached_property
    def read_many(self) -> str:
        return self._read(_MANY, "")

    def _read(self, mine: str, how: str) -> str:
        return f"""
with locked as materialized (
  select id, {", ".join(self.kept)} from {self._table} where id {mine} {how}
)
select ledger_now(), {self._reads}r.digest, r.actor, r.stream, r.first_seq, r.last_seq,
       l.id, {", ".join(f"l.{name}" for name in self.kept)}
from (select 1) one left join locked l on true left join aggregates_receipt r on r.command_id = %(command)s"""

    @cached_property
    def write_one(self) -> str:
        """Everything a command did to one life. Rows come as one JSON object with an array a table."""
        return self._write(_ONE)

    @cached_property
    def write_many(self) -> str:
        return self._write(_MANY)

    def _write(self, mine: str) -> str:
        parts = [_KEPT, f"entries as (\n{INSERT_ENTRIES.replace('%s::jsonb', _ENTRIES)}\n)", _TIMERS]
        parts += [part for n, owned in enumerate(self._owned) for part in _owned_parts(n, owned, mine)]
        parts += [_insert(f"added{n}", appended.model) for n, appended in enumerate(self._appended)]
        parts.append(self._made())
        return f"with {', '.join(parts)}\n{self._update(columns_of(self._row.model, 'id', *self._row.fixed), mine)}"

    def _made(self) -> str:
        columns, derived = columns_of(self._row.model), self._row.derived
        if not derived:
            return _insert("made", self._row.model)
        texts = {name: sql % f"m -> 'derived' ->> '{name}'" for name, sql in derived.items()}
        values = ", ".join(texts.get(name, f"r.{name}") for name in columns)
        return f"""made as (
  insert into {self._table} ({", ".join(columns)}) select {values} {_elements("made", self._table)}
)"""

    @cached_property
    def redate(self) -> str:
        """New dates of lives to which nothing happened, and their timers."""
        return f"with {_TIMERS}\n{self._update(('reckoning', *self._row.dates), _MANY)}"

    @cached_property
    def correct(self) -> str:
        """The columns fixed at birth, of one life, written again."""
        texts = {name: sql % f"m -> 'derived' ->> '{name}'" for name, sql in self._row.derived.items()}
        values = ", ".join(texts.get(name, f"r.{name}") for name in self._row.fixed)
        return f"""update {self._table} c set ({", ".join(self._row.fixed)}) = row({values})
{_elements("corrected", self._table)} where c.id = r.id and c.id {_ONE}"""

    def _update(self, columns: Iterable[str], mine: str) -> str:
        listed = list(columns)
        return f"""update {self._table} c set ({", ".join(listed)}) = row({", ".join(f"r.{name}" for name in listed)})
from {_rows("changed", self._table)} where c.id = r.id and c.id {mine}"""


_ONE, _MANY = "= %(id)s::uuid", "= any(%(ids)s::uuid[])"
_STREAMS = {_ONE: "= %(stream)s", _MANY: "= any(%(streams)s::text[])"}
_ENTRIES = "%(rows)s::jsonb -> 'entries'"
_KEPT = f"""kept as (
  insert into ledger_vault (id, subject, bytes, salt, retain_until)
  select id, subject, bytes, salt, retain_until from {_rows("vault", "ledger_vault")}
), received as (
  insert into aggregates_receipt select r.* from {_rows("receipts", "aggregates_receipt")}
)"""
_TIMERS = f"""armed as (
  insert into aggregates_timer select r.* from {_rows("timers", "aggregates_timer")}
  on conflict (stream) do update set wake_at = excluded.wake_at
), disarmed as (
  delete from aggregates_timer where stream = any(%(idle)s::text[])
)"""


def _owned_parts(n: int, owned: Owned[Any, Any], mine: str) -> Iterable[str]:
    """A row that goes makes room for one that comes (`moved`): fewer rows are made and swept away."""
    table, owner = owned.model._meta.db_table, owned.owner
    columns = columns_of(owned.model)
    was = " and ".join(
        f"a.{name} = (m -> 'was' ->> '{name}')::{columns[name].db_type(connection)}" for name in owned.key
    )
    gone = " and ".join(f"a.{name} = r.{name}" for name in owned.key)
    mine = _STREAMS[mine] if owner == STREAM else mine
    free = [name for name in columns if name != owner]
    yield f"""moved{n} as (
  update {table} a set ({", ".join(free)}) = row({", ".join(f"r.{name}" for name in free)})
  {_elements(f"moved{n}", table)}
  where a.{owner} {mine} and a.{owner} = r.{owner} and {was}
)"""
    yield f"""gone{n} as (
  delete from {table} a using {_rows(f"gone{n}", table)}
  where a.{owner} {mine} and a.{owner} = r.{owner} and {gone}
)"""
    yield _insert(f"put{n}", owned.model)


def _insert(name: str, model: type[Model]) -> str:
    table = model._meta.db_table
    return f"{name} as (insert into {table} select r.* from {_rows(name, table)})"


def changes_of(owned: Owned[Any, Any], id: str, before: list[Values], after: list[Values]) -> Values:
    """The rows to turn, delete and insert, so that what was `before` becomes what is `after`."""
    was, now = owned.by_key(before), owned.by_key(after)
    gone = [row for key, row in was.items() if key not in now]
    come = [row for key, row in now.items() if key not in was]
    moved = [(was[key], row) for key, row in now.items() if key in was and was[key] != row]
    turned = min(len(gone), len(come))
    moved += zip(gone[:turned], come[:turned], strict=True)
    mine = {owned.owner: id}
    return {
        "moved": [mine | new | {"was": {name: old[name] for name in owned.key}} for old, new in moved],
        "gone": [mine | {name: row[name] for name in owned.key} for row in gone[turned:]],
        "put": [mine | row for row in come[turned:]],
    }
