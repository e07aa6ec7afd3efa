"""Seals: a Merkle root over the heads of the streams that changed in a range of positions, chained and kept outside.

The worker makes one at least every ten minutes while there is work, and closes each day with a signed root. What a
seal covers can't be changed afterwards without `verify` naming it; what came after the last seal can (and verify
says so).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from yichuang.kernel import merkle
from yichuang.kernel.canonical import canonical
from yichuang.kernel.localtime import local_day
from yichuang.ledger.envelope import GENESIS, envelope_digest, to_microseconds
from yichuang.ledger.horizon import find_settled_position
from yichuang.ledger.models import Seal
from yichuang.ledger.outside import DAYS, Outside, configured_outside

Leaf = tuple[str, int, str]  # stream, seq, hash hex
_LOCK = 7_461_002  # advisory lock: one sealer at a time


@dataclass(frozen=True, slots=True)
class Sealed:
    number: int
    first: int  # position after which the range begins
    last: int
    entries: int
    leaves: tuple[Leaf, ...]
    root: bytes
    prev: bytes
    chain: bytes
    sealed_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "first": self.first,
            "last": self.last,
            "entries": self.entries,
            "root": self.root.hex(),
            "prev": self.prev.hex(),
            "chain": self.chain.hex(),
            "sealed_at": to_microseconds(self.sealed_at),
            "leaves": [list(leaf) for leaf in self.leaves],
        }


def leaf_bytes(leaf: Leaf) -> bytes:
    """The bytes that are hashed for a leaf: the canonical JSON of [stream, seq, hash]."""
    return canonical(list(leaf)).encode()


def chain_value(number: int, first: int, last: int, entries: int, root: bytes, prev: bytes, sealed_at: int) -> bytes:
    """The value that ties a seal to the one before; `sealed_at` in microseconds."""
    return envelope_digest(number, first, last, entries, root.hex(), prev.hex(), sealed_at)


def seal_now(outside: Outside | None = None, wait: float = 2.0) -> Sealed | None:
    """Seal everything settled since the last seal; None when there is nothing new, or an old transaction is still open.

    Call outside a transaction.
    """
    position = find_settled_position(wait)
    if position is None:
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("select number, last, chain from ledger_seal order by number desc limit 1")
        number, first, prev = cursor.fetchone() or (0, 0, GENESIS)
        if position <= first:
            return None
        outside = outside or configured_outside()
        outside.mend_lines(_kept)
        sealed = _make(cursor, number + 1, first, position, bytes(prev))
        cursor.execute(
            "insert into ledger_seal (number, first, last, entries, leaves, root, prev, chain, sealed_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                sealed.number,
                sealed.first,
                sealed.last,
                sealed.entries,
                canonical([list(leaf) for leaf in sealed.leaves]),
                sealed.root,
                sealed.prev,
                sealed.chain,
                sealed.sealed_at,
            ],
        )
        # outside first, then commit: a seal that is only outside is made again with the same content or named by verify
        outside.append_seal(local_day(sealed.sealed_at), sealed.as_json())
    return sealed


@contextmanager
def block_sealing() -> Iterator[None]:
    """While this context is open nobody can make a seal, so every seal outside is in the database too. For backups."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def _kept(number: int) -> dict[str, Any] | None:
    """The seal with this number, in the form written outside; None when it is missing or can't be read."""
    seal = Seal.objects.filter(number=number).first()
    try:
        leaves: tuple[Leaf, ...] = tuple((a, b, c) for a, b, c in json.loads(seal.leaves)) if seal else ()
    except (ValueError, TypeError):
        return None
    if seal is None:
        return None
    root, prev, chain = bytes(seal.root), bytes(seal.prev), bytes(seal.chain)
    return Sealed(number, seal.first, seal.last, seal.entries, leaves, root, prev, chain, seal.sealed_at).as_json()


def _make(cursor: Any, number: int, first: int, last: int, prev: bytes) -> Sealed:
    cursor.execute(
        "select count(*), ledger_now() from ledger_entry where position > %s and position <= %s", [first, last]
    )
    entries, now = cursor.fetchone()
    cursor.execute(
        "select distinct on (stream) stream, seq, encode(hash, 'hex') from ledger_entry"
        " where position > %s and position <= %s order by stream, seq desc",
        [first, last],
    )
    leaves: tuple[Leaf, ...] = tuple(sorted(cursor.fetchall()))
    root = merkle.compute_root([leaf_bytes(leaf) for leaf in leaves])
    chain = chain_value(number, first, last, entries, root, prev, to_microseconds(now))
    return Sealed(number, first, last, entries, leaves, root, prev, chain, now)


def close_days(before: date, outside: Outside | None = None) -> list[date]:
    """Sign and publish the root of every day before `before` that has seals and no root yet. Returns those days."""
    outside = outside or configured_outside()
    signed_days = {file.stem for file in outside.folder.glob(DAYS)}
    by_day: dict[date, list[Seal]] = {}
    for seal in Seal.objects.order_by("number").defer("leaves"):
        by_day.setdefault(local_day(seal.sealed_at), []).append(seal)
    closed = []
    for day, seals in by_day.items():
        if day >= before or day.isoformat() in signed_days:
            continue
        outside.write_day(day, _day(day, seals))
        closed.append(day)
    return closed


def _day(day: date, seals: list[Seal]) -> dict[str, Any]:
    """The day's root: the chain value of its last seal stands for all seals up to it."""
    return {
        "day": day.isoformat(),
        "first_seal": seals[0].number,
        "last_seal": seals[-1].number,
        "last_position": seals[-1].last,
        "entries": sum(s.entries for s in seals),
        "chain": bytes(seals[-1].chain).hex(),
        "signed_at": to_microseconds(datetime.now(UTC)),
    }


def latest_root() -> tuple[int, str, datetime] | None:
    """Number, chain value and moment of the last seal, as receipts print them."""
    seal = Seal.objects.order_by("-number").defer("leaves").first()
    return (seal.number, bytes(seal.chain).hex(), seal.sealed_at) if seal else None


def list_seals(most: int) -> list[Seal]:
    """The last seals, the newest first, without their leaves."""
    return list(Seal.objects.order_by("-number").defer("leaves")[:most])
