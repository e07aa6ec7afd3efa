"""Numbers of cases: 办件编号 (42 characters, for systems) and 受理号 (20 characters, for people to read out).

No national rule was found; both forms are this project's own: 办件编号 = 实施编码 + YYMMDD + serial of the day,
受理号 = division + department + YYYYMMDD + serial of the day. Drawing the serials does not enter it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from . import item_code
from .problem import Problem, plain, problem_of

NAME = "办件编号"
RECEIPT_NAME = "受理号"


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """The parts of a 办件编号."""

    code: str
    item: str
    day: date
    serial: int


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """The parts of a 受理号."""

    code: str
    division: str
    department: str
    day: date
    serial: int


def check(code: object) -> Problem | None:
    """What is wrong with the 办件编号, or None. Takes anything and never raises."""
    return problem_of(parse(code))


def parse(code: object) -> CaseNumber | Problem:
    """The parts of the 办件编号, or what is wrong with it. Takes anything and never raises."""
    code = plain(code, 42, NAME)
    if isinstance(code, Problem):
        return code
    if problem := item_code.check(code[:31]):
        return problem
    day = _day(f"20{code[31:37]}")
    if day is None or not code[37:].isdigit() or not int(code[37:]):
        return Problem("tail", f"{NAME}末11位应为6位日期和5位流水号；请对照受理通知书核对。")
    return CaseNumber(code, code[:31], day, int(code[37:]))


def build(item: str, day: date, serial: int) -> str:
    """The 办件编号 of the serial-th case (1–99999) of an item's 31-character code on a day of 2000–2099.

    Raises ValueError, in Chinese, when the parts make no number.
    """
    code = f"{item}{day:%y%m%d}{serial:05d}"
    parsed = parse(code)
    if isinstance(parsed, Problem):
        raise ValueError(parsed.message)
    if parsed.day != day:
        raise ValueError(f"{NAME}只能用于2000年至2099年：{day}。")
    return code


def check_receipt(code: object) -> Problem | None:
    """What is wrong with the 受理号, or None. Takes anything and never raises."""
    return problem_of(parse_receipt(code))


def parse_receipt(code: object) -> ReceiptNumber | Problem:
    """The parts of the 受理号, or what is wrong with it. Takes anything and never raises."""
    code = plain(code, 20, RECEIPT_NAME)
    if isinstance(code, Problem):
        return code
    match = re.fullmatch(r"([0-9]{6})([0-9A-Z]{3})([0-9]{8})([0-9]{3})", code)
    day = _day(match[3]) if match else None
    if match is None or day is None or match[4] == "000":
        return Problem("shape", f"{RECEIPT_NAME}由区划、部门、日期和流水号组成，所填不符；请对照受理通知书核对。")
    return ReceiptNumber(code, match[1], match[2], day, int(match[4]))


def build_receipt(division: str, department: str, day: date, serial: int) -> str:
    """The 受理号 of the serial-th case (1–999) of a department (three digits or letters) of a division on a day.

    Raises ValueError, in Chinese, when the parts make no number.
    """
    code = f"{division}{department}{day:%Y%m%d}{serial:03d}"
    if problem := check_receipt(code):
        raise ValueError(problem.message)
    return code


def _day(text: str) -> date | None:
    """The day of eight digits, or None."""
    if not text.isdigit():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
