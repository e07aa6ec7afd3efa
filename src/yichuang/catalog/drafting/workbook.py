"""A content as an Excel workbook and back: a sheet a table, Chinese headings, lists of what may be chosen.

Writing needs openpyxl. Reading takes cells as text (`examining.sheets` reads them in a process of its own).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yichuang.catalog.drafting.content import ID, Content, Row
from yichuang.catalog.drafting.kinds import Code, Codes, Whenever
from yichuang.catalog.drafting.merge import Marks
from yichuang.catalog.drafting.names import NOBODY, Names, names_of
from yichuang.catalog.drafting.parts import FIELDS, PARTS, TABLES, DraftField, DraftTable, read_field
from yichuang.catalog.drafting.reading import (
    MARKS,
    OUTER_ID,
    ROW_ID,
    BadFile,
    Reading,
    SentFile,
    marks_cell,
    write_row,
)

GENERAL, OFFERED = "基本信息", "可选内容"
_HEAD = ("部分", "栏目", "内容", "说明")
_WIDE, _NARROW, _MOST_LISTED = 36, 14, 255  # column widths; characters Excel takes in a list of choices
Sheets = Iterable[tuple[str, list[list[str]]]]


def write_workbook(content: Content, seen: Marks, title: str, departments: Mapping[str, str] = NOBODY) -> bytes:
    """The workbook of a content. `seen` marks what it was made from, so that it can be merged when it comes back;
    `departments`: those of the division, by code.
    """
    from openpyxl import Workbook

    book = Workbook()
    names = names_of(content, departments)
    lists = _Lists(names)
    sheet = book.active
    sheet.title = GENERAL
    _write_lines(sheet, [_HEAD, *_general_rows(content, names)])
    for number, (_, draft_field) in enumerate(_general_fields(), start=2):
        lists.offer(sheet, draft_field, f"C{number}")
        sheet.row_dimensions[number].hidden = not draft_field.asked
    for table in _flat_tables():
        _write_table(book.create_sheet(table.title), table, content, lists)
    lists.write(book.create_sheet(OFFERED))
    hidden = book.create_sheet(MARKS)
    _write_lines(hidden, [[title], *([piece] for piece in _cut(marks_cell(seen)))])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_workbook(sheets: Sheets, departments: Mapping[str, str] = NOBODY) -> SentFile:
    """The content of a workbook's cells. Raises BadFile with every fault by sheet, row and column."""
    reading = Reading(departments)
    rows_of = dict(sheets)
    wanted = [GENERAL, *(table.title for table in _flat_tables())]
    if missing := [title for title in wanted if title not in rows_of]:
        raise BadFile(
            [(f"工作表“{title}”", "没有这张工作表，请在下载的文件里修改，不要删去工作表。") for title in missing]
        )
    _read_general(reading, rows_of[GENERAL])
    for table in TABLES.values():
        rows: list[Row] = []
        reading.put_rows(rows, [(row, place) for row, place, _ in _read_table(reading, table, rows_of[table.title])])
        reading.content[table.key] = rows
        if table.nested:
            _read_nested(reading, table, rows, rows_of[table.nested.title])
    marks = rows_of.get(MARKS, [])
    return reading.finish("".join(line[0] for line in marks[1:] if line))


def _flat_tables() -> Iterator[DraftTable]:
    for table in TABLES.values():
        yield table
        if table.nested:
            yield table.nested


def _general_fields() -> Iterator[tuple[str, DraftField]]:
    for part in PARTS:
        for draft_field in part.fields:
            yield part.title, draft_field


def _general_rows(content: Content, names: Names) -> Iterator[list[str]]:
    for part, f in _general_fields():
        yield [part, f.label, f.kind.write(read_field(content, f.key), names), f.hint]


def _headings(table: DraftTable) -> list[str]:
    outer = [OUTER_ID] if table not in TABLES.values() else []
    return [*outer, ROW_ID, *(f.label for f in table.fields)]


def _write_table(sheet: Any, table: DraftTable, content: Content, lists: _Lists) -> None:
    heads = _headings(table)
    lines = [[cells.get(head, "") for head in heads] for cells in _rows_of(table, content, lists.names)]
    _write_lines(sheet, [heads, *lines])
    for number, f in enumerate(table.fields, start=len(heads) - len(table.fields) + 1):
        letter = sheet.cell(1, number).column_letter
        lists.offer(sheet, f, f"{letter}2:{letter}{len(lines) + 200}")
        sheet.column_dimensions[letter].hidden = not f.asked


def _rows_of(table: DraftTable, content: Content, names: Names) -> Iterator[dict[str, str]]:
    for outer in TABLES.values():
        for row in content.get(outer.key) or []:
            if outer is table:
                yield write_row(table, row, names)
            elif outer.nested is table:
                for inner in row.get(table.key) or []:
                    yield {OUTER_ID: str(row[ID])} | write_row(table, inner, names)


def _write_lines(sheet: Any, lines: Iterable[Iterable[str]]) -> None:
    """Every cell is text: what begins with = is no formula, and 0001 keeps its zeros."""
    from openpyxl.styles import Alignment, Font

    for y, line in enumerate(lines, start=1):
        for x, text in enumerate(line, start=1):
            cell = sheet.cell(y, x)
            cell.value = _escape(text)
            cell.data_type, cell.number_format = "s", "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if y == 1:
                cell.font = Font(bold=True)
    for column in sheet.columns:
        long = max(len(str(cell.value or "")) for cell in column) > _NARROW
        sheet.column_dimensions[column[0].column_letter].width = _WIDE if long else _NARROW
    sheet.freeze_panes = "A2"


