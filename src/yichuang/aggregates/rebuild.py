"""`verify --rebuild`: replays streams and compares every column of every declared table with what the ledger says it
must be.

Nothing is repaired; a difference is named. Rows of the tables that have no stream are named too. Receipts and timers
are no projections: what they hold was said outside the stream, or is when to look next.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models

from yichuang.aggregates.acts import Tick
from yichuang.aggregates.aggregate import Aggregate, Locked, Recorded
from yichuang.aggregates.door import row_of
from yichuang.aggregates.replay import happened, read_streams
from yichuang.aggregates.tables import Entry, Owned, columns_of
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.fast import run

CHUNK = 500
Values = dict[str, Any]
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Difference:
    stream: str
    what: str


@dataclass
class Rebuilt:
    """How many lives of a kind were replayed, and where the tables say something else."""

    label: str
    count: int = 0
    differences: list[Difference] = field(default_factory=list)

    def add(self, aggregate: Aggregate[Any, Any], id: uuid.UUID, what: str) -> None:
        self.differences.append(Difference(aggregate.stream(id), what))

    @property
    def green(self) -> bool:
        return not self.differences

    def lines(self) -> Iterator[str]:
        yield f"重放 {self.count} 件{self.label}"
        for difference in self.differences[:200]:
            yield f"✗ {self.label} {difference.stream.partition('/')[2]}：{difference.what}"
        verdict = "各表与账本一致。" if self.green else f"{len(self.differences)} 处与账本不一致。"
        yield f"{self.label}：{verdict}"


def rebuild(
    aggregate: Aggregate[Any, Any],
    sample: int = 0,
    progress: Callable[[int], None] = lambda done: None,
    *,
    but: Collection[str] = (),
) -> Rebuilt:
    """Replay all lives of a kind, or a random sample of so many, and compare every column `but` these of the row."""
    report, ids, today = Rebuilt(aggregate.label), _ids(aggregate, sample), _reads_now(aggregate)
    for start in range(0, len(ids), CHUNK):
        _compare(aggregate, ids[start : start + CHUNK], report, today, but)
        progress(report.count)
    if not sample:
        report.differences += [
            Difference(aggregate.stream(id), "表中有，账本中没有它的流") for id in _strays(aggregate)
        ]
    return report


def _ids(aggregate: Aggregate[Any, Any], sample: int) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        if sample:
            cursor.execute(f"select id from {aggregate.table} order by random() limit %s", [sample])
        else:
            cursor.execute(
                "select split_part(stream, '/', 2)::uuid from ledger_entry where stream like %s and seq = 1",
                [aggregate.stream("%")],
            )
        return [id for (id,) in cursor.fetchall()]


def _reads_now(aggregate: Aggregate[Any, Any]) -> tuple[dict[str, int], dict[str, int]]:
    """The versions of what dates are reckoned with today, and of what facts are cached by besides."""
    read = (*aggregate.reads.values(), *aggregate.beside.values())
    if not read:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(read)}")
        return aggregate.split_reads(cursor.fetchone())


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the tables must hold of a life, by its stream."""

    state: Any
    row: Values
    owned: list[list[Values]]
    appended: list[list[Values]]
    dated: bool  # whether the row's dates were reckoned under today's calendar and parameters


def _compare(
    aggregate: Aggregate[Any, Any],
    ids: list[uuid.UUID],
    report: Rebuilt,
    today: tuple[Mapping[str, int], Mapping[str, int]],
    but: Collection[str],
) -> None:
    streams, derived = read_streams(aggregate, ids), aggregate.row.derived
    rows = {id: actual[0] for id, actual in _rows_of(aggregate, aggregate.row.model, "id", ids, *derived).items()}
    owned = [_rows_of(aggregate, table.model, table.owner, ids) for table in aggregate.holds]
    appended = [_rows_of(aggregate, table.model, table.owner, ids) for table in aggregate.added]
    expected: dict[uuid.UUID, _Expected] = {}
    for id in ids:
        report.count += 1
        problem = _unlike(rows.get(id), streams.get(id, []))
        if problem:
            report.add(aggregate, id, problem)
            continue
        should = expected[id] = _expect(aggregate, id, streams[id], rows[id], today, but)
        for what in _row_differences(aggregate, rows[id], should, but):
            report.add(aggregate, id, what)
        for table, wanted, actual in zip(aggregate.holds, should.owned, owned, strict=True):
            if _differ(table, wanted, actual.get(id, []), should.dated):
                report.add(aggregate, id, f"{table.label}与重放结果不同")
        for added, wanted, actual in zip(aggregate.added, should.appended, appended, strict=True):
            if _sorted(wanted) != _sorted(actual.get(id, [])):
                report.add(aggregate, id, f"{added.label}与账本不同")
    for name in derived.keys() - set(but):
        for id in _with_other_derived(aggregate, name, expected):
            report.add(aggregate, id, f"列 {name} 与账本不符")


def _rows_of(
    aggregate: Aggregate[Any, Any], model: type[models.Model], column: str, ids: list[uuid.UUID], *but: str
) -> dict[uuid.UUID, list[Values]]:
    """Every column `but` some of these lives' rows in one table, which names its owner in `column`."""
    out: dict[uuid.UUID, list[Values]] = {}
    owners = {aggregate.owner(column, id): id for id in ids}
    for row in model._default_manager.filter(**{f"{column}__in": list(owners)}).values(*columns_of(model, *but)):
        out.setdefault(owners[str(row[column])], []).append(row)
    return out


