"""A content as lines: every value by its address, and every list as the order of its rows.

Comparing and merging are questions about lines. A content is made of its lines again without loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yichuang.catalog.drafting.content import ID, Content, Row
from yichuang.catalog.drafting.parts import TABLES, DraftTable


@dataclass
class Lines:
    """`values` by line, and `rows`: the ids of each list, in order, by the line of the list."""

    values: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)

    def of_row(self, line: str) -> dict[str, Any]:
        """What stands in a row and in its own rows, by line."""
        return {name: value for name, value in self.values.items() if name.startswith(f"{line}/")}


def list_lines(content: Content) -> Lines:
    """The lines of a content. A key that no table knows is a line of its own."""
    lines = Lines()
    for key, value in content.items():
        if key in TABLES:
            _list_rows(lines, key, TABLES[key], value or [])
        elif key == "result" and isinstance(value, dict):
            lines.values |= {f"result/{name}": inner for name, inner in value.items()}
        else:
            lines.values[key] = value
    return lines


def _list_rows(lines: Lines, at: str, table: DraftTable, rows: list[Row]) -> None:
    lines.rows[at] = [row[ID] for row in rows]
    for row in rows:
        for key, value in row.items():
            line = f"{at}/{row[ID]}/{key}"
            if table.nested and key == table.nested.key:
                _list_rows(lines, line, table.nested, value or [])
            elif key != ID:
                lines.values[line] = value


def build_content(lines: Lines) -> Content:
    """The content that has these lines. Values of rows that no list names are left out."""
    content: Content = {}
    kept: dict[str, dict[str, Any]] = {}
    for line, value in lines.values.items():
        at, _, key = line.rpartition("/")
        kept.setdefault(at, {})[key] = value
    content |= kept.get("", {})
    if "result" in kept:
        content["result"] = kept["result"]
    for key, table in TABLES.items():
        if key in lines.rows:
            content[key] = list(_build_rows(lines.rows, kept, key, table))
    return content


def _build_rows(
    rows: Mapping[str, list[str]], kept: Mapping[str, dict[str, Any]], at: str, table: DraftTable
) -> Iterator[Row]:
    for id in rows.get(at, ()):
        row = {ID: id} | kept.get(f"{at}/{id}", {})
        if table.nested and (inside := f"{at}/{id}/{table.nested.key}") in rows:
            row[table.nested.key] = list(_build_rows(rows, kept, inside, table.nested))
        yield row
