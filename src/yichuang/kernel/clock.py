"""Time limits in law: their units. Pure; no database, no time of day, no reading of the present moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a limit is counted in. 许可法 82 条: limits of that law are working days unless it says otherwise."""

    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    IMMEDIATE = "immediate"


_LABELS = {Unit.WORKDAY: "{}个工作日", Unit.DAY: "{}日", Unit.MONTH: "{}个月", Unit.IMMEDIATE: "当场"}


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time and its unit; the value of an immediate limit is 0."""

    value: int
    unit: Unit

    @property
    def label(self) -> str:
        """The limit as people write it: 20个工作日, 7日, 3个月, 当场."""
        return _LABELS[self.unit].format(self.value)
