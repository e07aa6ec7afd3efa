"""The envelope of an entry and its hash. Pure: the same bytes are computed by the writer, by `verify` and by anyone
else.

The preimage is the canonical JSON array of all columns in the order of `Envelope`, times as whole microseconds since
1970 UTC, the previous hash as lower-case hex; `hash = SM3(preimage)`. `position` and `xid` belong to one copy of the
database and are not hashed (design §5).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from yichuang.kernel.sm3 import sm3

GENESIS = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970 UTC. Raises TypeError for a naive datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def in_microseconds(column: str) -> str:
    """SQL for the same of a column, which may hold any time at all: null for infinity, at most 9e18 else."""
    microseconds_sql = f"least(greatest(extract(epoch from {column}) * 1000000, -9e18), 9e18)::bigint"
    return f"case when isfinite({column}) then {microseconds_sql} end"


@dataclass(frozen=True, slots=True)
class Envelope:
    stream: str
    seq: int
    kind: str
    v: int
    body: str
    actor: str
    post: str
    on_behalf_of: str
    channel: str
    source: str
    session: str
    ip: str
    device: str
    command_id: str
    occurred_at: datetime
    recorded_at: datetime

    def hash(self, prev: bytes) -> bytes:
        """SM3 over every column and the previous hash: 32 bytes."""
        return envelope_digest(
            self.stream,
            self.seq,
            self.kind,
            self.v,
            self.body,
            self.actor,
            self.post,
            self.on_behalf_of,
            self.channel,
            self.source,
            self.session,
            self.ip,
            self.device,
            self.command_id,
            to_microseconds(self.occurred_at),
            to_microseconds(self.recorded_at),
            prev.hex(),
        )


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def envelope_digest(*columns: str | int) -> bytes:
    """SM3 of the columns as one canonical JSON array (strings and integers only, so key order does not arise)."""
    return sm3(_encode(columns).encode())
