"""What a mapping reads beside the contract's columns: attributes to keep, and dates, under names of its own. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Given
from dataclasses import dataclass, field
from typing import Any

from yichuang.history.unclear import Unclear

CASE_COLUMNS = ("division", "department", "item", "applicant", "channel")  # of the contract's cases: groups and filters
PARTS = ("case", "events")


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column or an attribute of the log that the mapping gives a name of its own."""

    place: str  # its column among the raw rows
    name: str
    source: str  # column of the table, or path of the attribute
    of_case: bool  # else of each event
    dated: bool  # a date; else a text to group and filter by


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Names that questions may use: attributes and dates, and activities that count as one."""

    kept: Given[str, Given[str, str]] = field(default_factory=dict)  # `case` or `events` → name → column
    dates: Given[str, Given[str, str]] = field(default_factory=dict)
    groups: Given[str, tuple[str, ...]] = field(default_factory=dict)  # name → activities that count as it

    def columns(self) -> tuple[OwnColumn, ...]:
        """All attributes and dates, in an order that follows from the mapping alone."""
        out: list[OwnColumn] = []
        for dated, sections in ((False, self.kept), (True, self.dates)):
            for part in PARTS:
                for name, source in sections.get(part, {}).items():
                    out.append(OwnColumn(f"own_{len(out)}", name, source, part == "case", dated))
        return tuple(out)

    def has_date(self, name: str, *, of_case: bool) -> bool:
        return name in self.dates.get(PARTS[not of_case], {})

    def check(self) -> None:
        """Raises Unclear."""
        for where, sections in (("keep", self.kept), ("dates", self.dates)):
            _check_sections(where, sections)
        names = [column.name for column in self.columns()]
        if twice := next((name for name in names if names.count(name) > 1 or name in CASE_COLUMNS), None):
            raise Unclear(f"keep、dates 里的名称“{twice}”用了两次，或者已是办件的列；请另取一个。")
        if not isinstance(self.groups, dict):
            raise Unclear("groups 要写成“名称: [动作, …]”的形式。")
        for name, activities in self.groups.items():
            if not isinstance(activities, list | tuple) or not activities or not all(map(_is_text, activities)):
                raise Unclear(f"groups 的“{name}”要写成动作的清单。")


def _check_sections(where: str, sections: Any) -> None:
    if not isinstance(sections, dict) or set(sections) - set(PARTS):
        raise Unclear(f"{where} 分 case（办件的）和 events（动作的）两部分写。")
    for part, columns in sections.items():
        if not isinstance(columns, dict) or not all(map(_is_text, _flat(columns))):
            raise Unclear(f"{where}.{part} 要写成“名称: 列或属性”的形式，都是文字。")


def _flat(columns: Given[Any, Any]) -> Iterator[Any]:
    for name, source in columns.items():
        yield name
        yield source


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
