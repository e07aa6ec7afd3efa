"""Numbers of official documents (文号): 郑住建许受字〔2018〕第00001号; a registration has 登 for 许, a filing 备.

The pattern is this project's own (机关简称 + 许可 + 年份 + 顺序号 is what the province's model forms ask). Drawing the
serial and the list of short names do not enter it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .problem import Problem, problem_of

NAME = "文号"
CITY = "郑"
LICENSING = "许"
MATTERS = (LICENSING, "登", "备")  # what is decided on: 许可, 登记, 备案
# the short names are free text, but may not hold the signs that part the number
_PATTERN = re.compile(r"([^许字〔〕\s]{1,12}?)([许登备])([^许登备字〔〕\s]{1,6})字〔([0-9]{4})〕第([0-9]{5})号")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """The parts of a number: short name of the department, word of the document's kind, year, serial of the year, and
    what is decided on.
    """

    number: str
    department: str
    word: str
    year: int
    serial: int
    matter: str = LICENSING


def check(number: object, city: str = CITY) -> Problem | None:
    """What is wrong with the number, or None. Takes anything and never raises."""
    return problem_of(parse(number, city))


def parse(number: object, city: str = CITY) -> DocumentNumber | Problem:
    """The parts of the number, or what is wrong with it. Takes anything and never raises."""
    if not isinstance(number, str) or not number:
        return Problem("empty", f"{NAME}没有填写；请填写文书右上方的{NAME}。")
    match = _PATTERN.fullmatch(number.removeprefix(city)) if number.startswith(city) else None
    if match is None or not int(match[5]):
        return Problem("shape", f"{NAME}应写作“{city}住建许受字〔2018〕第00001号”的样子；请对照文书核对。")
    return DocumentNumber(number, match[1], match[3], int(match[4]), int(match[5]), match[2])


def build(department: str, word: str, year: int, serial: int, city: str = CITY, *, matter: str = LICENSING) -> str:
    """The number of the serial-th document (1–99999) of a year. Raises ValueError, in Chinese."""
    number = f"{city}{department}{matter}{word}字〔{year:04d}〕第{serial:05d}号"
    if problem := check(number, city):
        raise ValueError(problem.message)
    return number
