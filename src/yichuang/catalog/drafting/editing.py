"""Edits of a content as a page sends them: texts by line, rows added, removed and moved. The content given stays as it
was; an edited copy comes back.
"""

from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Collection, Mapping
from typing import Any

from yichuang.catalog.drafting.content import ID, Content, Row, new_id
from yichuang.catalog.drafting.lines import list_lines
from yichuang.catalog.drafting.names import NO_NAMES, Names, names_of
from yichuang.catalog.drafting.parts import find_field, find_table
from yichuang.kernel.text import clean

_ID = re.compile(r"[0-9A-Za-z_-]{1,40}")


def find_rows(content: Content, at: str) -> list[Row] | None:
    """The rows of a list (`materials`, `sections/premises/fields`); None when there is no such list."""
    table = find_table(at)
    parts = at.split("/")
    if table is None or parts[-1] != table.key or len(parts) not in (1, 3):
        return None
    if len(parts) == 1:
        rows: list[Row] = content.setdefault(at, [])
        return rows
    outer = find_row(content, "/".join(parts[:2]))
    return None if outer is None else outer.setdefault(parts[2], [])


def find_row(content: Content, line: str) -> Row | None:
    """The row on a line; None when there is none."""
    at, _, id = line.rpartition("/")
    rows = find_rows(content, at) if at else None
    return next((row for row in rows or () if row[ID] == id), None)


def put_texts(
    content: Content, texts: Mapping[str, str], names: Names = NO_NAMES
) -> tuple[Content, dict[str, str], dict[str, Any]]:
    """The content with what was typed on these lines, right or wrong. Besides: what cannot be kept at all, by line in
    Chinese, and the values of lines whose row is gone. `names`: by which codes may be written.
    """
    content = copy.deepcopy(content)
    faults: dict[str, str] = {}
    gone: dict[str, Any] = {}
    for line, text in texts.items():
        field = find_field(line)
        if field is None:
            continue
        try:
            text = clean(text, lines=field.kind.lines)
        except ValueError as error:
            faults[line] = str(error)
            continue
        value: Any = text
        with contextlib.suppress(ValueError):  # kept as it was typed; `list_typing_faults` says what is wrong
            value = field.kind.read(text, names)
        target, key = _find_holder(content, line)
        if target is None:
            gone[line] = value
        else:
            target[key] = value
    return content, faults, gone


def keep_unasked(sent: Content, kept: Content, seen: Collection[str]) -> Content:
    """The content that a file says, with what nobody writes (`DraftField.asked`) as it is kept; empty in new rows.
    `seen`: the lines that the file was made from. What it says of a row that is gone since stays, to be told apart.
    """
    sent, values = copy.deepcopy(sent), list_lines(kept).values
    for line in list_lines(sent).values:
        field = find_field(line)
        target, key = _find_holder(sent, line)
        if target is None or field is None or field.asked or (line in seen and line not in values):
            continue
        if line in values or not field.made:
            target[key] = values.get(line, field.kind.copy_blank())
    return sent


def _find_holder(content: Content, line: str) -> tuple[Row | None, str]:
    """What holds the value of a line, and under which key."""
    at, _, key = line.rpartition("/")
    if not at:
        return content, key
    if at == "result":
        held: Row = content.setdefault(at, {})
        return held, key
    return find_row(content, at), key


def add_row(content: Content, at: str, id: str = "", taken: Collection[str] = ()) -> tuple[Content, str]:
    """The content with an empty row at the end of a list, and its line; a program may say its id, which no other row
    has. `taken`: lines of rows that are gone and still written in somewhere, whose ids mean those rows. Raises KeyError
    where there is no list.
    """
    content = copy.deepcopy(content)
    table, rows = find_table(at), find_rows(content, at)
    if table is None or rows is None:
        raise KeyError(at)
    gone = [{ID: line.rpartition("/")[2]} for line in taken if line.rpartition("/")[0] == at]
    id = id or new_id([*rows, *gone], table.letter)
    outer = at.split("/")[1] if "/" in at else ""
    rows.append(table.new_row(id, outer))
    return content, f"{at}/{id}"


def restore_row(content: Content, line: str) -> tuple[Content, str]:
    """The content with an empty row at the end of the list that a removed row stood in, under the id that it had, and
    its line. Where the row around it was removed too, an empty one comes with it. Raises KeyError where there is no
    such list.
    """
    at, _, id = line.rpartition("/")
    outer, _, key = at.rpartition("/")
    if outer and find_row(content, outer) is None:
        content, outer = restore_row(content, outer)
        at = f"{outer}/{key}"
    return add_row(content, at, id if _ID.fullmatch(id) else "")


def remove_row(content: Content, line: str) -> Content:
    """The content without a row; unchanged when it is gone already."""
    content = copy.deepcopy(content)
    row, rows = find_row(content, line), find_rows(content, line.rpartition("/")[0])
    if row is not None and rows is not None:
        rows.remove(row)
    return content


def move_row(content: Content, line: str, *, up: bool) -> Content:
    """The content with a row one place up or down; unchanged at the end of the list."""
    content = copy.deepcopy(content)
    row, rows = find_row(content, line), find_rows(content, line.rpartition("/")[0])
    if row is not None and rows is not None:
        place = rows.index(row)
        rows.remove(row)
        rows.insert(max(place - 1, 0) if up else place + 1, row)
    return content


def list_typing_faults(content: Content) -> dict[str, str]:
    """What cannot be read of what was typed, by line, in Chinese."""
    faults: dict[str, str] = {}
    names = names_of(content)
    for line, value in list_lines(content).values.items():
        if isinstance(value, str) and (field := find_field(line)):
            try:
                field.kind.read(value, names)
            except ValueError as error:
                faults[line] = str(error)
    return faults
