"""The tailer: what the ledger recorded since the last time becomes rows of the contract tables (design §6).

It is a follower of the ledger (`aggregates.following`): no entry that commits late is passed over, and nothing is taken
twice or lost. What was taken in is judged in the same transaction (`judging`). The first time, and after `rebuild`,
whole streams are taken one after the other instead of entries in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from yichuang.aggregates.aggregate import AGGREGATES, Aggregate
from yichuang.aggregates.flattening import Flattener, Row
from yichuang.aggregates.following import Followed, Follower
from yichuang.ledger.actor import device_mark
from yichuang.ledger.envelope import Envelope
from yichuang.ledger.horizon import find_settled_position
from yichuang.supervision import ddl, reporting
from yichuang.supervision.background import background
from yichuang.supervision.contract import TABLES, Table, table
from yichuang.supervision.flatten import changed_rows
from yichuang.supervision.judging import NOTHING, Judged, judge
from yichuang.supervision.reported import PREFIX
from yichuang.supervision.reporting import COLUMNS

PLACE = "contract"
BATCH = 2_000  # entries of one transaction
STREAMS = 500  # streams of one transaction while the tables are first filled
# Streams whose entries change what all cases share
_BACKGROUND = ("org/", "standard/", "listing/", "law/", "revision/", "deviation/", "system/", "exclusion/", "outage/")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one look took in."""

    entries: int = 0
    rows: int = 0
    cases: frozenset[str] = frozenset()
    judged: Judged = NOTHING
    more: bool = False  # whether there is more up to the settled position


def tail(wait: float = 2.0) -> Taken:
    """Take in one batch of what is settled. Call outside a transaction.

    Nothing is taken while an older transaction stays open for `wait` seconds.
    """
    horizon = find_settled_position(wait)
    return Taken() if horizon is None else take_in(horizon)


def take_in(horizon: int) -> Taken:
    """Take in one batch up to a position that is settled."""
    with transaction.atomic(), connection.cursor() as cursor:
        place = follower().lock()
        if place is None:
            follower().begin(horizon)
            cursor.execute(
                "insert into aggregates_place (name, position) select unnest(%s::text[]), 0 on conflict do nothing",
                [list(map(filling_place, prefixes()))],
            )
            return Taken(more=True)
        cursor.execute("select name, position from aggregates_place where starts_with(name, %s)", [filling_place()])
        if filling := dict(cursor.fetchall()):
            return _fill(cursor, place, filling)
        step = follower().advance(place, horizon)
    return replace(step.taken or Taken(), entries=step.entries, more=step.more)


def catch_up(wait: float = 30.0) -> bool:
    """Take in everything recorded until now; whether that was possible. Call outside a transaction."""
    upto = find_settled_position(wait)
    if upto is None:
        return False
    while tail(wait).more:
        pass
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from aggregates_place where name = %s and position >= %s"
            " and not exists (select 1 from aggregates_place where starts_with(name, %s))",
            [PLACE, upto, filling_place()],
        )
        return cursor.fetchone() is not None


def rebuild() -> None:
    """Empty the tables and the place; the next looks fill them again from the ledger."""
    with transaction.atomic(), connection.cursor() as cursor:
        follower().begin(0)  # there or not, the place is ours now, and whoever tails waits
        cursor.execute(
            "delete from aggregates_place where name = %s or starts_with(name, %s)", [PLACE, filling_place()]
        )
        for known in TABLES:
            cursor.execute(f"delete from {known.stored_as}")
        reporting.forget(cursor)


# --- whose streams ----------------------------------------------------------------------------------------------------


@cache
def follower() -> Follower[Taken]:
    """The reader of the ledger, once every room has registered its lives."""
    return Follower(PLACE, (*prefixes(), *_BACKGROUND), _follow, BATCH)


def lives() -> dict[str, Aggregate[Any, Any]]:
    """The kinds of life that have rows in the contract, by how their streams begin."""
    return {aggregate.stream(""): aggregate for aggregate in AGGREGATES.values() if aggregate.flattener}


def prefixes() -> tuple[str, ...]:
    """How the streams begin that have rows, in the order in which the tables are filled: a report is understood with
    the case that it names.
    """
    return (*lives(), PREFIX)


def filling_place(prefix: str = "") -> str:
    """The place that says behind which birth of a stream the first filling goes on; it is gone when that is done."""
    return f"{PLACE}/{prefix}"


# --- taking in --------------------------------------------------------------------------------------------------------


