"""Text as people send it, made safe to keep. No escaping for pages, no search and no pinyin enters it."""

from __future__ import annotations

import unicodedata

# Invisible and without meaning of their own; they come along when a name is pasted from a page or another program.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff"))
# They reverse what is shown against what is stored.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


# In a number or a search nothing that cannot be seen has a meaning: these joiners and selectors neither.
_MARKS = _INVISIBLE | dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x034F])
_MARKS |= dict.fromkeys([*range(0xFE00, 0xFE10), 0x115F, 0x1160, 0x3164, 0xFFA0])


def drop_invisible(text: str) -> str:
    """The text of a number or a search without invisible characters. Control characters stay; `clean` refuses them."""
    return text.translate(_MARKS)


# Brackets that stand for one another in document numbers, after NFKC
_BRACKETS = str.maketrans("[]〔〕【】", "()()()")


def fold_text(text: str) -> str:
    """The text as numbers and addresses are compared: full width as half width, brackets of one kind, no blanks."""
    return "".join(drop_invisible(unicodedata.normalize("NFKC", text).translate(_BRACKETS)).split())


def clean(text: str, *, lines: bool = False) -> str:
    """The text in NFC, without blanks at its ends and without zero-width characters; rare characters are kept.

    With `lines` line breaks (made `\\n`) and tabs may stand inside. Raises ValueError, in Chinese, for control
    characters, reversed-writing marks and broken characters: they are refused, never quietly dropped, since what is
    signed must be what was seen.
    """
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # blanks at the ends are no fault, but only these: strip() alone would also drop control characters unseen
    text = text.translate(_INVISIBLE).strip(" \t\r\n\u00a0\u3000")
    for place, character in enumerate(text, start=1):
        if not (lines and character in "\n\t") and (fault := _fault(character)):
            raise ValueError(f"第 {place} 个字符是{fault}（U+{ord(character):04X}），不能保存；请删去后重新填写。")
    return unicodedata.normalize("NFC", text).strip()


def _fault(character: str) -> str:
    """The fault of a character, in Chinese; empty for none."""
    if character.isprintable() and character < "\ufffe":
        return ""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return "看不见的控制字符"
    if category == "Cs" or ord(character) & 0xFFFE == 0xFFFE:
        return "残缺的字符"
    return "改变书写方向的控制字符" if character in _BIDI else ""
