"""A content as YAML with Chinese keys and back. Every value is written as Excel has it; faults are told by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from yichuang.catalog.drafting.content import Content, Row
from yichuang.catalog.drafting.merge import Marks
from yichuang.catalog.drafting.names import NOBODY, Names, names_of
from yichuang.catalog.drafting.parts import FIELDS, TABLES, DraftTable, read_field
from yichuang.catalog.drafting.reading import (
    MARKS,
    MOST_ROWS,
    ROW_ID,
    BadFile,
    Reading,
    SentFile,
    marks_cell,
    name_missing,
    write_row,
)

MOST_BYTES = 512 * 1024
_WIDTH = 10**6  # of a line: none is folded
_DEEPEST = 6  # the file, a table, a row, its table, a row of it
_HEAD = """\
# {title}
# 每个栏目一行，和网页、Excel 里的名称、写法相同；不填的写成 ''。# 后面是注释。
# 新增的行不要写行号，代号和核对情况也不用写；“版本标记”说明这份文件是从哪一稿改来的，请不要改动。
"""


def write_text(content: Content, seen: Marks, title: str, departments: Mapping[str, str] = NOBODY) -> str:
    """The YAML of a content. `seen` marks what it was made from, so that it can be merged when it comes back;
    `departments`: those of the division, by code.
    """
    names = names_of(content, departments)
    plain: dict[str, Any] = {f.label: f.kind.write(read_field(content, f.key), names) for f in FIELDS.values()}
    for key, table in TABLES.items():
        plain[table.title] = [_write_row(table, row, names) for row in content.get(key) or []]
    plain[MARKS] = marks_cell(seen)
    title = " ".join(title.split())
    return _HEAD.format(title=title) + yaml.dump(
        plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6
    )


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, and numbers without quotes: all are read as text."""


def _show_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if re.fullmatch("0|[1-9][0-9]*", text):
        return dumper.represent_scalar("tag:yaml.org,2002:int", text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _show_text)


def _write_row(table: DraftTable, row: Row, names: Names) -> dict[str, Any]:
    cells: dict[str, Any] = dict(write_row(table, row, names))
    if table.nested:
        inside = row.get(table.nested.key) or []
        cells[table.nested.title] = [_write_row(table.nested, inner, names) for inner in inside]
    return cells


def read_text(text: str, departments: Mapping[str, str] = NOBODY) -> SentFile:
    """The content of a YAML text. Raises BadFile with every fault by line."""
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise BadFile([("文件", "超过 512 KB。")])
    try:
        _refuse_tricks(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        place = _line(getattr(error, "problem_mark", None))
        raise BadFile([(place, "不是可读的 YAML，请检查缩进、冒号和引号。")]) from None
    reading = Reading(departments)
    nodes = dict(_read_mapping(reading, root, "文件"))
    known = {f.label: f for f in FIELDS.values()}
    tables = {table.title: table for table in TABLES.values()}
    for label, node in nodes.items():
        if label in known:
            reading.put_field(known[label], _scalar(reading, node), f"{_place(node)}“{label}”")
        elif label in tables:
            reading.content[tables[label].key] = _read_rows(reading, tables[label], node)
        elif label != MARKS:
            reading.blame(_place(node), f"没有叫“{label[:20]}”的栏目。")
    if missing := name_missing(nodes):
        reading.blame("文件", f"缺少：{missing}。不填的请写成 ''，不要删去。")
    return reading.finish(_scalar(reading, nodes[MARKS]) if MARKS in nodes else "")


def _refuse_tricks(text: str) -> None:
    """Refuse what no standard needs and what multiplies when it is read. Raises BadFile."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
            raise BadFile([(_line(event.start_mark), "不能使用引用（*名称）或者更多的层次；请照下载的文件写。")])


def _place(node: yaml.Node) -> str:
    return _line(node.start_mark)


def _line(mark: Any) -> str:
    return f"第{mark.line + 1}行" if mark else "文件"


def _scalar(reading: Reading, node: yaml.Node) -> str:
    """A value as it is written: no tag turns yes, 2026-12-01 or 010 into something else."""
    if isinstance(node, yaml.ScalarNode):
        is_null = node.tag == "tag:yaml.org,2002:null" and node.style is None
        return "" if is_null else str(node.value)
    reading.blame(_place(node), "这里应当是一个值。")
    return ""


def _read_mapping(reading: Reading, node: yaml.Node | None, where: str) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        reading.blame(_place(node) if node else where, "这里应当是“栏目: 内容”。")
        return
    seen: set[str] = set()
    for key, value in node.value:
        label = _scalar(reading, key)
        if label in seen:
            reading.blame(_place(key), f"“{label[:20]}”写了两次。")
            continue
        seen.add(label)
        yield label, value


def _read_rows(reading: Reading, table: DraftTable, node: yaml.Node) -> list[Row]:
    if not isinstance(node, yaml.SequenceNode):
        if not (isinstance(node, yaml.ScalarNode) and not node.value):
            reading.blame(_place(node), f"“{table.title}”应当是逐行的表，每行以 - 开头。")
        return []
    if len(node.value) > MOST_ROWS:
        reading.blame(_place(node), f"一张表最多 {MOST_ROWS} 行。")
        return []
    rows: list[Row] = []
    reading.put_rows(rows, [(_read_row(reading, table, inner), _place(inner)) for inner in node.value])
    return rows


def _read_row(reading: Reading, table: DraftTable, node: yaml.Node) -> Row:
    nodes = dict(_read_mapping(reading, node, table.title))
    inside = nodes.pop(table.nested.title, None) if table.nested else None
    wanted = {ROW_ID, *(f.label for f in table.fields)}
    for label in nodes.keys() - wanted:
        reading.blame(_place(nodes[label]), f"{table.title}没有叫“{label[:20]}”的栏目。")
    cells = {label: _scalar(reading, inner) for label, inner in nodes.items() if label in wanted}
    row = reading.read_row(table, cells, _place(node), {label: _place(inner) for label, inner in nodes.items()})
    asked = {f.label for f in table.fields if f.asked}
    if missing := "、".join(sorted(asked - nodes.keys())):
        reading.blame(_place(node), f"缺少：{missing}。")
    if table.nested and inside is not None:
        row[table.nested.key] = _read_rows(reading, table.nested, inside)
    return row