def _unlike(row: Values | None, entries: Sequence[Recorded]) -> str:
    """Why the row and the stream cannot be compared column by column; empty when they can."""
    if not entries:
        return "表中有，账本中没有它的流"
    if row is None:
        return "账本中有，表中没有"
    last = entries[-1]
    if row["seq"] != last.seq or bytes(row.get("head", last.hash)) != last.hash:
        return f"表记到第{row['seq']}条，账本到第{last.seq}条，或末条哈希不同"
    return ""


def _expect(
    aggregate: Aggregate[Any, Any],
    id: uuid.UUID,
    entries: Sequence[Recorded],
    actual: Values,
    today: tuple[Mapping[str, int], Mapping[str, int]],
    but: Collection[str],
) -> _Expected:
    last, states = entries[-1], _replay_acts(aggregate, id, entries)
    state = states[-1]
    life = Locked(id, state, last.seq, last.hash, last.recorded_at, today[0], {}, beside=today[1])
    facts = aggregate.facts(life, Tick(), SYSTEM)
    untold = {name: actual[name] for name in aggregate.row.untold}
    row = row_of(aggregate, life, state, facts, last.seq, last.hash)
    row |= aggregate.row.first(state, facts, happened(aggregate, entries[0]), untold)
    made = [Entry(happened(aggregate, entry).event, entry.seq, entry.hash, entry.recorded_at) for entry in entries]
    # a row that was written before the newest calendar or parameter keeps its dates until the sweep has passed
    dated = actual["reckoning"] == life.reckoning and not set(aggregate.row.dates) & set(but)
    return _Expected(
        state,
        row,
        [owned.rows(state, facts, row) for owned in aggregate.holds],
        [
            [
                {table.owner: aggregate.owner(table.owner, id), **values}
                for entry, after in zip(made, states, strict=True)
                if (values := table.row(entry, after, facts)) is not None
            ]
            for table in aggregate.added
        ],
        dated,
    )


def _replay_acts(aggregate: Aggregate[S, Any], id: uuid.UUID, entries: Sequence[Recorded]) -> list[S]:
    """For each entry the state that its act left: entries of one act were recorded at one moment. Rows that entries add
    were written from it.
    """
    state, states = aggregate.blank(str(id)), []
    for entry in entries:
        state = aggregate.life.evolve(state, happened(aggregate, entry))
        states.append(state)
    for place in range(len(entries) - 2, -1, -1):
        if entries[place].recorded_at == entries[place + 1].recorded_at:
            states[place] = states[place + 1]
    return states


def _row_differences(
    aggregate: Aggregate[Any, Any], actual: Values, should: _Expected, but: Collection[str]
) -> Iterator[str]:
    kept = aggregate.snapshot is not None and aggregate.snapshot == actual["state_v"]
    if kept and not _is_state(aggregate, actual["state"], should.state):
        yield "状态与重放结果不同"
    skip = {"head", "state", "state_v", "reckoning", *aggregate.row.untold, *but}
    if not should.dated:
        skip |= set(aggregate.row.dates)
    for name in actual:
        if name not in skip and _json(actual[name]) != _json(should.row[name]):
            yield f"列 {name} 为 {actual[name]}，应为 {should.row[name]}"


def _is_state(aggregate: Aggregate[Any, Any], text: str, state: Any) -> bool:
    try:
        return bool(aggregate.codec.load_state(text) == state)
    except ValueError:  # altered past the program, it may be anything
        return False


def _json(value: Any) -> Any:
    """A value as both the database and a projection write it."""
    if isinstance(value, datetime):
        return value
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, uuid.UUID) else value


def _differ(owned: Owned[Any, Any], wanted: list[Values], actual: list[Values], dated: bool) -> bool:
    skip = {owned.owner} | (set() if dated else set(owned.dates))
    should, there = (
        {key: {name: _json(row[name]) for name in row.keys() - skip} for key, row in owned.by_key(rows).items()}
        for rows in (wanted, actual)
    )
    return should != there


def _sorted(rows: list[Values]) -> list[list[tuple[str, Any]]]:
    return sorted([sorted((name, _json(value)) for name, value in row.items()) for row in rows], key=str)


def _with_other_derived(
    aggregate: Aggregate[Any, Any], name: str, expected: Mapping[uuid.UUID, _Expected]
) -> list[uuid.UUID]:
    """Lives whose derived column is not what the database makes of the text it should be made from."""
    derived = aggregate.row.derived[name] % "w.text"
    statement = (
        f"select c.id from {aggregate.table} c join unnest(%(ids)s::uuid[], %(texts)s::text[]) w(id, text)"
        f" on w.id = c.id where c.{name} is distinct from {derived}"
    )
    with run(statement, {"ids": list(expected), "texts": [life.row[name] for life in expected.values()]}) as cursor:
        return [id for (id,) in cursor.fetchall()]


def _strays(aggregate: Aggregate[Any, Any]) -> list[uuid.UUID]:
    """Rows no stream accounts for: put into the table past the door."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select id from {aggregate.table} c where not exists"
            " (select 1 from ledger_entry e where e.stream = %s || c.id and e.seq = 1)",
            [aggregate.stream("")],
        )
        return [id for (id,) in cursor.fetchall()]
