"""The word in the number of each kind of official document (郑市监许「受」字…). Pure.

The room of documents declares the kinds when it starts; rooms below it draw numbers by these words.
"""

from __future__ import annotations

WORDS: dict[str, str] = {}  # code of the kind → its word


def register_word(code: str, word: str) -> None:
    """Let numbers be drawn for a kind of document. Raises ValueError when the code or the word is empty or taken: two
    kinds must never share a number.
    """
    if not code or not word or code in WORDS or word in WORDS.values():
        raise ValueError(f"document kind {code!r} ({word}): empty, or declared twice")
    WORDS[code] = word
