"""The tailer: what the ledger recorded since the last time becomes rows of the contract tables (design §6).

It reads up to the settled position, so no entry that commits late is ever passed over, and keeps its place in the
transaction that writes the rows, so nothing is taken twice or lost; what was taken in is judged there too (`judging`).
The first time, and after `rebuild`, whole streams are taken one after the other instead of entries in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from yichuang.catalog.queries import standard
from yichuang.ledger.envelope import Envelope
from yichuang.ledger.horizon import find_settled_position
from yichuang.supervision import ddl, reporting
from yichuang.supervision.background import background
from yichuang.supervision.contract import OF_CASE, TABLES, Table, table
from yichuang.supervision.flatten import Row, Rows, changes, flatten
from yichuang.supervision.judging import NOTHING, Judged, judge
from yichuang.supervision.reported import PREFIX
from yichuang.supervision.reporting import COLUMNS

PLACE = "contract"
BATCH = 2_000  # entries of one transaction
STREAMS = 500  # cases of one transaction while the tables are first filled
_CASE = "case/"
_BEHIND_CASES = "case0"  # the filling has all cases: what was reported comes next
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
    position = find_settled_position(wait)
    if position is None:
        return Taken()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select position, filling from supervision_place where name = %s for update", [PLACE])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(
                "insert into supervision_place (name, position, filling, moved_at, looked_at)"
                " values (%s, %s, '', ledger_now(), ledger_now()) on conflict do nothing",
                [PLACE, position],
            )
            return Taken(more=True)
        place, filling = found
        taken = _fill(cursor, place, filling) if filling is not None else _follow(cursor, place, position)
        moved = "moved_at = ledger_now(), " if taken.entries else ""
        cursor.execute(f"update supervision_place set {moved}looked_at = ledger_now() where name = %s", [PLACE])
    return taken


def catch_up(wait: float = 30.0) -> bool:
    """Take in everything recorded until now; whether that was possible. Call outside a transaction."""
    upto = find_settled_position(wait)
    if upto is None:
        return False
    while tail(wait).more:
        pass
    with connection.cursor() as cursor:
        cursor.execute(
            "select position >= %s and filling is null from supervision_place where name = %s", [upto, PLACE]
        )
        found = cursor.fetchone()
    return bool(found and found[0])


def rebuild() -> None:
    """Empty the tables and the place; the next looks fill them again from the ledger."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("lock table supervision_place in exclusive mode")
        cursor.execute("delete from supervision_place where name = %s", [PLACE])
        for one in TABLES:
            cursor.execute(f"delete from {one.stored_as}")
        reporting.forget(cursor)


def _follow(cursor: Any, place: int, upto: int) -> Taken:
    """The next entries in order of position."""
    cursor.execute(
        "select position, stream, kind from ledger_entry where position > %s and position <= %s"
        " order by position limit %s",
        [place, upto, BATCH],
    )
    found = cursor.fetchall()
    if not found:
        return Taken()
    last = found[-1][0]
    streams = {stream for _, stream, _ in found}
    rows = 0
    if any(stream.startswith(_BACKGROUND) for stream in streams):
        rows += _refresh(cursor)
    cases = sorted(stream for stream in streams if stream.startswith(_CASE))
    rows += _take(cursor, cases, place, last)
    keys = [stream.removeprefix(_CASE) for stream in cases]
    judged = judge(keys, {kind for _, stream, kind in found if stream.startswith(_CASE)})
    told = reporting.take(cursor, sorted(s for s in streams if s.startswith(PREFIX)), last)
    judged += judge(told)
    cursor.execute("update supervision_place set position = %s where name = %s", [last, PLACE])
    return Taken(len(found), rows, frozenset([*keys, *told]), judged, len(found) == BATCH)


def _fill(cursor: Any, upto: int, after: str) -> Taken:
    """The next streams in order of their names, each whole up to the position at which the filling began: the cases,
    and behind them what was reported.
    """
    rows = 0 if after and after != _BEHIND_CASES else _refresh(cursor)
    prefix = _CASE if after < _BEHIND_CASES else PREFIX
    cursor.execute(
        f"select stream from ledger_entry where stream > %s and stream like '{prefix}%%' and seq = 1 and position <= %s"
        " order by stream limit %s",
        [max(after, prefix), upto, STREAMS],
    )
    streams = [stream for (stream,) in cursor.fetchall()]
    if prefix == _CASE:
        rows += _take(cursor, streams, 0, upto)
        keys = [stream.removeprefix(_CASE) for stream in streams]
    else:
        keys = reporting.take(cursor, streams, upto)
    judged = judge(keys)
    if len(streams) == STREAMS:
        reached: str | None = streams[-1]
    else:
        reached = _BEHIND_CASES if prefix == _CASE else None
    cursor.execute("update supervision_place set filling = %s where name = %s", [reached, PLACE])
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
