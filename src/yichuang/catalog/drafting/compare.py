"""What differs between two contents of a standard, by line: in words a clerk reads, and side by side. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from yichuang.catalog.drafting.content import ID, Content, Row
from yichuang.catalog.drafting.lines import Lines, list_lines
from yichuang.catalog.drafting.names import NOBODY, Names, names_of
from yichuang.catalog.drafting.parts import (
    BASES,
    PARTS,
    POINTS,
    STEPS,
    TABLES,
    DraftField,
    DraftTable,
    find_field,
    find_part,
    find_table,
)

_LONGEST_QUOTE = 40  # characters of a value that a sentence repeats
_TOKEN = re.compile(r"[A-Za-z0-9.]+|\s+|.", re.DOTALL)
Piece = tuple[str, bool]  # a piece of text, and whether it is in this version only


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that differs: what it was, what it is, and both in one sentence."""

    line: str
    words: str
    before: str = ""
    after: str = ""

    @property
    def part(self) -> str:
        """The part of the standard it belongs to."""
        part = find_part(self.line.removeprefix("rows:"))
        return part.title if part else ""

    @property
    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        return mark_words(self.before, self.after)


def list_differences(before: Content, after: Content, departments: Mapping[str, str] = NOBODY) -> list[Difference]:
    """All differences in the order of the parts; none when the contents are equal. `departments`: names by code."""
    old, new = list_lines(before), list_lines(after)
    speaker = _Speaker(before, after, old, new, departments)
    return sorted(speaker.list_all(), key=lambda difference: _place_of_part(difference.line))


def list_changes_for_applicants(before: Content, after: Content) -> list[str]:
    """The differences that concern an applicant, in words: not who examines, what is cited and what is watched."""
    found = list_differences(before, after)
    return [difference.words for difference in found if _concerns_applicants(difference.line.removeprefix("rows:"))]


def _concerns_applicants(line: str) -> bool:
    field = find_field(line)
    return find_part(line) not in (BASES, STEPS, POINTS) and (field is None or field.asked)


def _place_of_part(line: str) -> int:
    part = find_part(line.removeprefix("rows:"))
    return PARTS.index(part) if part else len(PARTS)


def name_line(content: Content, line: str) -> str:
    """What people call a line: 材料3“健康证明”的份数, 承诺时限."""
    lines = list_lines(content)
    return _Speaker(content, content, lines, lines).name(line)


def name_rows(content: Content) -> dict[str, str]:
    """What people call the single values and the rows of a content, by line."""
    lines = list_lines(content)
    speaker = _Speaker(content, content, lines, lines)
    rows = [f"{at}/{id}" for at, ids in lines.rows.items() for id in ids]
    single = [line for line in lines.values if line.split("/")[0] not in lines.rows]
    return {line: speaker.name(line) for line in (*single, *rows)}


