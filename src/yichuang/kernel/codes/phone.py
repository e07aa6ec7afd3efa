"""Telephone numbers as others may see them. Whether a number is in use does not enter it."""

from __future__ import annotations


def mask(number: str | None) -> str:
    """The number with its middle hidden: the first 3 and last 4 of eleven and more, the last 4 of eight to ten."""
    if not number:
        return ""
    head, tail = (3, 4) if len(number) >= 11 else (0, 4) if len(number) >= 8 else (0, 0)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]
