"""The fault of a code that someone entered, and the checks that all codes share. No code's own rule enters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yichuang.kernel.text import drop_invisible


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


# What stands before a number on a page or a document and is copied with it. Before a colon any short Chinese word is
# one.
_NAMES = (
    "办件编号|受理号|受理编号|收件编号|查询码|核验码|验证码|证照编号|证照标识|证照号码|编号|(居民)?身份证号码?|公民身份号码"
    "|证件号码?|统一社会信用代码|信用代码|手机号码?|联系电话|电话"
)
_LABEL = re.compile(rf"(?:[\u3400-\u9fff()/]{{1,20}}:|(?:{_NAMES})(?=[0-9A-Z]))")
_AFTER = "。，、；,;"  # punctuation of the sentence a number stood in


def tidy(text: str) -> str:
    """A code as a person typed or pasted it, brought to the form in which codes are checked. Every entrance uses this.

    Half-width, upper case, no blanks, no invisible marks, no label before it (`受理号：`), no comma or stop after it.
    """
    text = "".join(_half_width(drop_invisible(text)).split()).upper().rstrip(_AFTER)
    while label := _LABEL.match(text):
        text = text[label.end() :]
    return text


def _half_width(text: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
