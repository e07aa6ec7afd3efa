"""The SM3 hash (GB/T 32905) and the link of a hash chain. No key, signature or storage enters it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

SIZE = 32

if "sm3" in hashlib.algorithms_available:

    def sm3(data: bytes) -> bytes:
        """The 32-byte SM3 digest of the data."""
        return hashlib.new("sm3", data).digest()

    def sm3_of_pieces(pieces: Iterable[bytes]) -> bytes:
        """The 32-byte SM3 digest of data that comes piece by piece."""
        digest = hashlib.new("sm3")
        for piece in pieces:
            digest.update(piece)
        return digest.digest()

else:  # an OpenSSL built without SM3; the wheel of cryptography carries its own
    from cryptography.hazmat.primitives import hashes

    def sm3(data: bytes) -> bytes:
        """The 32-byte SM3 digest of the data."""
        digest = hashes.Hash(hashes.SM3())
        digest.update(data)
        return digest.finalize()

    def sm3_of_pieces(pieces: Iterable[bytes]) -> bytes:
        """The 32-byte SM3 digest of data that comes piece by piece."""
        digest = hashes.Hash(hashes.SM3())
        for piece in pieces:
            digest.update(piece)
        return digest.finalize()


def chain_hash(prev: bytes, preimage: bytes) -> bytes:
    """The hash of an entry that follows the entry hashed `prev`.

    `prev` is of fixed length (32 zero bytes before the first entry), so the two parts cannot be cut differently.
    Raises ValueError for a `prev` of another length.
    """
    if len(prev) != SIZE:
        raise ValueError(f"prev must be {SIZE} bytes, not {len(prev)}")
    return sm3(prev + preimage)
