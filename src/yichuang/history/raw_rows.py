"""Rows of a log as they were read, all text: one for each event, with the columns that the mapping wants.

A data set keeps them, so that it can be derived again by another mapping without reading the log again.

    <data set>/raw/part=<n>/*.parquet      whole cases
    <data set>/raw/noted/<n>.parquet       line, and what is strange there
    <data set>/raw/turned_down.parquet     lines that are no rows
    <data set>/raw/shifts.parquet          of a table: how the number of a row becomes the line of the file
"""

from __future__ import annotations

from collections.abc import Mapping as Given
from pathlib import Path
from typing import Any

from yichuang.history.dataset import escape_path
from yichuang.history.mapping import CASE, CASE_MOMENTS, Mapping
from yichuang.history.xes import LONGEST

FOLDER = "raw"
APART = "\x1f"  # between the values of a row: no XML document can hold it
# Of an event, in this order; `line` is the file's, `nth` tells events of one line apart
OF_EVENT = (
    "line", "nth", "case", "activity", "at", "person", "post", "transition", "kind", "step", "recorded", "instance",
    "id", "due",
)  # fmt: skip
PLACES = ("line", "nth")  # where a row stands: no part of what it says
ATTRIBUTES = OF_EVENT[3:-1]


def list_columns(mapping: Mapping) -> tuple[str, ...]:
    """The columns of a raw row under this mapping."""
    own = mapping.own_columns
    return (
        *OF_EVENT,
        *(column.place for column in own if not column.of_case),
        *CASE,
        *CASE_MOMENTS,
        *(column.place for column in own if column.of_case),
    )


def list_sources(mapping: Mapping) -> dict[str, str]:
    """Where the log has each column of a raw row: a column of a table, or an attribute of an event or a case."""
    own = {column.place: column.source for column in mapping.own_columns}
    places = {**mapping.events, **mapping.case, **own}
    return {name: source for name in list_columns(mapping) if (source := places.get(name))}


def select_written(path: Path, mapping: Mapping) -> str:
    """The rows that `Rows` wrote into this file, as a relation of DuckDB."""
    types = ", ".join(f"'{name}': '{'bigint' if name in PLACES else 'varchar'}'" for name in list_columns(mapping))
    return (
        f"read_csv('{escape_path(path)}', header = false, auto_detect = false, delim = '{APART}', quote = '',"
        f" escape = '', nullstr = '\\N', max_line_size = {LONGEST}, columns = {{{types}}})"
    )


def list_parts(folder: Path) -> list[Path]:
    """The folders of rows that a data set keeps, whole cases in each."""
    return sorted((folder / FOLDER).glob("part=*"), key=lambda part: int(part.name.partition("=")[2]))


def select_part(part: Path) -> str:
    """The rows of a part, as a relation of DuckDB."""
    return f"read_parquet('{escape_path(part)}/*.parquet', hive_partitioning = false)"


class TwoCases(ValueError):
    """Two traces have one name. Carries the name."""


class Rows:
    """Writes events of XES as raw rows, a line each. A line break inside a value becomes a blank."""

    def __init__(self, mapping: Mapping, file: Any) -> None:
        events = mapping.events
        self.case = events["case"]
        own = mapping.own_columns
        self.attributes = tuple(events[name] for name in ATTRIBUTES)
        self.due = events["due"]  # of the event, else of its trace
        self.own = tuple(column.source for column in own if not column.of_case)
        of_case = (*(mapping.case.get(name, "") for name in (*CASE, *CASE_MOMENTS)),
                   *(column.source for column in own if column.of_case))  # fmt: skip
        self.case_columns = len(of_case)
        self.of_case = tuple((place, name) for place, name in enumerate(of_case) if name)
        self.write = file.write
        self.events = self.before = self.number = 0
        self.cases: set[str] = set()
        self.last = ""
        self.rows: list[str] = []
        self.rest = ""  # the columns of the case from the attributes of its trace
        self.attributes_read = 0  # how many attributes the trace had when they were read
        self.remarks: list[tuple[int, str]] = []  # line, what is strange there

    def take(self, line: int, event: Given[str, str], trace: Given[str, str] | None) -> None:
        """Add an event. Called for every event, so it does only what is necessary."""
        get = event.get
        self.number += 1
        if trace is None:
            self._take_outside(line, event)
            return
        if self.events == self.before:
            self.last = trace.get(self.case) or f"line-{line}"  # a trace without a name has its place
            self.attributes_read = -1
        if len(trace) != self.attributes_read:
            self.rest, self.attributes_read = self._of_case(trace), len(trace)
        a, b, c, d, e, f, g, h, i, j = self.attributes
        k = self.due
        case_columns = self.rest
        for _, name in self.of_case:
            if name in event:
                case_columns = self._of_case({**trace, **{name: value for name, value in event.items() if value}})
                break
        if self.own:
            case_columns = APART.join((*(get(name, "") for name in self.own), case_columns))
        row = APART.join(
            (str(line), str(self.number), self.last, get(a, ""), get(b, ""), get(c, ""), get(d, ""), get(e, ""),
             get(f, ""), get(g, ""), get(h, ""), get(i, ""), get(j, ""), get(k, "") or trace.get(k, "") if k else "",
             case_columns)
        )  # fmt: skip
        self.rows.append(_one_line(row))
        self.events += 1

    def _take_outside(self, line: int, event: Given[str, str]) -> None:
        """Add an event that no trace has: a row without a case."""
        values = (event.get(name, "") for name in (*self.attributes, self.due, *self.own))
        row = APART.join((str(line), str(self.number), "", *values, self._of_case(event)))
        self.write(_one_line(row) + "\n")

    def remark(self, line: int, text: str) -> None:
        self.remarks.append((line, text))

    def _of_case(self, attributes: Given[str, str]) -> str:
        """The values of the columns of a case from these attributes."""
        columns = [""] * self.case_columns
        for place, name in self.of_case:
            columns[place] = attributes.get(name, "")
        return APART.join(columns)

    def trace_ended(self, line: int, trace: Given[str, str]) -> None:
        """Write the events of a trace. Raises TwoCases."""
        if self.events == self.before:
            name = trace.get(self.case) or f"line-{line}"
            self.remark(line, f"办件 {name[:100]} 没有一个动作，没有可判的")
        elif self.last:
            if self.last in self.cases:
                raise TwoCases(self.last)
            self.cases.add(self.last)
        self.before = self.events
        if self.rows:
            self.write("\n".join(self.rows) + "\n")
            self.rows.clear()


def _one_line(row: str) -> str:
    return row if "\n" not in row and "\r" not in row else " ".join(row.splitlines())
