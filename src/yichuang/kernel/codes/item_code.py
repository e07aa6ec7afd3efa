"""Implementation codes of items (实施编码), 31 characters, and the basic code (基本编码) of 12 digits inside.

实施编码 = 统一社会信用代码 (18) + 行使层级 (1) + 基本编码 (12); the structure is decoded from real codes, GB/T 39554.1
holds the rule. What the numbers of departments and items mean is catalogue data and does not enter it.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import uscc
from .problem import Problem, plain, problem_of

NAME = "实施编码"

# GB/T 39046-2020 附录 A.2 行使层级
LEVELS = {
    "1": "国家级",
    "2": "省级",
    "3": "市级",
    "4": "县级",
    "5": "镇（乡、街道）级",
    "6": "村（社区）级",
    "7": "分级管理",
}


@dataclass(frozen=True, slots=True)
class ItemCode:
    """The parts of a code: the body that implements, its level, and the basic code with its own parts."""

    code: str
    body: str
    level: str
    basic: str

    @property
    def origin(self) -> str:
        """Two digits: 00 the national list, 41 set by Henan."""
        return self.basic[:2]

    @property
    def task_type(self) -> str:
        """Two digits, 事项类型 (GB/T 39046 附录 A.1): 01 行政许可."""
        return self.basic[2:4]

    @property
    def department(self) -> str:
        """Two digits, the department of the State Council that leads the item."""
        return self.basic[4:6]

    @property
    def main(self) -> str:
        """Three digits, 主项."""
        return self.basic[6:9]

    @property
    def sub(self) -> str:
        """Three digits, 子项; 000 where there is none."""
        return self.basic[9:]


def check(code: object) -> Problem | None:
    """What is wrong with the code, or None. Takes anything and never raises."""
    return problem_of(parse(code))


def parse(code: object) -> ItemCode | Problem:
    """The parts of the code, or what is wrong with it. Takes anything and never raises."""
    code = plain(code, 31, NAME)
    if isinstance(code, Problem):
        return code
    if problem := uscc.check(code[:18]):
        return Problem("body", f"{NAME}前18位是实施主体的统一社会信用代码：{problem.message}")
    if code[18] not in LEVELS:
        return Problem("level", f"{NAME}第19位行使层级应为1至7；请核对后重填。")
    if not code[19:].isdigit():
        return Problem("basic", f"{NAME}后12位是基本编码，应全为数字；请核对后重填。")
    return ItemCode(code, code[:18], code[18], code[19:])


def build(body: str, level: int, basic: str) -> str:
    """A code from the body's credit code, its level 1–7 and the basic code. Raises ValueError, in Chinese."""
    code = f"{body}{level}{basic}"
    if problem := check(code):
        raise ValueError(problem.message)
    return code
