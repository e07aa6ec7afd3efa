"""四个比率 of a division's list: how many items are in the hall, online, without a visit, without papers (3.4a, 3.5).

Computed from the standards in force, with what is missing by name. How the city reports each is not fixed by a text
that was read: the definitions are this project's and stand beside the figures. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from yichuang.catalog.standard import Role, Standard, applies

FIRST_TIME = {"situation": "new", "agent": "no"}


class Counted(Protocol):
    """What is asked of an item's standard."""

    @property
    def item(self) -> str: ...
    @property
    def at_window(self) -> bool: ...
    @property
    def online(self) -> bool: ...
    @property
    def visits(self) -> int: ...
    @property
    def asked(self) -> int: ...


class Ratio(StrEnum):
    HALL = "hall"
    ONLINE = "online"
    UNSEEN = "unseen"
    NO_PAPERS = "no_papers"

    @property
    def label(self) -> str:
        return {"hall": "进驻率", "online": "可网办率", "unseen": "不见面率", "no_papers": "零材料率"}[self.value]

    @property
    def meaning(self) -> str:
        return {
            "hall": "规程写明在政务服务大厅窗口受理的事项，占在列事项",
            "online": "规程写明可以在网上申请的事项，占在列事项",
            "unseen": "规程写明到现场零次的事项，占在列事项",
            "no_papers": "首次申请不需要自备材料（表单自动生成、证照库核验的不算）的事项，占在列事项",
        }[self.value]


_HOLDS: dict[Ratio, Callable[[Counted], bool]] = {
    Ratio.HALL: lambda item: item.at_window,
    Ratio.ONLINE: lambda item: item.online,
    Ratio.UNSEEN: lambda item: item.visits == 0,
    Ratio.NO_PAPERS: lambda item: item.asked == 0,
}


@dataclass(frozen=True, slots=True)
class RatioCount:
    """So many of so many items; `missing` are the codes of the others. An item without a standard counts as missing."""

    ratio: Ratio
    have: int
    due: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> str:
        """Rounded down, so that 100% says all."""
        per_mille = self.have * 1000 // self.due if self.due else 0
        return f"{per_mille // 10}.{per_mille % 10}%" if self.due else "—"


def count_ratios(listed: Iterable[str], standards: Iterable[Counted]) -> tuple[RatioCount, ...]:
    """The four ratios of the items on the list, by code, with their standards in force."""
    by_code = {standard.item: standard for standard in standards}
    codes = sorted(set(listed))
    out = []
    for ratio, holds in _HOLDS.items():
        missing = tuple(code for code in codes if code not in by_code or not holds(by_code[code]))
        out.append(RatioCount(ratio, len(codes) - len(missing), len(codes), missing))
    return tuple(out)


def count_asked(standard: Standard) -> int:
    """The materials that whoever applies for the first time, without an agent, must bring."""
    brought = (Role.PRIMARY, Role.NON_KEY)
    return sum(
        m.role in brought and m.necessity == "1" and not m.generated and not m.replaced_by and not m.identity
        for m in standard.materials
        if m.when is None or m.when.field not in FIRST_TIME or applies(m.when, FIRST_TIME)
    )
