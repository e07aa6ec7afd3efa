"""Reads back the XES that `exporting_xes` writes: every table of the contract, as CSV in the contract's layout."""

from __future__ import annotations

import csv
import gzip
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from xml.parsers import expat

from yichuang.history.xes import Broken, read_as_utf8
from yichuang.supervision.contract import CASES, EVENTS, TABLES, ColumnKind, Table

LISTED = "yichuang:"  # before the name of a table: its list of rows
CONTRACT, ASOF = "yichuang:contract", "yichuang:asof"  # of the log: version of its tables, day of judgement
TRANSITIONS = {"step_opened": "start", "step_assigned": "assign", "sent_back": "pi_abort"}  # all else: complete
_BLOCK = 1 << 20  # bytes parsed at a time
_TABLES = {f"{LISTED}{table.name}": table for table in TABLES}
_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})


def is_own_xes(path: Path) -> bool:
    """Whether the file says that it holds every table of the contract. Raises Broken, OSError."""
    opener: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as file:
            head: bytes = read_as_utf8(file, path.name)(1 << 14)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False  # who reads it as a log says what is wrong
    return f'key="{CONTRACT}"'.encode() in head.partition(b"<trace>")[0]


def write_tables(path: Path, folder: Path) -> None:
    """Write the tables of the log into the folder, and the day of judgement. Raises Broken, OSError."""
    folder.mkdir()
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with ExitStack() as stack, opener(path, "rb") as file:
        writers = {}
        for table in TABLES:
            out = stack.enter_context((folder / f"{table.name}.csv").open("w", encoding="utf-8", newline=""))
            writers[table] = csv.writer(out, lineterminator="\n")
            writers[table].writerow([column.name for column in table.columns])
        reader = _Reader(writers)
        read = read_as_utf8(file, path.name)
        try:
            while block := read(_BLOCK):
                reader.parser.Parse(block, False)
            reader.parser.Parse(b"", True)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Broken("压缩的文件不完整或者已损坏，请重新取得完整的文件。") from error
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code)
            raise Broken(f"第{error.lineno}行起不是完整的 XES（{message}），请重新取得完整的文件。") from error
    if reader.asof:
        (folder / "asof.csv").write_text(f"today\n{reader.asof}\n", encoding="utf-8")


class _Reader:
    """The handlers of the parser: attributes of the trace, of the event, or of a row in a list of a table."""

    def __init__(self, writers: dict[Table, Any]) -> None:
        self.writers = writers
        self.asof = ""
        self.trace: dict[str, str] | None = None
        self.event: dict[str, str] | None = None
        self.row: dict[str, str] | None = None
        self.table: Table | None = None
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse_doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "trace":
            self.trace = {}
        elif name == "event":
            self.event = {}
        elif name == "list":
            self.table = _TABLES.get(attributes.get("key", ""))
        elif name == "container" and self.table:
            self.row = {}
        elif name in _ATTRIBUTES:
            owner = next((one for one in (self.row, self.event, self.trace) if one is not None), None)
            key, value = attributes.get("key", ""), attributes.get("value", "")
            if owner is not None:
                owner[key] = value
            elif key == ASOF:
                self.asof = value[:10]

    def _end(self, name: str) -> None:
        if name == "container" and self.table and self.row is not None:
            self._write(self.table, self.row)
            self.row = None
        elif name == "list":
            self.table = None
        elif name == "event" and self.event is not None:
            self._write(EVENTS, self.event)
            self.event = None
        elif name == "trace" and self.trace is not None:
            self._write(CASES, self.trace)
            self.trace = None

    def _write(self, table: Table, row: dict[str, str]) -> None:
        if table.of_case and self.trace is not None:
            if "case_id" not in self.trace:
                raise Broken(f"第{self.parser.CurrentLineNumber}行的轨迹没有 case_id，不是本系统导出的样子。")
            row["case_id"] = self.trace["case_id"]
        values = (row.get(column.name, "") for column in table.columns)
        days = (column.kind is ColumnKind.DAY for column in table.columns)
        self.writers[table].writerow([value[:10] if day else value for value, day in zip(values, days, strict=True)])


def _refuse_doctype(*_: Any) -> None:
    raise Broken("声明了文档类型，可能夹带实体；请去掉 DOCTYPE 再导入。")
