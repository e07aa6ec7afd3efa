"""What is wrong with a code that someone gave. No code's own rule enters it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: `code` for programs, `message` in Chinese says what is wrong and what to do."""

    code: str
    message: str


def problem_of(parsed: object) -> Problem | None:
    """The problem, when parsing found one."""
    return parsed if isinstance(parsed, Problem) else None


def plain(value: object, length: int, name: str) -> str | Problem:
    """The value as plain text of this length, or the fault that any code can have.

    Not text, empty, full-width or other foreign characters, blanks, small letters, a wrong length.
    """
    if not isinstance(value, str) or not value.strip():
        return Problem("empty", f"{name}没有填写；请填写{length}位{name}。")
    if not value.isascii():
        return Problem("character", f"{name}只能用半角数字和大写字母；请切换到半角输入后重填。")
    if value != value.strip() or value != value.upper():
        return Problem("character", f"{name}中有空格或小写字母；请去掉空格，字母改为大写。")
    if len(value) != length:
        return Problem("length", f"{name}应为{length}位，现为{len(value)}位；请核对后重填。")
    return value


def tidy(text: str) -> str:
    """What a person typed, brought to the form codes are checked in: half-width, upper case, no blanks."""
    return "".join(_half_width(text).split()).upper()


def _half_width(text: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
