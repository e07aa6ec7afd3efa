"""Unified social credit codes (统一社会信用代码), GB 32100-2015, with the organisation code inside, GB 11714.

Whether such a body exists is for a register to say and does not enter here. The code is public and never masked.
"""

from __future__ import annotations

from dataclasses import dataclass

from .problem import Problem, plain, problem_of

NAME = "统一社会信用代码"
# No I, O, S, V, Z: they look like digits or like each other
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# The first character. A letter not listed here is no fault: new authorities have been added since 2015.
AUTHORITIES = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监督管理",
    "A": "中央军委改革和编制管理",
    "N": "农业",
    "Y": "其他",
}


@dataclass(frozen=True, slots=True)
class Uscc:
    """The parts of a code: registering authority, kind of body, its division, its organisation code."""

    code: str
    authority: str
    kind: str
    division: str
    organisation: str

    @property
    def authority_name(self) -> str | None:
        """The registering authority in Chinese; None for a character not known here."""
        return AUTHORITIES.get(self.authority)


def check(code: object) -> Problem | None:
    """What is wrong with the code, or None. Takes anything and never raises."""
    return problem_of(parse(code))


def parse(code: object) -> Uscc | Problem:
    """The parts of the code, or what is wrong with it. Takes anything and never raises."""
    code = plain(code, 18, NAME)
    if isinstance(code, Problem):
        return code
    if character := next((c for c in code if c not in ALPHABET), None):
        return Problem("character", f"{NAME}中不会出现“{character}”（不用 I、O、S、V、Z）；请对照证照逐位核对。")
    if not code[2:8].isdigit():
        return Problem("division", f"{NAME}第3至8位是行政区划代码，应全为数字；请对照证照核对。")
    if code[16] != organisation_check(code[8:16]):
        return Problem("organisation-check", f"{NAME}第9至17位（组织机构代码）校验不符；请对照证照核对这九位。")
    if code[17] != check_character(code[:17]):
        return Problem("check", f"{NAME}校验不符，有数字或字母填错；请对照证照逐位核对。")
    return Uscc(code, code[0], code[1], code[2:8], code[8:17])


def check_character(first_17: str) -> str:
    """The 18th character. GB 32100-2015 附录 A. Raises ValueError for a character outside the alphabet."""
    total = sum(weight * ALPHABET.index(c) for weight, c in zip(_WEIGHTS, first_17, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first_8: str) -> str:
    """The 9th character of an organisation code, GB 11714. Raises ValueError for a character outside 0-9A-Z."""
    pairs = zip(_ORGANISATION_WEIGHTS, first_8, strict=True)
    total = sum(weight * _ORGANISATION_ALPHABET.index(c) for weight, c in pairs)
    return "0123456789X"[-total % 11]


def build(authority: str, kind: str, division: str, organisation_8: str) -> str:
    """A whole code from its parts and the first eight characters of the organisation code.

    Raises ValueError, in Chinese, when they make no code.
    """
    try:
        body = authority + kind + division + organisation_8 + organisation_check(organisation_8)
        code = body + check_character(body)
    except ValueError:
        raise ValueError(f"{NAME}的各部分长度或字符不对：{authority}{kind}{division}{organisation_8}。") from None
    if problem := check(code):
        raise ValueError(problem.message)
    return code
