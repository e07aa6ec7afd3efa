"""Appending to the ledger. `record` serves every stream but those of lives (cases, orders), whose door writes its
entries under the lock of the life's row (`aggregates.door`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from yichuang.kernel.canonical import canonical
from yichuang.ledger.actor import Actor
from yichuang.ledger.envelope import GENESIS, Envelope, to_microseconds

COLUMNS = (
    "stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source, session, ip, device, command_id, "
    "occurred_at, recorded_at, prev_hash, hash"
)


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    seq: int
    hash: bytes
    recorded_at: datetime


def make_envelope(
    stream: str,
    seq: int,
    kind: str,
    v: int,
    body: str,
    actor: Actor,
    command_id: str,
    occurred_at: datetime,
    recorded_at: datetime,
) -> Envelope:
    """The envelope of one act of `actor`."""
    return Envelope(
        stream,
        seq,
        kind,
        v,
        body,
        actor.person,
        actor.post,
        actor.on_behalf_of,
        actor.channel,
        actor.source,
        actor.session,
        actor.ip,
        actor.device,
        command_id,
        occurred_at,
        recorded_at,
    )


def chain_entries(entries: Sequence[Envelope], head: bytes) -> list[tuple[Envelope, bytes, bytes]]:
    """(entry, previous hash, hash) for consecutive entries of one stream."""
    out = []
    for entry in entries:
        hash = entry.hash(head)
        out.append((entry, head, hash))
        head = hash
    return out


def as_rows(chained: Sequence[tuple[Envelope, bytes, bytes]]) -> list[dict[str, Any]]:
    """Rows for `jsonb_to_recordset`; times as exact microseconds (see `INSERT`)."""
    return [
        {
            "stream": e.stream,
            "seq": e.seq,
            "kind": e.kind,
            "v": e.v,
            "body": e.body,
            "actor": e.actor,
            "post": e.post,
            "on_behalf_of": e.on_behalf_of,
            "channel": e.channel,
            "source": e.source,
            "session": e.session,
            "ip": e.ip,
            "device": e.device,
            "command_id": e.command_id,
            "occurred": to_microseconds(e.occurred_at),
            "recorded": to_microseconds(e.recorded_at),
            "prev": prev.hex(),
            "hash": hash.hex(),
        }
        for e, prev, hash in chained
    ]


def as_json(chained: Sequence[tuple[Envelope, bytes, bytes]]) -> str:
    """The rows as the parameter of `INSERT`."""
    return json.dumps(as_rows(chained), ensure_ascii=False)


# One statement for any number of entries. `epoch + microseconds` keeps times exact where to_timestamp(double) would
# not.
INSERT = f"""insert into ledger_entry ({COLUMNS})
select stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source, session, ip, device, command_id,
       'epoch'::timestamptz + occurred * interval '1 microsecond',
       'epoch'::timestamptz + recorded * interval '1 microsecond',
       decode(prev, 'hex'), decode(hash, 'hex')
from jsonb_to_recordset(%s::jsonb) as e(stream text, seq int, kind text, v smallint, body text, actor text, post text,
  on_behalf_of text, channel text, source text, session text, ip text, device text, command_id text,
  occurred bigint, recorded bigint, prev text, hash text)
order by stream, seq"""


def record(
    stream: str,
    kind: str,
    body: dict[str, Any],
    actor: Actor,
    *,
    occurred_at: datetime | None = None,
    command_id: str = "",
    v: int = 1,
) -> RecordedEntry:
    """Append one entry to a stream that is not a life's. Body holds no personal data and no floats.

    Writers of one stream wait for each other (advisory lock of the transaction). Raises ValueError for a body that
    has no canonical form.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select ledger_now() from (select pg_advisory_xact_lock(hashtextextended(%s, 1))) locked",
            [stream],
        )
        (now,) = cursor.fetchone()
        cursor.execute("select seq, hash from ledger_entry where stream = %s order by seq desc limit 1", [stream])
        seq, head = cursor.fetchone() or (0, GENESIS)
        entry = make_envelope(stream, seq + 1, kind, v, canonical(body), actor, command_id, occurred_at or now, now)
        chained = chain_entries([entry], bytes(head))
        cursor.execute(INSERT, [as_json(chained)])
    return RecordedEntry(entry.seq, chained[0][2], now)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One entry to append to a stream that is not a life's; without `occurred_at` it happened when it was recorded."""

    stream: str
    kind: str
    body: dict[str, Any]
    actor: Actor
    occurred_at: datetime | None = None
    command_id: str = ""


