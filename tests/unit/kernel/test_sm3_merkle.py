"""SM3, its chain and its trees: published vectors, a second implementation, and tampering."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel.merkle import compute_root, prove_leaf, verify
from yichuang.kernel.sm3 import chain_hash, sm3, sm3_of_pieces

ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
ABCD16 = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_the_examples_of_gb_t_32905() -> None:
    assert sm3(b"abc").hex() == ABC
    assert sm3(b"abcd" * 16).hex() == ABCD16


@given(st.binary(max_size=300))
def test_two_implementations_agree(data: bytes) -> None:
    other = hashes.Hash(hashes.SM3())
    other.update(data)
    assert sm3(data) == other.finalize()


@given(st.lists(st.binary(max_size=100)))
def test_pieces_are_hashed_as_their_whole(pieces: list[bytes]) -> None:
    assert sm3_of_pieces(pieces) == sm3(b"".join(pieces))


def test_a_chain_depends_on_what_went_before() -> None:
    first = chain_hash(bytes(32), b"one")
    assert first == sm3(bytes(32) + b"one")
    assert chain_hash(first, b"two") != chain_hash(bytes(32), b"two")
    with pytest.raises(ValueError):
        chain_hash(b"short", b"one")


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 word by word."""
    if not leaves:
        return sm3(b"")
    if len(leaves) == 1:
        return sm3(b"\x00" + leaves[0])
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sm3(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:]))


@pytest.mark.parametrize("size", [*range(20), 63, 64, 65])
def test_the_tree_is_that_of_rfc_6962(size: int) -> None:
    leaves = [bytes([n]) for n in range(size)]
    assert compute_root(leaves) == by_definition(leaves)
    for index, leaf in enumerate(leaves):
        steps = prove_leaf(leaves, index)
        assert len(steps) <= size.bit_length()
        assert verify(leaf, steps, compute_root(leaves))


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=6), min_size=1, max_size=20), st.data())
def test_a_proof_proves_only_its_leaf(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    steps, top = prove_leaf(leaves, index), compute_root(leaves)
    other = data.draw(st.binary(max_size=6).filter(lambda leaf: leaf != leaves[index]))
    assert not verify(other, steps, top)
    assert not verify(leaves[index], steps, compute_root([*leaves, b"more"]))
    if steps:
        assert not verify(leaves[index], steps[:-1], top)
        side, _ = steps[0]
        assert not verify(leaves[index], [(side, bytes(32)), *steps[1:]], top)


def test_a_node_cannot_pass_for_a_leaf() -> None:
    left, right = sm3(b"\x00a"), sm3(b"\x00b")
    assert compute_root([left + right]) != compute_root([b"a", b"b"])


def test_what_is_no_proof() -> None:
    assert not verify(b"a", [("middle", bytes(32))], compute_root([b"a"]))
    assert not verify(b"a", [("left", b"short")], compute_root([b"a"]))
    assert not verify(b"a", [], b"")
    for index in (-1, 1):
        with pytest.raises(IndexError):
            prove_leaf([b"a"], index)
