"""Codes of investment projects (投资项目统一代码): 20 digits in five groups, 24 characters with the hyphens.

Two generations are in use side by side (GB/T 40058-2021; 发改投资〔2020〕1439号, from 2020-11-01):
1: year – division – trade – kind – serial of six, without a check digit;
2: year and month – division – central department – kind – five random digits and a check digit, ISO 7064 MOD 11,10.
What the departments, trades and kinds mean is an editable dictionary elsewhere: the official tables were not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .iso7064 import mod_11_10
from .problem import Problem, plain, problem_of

NAME = "项目代码"
_PATTERN = re.compile(r"([0-9]{4})-([0-9]{6})-([0-9]{2})-([0-9]{2})-([0-9]{6})")
_FIRST_GENERATION = range(2015, 2021)


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """The parts of a code. `sector` is the trade (generation 1) or the central department (generation 2)."""

    code: str
    generation: int
    period: str
    division: str
    sector: str
    kind: str
    serial: str


def check(code: object) -> Problem | None:
    """What is wrong with the code, or None. Takes anything and never raises."""
    return problem_of(parse(code))


def parse(code: object) -> ProjectCode | Problem:
    """The parts of the code, or what is wrong with it. Takes anything and never raises."""
    code = plain(code, 24, NAME)
    if isinstance(code, Problem):
        return code
    match = _PATTERN.fullmatch(code)
    if match is None:
        return Problem("shape", f"{NAME}应写作“2304-441900-04-01-135254”的样子，五段数字以连字符相连；请核对后重填。")
    generation = _generation(match[1])
    if not generation:
        return Problem("period", f"{NAME}第一段{match[1]}既不是年份也不是年月；请核对后重填。")
    if generation == 2 and mod_11_10(code[:-1].replace("-", "")) != code[-1]:
        return Problem("check", f"{NAME}校验不符，有数字填错；请对照项目登记单逐位核对。")
    return ProjectCode(code, generation, *match.groups())


def _generation(period: str) -> int:
    """1 for a year of the first generation, 2 for a year and month, 0 for neither.

    The two never meet: the years 2015–2020 do not end in a month.
    """
    if int(period) in _FIRST_GENERATION:
        return 1
    return 2 if 1 <= int(period[2:]) <= 12 else 0


def build(period: str, division: str, sector: str, kind: str, serial: int) -> str:
    """A code from its parts; the generation follows from `period`, 2018 or 2304.

    The serial has up to six digits in the first generation, up to five in the second, which adds the check digit.
    Raises ValueError, in Chinese, when the parts make no code.
    """
    code = "-".join((period, division, sector, kind))
    if not re.fullmatch(r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}", code):
        raise ValueError(f"不能组成{NAME}：{code}。")
    if _generation(period) == 1:
        code = f"{code}-{serial:06d}"
    else:
        body = f"{code}-{serial:05d}"
        code = body + mod_11_10(body.replace("-", ""))
    if problem := check(code):
        raise ValueError(problem.message)
    return code
