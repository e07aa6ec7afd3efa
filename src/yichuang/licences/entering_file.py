"""Many paper licences from a table: one row a licence, entered one by one, and said of each row what is wrong with it.

A row that was entered before is not entered again: its command id follows from what it says.
"""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.aggregates import door
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog.standard import FieldType
from yichuang.ledger.actor import Actor
from yichuang.licences.declared import LICENCE
from yichuang.licences.entering import find_item, prepare_entry, stated_form
from yichuang.people.kinds import ID_TYPES

_SPACE = uuid.UUID("a3c7d9f2-8f4e-4f53-9a0b-2d1c7e5b6f08")
COLUMNS = {
    "事项": "item",
    "证件种类": "holder_type",
    "证件号码": "holder",
    "证照编号": "number",
    "有效期自": "valid_from",
    "有效期至": "valid_to",
}
NEEDED = ("事项", "证件号码", "证照编号", "有效期自")
USCC = "统一社会信用代码"
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one row: entered, entered before, or refused."""

    line: int  # of the file, the heading being the first
    number: str
    repeated: bool = False
    refused: Refused | None = None


def read_table(data: bytes) -> list[tuple[int, Row]]:
    """The rows of a CSV file with the lines they end on, in UTF-8 or GB 18030. Raises ValueError, in Chinese, when it
    has not the columns that every licence needs.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise ValueError("文件既不是 UTF-8 也不是 GB 18030 编码；请另存为 CSV（UTF-8）。") from error
    try:
        return _read_rows(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise ValueError(f"文件不是完好的 CSV：{error}。请核对引号，或者另存一次。") from error


def _read_rows(reader: csv.DictReader[str]) -> list[tuple[int, Row]]:
    """The rows that say anything: a table ends in empty ones. Raises ValueError, in Chinese."""
    headings = [name.strip() for name in reader.fieldnames or ()]
    if double := [name for name, times in Counter(headings).items() if name and times > 1]:
        raise ValueError(f"文件的表头有重复的列：{'、'.join(double)}。")
    if missing := [name for name in NEEDED if name not in headings]:
        raise ValueError(f"文件的表头缺少：{'、'.join(missing)}。表头写在第一行。")
    reader.fieldnames = headings
    rows = [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader]
    return [(line, row) for line, row in rows if any(row.values())]


def enter_rows(rows: list[tuple[int, Row]], actor: Actor) -> Iterator[Entered]:
    """Enter the licences of a table as this officer. A row that is refused keeps no other back."""
    for line, row in rows:
        number = row["证照编号"]
        key = uuid.uuid5(_SPACE, "\n".join([actor.department, *(f"{name}={row[name]}" for name in sorted(row))]))
        try:
            data = _data_of(row, actor)
            prepared = prepare_entry(data, data, actor)
            outcome = door.perform(LICENCE, key, prepared, actor, command_id=key)
        except Refused as refused:
            yield Entered(line, number, refused=refused)
        else:
            yield Entered(line, number, repeated=outcome.repeated)


def _data_of(row: Row, actor: Actor) -> dict[str, Any]:
    """What `prepare_entry` takes. Columns beyond those of every licence are what this one states, by label or by name.
    Raises Refused(input).
    """
    fields = [f for section in stated_form(find_item(actor, row["事项"])).sections for f in section.fields]
    names = {f.label: f.name for f in fields}
    given = {names.get(heading, heading): text for heading, text in row.items() if text and heading not in COLUMNS}
    lists = {f.name for f in fields if f.type is FieldType.CHOICES}
    return {
        **{name: row.get(heading, "") for heading, name in COLUMNS.items()},
        "holder_type": _type_of(row.get("证件种类", "")),
        "valid_from": _day_of(row, "有效期自"),
        "valid_to": _day_of(row, "有效期至"),
        "values": {name: re.split("[、；;]", text) if name in lists else text for name, text in given.items()},
    }


def _type_of(words: str) -> str:
    """The kind of document by its code or its name; empty for an organisation. Raises Refused(input)."""
    if words in ("", USCC):
        return ""
    known = {code: code for code in ID_TYPES} | {name: code for code, name in ID_TYPES.items()}
    if words not in known:
        message = f"没有“{words}”这种证件。"
        next = f"可以填：{USCC}、{'、'.join(ID_TYPES.values())}。"
        raise Refused("bad-type", message, next=next, kind=Kind.INPUT)
    return known[words]


def _day_of(row: Row, heading: str) -> date | None:
    """Raises Refused(input)."""
    text = row.get(heading, "")
    if not text and heading not in NEEDED:
        return None
    try:
        return _read_day(text)
    except ValueError as error:
        message = f"“{heading}”不是日期：{text or '（空）'}。"
        raise Refused("bad-day", message, next="日期写成 2018-03-12 的样子。", kind=Kind.INPUT) from error


def _read_day(text: str) -> date:
    """2018-03-12, and as a spreadsheet writes it: 2018/3/12, 2018.3.12, 2018年3月12日. Raises ValueError."""
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    if match is None:
        raise ValueError(text)
    year, month, day = map(int, match.groups())
    return date(year, month, day)
