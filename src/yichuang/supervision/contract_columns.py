"""What a table of the log contract is made of: typed columns, each with its meaning in Chinese. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SOURCES = "door 本平台、migrated 迁移、reported 外系统上报、imported 导入的历史"


class ColumnKind(StrEnum):
    """What a column holds, the same in every engine."""

    TEXT = "text"
    INT = "int"  # 64 bits
    BOOL = "bool"
    DAY = "day"  # a local date
    MOMENT = "moment"  # UTC, microseconds


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: ColumnKind
    meaning: str  # in Chinese, for the documentation
    unit: str = ""
    null: bool = False  # whether the value can be missing


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    title: str  # in Chinese
    about: str  # what a row is, in Chinese
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def stored_as(self) -> str:
        """Its name in the database and in every engine."""
        return f"log_{self.name}"

    @property
    def of_case(self) -> bool:
        """Whether its rows belong to one case each; the others are the background that all cases share."""
        return self.key[0] == "case_id"

    def column(self, name: str) -> Column:
        """Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


def text(name: str, meaning: str) -> Column:
    return Column(name, ColumnKind.TEXT, meaning)


def whole(name: str, meaning: str, unit: str = "", *, null: bool = False) -> Column:
    return Column(name, ColumnKind.INT, meaning, unit, null)


def truth(name: str, meaning: str, *, null: bool = False) -> Column:
    return Column(name, ColumnKind.BOOL, meaning, null=null)


def day(name: str, meaning: str, *, null: bool = True) -> Column:
    return Column(name, ColumnKind.DAY, meaning, null=null)


def moment(name: str, meaning: str, *, null: bool = True) -> Column:
    return Column(name, ColumnKind.MOMENT, meaning, null=null)
