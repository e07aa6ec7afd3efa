"""The tailer: what the ledger recorded since the last time becomes rows of the contract tables (design §6).

It is a follower of the ledger (`aggregates.following`): no entry that commits late is passed over, and nothing is taken
twice or lost. What was taken in is judged in the same transaction (`judging`). The first time, and after `rebuild`,
whole streams are taken one after the other instead of entries in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from yichuang.aggregates.following import Followed, Follower
from yichuang.catalog.queries import standard
from yichuang.ledger.envelope import Envelope
from yichuang.ledger.horizon import settled
from yichuang.supervision import ddl, reporting
from yichuang.supervision.background import background
from yichuang.supervision.contract import OF_CASE, TABLES, Table, table
from yichuang.supervision.flatten import Row, Rows, changes, flatten
from yichuang.supervision.judging import NOTHING, Judged, judge
from yichuang.supervision.reported import PREFIX
from yichuang.supervision.reporting import COLUMNS

PLACE = "contract"
BATCH = 2_000  # entries of one transaction
STREAMS = 500  # streams of one transaction while the tables are first filled
_CASE = "case/"
# While the tables are first filled: places that say behind which birth of a stream the filling goes on, in the order in
# which they are filled. A report is understood with the case that it names.
FILLING = {f"{PLACE}/cases": _CASE, f"{PLACE}/reports": PREFIX}
# Streams whose entries change what all cases share
_BACKGROUND = ("org/", "standard/", "system/", "exclusion/", "outage/")


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
    horizon = settled(wait)
    if horizon is None:
        return Taken()
    with transaction.atomic(), connection.cursor() as cursor:
        place = FOLLOWER.lock()
        if place is None:
            FOLLOWER.begin(horizon)
            cursor.execute(
                "insert into aggregates_place (name, position) select unnest(%s::text[]), 0 on conflict do nothing",
                [list(FILLING)],
            )
            return Taken(more=True)
        cursor.execute("select name, position from aggregates_place where name = any(%s)", [list(FILLING)])
        if filling := dict(cursor.fetchall()):
            return _fill(cursor, place, filling)
        step = FOLLOWER.advance(place, horizon)
    return replace(step.taken or Taken(), entries=step.entries, more=step.more)


def catch_up(wait: float = 30.0) -> bool:
    """Take in everything recorded until now; whether that was possible. Call outside a transaction."""
    upto = settled(wait)
    if upto is None:
        return False
    while tail(wait).more:
        pass
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from aggregates_place where name = %s and position >= %s"
            " and not exists (select 1 from aggregates_place where name = any(%s))",
            [PLACE, upto, list(FILLING)],
        )
        return cursor.fetchone() is not None


def rebuild() -> None:
    """Empty the tables and the place; the next looks fill them again from the ledger."""
    with transaction.atomic(), connection.cursor() as cursor:
        FOLLOWER.begin(0)  # there or not, the place is ours now, and whoever tails waits
        cursor.execute("delete from aggregates_place where name = any(%s)", [[PLACE, *FILLING]])
        for one in TABLES:
            cursor.execute(f"delete from {one.stored_as}")
        reporting.forget(cursor)


def _follow(entries: Sequence[Followed]) -> Taken:
    """Take in entries in order of position."""
    first, last = entries[0].position, entries[-1].position
    streams = {entry.stream for entry in entries}
    rows = 0
    with connection.cursor() as cursor:
        if any(stream.startswith(_BACKGROUND) for stream in streams):
            rows += _refresh(cursor)
        cases = sorted(stream for stream in streams if stream.startswith(_CASE))
        rows += _take(cursor, cases, first - 1, last)
        keys = [stream.removeprefix(_CASE) for stream in cases]
        judged = judge(keys, {entry.kind for entry in entries if entry.stream.startswith(_CASE)})
        told = reporting.take(cursor, sorted(s for s in streams if s.startswith(PREFIX)), last)
        judged += judge(told)
    return Taken(rows=rows, cases=frozenset([*keys, *told]), judged=judged)


FOLLOWER = Follower(PLACE, (_CASE, PREFIX, *_BACKGROUND), _follow, BATCH)


def _fill(cursor: Any, upto: int, filling: dict[str, int]) -> Taken:
    """The next streams in the order of their births, each whole up to the position at which the filling began."""
    name, prefix = next((name, prefix) for name, prefix in FILLING.items() if name in filling)
    rows = _refresh(cursor) if filling[name] == 0 else 0
    cursor.execute(
        "select stream, position from ledger_entry where position > %s and position <= %s and seq = 1"
        " and starts_with(stream, %s) order by position limit %s",
        [filling[name], upto, prefix, STREAMS],
    )
    births = cursor.fetchall()
    streams = sorted(stream for stream, _ in births)
    if prefix == _CASE:
        rows += _take(cursor, streams, 0, upto)
        keys = [stream.removeprefix(_CASE) for stream in streams]
    else:
        keys = reporting.take(cursor, streams, upto)
    judged = judge(keys)
    if len(births) == STREAMS:
        cursor.execute("update aggregates_place set position = %s where name = %s", [births[-1][1], name])
    else:
        cursor.execute("delete from aggregates_place where name = %s", [name])
    return Taken(len(streams), rows, frozenset(keys), judged, True)


def _take(cursor: Any, streams: Sequence[str], place: int, upto: int) -> int:
    """Write what the entries after `place` changed in these cases; how many rows."""
    if not streams:
        return 0
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
        case = stream.removeprefix(_CASE)
        before = flatten(case, known.get(stream, ()), standard)
        after: Rows = flatten(case, [*known.get(stream, ()), *new.get(stream, ())], standard)
        for name, rows in changes(before, after).items():
            changed.setdefault(name, []).extend(rows)
    for one in OF_CASE:
        ddl.write(cursor, one, changed.get(one.name, ()))
    return sum(map(len, changed.values()))


def masked_entry(entry: Envelope) -> Envelope:
    """The entry with digests for what tells where somebody sat."""
    return replace(entry, session=masked(entry.session), ip=masked(entry.ip), device=masked(entry.device))


@lru_cache(maxsize=4096)
def masked(value: str) -> str:
    """A keyed digest: two are the same when the values are, and nobody without the key can tell which they were."""
    return salted_hmac("yichuang.supervision", value, algorithm="sha256").hexdigest()[:16] if value else ""


def _refresh(cursor: Any) -> int:
    """Bring the shared tables to what catalogue, posts and calendar say now; how many rows changed."""
    written = 0
    for name, rows in background().items():
        one = table(name)
        names = [column.name for column in one.columns]
        cursor.execute(f"select {', '.join(map(ddl.quoted, names))} from {one.stored_as}")
        stored = {_key(one, row): row for row in (dict(zip(names, r, strict=True)) for r in cursor.fetchall())}
        wanted = {_key(one, row): row for row in rows}
        if gone := [key for key in stored if key not in wanted]:
            key = " and ".join(f"{ddl.quoted(k)} = %s" for k in one.key)
            cursor.executemany(f"delete from {one.stored_as} where {key}", gone)
        new = [row for key, row in wanted.items() if stored.get(key) != row]
        ddl.write(cursor, one, new)
        written += len(gone) + len(new)
    return written


def _key(one: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[k] for k in one.key)
