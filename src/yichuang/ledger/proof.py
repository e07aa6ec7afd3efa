"""Inclusion proofs: an entry of a stream is under a seal whose chain value is published. Anyone can check a proof
without the database.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from yichuang.kernel import merkle
from yichuang.ledger.envelope import to_microseconds
from yichuang.ledger.seals import Leaf, chain_value, leaf_bytes

EXPLANATION = (
    "叶为 [流，序号，哈希];按 path 逐级以 SM3 合并得 root;seal 各项与 prev 以 SM3 得 chain，与公布的日根比对。"
)


def prove_stream(stream: str) -> dict[str, Any] | None:
    """The proof for the latest sealed entry of a stream, as JSON. None while no entry of the stream is sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select s.number, s.first, s.last, s.entries, s.leaves, s.root, s.prev, s.chain, s.sealed_at"
            " from ledger_seal s where s.last >= (select min(position) from ledger_entry where stream = %s)"
            " and exists (select 1 from ledger_entry e"
            " where e.stream = %s and e.position > s.first and e.position <= s.last)"
            " order by s.number desc limit 1",
            [stream, stream],
        )
        row = cursor.fetchone()
    if not row:
        return None
    number, first, last, entries, leaves, root, prev, chain, sealed_at = row
    sealed_leaves: list[Leaf] = [(a, b, c) for a, b, c in json.loads(leaves)]
    index = next(i for i, leaf in enumerate(sealed_leaves) if leaf[0] == stream)
    return {
        "说明": EXPLANATION,
        "leaf": list(sealed_leaves[index]),
        "path": [[side, hash.hex()] for side, hash in merkle.prove_leaf([leaf_bytes(x) for x in sealed_leaves], index)],
        "seal": {
            "number": number,
            "first": first,
            "last": last,
            "entries": entries,
            "root": bytes(root).hex(),
            "prev": bytes(prev).hex(),
            "chain": bytes(chain).hex(),
            "sealed_at": to_microseconds(sealed_at),
        },
    }


def check_proof(proof: dict[str, Any]) -> bool:
    """Whether the leaf leads to the seal's root and the seal's own values to its chain value."""
    try:
        stream, seq, hash = proof["leaf"]
        seal = proof["seal"]
        path = [(side, bytes.fromhex(value)) for side, value in proof["path"]]
        root = bytes.fromhex(seal["root"])
        chain = chain_value(
            seal["number"],
            seal["first"],
            seal["last"],
            seal["entries"],
            root,
            bytes.fromhex(seal["prev"]),
            seal["sealed_at"],
        )
        return merkle.verify(leaf_bytes((stream, seq, hash)), path, root) and chain.hex() == seal["chain"]
    except (KeyError, TypeError, ValueError):
        return False
