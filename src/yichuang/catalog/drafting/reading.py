"""A content read from rows of text, as Excel and YAML carry them: every fault by its place, and nothing half read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from yichuang.catalog.drafting.content import ID, Content, Row, new_id
from yichuang.catalog.drafting.kinds import Code, Codes, Kind, Whenever
from yichuang.catalog.drafting.merge import Marks, pack_marks, unpack_marks
from yichuang.catalog.drafting.names import NO_NAMES, Names, names_of
from yichuang.catalog.drafting.parts import FIELDS, TABLES, DraftField, DraftTable, list_tables, make_code

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
    """Reads the values of a file and collects its faults. `departments`: those of the division, by code. What is called
    by its name is read last, when all names are known.
    """

    departments: Mapping[str, str] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    content: Content = field(default_factory=dict)
    named: list[tuple[Row, DraftField, str, str]] = field(default_factory=list)  # holder, field, text, place
    unnumbered: dict[str, str] = field(default_factory=dict)  # id that a row without one was given → its place

    def blame(self, place: str, words: str) -> None:
        self.faults.append((place, words))

    def read_value(self, kind: Kind, text: str, place: str, names: Names = NO_NAMES) -> object:
        try:
            return kind.read(text, names)
        except ValueError as error:
            self.blame(place, str(error))
            return None

    def put_field(self, draft_field: DraftField, text: str, place: str) -> None:
        """A value outside the tables."""
        outer, _, inner = draft_field.key.partition("/")
        holder = self.content.setdefault(outer, {}) if inner else self.content
        self._put(holder, inner or outer, draft_field, text, place)

    def _put(self, holder: Row, key: str, draft_field: DraftField, text: str, place: str) -> None:
        if isinstance(draft_field.kind, Code | Codes | Whenever):
            self.named.append((holder, draft_field, text, place))
            holder[key] = None
        else:
            holder[key] = self.read_value(draft_field.kind, text, place)

    def read_row(self, table: DraftTable, cells: Cells, place: str, places: Cells = NOWHERE) -> Row:
        """A row of a table from its cells by heading; `place` is where it stands, `places` where single cells do."""
        here = f"{places.get(ROW_ID, place)}“{ROW_ID}”"
        row: Row = {ID: self.read_value(LINE_OF_TEXT, cells.get(ROW_ID, ""), here)}
        if not row[ID]:
            row[ID] = _name_new_row(cells)
            self.unnumbered.setdefault(row[ID], place)
        if "/" in row[ID] or len(row[ID]) > 40:
            self.blame(here, "行号最多40个字符，不能有斜杠；新增的行请留空。")
        for draft_field in table.fields:
            text = cells.get(draft_field.label, "")
            here = f"{places.get(draft_field.label, place)}“{draft_field.label}”"
            self._put(row, draft_field.key, draft_field, text, here)
        if table.nested:
            row[table.nested.key] = []
        return row

    def put_rows(self, rows: list[Row], found: Iterable[tuple[Row, str]]) -> None:
        """Add rows to a list, each with its place."""
        ids = {row[ID] for row in rows}
        for row, place in found:
            if row[ID] in ids and row[ID] in self.unnumbered:
                self.blame(place, f"和{self.unnumbered[row[ID]]}完全相同；请写出不同的内容，或者删去一行。")
            elif row[ID] in ids:
                self.blame(place, f"行号“{row[ID]}”重复；新增的行请把行号留空。")
            ids.add(row[ID])
            rows.append(row)
        if len(rows) > MOST_ROWS:
            self.blame("", f"一张表最多 {MOST_ROWS} 行。")

    def finish(self, marks: str) -> SentFile:
        """The whole content with its marks. Raises BadFile."""
        self._make_codes()
        names = names_of(self.content, self.departments)
        for holder, draft_field, text, place in self.named:
            holder[draft_field.key.rpartition("/")[2]] = self.read_value(draft_field.kind, text, place, names)
        seen = unpack_marks(marks)
        if seen is None:
            words = "没有版本标记，或者被改动过，看不出是从哪一稿改来的。请先从本页下载，在下载的文件里修改。"
            self.blame(MARKS, words)
        if self.faults or seen is None:
            raise BadFile(self.faults)
        return SentFile(self.content, seen)

    def _make_codes(self) -> None:
        """Give new rows the code that nobody wrote: what people see goes on counting, the rest is named by the row."""
        for at, table, rows in list_tables(self.content):
            outer = at.split("/")[1] if "/" in at else ""
            for draft_field in (f for f in table.fields if f.made):
                for row in (row for row in rows if not row.get(draft_field.key)):
                    taken = [{ID: str(other.get(draft_field.key))} for other in rows]
                    made = new_id(taken, table.letter) if draft_field.asked else make_code(row[ID], outer)
                    row[draft_field.key] = made


def name_missing(keys: Iterable[str]) -> str:
    """The fields and tables that a file must have and `keys` lack, in words."""
    known = set(keys)
    words = [f.label for f in FIELDS.values() if f.label not in known]
    return "、".join(words + [table.title for table in TABLES.values() if table.title not in known])


def write_row(table: DraftTable, row: Row, names: Names) -> dict[str, str]:
    """The cells of a row by heading."""
    cells = {f.label: f.kind.write(row.get(f.key), names) for f in table.fields}
    return {ROW_ID: str(row[ID])} | cells


def marks_cell(seen: Marks) -> str:
    return pack_marks(seen)


def _name_new_row(cells: Cells) -> str:
    """The same row sent twice gets the same name, so that a file uploaded again adds nothing."""
    text = "\x1f".join(f"{name}={cells[name]}" for name in sorted(cells))
    return f"x{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=5).hexdigest()}"
