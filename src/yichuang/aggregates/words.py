"""What stands on every official document: the word in its number (郑市监许「受」字…) and its verification code. Pure.

The room of documents declares the kinds when it starts; rooms below it draw numbers by these words.
"""

from __future__ import annotations

import base64

WORDS: dict[str, str] = {}  # code of the kind → its word


def register_word(code: str, word: str) -> None:
    """Let numbers be drawn for a kind of document. Raises ValueError when the code or the word is empty or taken: two
    kinds must never share a number.
    """
    if not code or not word or code in WORDS or word in WORDS.values():
        raise ValueError(f"document kind {code!r} ({word}): empty, or declared twice")
    WORDS[code] = word


def verification_code(hash: bytes) -> str:
    """The code printed on a document: 16 letters and digits of its entry's hash, in four groups."""
    text = base64.b32encode(hash[:10]).decode()
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))