def mark_words(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, the words that differ marked."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if a < b:
            left.append(("".join(old[a:b]), kind != "equal"))
        if c < d:
            right.append(("".join(new[c:d]), kind != "equal"))
    return left, right


class _Speaker:
    """Says the differences of two contents."""

    def __init__(
        self, before: Content, after: Content, old: Lines, new: Lines, departments: Mapping[str, str] = NOBODY
    ) -> None:
        self.before, self.after, self.old, self.new = before, after, old, new
        self.names = (names_of(before, departments), names_of(after, departments))
        self.rows = (dict(_index_rows(before)), dict(_index_rows(after)))

    def list_all(self) -> Iterator[Difference]:
        gone = {f"{at}/{id}" for at, ids in self.old.rows.items() for id in ids} - self.rows[1].keys()
        come = {f"{at}/{id}" for at, ids in self.new.rows.items() for id in ids} - self.rows[0].keys()
        for line in dict.fromkeys((*self.old.values, *self.new.values)):
            if not _is_inside(line, gone | come):
                yield from self._value(line)
        for row in sorted(gone):
            if not _is_inside(row.rpartition("/")[0], gone):
                yield self._row(row, "删去", 0)
        for at, ids in self.new.rows.items():
            for row in (f"{at}/{id}" for id in ids):
                if row in come and not _is_inside(at, come):
                    yield self._row(row, "新增", 1)
        for at in dict.fromkeys((*self.old.rows, *self.new.rows)):
            if at in self.old.rows and at in self.new.rows:
                yield from self._order(at)
            else:
                yield from self._missing_list(at, gone | come)

    def _value(self, line: str) -> Iterator[Difference]:
        was, now = self.old.values.get(line), self.new.values.get(line)
        if was == now and (line in self.old.values) == (line in self.new.values):
            return
        field = find_field(line) or DraftField(line, line)
        before, after = (field.kind.say(value, names) for value, names in zip((was, now), self.names, strict=True))
        label = self.name(line)
        if max(len(before), len(after)) > _LONGEST_QUOTE:
            words = f"{label}改写"
        elif before == after:
            words = f"{label}的写法由{field.kind.write(was) or '空'}改为{field.kind.write(now) or '空'}"
        else:
            words = f"{label}由{before}改为{after}"
        yield Difference(line, words, before, after)

    def _row(self, line: str, verb: str, side: int) -> Difference:
        table, content = find_table(line), self.rows[side][line]
        text = "；".join(_say_fields(table, content, self.names[side])) if table else ""
        outer = line.rpartition("/")[0].rpartition("/")[0]
        words = f"{self.name(outer)}{verb}{self._name_row(line, side)}" if outer else verb + self._name_row(line, side)
        return Difference(line, words, *(("", text) if side else (text, "")))

    def _order(self, at: str) -> Iterator[Difference]:
        was = [id for id in self.old.rows[at] if id in self.new.rows[at]]
        now = [id for id in self.new.rows[at] if id in self.old.rows[at]]
        if was == now:
            return
        table = find_table(at)
        before, after = (
            "、".join(self._short(f"{at}/{id}", side) for id in ids) for side, ids in enumerate((was, now))
        )
        words = f"{table.title if table else at}的顺序有调整"
        yield Difference(f"rows:{at}", words, before, after)

    def _missing_list(self, at: str, other: set[str]) -> Iterator[Difference]:
        """A list that only one content has at all, and that is empty there."""
        if not _is_inside(at, other) and not (self.old.rows.get(at) or self.new.rows.get(at)):
            table = find_table(at)
            yield Difference(f"rows:{at}", f"{table.title if table else at}一栏只在一个版本里有")

    def name(self, line: str) -> str:
        """What people call a line."""
        row = line if line in self.rows[1] or line in self.rows[0] else line.rpartition("/")[0]
        if row not in self.rows[0] and row not in self.rows[1]:
            return name_missing(line)
        words = self._name_row(row, 1 if row in self.rows[1] else 0)
        outer = row.rpartition("/")[0].rpartition("/")[0]
        words = f"{self.name(outer)}的{words}" if outer else words
        field = find_field(line)
        if row == line or (field and field.key == "necessity"):
            return words
        return f"{words}的{field.label if field else line.rpartition('/')[2]}"

    def _name_row(self, line: str, side: int) -> str:
        """材料3“健康证明”, 环节S2“现场核查”, 条件2“…”."""
        table, at = find_table(line), line.rpartition("/")[0]
        ids = (self.old, self.new)[side].rows[at]
        row = self.rows[side][line]
        number = row.get("code") if table and table.key == "steps" else ids.index(row[ID]) + 1
        return f"{table.word if table else ''}{number}“{self._short(line, side)}”"

    def _short(self, line: str, side: int) -> str:
        table, row = find_table(line), self.rows[side][line]
        text = name_row(table, row, self.names[side]) if table else row[ID]
        return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def name_missing(line: str) -> str:
    """What people call a single value, a list, or what stands in a row that was removed."""
    field = find_field(line)
    table = find_table(line.rpartition("/")[0] if field and "/" in line else line)
    if table and "/" in line:
        return f"已删去的{table.word}" + (f"的{field.label}" if field else "")
    return field.label if field else table.title if table else line


def name_row(table: DraftTable, row: Row, names: Names) -> str:
    """What a row is called."""
    field = table.field(table.named_by)
    value = row.get(table.named_by)
    return field.kind.say(value, names) if field and value else "未命名"


def _say_fields(table: DraftTable, row: Row, names: Names) -> Iterator[str]:
    """What a row says, field by field, without what is blank and what nobody writes."""
    for field in table.fields:
        value: Any = row.get(field.key)
        if field.asked and value != field.kind.copy_blank():
            yield f"{field.label}：{field.kind.say(value, names)}"
    inside = row.get(table.nested.key) if table.nested else None
    if inside:
        assert table.nested is not None
        yield f"{table.nested.title}：{'、'.join(str(field.get(table.nested.named_by)) for field in inside)}"


def _index_rows(content: Content) -> Iterator[tuple[str, Row]]:
    for key, table in TABLES.items():
        for row in content.get(key) or []:
            yield f"{key}/{row[ID]}", row
            if table.nested:
                for inner in row.get(table.nested.key) or []:
                    yield f"{key}/{row[ID]}/{table.nested.key}/{inner[ID]}", inner


def _is_inside(line: str, rows: set[str]) -> bool:
    """Whether a line is in one of the rows, or is one."""
    parts = line.split("/")
    return any("/".join(parts[:n]) in rows for n in (2, 4))
