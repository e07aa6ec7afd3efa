"""Any system's history as a data set: the contract's tables as CSV or Parquet, one table of events, or XES.

Every row that cannot be taken is told with line and reason; the others are taken, or with `strict` none. An import
comes into being whole or not at all, and stays apart from live data.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

from yichuang.history import contract_files, dataset, xes
from yichuang.history.deriving import RAW, Deriving
from yichuang.history.mapping import CASE, EVENT, Mapping, Unclear
from yichuang.kernel.calendar import seed_calendar
from yichuang.kernel.people_csv import write_people_csv
from yichuang.supervision.contract import CASES

PIECE = 16 << 20  # bytes of XES derived at a time
PART = 64 << 20  # bytes of a table of events derived at a time
REJECTED = "rejected.csv"
UNDATED = date.min  # the day of judgement of a history that tells none
APART = "\x1f"  # between the values of a row: no XML document can hold it
MEMORY = "300MB"  # of each DuckDB
Tell = Callable[[str], None]


class Rejected(ValueError):
    """A strict import met rows it cannot take, or an import nothing it can. Carries a Chinese sentence."""


REFUSED = (Rejected, Unclear, xes.Broken, OSError)  # what an import may raise; each in words for people


@dataclass(slots=True)
class Report:
    """What an import took and what it did not."""

    manifest: dataset.Manifest
    rejected: int = 0
    first: list[tuple[str, int, str]] = field(default_factory=list)  # file, line, reason of the first ones
    notes: list[str] = field(default_factory=list)  # what a reader of the findings should know, in Chinese


def import_log(
    source: Path,
    target: Path,
    mapping: Path | None = None,
    *,
    strict: bool = False,
    tell: Tell = lambda line: None,
) -> Report:
    """Make a data set at `target`. Raises Rejected, mapping.Unclear, xes.Broken, FileExistsError, OSError.

    The rows that were not taken stand in `rejected.csv` of the data set; of a refused import, beside it.
    """
    rules = Mapping.load(mapping) if mapping else Mapping()
    if not source.exists():
        raise Rejected(f"没有 {source}，请检查路径。")
    try:
        return _made(source, target, rules, strict, tell)
    except duckdb.Error as error:
        raise Rejected(f"{source.name} 读不懂（{str(error).splitlines()[0][:200]}），没有导入。") from error


def _made(source: Path, target: Path, rules: Mapping, strict: bool, tell: Tell) -> Report:
    beside = target.with_name(f"{target.name}.{REJECTED}")
    with dataset.making(target) as folder, tempfile.TemporaryDirectory(prefix="yichuang-import-") as scratch:
        con = dataset.connect(MEMORY)
        con.execute("create table turned_down (file varchar, line bigint, reason varchar, content varchar)")
        notes: list[str] = []
        if contract_files.found(source):
            asof = contract_files.take(con, source, folder, rules.encoding, Path(scratch))
        elif source.is_dir():
            raise Rejected(f"{source} 里没有契约的表（如 cases.csv）；事件日志请指明一个文件。")
        else:
            notes, asof = _events(con, source, folder, rules, Path(scratch), tell)
        report = _report(con, folder, target.name, rules.asof or asof or UNDATED, notes)
        if report.rejected:
            _write_rejected(con, folder / REJECTED)
            if strict:
                shutil.copy(folder / REJECTED, beside)
                raise Rejected(f"有 {report.rejected:,} 行不能导入，按 --strict 全部不导入；逐行原因见 {beside}。")
        if not report.manifest.counts["cases"]:
            if report.rejected:
                shutil.copy(folder / REJECTED, beside)
            raise Rejected(f"没有一件办件可以导入{f'，逐行原因见 {beside}' if report.rejected else ''}。")
        if report.manifest.asof == UNDATED:
            raise Rejected("没有一个动作，不知道评判到哪一天；请在映射写 asof，或附上 asof.csv。")
    return report


def _write_rejected(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The rows that were not taken, for people."""
    found = con.execute("select file, line, reason, content from turned_down order by file, line")
    rows = chain.from_iterable(iter(lambda: found.fetchmany(10_000), []))
    write_people_csv(path, chain([("file", "line", "reason", "content")], rows))


def _report(con: duckdb.DuckDBPyConnection, folder: Path, name: str, asof: date, notes: list[str]) -> Report:
    manifest = dataset.Manifest(name, "import", asof, dataset.counted(con, folder))
    manifest.dump(folder)
    dataset.attach(con, folder)
    rejected = con.execute("select count(*) from turned_down").fetchone()
    first = con.execute("select file, line, reason from turned_down order by file, line limit 5").fetchall()
    assert rejected is not None
    return Report(manifest, rejected[0], first, [*notes, *_cautions(con)])


