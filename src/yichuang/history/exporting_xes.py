"""Export as XES (IEEE 1849): a trace for each case, an event for each act, streamed out of one snapshot.

The standard extensions say what every reader knows: `concept:name`, `time:timestamp`, `lifecycle:transition`,
`org:resource`, `org:role`, `org:group`. The contract's own columns of cases and events stand beside them under their
own names, and every other table as a list of rows, of its case or of the log, so that the log comes back whole
(`own_xes`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import quoteattr

from yichuang.history.dataset import VERSION
from yichuang.history.exporting import EVERYTHING, ExportScope, Tell, open_snapshot, read_today
from yichuang.history.own_xes import ASOF, CONTRACT, LISTED, TRANSITIONS
from yichuang.supervision.contract import CASES, EVENTS, OF_CASE, SHARED, ColumnKind, Table
from yichuang.supervision.ddl import quoted

Row = dict[str, Any]
PAGE = 2_000  # rows fetched at a time
TOLD = 10_000  # cases between two words on how far it is
EXTENSIONS = {
    "concept": ("Concept", "http://www.xes-standard.org/concept.xesext"),
    "org": ("Organizational", "http://www.xes-standard.org/org.xesext"),
    "time": ("Time", "http://www.xes-standard.org/time.xesext"),
    "lifecycle": ("Lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    "yichuang": ("Yichuang", "urn:yichuang:log-contract"),
}
_TAGS = {
    ColumnKind.TEXT: "string",
    ColumnKind.INT: "int",
    ColumnKind.BOOL: "boolean",
    ColumnKind.DAY: "date",
    ColumnKind.MOMENT: "date",
}
# XML 1.0 has no place for these, and no escape either
_UNSAID = {code: "\N{REPLACEMENT CHARACTER}" for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)}


def export_xes(file: Path, tell: Tell = print, scope: ExportScope = EVERYTHING) -> None:
    """Write the log. Raises FileExistsError when there is something at `file` already."""
    if file.exists():
        raise FileExistsError(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial-{os.getpid()}")
    try:
        with open_snapshot() as con, partial.open("w", encoding="utf-8", newline="\n") as out:
            out.write(_head())
            _attribute(out, "\t", "int", CONTRACT, VERSION)
            _attribute(out, "\t", "date", ASOF, read_today(con))
            for table in SHARED:
                _list(out, "\t", table, _rows(con, table, f"{table.stored_as} t", ", ".join(table.key), []))
            for number, (case, acts, others) in enumerate(_traces(con, scope), 1):
                _trace(out, case, acts, others)
                if number % TOLD == 0:
                    tell(f"{number:,} 件")
            out.write("</log>\n")
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)


def _head() -> str:
    extensions = "".join(
        f"\t<extension name={quoteattr(name)} prefix={quoteattr(prefix)} uri={quoteattr(uri)}/>\n"
        for prefix, (name, uri) in EXTENSIONS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
        f"{extensions}"
        '\t<global scope="trace">\n\t\t<string key="concept:name" value="?"/>\n\t</global>\n'
        '\t<global scope="event">\n\t\t<string key="concept:name" value="?"/>\n'
        '\t\t<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\n'
        '\t\t<string key="lifecycle:transition" value="complete"/>\n\t</global>\n'
        '\t<classifier name="Activity" keys="concept:name"/>\n'
        '\t<classifier name="Activity and lifecycle" keys="concept:name lifecycle:transition"/>\n'
        '\t<string key="concept:name" value="一窗办件日志"/>\n'
        '\t<string key="lifecycle:model" value="standard"/>\n'
    )


def _traces(con: Any, scope: ExportScope) -> Iterator[tuple[Row, Iterator[Row], list[tuple[Table, Iterator[Row]]]]]:
    """Each case with its acts and its rows of other tables, all in the order of the case's key: cursors side by side, a
    page of each held.
    """
    condition, values = scope.cases()
    cases = _rows(con, CASES, f"log_cases c where {condition}", "case_id", values)
    others = tuple(table for table in OF_CASE if table not in (CASES, EVENTS))
    following = {
        table: _Following(
            _rows(
                con, table, f"{table.stored_as} t join log_cases c using (case_id) where {condition}",
                ", ".join(table.key), values,
            )
        )
        for table in (EVENTS, *others)
    }  # fmt: skip
    for case in cases:
        key = case["case_id"]
        yield case, following[EVENTS].take(key), [(table, following[table].take(key)) for table in others]


class _Following:
    """Rows in the order of their cases, given out case by case."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.groups = groupby(rows, key=lambda row: row["case_id"])
        self.key: str
        self.group: Iterator[Row]
        self._advance()

    def take(self, case: str) -> Iterator[Row]:
        """The rows of this case; none of a case that has none."""
        if self.key != case:
            return
        yield from self.group
        self._advance()

    def _advance(self) -> None:
        self.key, self.group = next(self.groups, ("", iter(())))


