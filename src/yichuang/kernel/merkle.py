"""Merkle trees over SM3: one root for many entries, and a short proof that an entry is among them.

Shape and domain separation follow RFC 6962 §2.1: 0x00 before a leaf, 0x01 before a node, so that no node can pass
for a leaf. What a leaf means, signing and publishing do not enter it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest
from typing import Literal

from .sm3 import SIZE, sm3

Side = Literal["left", "right"]


def _leaf(data: bytes) -> bytes:
    return sm3(b"\x00" + data)


def _node(left: bytes, right: bytes) -> bytes:
    return sm3(b"\x01" + left + right)


def _above(level: list[bytes]) -> list[bytes]:
    """The next level up; the last of an odd number rises alone, which gives the tree of RFC 6962."""
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs


def compute_root(leaves: Sequence[bytes]) -> bytes:
    """The 32-byte root; that of no leaves is the SM3 of nothing, as RFC 6962 has it."""
    if not leaves:
        return sm3(b"")
    level = [_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0]


def prove_leaf(leaves: Sequence[bytes], index: int) -> list[tuple[Side, bytes]]:
    """The inclusion proof of a leaf: for each level from the leaf up, the side and the hash of its sibling.

    Raises IndexError when there is no leaf with this index.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    steps: list[tuple[Side, bytes]] = []
    level = [_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            steps.append(("left" if sibling < index else "right", level[sibling]))
        level, index = _above(level), index // 2
    return steps


def verify(leaf: bytes, proof: Sequence[tuple[str, bytes]], root: bytes) -> bool:
    """Whether the proof leads from the leaf to the root. False for a malformed proof."""
    subtree_hash = _leaf(leaf)
    for side, sibling in proof:
        if side not in ("left", "right") or len(sibling) != SIZE:
            return False
        subtree_hash = _node(sibling, subtree_hash) if side == "left" else _node(subtree_hash, sibling)
    return compare_digest(subtree_hash, root)