def record_all(acts: Sequence[tuple[str, str, dict[str, Any]]], actor: Actor) -> None:
    """Append many entries (stream, kind, body) of one actor at once; see `record_entries`."""
    record_entries([NewEntry(stream, kind, body, actor) for stream, kind, body in acts])


def record_entries(acts: Sequence[NewEntry]) -> dict[str, int]:
    """Append many entries at once, in streams that are not lives'. As `record`, in three statements; several of one
    stream follow each other as given. Answers the last seq of each stream.
    """
    streams = sorted({act.stream for act in acts})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select ledger_now(), count(pg_advisory_xact_lock(hashtextextended(stream, 1)))"
            " from (select unnest(%s::text[]) stream) locked",
            [streams],
        )
        (now, _) = cursor.fetchone()
        cursor.execute(
            "select distinct on (stream) stream, seq, hash from ledger_entry where stream = any(%s)"
            " order by stream, seq desc",
            [streams],
        )
        heads = {stream: (seq, bytes(hash)) for stream, seq, hash in cursor.fetchall()}
        chained = []
        for act in acts:
            seq, head = heads.get(act.stream, (0, GENESIS))
            at, body = act.occurred_at or now, canonical(act.body)
            entry = make_envelope(act.stream, seq + 1, act.kind, 1, body, act.actor, act.command_id, at, now)
            chained += chain_entries([entry], head)
            heads[act.stream] = (entry.seq, chained[-1][2])
        if chained:
            cursor.execute(INSERT, [as_json(chained)])
    return {stream: seq for stream, (seq, _) in heads.items()}


def now() -> datetime:
    """The ledger's time: the database's clock, shifted only in a demo store."""
    with connection.cursor() as cursor:
        cursor.execute("select ledger_now()")
        moment: datetime = cursor.fetchone()[0]
        return moment


STORE_KINDS = {"demo": "演示库", "production": "正式库"}


def create_store(kind: str) -> None:
    """Record once whether this database is `demo` or `production`. The kind never changes.

    Raises ValueError when another kind was recorded before, and for `demo` when the database holds entries already:
    those are acts of real people. The database refuses both as well.
    """
    recorded_kind = store_kind()
    if recorded_kind not in ("", kind):
        raise ValueError(f"此库是{STORE_KINDS[recorded_kind]}，不能改为{STORE_KINDS[kind]}。")
    if recorded_kind == "demo":  # by now it may hold entries, and then the table's guard refuses the insert
        return
    with connection.cursor() as cursor:
        cursor.execute(
            'insert into ledger_store ("only", kind, created_at) values (true, %s, now()) on conflict do nothing',
            [kind],
        )


def store_kind() -> str:
    """`demo`, `production`, or `` for an empty database whose kind is not recorded yet.

    A database with entries and without a recorded kind is `production`. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce((select kind from ledger_store),"
            " case when exists (select 1 from ledger_entry) then 'production' else '' end)"
        )
        kind: str = cursor.fetchone()[0]
        return kind


@contextmanager
def shift_clock(by: timedelta) -> Iterator[None]:
    """Shift the ledger's clock on this connection while the context is open. The database allows it only in a demo
    store.
    """
    set_shift(by)
    try:
        yield
    finally:
        set_shift(None)


def set_shift(by: timedelta | None) -> None:
    with connection.cursor() as cursor:
        value = "" if by is None else f"{by // timedelta(microseconds=1)} microseconds"
        cursor.execute("select set_config('yichuang.shift', %s, false)", [value])
