"""Telephone numbers: their shape, and how others may see them. Whether a number is in use does not enter it."""

from __future__ import annotations

import re

from .problem import Problem

# Mobile; landline with area code and extension; 400/800 numbers. Public short numbers such as 12345 are nobody's own
PHONE = r"(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|[48]00-?\d{3}-?\d{4})"
_PHONE = re.compile(PHONE)


def check(number: object) -> Problem | None:
    """What is wrong with the number, or None. Takes anything and never raises."""
    if isinstance(number, str) and number.isascii() and _PHONE.fullmatch(number):
        return None
    message = "不是正确的电话号码；请填写 11 位手机号，或带区号的固定电话，如 0371-67180000。"
    return Problem("shape", message)


def mask(number: str | None) -> str:
    """The number with its middle hidden: the first 3 and last 4 of eleven and more, the last 4 of eight to ten."""
    if not number:
        return ""
    head, tail = (3, 4) if len(number) >= 11 else (0, 4) if len(number) >= 8 else (0, 0)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]
