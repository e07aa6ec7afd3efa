"""Citizens' identity numbers (公民身份号码), GB 11643-1999, and those of residence permits (81, 82, 83).

Whether the number was issued, and to whom, does not enter it. The old 15-digit form is refused: those cards are void
since 2013-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .problem import Problem, plain, problem_of

NAME = "公民身份号码"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

# The first two digits. Counties change too often for a table to refuse one: the rest of the division is not judged.
PROVINCES = frozenset(
    str(province)
    for block in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66), (71,))
    for province in (*block, 81, 82, 83)
)


@dataclass(frozen=True, slots=True)
class ResidentId:
    """The parts of a number: division of the first registration, birthday, sex."""

    code: str
    division: str
    birthday: date
    sex: Literal["男", "女"]


def check(code: object, today: date | None = None) -> Problem | None:
    """What is wrong with the number, or None. With `today`, a later birthday is wrong. Never raises."""
    return problem_of(parse(code, today))


def parse(code: object, today: date | None = None) -> ResidentId | Problem:
    """The parts of the number, or what is wrong with it. Takes anything and never raises."""
    if isinstance(code, str) and len(code) == 15 and code.isascii() and code.isdigit():
        return Problem("old", f"这是15位的旧号码，第一代居民身份证已停用；请填写18位{NAME}。")
    code = plain(code, 18, NAME)
    if isinstance(code, Problem):
        return code
    if not code[:17].isdigit() or code[17] not in _CHECKS:
        return Problem("character", f"{NAME}前17位应为数字，末位为数字或X；请对照身份证核对。")
    if code[:2] not in PROVINCES:
        return Problem("division", f"{NAME}前两位{code[:2]}不是省级行政区划代码；请核对，或改选其他证件类型。")
    try:
        birthday = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return Problem("birthday", f"{NAME}第7至14位不是一个存在的日期；请对照身份证核对出生日期。")
    if today is not None and birthday > today:
        return Problem("birthday", f"{NAME}中的出生日期{birthday}在今天之后；请对照身份证核对。")
    if code[17] != check_character(code[:17]):
        return Problem("check", f"{NAME}校验不符，有数字填错；请对照身份证逐位核对。")
    return ResidentId(code, code[:6], birthday, "男" if int(code[16]) % 2 else "女")


def check_character(first_17: str) -> str:
    """The 18th character, ISO 7064 MOD 11-2. Raises ValueError unless given 17 digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True)) % 11]


def build(division: str, birthday: date, sequence: int) -> str:
    """A number from its parts; an odd sequence is a man's. Raises ValueError, in Chinese, when they make none."""
    body = f"{division}{birthday:%Y%m%d}{sequence:03d}"
    try:
        code = body + check_character(body)
    except ValueError:
        raise ValueError(f"不能组成{NAME}：{body}。") from None
    if problem := check(code):
        raise ValueError(problem.message)
    return code


def mask(code: str | None) -> str:
    """The number with its middle hidden, the first 6 and last 4 left; anything of another length hidden whole."""
    if not code:
        return ""
    return f"{code[:6]}********{code[-4:]}" if len(code) == 18 else "*" * len(code)