def _follow(entries: Sequence[Followed]) -> Taken:
    """Take in entries in order of position."""
    first, last = entries[0].position, entries[-1].position
    streams, own = {entry.stream for entry in entries}, tuple(lives())
    rows = 0
    with connection.cursor() as cursor:
        if any(stream.startswith(_BACKGROUND) for stream in streams):
            rows += _refresh(cursor)
        written, cases = _take(cursor, sorted(s for s in streams if s.startswith(own)), first - 1, last)
        judged = judge(cases, {entry.kind for entry in entries if entry.stream.startswith(own)})
        reported = reporting.take(cursor, sorted(s for s in streams if s.startswith(PREFIX)), last)
        judged += judge(reported)
    return Taken(rows=rows + written, cases=frozenset([*cases, *reported]), judged=judged)


def _fill(cursor: Any, upto: int, filling: dict[str, int]) -> Taken:
    """The next streams in the order of their births, each whole up to the position at which the filling began."""
    prefix = next(prefix for prefix in prefixes() if filling_place(prefix) in filling)
    name = filling_place(prefix)
    rows = _refresh(cursor) if filling[name] == 0 else 0
    cursor.execute(
        "select stream, position from ledger_entry where position > %s and position <= %s and seq = 1"
        " and starts_with(stream, %s) order by position limit %s",
        [filling[name], upto, prefix, STREAMS],
    )
    births = cursor.fetchall()
    streams = sorted(stream for stream, _ in births)
    if prefix == PREFIX:
        cases = reporting.take(cursor, streams, upto)
    else:
        written, cases = _take(cursor, streams, 0, upto)
        rows += written
    judged = judge(cases)
    if len(births) == STREAMS:
        cursor.execute("update aggregates_place set position = %s where name = %s", [births[-1][1], name])
    else:
        cursor.execute("delete from aggregates_place where name = %s", [name])
    return Taken(len(streams), rows, frozenset(cases), judged, True)


def _take(cursor: Any, streams: Sequence[str], place: int, upto: int) -> tuple[int, list[str]]:
    """Write what the entries after `place` changed in the rows of these lives. Answers how many rows, and the cases
    that they are about.
    """
    if not streams:
        return 0, []
    cursor.execute(
        f"select position, {COLUMNS} from ledger_entry where stream = any(%s) and position <= %s order by stream, seq",
        [list(streams), upto],
    )
    known: dict[str, list[Envelope]] = {}
    new: dict[str, list[Envelope]] = {}
    for position, *columns in cursor.fetchall():
        entry = masked_entry(Envelope(*columns))
        (known if position <= place else new).setdefault(entry.stream, []).append(entry)
    changed: dict[str, list[Row]] = {}
    for stream in streams:
        for name, rows in changed_rows(_flattener(stream), known.get(stream, ()), new.get(stream, ())).items():
            changed.setdefault(name, []).extend(rows)
    for changed_table in TABLES:
        ddl.write(cursor, changed_table, changed.get(changed_table.name, ()))
    cases = {row["case_id"] for name, rows in changed.items() if table(name).of_case for row in rows}
    return sum(map(len, changed.values())), sorted(cases)


def _flattener(stream: str) -> Flattener:
    kind, _, id = stream.partition("/")
    begin = AGGREGATES[kind].flattener
    assert begin
    return begin(id)


def masked_entry(entry: Envelope) -> Envelope:
    """The entry with digests for what tells where somebody sat; of a device that is unknown, nothing."""
    device = masked(device_mark(entry.device))
    return replace(entry, session=masked(entry.session), ip=masked(entry.ip), device=device)


@lru_cache(maxsize=4096)
def masked(value: str) -> str:
    """A keyed digest: two are the same when the values are, and nobody without the key can tell which they were."""
    return salted_hmac("yichuang.supervision", value, algorithm="sha256").hexdigest()[:16] if value else ""


def _refresh(cursor: Any) -> int:
    """Bring the shared tables to what catalogue, posts and calendar say now; how many rows changed."""
    written = 0
    for name, rows in background().items():
        refreshed = table(name)
        names = [column.name for column in refreshed.columns]
        cursor.execute(f"select {', '.join(map(ddl.quoted, names))} from {refreshed.stored_as}")
        stored = {_key(refreshed, row): row for row in (dict(zip(names, r, strict=True)) for r in cursor.fetchall())}
        wanted = {_key(refreshed, row): row for row in rows}
        if gone := [key for key in stored if key not in wanted]:
            key = " and ".join(f"{ddl.quoted(k)} = %s" for k in refreshed.key)
            cursor.executemany(f"delete from {refreshed.stored_as} where {key}", gone)
        new = [row for key, row in wanted.items() if stored.get(key) != row]
        ddl.write(cursor, refreshed, new)
        written += len(gone) + len(new)
    return written


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[k] for k in table.key)
