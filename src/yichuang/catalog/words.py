"""Search words of names: overlapping pairs of characters, and pinyin for searching and ordering. Pure."""

from __future__ import annotations

LONGEST_SOUND = 24  # letters of the pinyin of a name that a search compares


def bigrams(*texts: str) -> str:
    """Words for a `tsvector` of the `simple` configuration: pairs of neighbouring characters, single ones alone."""
    words: set[str] = set()
    for text in texts:
        characters = "".join(c for c in text.lower() if c.isalnum())
        words.update(characters[i : i + 2] for i in range(len(characters) - 1))
        if len(characters) == 1:
            words.add(characters)
    return " ".join(sorted(words))


def name_words(name: str) -> str:
    """What a name is found by besides its pairs of characters: its last character alone, for searches of one, and its
    pinyin and initials from each character on, for searches by what a name begins with.
    """
    from pypinyin import lazy_pinyin

    characters = [c for c in name.lower() if c.isalnum()]
    words = set(characters[-1:])
    sounds = lazy_pinyin("".join(c for c in characters if not c.isascii()))
    for parts in (sounds, [sound[:1] for sound in sounds]):
        words.update("".join(parts[i:])[:LONGEST_SOUND] for i in range(len(parts) - 1))
    return " ".join(sorted(words))


def pinyin(text: str) -> str:
    """Full pinyin, for sorting Chinese where the database orders by code point."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(text)).lower()
