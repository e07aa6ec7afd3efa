"""A content read from rows of text, as Excel and YAML carry them: every fault by its place, and nothing half read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from yichuang.catalog.drafting.content import ID, Content, Row
from yichuang.catalog.drafting.kinds import Kind
from yichuang.catalog.drafting.merge import Marks, pack_marks, unpack_marks
from yichuang.catalog.drafting.parts import FIELDS, TABLES, DraftField, DraftTable

MOST_ROWS = 500  # of one table
MARKS = "版本标记"
ROW_ID, OUTER_ID = "行号", "所属行号"
LINE_OF_TEXT = Kind()
Cells = Mapping[str, str]
NOWHERE: Cells = MappingProxyType({})


class BadFile(ValueError):
    """The file is no standard. `faults`: where (工作表“材料”第3行“份数”, 第12行) and what is wrong."""

    def __init__(self, faults: Iterable[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("；".join(f"{place}：{words}" for place, words in self.faults))


@dataclass(frozen=True)
class SentFile:
    """What a file says: its content, and the marks of what it was made from."""

    content: Content
    seen: Marks


@dataclass
class Reading:
    """Reads the values of a file and collects its faults."""

    faults: list[tuple[str, str]] = field(default_factory=list)
    content: Content = field(default_factory=dict)

    def blame(self, place: str, words: str) -> None:
        self.faults.append((place, words))

    def read_value(self, kind: Kind, text: str, place: str) -> object:
        try:
            return kind.read(text)
        except ValueError as error:
            self.blame(place, str(error))
            return None

    def put_field(self, draft_field: DraftField, text: str, place: str) -> None:
        """A value outside the tables."""
        value = self.read_value(draft_field.kind, text, place)
        outer, _, inner = draft_field.key.partition("/")
        if inner:
            self.content.setdefault(outer, {})[inner] = value
        else:
            self.content[outer] = value

    def read_row(self, table: DraftTable, cells: Cells, place: str, places: Cells = NOWHERE) -> Row:
        """A row of a table from its cells by heading; `place` is where it stands, `places` where single cells do."""
        here = f"{places.get(ROW_ID, place)}“{ROW_ID}”"
        row: Row = {ID: self.read_value(LINE_OF_TEXT, cells.get(ROW_ID, ""), here) or _name_new_row(cells)}
        if "/" in row[ID] or len(row[ID]) > 40:
            self.blame(here, "行号最多40个字符，不能有斜杠；新增的行请留空。")
        for draft_field in table.fields:
            text = cells.get(draft_field.label, "")
            here = f"{places.get(draft_field.label, place)}“{draft_field.label}”"
            row[draft_field.key] = self.read_value(draft_field.kind, text, here)
        return row | ({table.nested.key: []} if table.nested else {})

    def put_rows(self, rows: list[Row], found: Iterable[tuple[Row, str]]) -> None:
        """Add rows to a list, each with its place."""
        ids = {row[ID] for row in rows}
        for row, place in found:
            if row[ID] in ids:
                self.blame(place, f"行号“{row[ID]}”重复；新增的行请把行号留空。")
            ids.add(row[ID])
            rows.append(row)
        if len(rows) > MOST_ROWS:
            self.blame("", f"一张表最多 {MOST_ROWS} 行。")

    def finish(self, marks: str) -> SentFile:
        """The whole content with its marks. Raises BadFile."""
        seen = unpack_marks(marks)
        if seen is None:
            words = "没有版本标记，或者被改动过，看不出是从哪一稿改来的。请先从本页下载，在下载的文件里修改。"
            self.blame(MARKS, words)
        if self.faults or seen is None:
            raise BadFile(self.faults)
        return SentFile(self.content, seen)


def name_missing(keys: Iterable[str]) -> str:
    """The fields and tables that a file must have and `keys` lack, in words."""
    known = set(keys)
    words = [f.label for f in FIELDS.values() if f.label not in known]
    return "、".join(words + [table.title for table in TABLES.values() if table.title not in known])


def write_row(table: DraftTable, row: Row) -> dict[str, str]:
    """The cells of a row by heading."""
    cells = {f.label: f.kind.write(row.get(f.key)) for f in table.fields}
    return {ROW_ID: str(row[ID])} | cells


def marks_cell(seen: Marks) -> str:
    return pack_marks(seen)


def _name_new_row(cells: Cells) -> str:
    """The same row sent twice gets the same name, so that a file uploaded again adds nothing."""
    text = "\x1f".join(f"{name}={cells[name]}" for name in sorted(cells))
    return f"x{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=5).hexdigest()}"