class _Lists:
    """Excel's own lists of what may be chosen. Long ones stand on a sheet of their own; where several may be chosen at
    once, or words may be typed, a cell takes other text too.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.columns: dict[tuple[str, ...], int] = {}

    def offer(self, sheet: Any, f: DraftField, cells: str) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        words = self._list_words(f)
        if not words:
            return
        only = bool(f.kind.options) and not isinstance(f.kind.copy_blank(), list)
        text = ",".join(words)
        formula = f'"{text}"'
        if len(text) > _MOST_LISTED or not only:
            letter = get_column_letter(self.columns.setdefault(words, len(self.columns) + 1))
            formula = f"'{OFFERED}'!${letter}$1:${letter}${len(words)}"
        choice = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=only)
        choice.error = "请从列表中选择。"
        sheet.add_data_validation(choice)
        choice.add(cells)

    def _list_words(self, f: DraftField) -> tuple[str, ...]:
        kind = f.kind
        if isinstance(kind, Whenever):
            return tuple(text for text, _ in kind.list_choices(self.names, written=True))
        if isinstance(kind, Code | Codes):
            return tuple(self.names.list_words(kind.sort))
        return tuple(words for _, words in kind.options)

    def write(self, sheet: Any) -> None:
        """The sheet of the long lists, a column each; nobody needs to see it."""
        for words, column in self.columns.items():
            for number, text in enumerate(words, start=1):
                sheet.cell(number, column).value = _escape(text)
                sheet.cell(number, column).data_type = "s"
        sheet.sheet_state = "hidden"


def _escape(text: str) -> str:
    """Excel reads _x000D_ as a character; the sign before it says that it is none."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def _cut(word: str) -> Iterator[str]:
    """A cell holds 32767 characters."""
    for start in range(0, len(word), 30000):
        yield word[start : start + 30000]


def _read_general(reading: Reading, lines: list[list[str]]) -> None:
    place = f"工作表“{GENERAL}”第{{}}行"
    known = {f.label: f for f in FIELDS.values()}
    heads = [cell.strip() for cell in lines[0]] if lines else []
    if not {"栏目", "内容"} <= set(heads):
        reading.blame(f"工作表“{GENERAL}”", "第1行应当有“栏目”和“内容”两列。")
        return
    found: set[str] = set()
    for number, line in enumerate(lines[1:], start=2):
        cells = dict(zip(heads, line, strict=False))
        label = cells["栏目"].strip()
        if not any(cell.strip() for cell in line):
            continue
        if label not in known:
            reading.blame(place.format(number), f"没有叫“{label[:20]}”的栏目。")
        elif label in found:
            reading.blame(place.format(number), f"“{label}”写了两次。")
        else:
            reading.put_field(known[label], cells["内容"], f"{place.format(number)}“{label}”")
        found.add(label)
    if missing := "、".join(label for label in known if label not in found):
        reading.blame(f"工作表“{GENERAL}”", f"缺少栏目：{missing}。不填的请留空，不要删去整行。")


def _read_table(reading: Reading, table: DraftTable, lines: list[list[str]]) -> Iterator[tuple[Row, str, str]]:
    """The rows of a sheet, each with its place and the row that it belongs to."""
    place = f"工作表“{table.title}”第{{}}行"
    heads, wanted = [cell.strip() for cell in lines[0]] if lines else [], _headings(table)
    unwritten = {f.label for f in table.fields if not f.asked}
    unknown = [head for head in heads if head and head not in wanted]
    missing = [head for head in wanted if head not in heads and head not in unwritten]
    doubled = sorted({head for head in heads if head and heads.count(head) > 1})
    for words, names in (("没有这些列", unknown), ("缺少这些列", missing), ("这些列重复", doubled)):
        if names:
            reading.blame(f"工作表“{table.title}”第1行", f"{words}：{'、'.join(name[:20] for name in names)}。")
    if unknown or missing or doubled:
        return
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            cells = dict(zip(heads, line, strict=False))
            here = place.format(number)
            yield reading.read_row(table, cells, here), here, cells.get(OUTER_ID, "")


def _read_nested(reading: Reading, table: DraftTable, outer: list[Row], lines: list[list[str]]) -> None:
    """The rows inside the rows of a table: each says to which one it belongs, by its number or by what it is called."""
    nested, named_by = table.nested, table.field(table.named_by)
    assert nested is not None and named_by is not None
    names = [str(row[table.named_by]).strip() for row in outer]
    known = {name: row for name, row in zip(names, outer, strict=True) if names.count(name) == 1}
    known |= {row[ID]: row for row in outer}
    for row, place, owner in _read_table(reading, nested, lines):
        if owner.strip() in known:
            reading.put_rows(known[owner.strip()][nested.key], [(row, place)])
        else:
            called = f"行号或者{named_by.label}"
            words = f"没有{called}是“{owner[:20]}”的{table.word}；请写所属{table.word}的{called}。"
            reading.blame(f"{place}“{OUTER_ID}”", words)