def _rows(con: Any, table: Table, source: str, order: str, values: list[Any]) -> Iterator[Row]:
    alias = "c" if table is CASES else "t"
    names = [column.name for column in table.columns]
    columns = ", ".join(f"{alias}.{quoted(name)}" for name in names)
    ordered = ", ".join(f'{alias}."{name}" collate "C"' if name == "case_id" else f'{alias}."{name}"'
                        for name in order.split(", "))  # fmt: skip
    with con.cursor(name=f"xes_{table.name}") as cursor:
        cursor.itersize = PAGE
        cursor.execute(f"select {columns} from {source} order by {ordered}", values)
        for row in cursor:
            yield dict(zip(names, row, strict=True))


def _trace(out: TextIO, case: Row, acts: Iterator[Row], others: list[tuple[Table, Iterator[Row]]]) -> None:
    """Write the case, its rows of other tables and its acts."""
    out.write("\t<trace>\n")
    _attribute(out, "\t\t", "string", "concept:name", case["case_id"])
    _columns(out, "\t\t", CASES, case)
    for table, rows in others:
        _list(out, "\t\t", table, rows)
    for act in acts:
        out.write("\t\t<event>\n")
        _attribute(out, "\t\t\t", "string", "concept:name", act["step"] or act["kind"])
        _attribute(out, "\t\t\t", "date", "time:timestamp", act["occurred_at"])
        _attribute(out, "\t\t\t", "string", "lifecycle:transition", TRANSITIONS.get(act["kind"], "complete"))
        _attribute(out, "\t\t\t", "string", "org:resource", act["person"])
        _attribute(out, "\t\t\t", "string", "org:role", act["post"])
        _attribute(out, "\t\t\t", "string", "org:group", case["department"])
        _columns(out, "\t\t\t", EVENTS, act)
        out.write("\t\t</event>\n")
    out.write("\t</trace>\n")


def _list(out: TextIO, indent: str, table: Table, rows: Iterator[Row]) -> None:
    """Write the rows of a table as a list; nothing without a row."""
    begun = False
    for row in rows:
        if not begun:
            out.write(f'{indent}<list key="{LISTED}{table.name}"><values>\n')
            begun = True
        out.write(f'{indent}\t<container key="{LISTED}row">\n')
        _columns(out, f"{indent}\t\t", table, row)
        out.write(f"{indent}\t</container>\n")
    if begun:
        out.write(f"{indent}</values></list>\n")


def _columns(out: TextIO, indent: str, table: Table, row: Row) -> None:
    """The contract's own columns; what has no value is left out."""
    for column in table.columns:
        value = row[column.name]
        said = table is not CASES and table.of_case and column.name == "case_id"  # by the trace around it
        if value is not None and value != "" and not said:
            _attribute(out, indent, _TAGS[column.kind], column.name, value)


def _attribute(out: TextIO, indent: str, tag: str, key: str, value: Any) -> None:
    if value == "":
        return
    out.write(f'{indent}<{tag} key="{key}" value={quoteattr(_text(value))}/>\n')


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return f"{value.isoformat()}T00:00:00.000+08:00"  # a day of the city
        case _:
            return str(value).translate(_UNSAID)
