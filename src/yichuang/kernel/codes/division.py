"""Administrative divisions of Zhengzhou, GB/T 2260, and the functional zones that have only a statistical code.

Divisions of other places do not enter it: a code not found here is unknown, not wrong.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DivisionCode:
    """A division: six digits and name. `statistical` marks a code that GB/T 2260 does not have."""

    code: str
    name: str
    statistical: bool = False


CITY = DivisionCode("410100", "郑州市")

DISTRICTS = (
    DivisionCode("410102", "中原区"),
    DivisionCode("410103", "二七区"),
    DivisionCode("410104", "管城回族区"),
    DivisionCode("410105", "金水区"),
    DivisionCode("410106", "上街区"),
    DivisionCode("410108", "惠济区"),
    DivisionCode("410122", "中牟县"),
    DivisionCode("410181", "巩义市"),
    DivisionCode("410182", "荥阳市"),
    DivisionCode("410183", "新密市"),
    DivisionCode("410184", "新郑市"),
    DivisionCode("410185", "登封市"),
)

# Their committees run windows of their own, but the codes come from statistics (统计用区划代码)
ZONES = (
    DivisionCode("410171", "郑州经济技术开发区", statistical=True),
    DivisionCode("410172", "郑州高新技术产业开发区", statistical=True),
    DivisionCode("410173", "郑州航空港经济综合实验区", statistical=True),
)

_BY_CODE = {division.code: division for division in (CITY, *DISTRICTS, *ZONES)}


def find(code: str) -> DivisionCode | None:
    """The division of Zhengzhou with this code."""
    return _BY_CODE.get(code)