def _cautions(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What the tables themselves leave open."""
    out = []
    years = sorted(seed_calendar().years)
    unpublished = "from log_events where year(occurred_on) not between ? and ?"
    found = con.execute(f"select distinct year(occurred_on) {unpublished} order by 1", [years[0], years[-1]]).fetchall()
    if found:
        told = "、".join(f"{year} 年" for (year,) in found[:6])
        row = con.execute(f"select count(distinct case_id) {unpublished}", [years[0], years[-1]]).fetchone()
        out.append(
            f"{row[0] if row else 0:,} 件有动作落在放假安排没有公布的年份（{told}）："
            "按周一至周五估算，靠这些日子才能下结论的时限规则不作结论。"
        )
    for question, words in (
        (
            "select count(*) from log_cases anti join log_standards using (standard) where source <> 'reported'",
            "件的规程不在数据里",
        ),
        ("select count(*) from log_events anti join log_cases using (case_id)", "个动作没有对应的办件"),
    ):  # fmt: skip
        row = con.execute(question).fetchone()
        if row and row[0]:
            out.append(f"{row[0]:,} {words}。")
    return out


# --- logs of events ----------------------------------------------------------------------------------------------


def _events(
    con: duckdb.DuckDBPyConnection, source: Path, folder: Path, mapping: Mapping, scratch: Path, tell: Tell
) -> tuple[list[str], date | None]:
    deriving = Deriving(con, folder, scratch / "side", mapping)
    rejected = "select * from rejected"
    if source.name.lower().endswith((".xes", ".xes.gz")):
        _from_xes(source, deriving, tell)
    else:
        rejected = _from_table(con, source, deriving, mapping, scratch, tell)
    _no_case_twice(con, folder)
    deriving.finish()
    con.execute(f"insert into turned_down select ?, line, reason, content from ({rejected})", [source.name])
    totals = con.execute(
        "select coalesce(sum(zoneless), 0), coalesce(sum(unordered), 0), coalesce(sum(ignored), 0),"
        " coalesce(bool_or(accepts), false) from totals"
    ).fetchone()
    assert totals is not None
    notes = [
        text
        for count, text in zip(
            totals[:3],
            (
                f"{totals[0]:,} 个时间没有时区，按 {mapping.timezone} 读。",
                f"{totals[1]:,} 个动作不在时间次序上，已按时间排好。",
                f"{totals[2]:,} 个动作是环节的中间状态，只留作记录。",
            ),
            strict=True,
        )
        if count
    ]
    if not totals[3]:
        notes.append("日志没有受理：以收件之日（没有收件的，以第一个动作之日）为受理之日。")
    return notes, deriving.span()[1]


def _no_case_twice(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Two traces, or two pieces, of one case would be two cases. Raises Rejected."""
    files = dataset.files(folder, CASES)
    found = con.execute(
        f"select case_id from ({dataset.select(CASES, files)}) group by 1 having count(*) > 1 order by 1 limit 5"
    ).fetchall()
    if found:
        raise Rejected(_twice("、".join(case for (case,) in found)))


def _twice(cases: str) -> str:
    how = "请在映射的 events.case 指明每件唯一的标识；XES 可写 '#'，以所在的行为标识。"
    return f"办件标识重复：{cases}。{how}"


def _from_xes(source: Path, deriving: Deriving, tell: Tell) -> None:
    """Cut the file between traces and derive the pieces side by side, one on each core."""
    cut = xes.pieces(source, PIECE)
    line, piece, last = next(cut)
    if last:
        _piece(deriving, 1, line, piece, True, True)
        return
    cores = os.cpu_count() or 1
    given = (deriving.folder, deriving.side, deriving.mapping)
    with ProcessPoolExecutor(cores, get_context("spawn")) as others:
        waiting = deque([others.submit(_other, *given, 1, line, piece, True, False)])
        events = 0
        try:
            for number, (line, piece, last) in enumerate(cut, 2):
                if len(waiting) == cores:  # no more are held than are worked on, and the next one
                    events += waiting.popleft().result()
                    tell(f"已读 {events:,} 个动作")
                waiting.append(others.submit(_other, *given, number, line, piece, False, last))
                del piece
            while waiting:
                events += waiting.popleft().result()
                tell(f"已读 {events:,} 个动作")
        except BaseException:
            others.shutdown(cancel_futures=True)
            raise


def _other(
    folder: Path, side: Path, mapping: Mapping, number: int, line: int, piece: bytes, first: bool, last: bool
) -> int:
    """In another process: a piece with a DuckDB of its own, which keeps nothing from piece to piece."""
    con = dataset.connect(MEMORY, 1)
    try:
        return _piece(Deriving(con, folder, side, mapping), number, line, piece, first, last)
    finally:
        con.close()


def _piece(deriving: Deriving, number: int, line: int, piece: bytes, first: bool, last: bool) -> int:
    """Read a piece of the file and derive it; how many events. Raises xes.Broken, Rejected."""
    path = deriving.side / f"piece-{number}.csv"
    with path.open("w", encoding="utf-8", newline="", buffering=1 << 20) as file:
        rows = _Rows(deriving.mapping, file)
        xes.read(piece, line, rows.take, rows.trace_ended, first=first, last=last)
    columns = ", ".join(f"'{name}': '{'bigint' if name == 'line' else 'varchar'}'" for name in RAW)
    deriving.piece(
        f"read_csv('{dataset.escaped(path)}', header = false, auto_detect = false, delim = '{APART}', quote = '',"
        f" escape = '', nullstr = '\\N', max_line_size = {xes.LONGEST}, columns = {{{columns}}})",
        number,
    )
    path.unlink()
    return rows.events


class _Rows:
    """Events as rows of `RAW`, a line each. A line break inside a value becomes a blank; XML has no `APART`."""

    def __init__(self, mapping: Mapping, file: Any) -> None:
        said = mapping.events
        self.case = said["case"]
        self.own = tuple(
            said[n] for n in ("activity", "at", "person", "post", "transition", "kind", "step", "recorded")
        )
        self.of_case = tuple((place, mapping.case[n]) for place, n in enumerate(CASE) if n in mapping.case)
        self.write = file.write
        self.events = self.before = 0
        self.cases: set[str] = set()
        self.last = ""
        self.rows: list[str] = []
        self.rest, self.told = "", 0  # what the trace says of the case, and how many attributes it had by then

    def take(self, line: int, event: Any, trace: Any) -> None:
        """Called for every event: nothing here that need not be."""
        get = event.get
        if self.events == self.before:
            self.last = trace.get(self.case) or f"line-{line}"  # a trace without a name has its place
            self.told = -1
        if len(trace) != self.told:
            self.rest, self.told = self._of_case(trace), len(trace)
        a, b, c, d, e, f, g, h = self.own
        rest = self.rest
        for _, name in self.of_case:
            if name in event:
                rest = self._of_case({**trace, **{name: value for name, value in event.items() if value}})
                break
        row = APART.join(
            (str(line), self.last, get(a, ""), get(b, ""), get(c, ""), get(d, ""), get(e, ""), get(f, ""), get(g, ""),
             get(h, ""), rest)
        )  # fmt: skip
        self.rows.append(row if "\n" not in row and "\r" not in row else " ".join(row.splitlines()))
        self.events += 1

    def _of_case(self, said: Any) -> str:
        """The columns of `CASE` as these attributes tell them."""
        rest = [""] * len(CASE)
        for place, name in self.of_case:
            rest[place] = said.get(name, "")
        return APART.join(rest)

    def trace_ended(self) -> None:
        if self.events > self.before and self.last:
            if self.last in self.cases:
                raise Rejected(_twice(self.last))
            self.cases.add(self.last)
        self.before = self.events
        if self.rows:
            self.write("\n".join(self.rows) + "\n")
            self.rows.clear()


def _from_table(
    con: duckdb.DuckDBPyConnection, source: Path, deriving: Deriving, mapping: Mapping, scratch: Path, tell: Tell
) -> str:
    """A table of events, CSV or Parquet, cut into parts by case; a statement for what was rejected, by line.

    Raises Unclear when the mapping names no column.
    """
    told = contract_files.Reading(con, source, mapping.encoding, scratch)
    said = {name: column for name, column in mapping.events.items() if column != EVENT[name] or column in told.columns}
    wanted = {**said, **mapping.case}
    if missing := [f"{name}: {column}" for name, column in wanted.items() if column not in told.columns]:
        raise Unclear(f"日志没有这些列：{'、'.join(missing)}。日志的列有：{'、'.join(told.columns[:40])}。")
    if lacking := [name for name in ("case", "activity", "at") if name not in said]:
        raise Unclear(
            f"请在映射的 events 里指明 {'、'.join(lacking)} 是哪一列。日志的列有：{'、'.join(told.columns[:40])}。"
        )
    columns = ", ".join(
        f"coalesce({_column(wanted[name])}::varchar, '') as \"{name}\"" if name in wanted else f"'' as \"{name}\""
        for name in RAW
        if name != "line"
    )
    parts = 1 + source.stat().st_size // PART
    con.execute(
        f'copy (select *, hash("case") % {parts} as part from (select row_number() over () as line, {columns}'
        f" from {told.relation})) to '{dataset.escaped(scratch / 'parts')}' (format parquet, partition_by (part))"
    )
    told.note_rejects()
    if not list((scratch / "parts").glob("part=*")):
        raise Rejected(f"{source.name} 里没有一行可以读的动作，请检查文件和列名。")
    for number, part in enumerate(sorted((scratch / "parts").glob("part=*")), 1):
        tell(f"已整理 {number}/{parts} 份")
        deriving.piece(f"read_parquet('{dataset.escaped(part)}/*.parquet', hive_partitioning = false)", number)
    return told.placed("rejected")


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
