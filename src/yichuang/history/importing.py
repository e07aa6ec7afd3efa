"""Imports any system's history as a data set: the contract's tables as CSV or Parquet, one table of events, or XES.

Every row that cannot be imported is reported with line and reason; the others are imported, or with `strict` none. An
import is complete or does not exist, and it never touches live data.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import duckdb

from yichuang.history import contract_files, dataset, raw_rows, xes
from yichuang.history.calendars import CHINA, load_calendar
from yichuang.history.deriving import Deriving
from yichuang.history.mapping import EVENT, Mapping, Unclear
from yichuang.history.own_xes import is_own_xes, write_tables
from yichuang.kernel.people_csv import write_people_csv
from yichuang.supervision.contract import CASES

PIECE = 16 << 20  # bytes of XES derived at a time
PART = 64 << 20  # bytes of a table of events derived at a time
REJECTED, REMARKS = "rejected.csv", "remarks.csv"  # rows that are no events; events with something strange
UNDATED = date.min  # the day of judgement of a history that tells none
MEMORY = "300MB"  # of each DuckDB
_CHINESE_ZONES = ("Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "PRC", "Asia/Hong_Kong")
Tell = Callable[[str], None]


class Rejected(ValueError):
    """A strict import with bad rows, or an import without any good one. Carries a Chinese sentence."""


REFUSED = (Rejected, Unclear, xes.Broken, OSError)  # what an import may raise; each in words for people


@dataclass(slots=True)
class ImportReport:
    """The result of an import: the data set, and the rows that were rejected."""

    manifest: dataset.Manifest
    rejected: int = 0
    first: list[tuple[str, int, str]] = field(default_factory=list)  # file, line, reason of the first ones
    first_remarks: list[tuple[str, int, str]] = field(default_factory=list)  # the same of events with something strange
    notes: list[str] = field(default_factory=list)  # what a reader of the findings should know, in Chinese


def import_log(
    source: Path,
    target: Path,
    mapping: Path | None = None,
    *,
    strict: bool = False,
    tell: Tell = lambda line: None,
) -> ImportReport:
    """Create a data set at `target`. Raises Rejected, mapping.Unclear, xes.Broken, FileExistsError, OSError.

    Rejected rows are in `rejected.csv` of the data set; for a refused import, in a file beside `target`.
    """
    rules = Mapping.load(mapping) if mapping else Mapping()
    if not source.exists():
        raise Rejected(f"没有 {source}，请检查路径。")
    try:
        return _create(source, target, rules, strict, tell, own=mapping is None)
    except duckdb.Error as error:
        raise Rejected(f"{source.name} 读不懂（{str(error).splitlines()[0][:200]}），没有导入。") from error


def _create(source: Path, target: Path, rules: Mapping, strict: bool, tell: Tell, *, own: bool) -> ImportReport:
    """Create the data set; `own` is whether a log that this program wrote may come back as it was."""
    rejected_beside = target.with_name(f"{target.name}.{REJECTED}")
    with dataset.create_dataset(target) as folder, tempfile.TemporaryDirectory(prefix="yichuang-import-") as scratch:
        con = dataset.connect(MEMORY)
        for name in ("turned_down", "remarked"):
            con.execute(f"create table {name} (file varchar, line bigint, reason varchar, content varchar)")
        notes: list[str] = []
        if own and _is_xes(source) and is_own_xes(source):
            write_tables(source, tables := Path(scratch) / "own")
            source = tables
        if contract_files.has_tables(source):
            asof = contract_files.load_tables(con, source, folder, rules.encoding, Path(scratch), rules.calendar)
        elif source.is_dir():
            raise Rejected(f"{source} 里没有契约的表（如 cases.csv）；事件日志请指明一个文件。")
        else:
            notes, asof = _events(con, source, folder, rules, Path(scratch), tell)
        notes += [] if contract_files.has_tables(source) else _say_calendar(rules)
        report = _report(con, folder, target.name, rules, rules.asof or asof or UNDATED, notes)
        _write_lines(con, "remarked", folder / REMARKS)
        _write_lines(con, "turned_down", folder / REJECTED)
        if report.rejected and strict:
            shutil.copy(folder / REJECTED, rejected_beside)
            raise Rejected(f"有 {report.rejected:,} 行不能导入，按 --strict 全部不导入；逐行原因见 {rejected_beside}。")
        if not report.manifest.counts["cases"]:
            if report.rejected:
                shutil.copy(folder / REJECTED, rejected_beside)
            raise Rejected(f"没有一件办件可以导入{f'，逐行原因见 {rejected_beside}' if report.rejected else ''}。")
        if report.manifest.asof == UNDATED:
            raise Rejected("没有一个动作，不知道评判到哪一天；请在映射写 asof，或附上 asof.csv。")
    return report


def _is_xes(source: Path) -> bool:
    return source.name.lower().endswith((".xes", ".xes.gz"))


def _write_lines(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """Write rows of a log as CSV for people, each with its line and what is wrong there; no file without a row."""
    result = con.execute(f"select file, line, reason, content from {table} order by file, line, reason")
    rows = chain.from_iterable(iter(lambda: result.fetchmany(10_000), []))
    if (first := next(rows, None)) is not None:
        write_people_csv(path, chain([("file", "line", "reason", "content"), first], rows))


def _report(
    con: duckdb.DuckDBPyConnection, folder: Path, name: str, rules: Mapping, asof: date, notes: list[str]
) -> ImportReport:
    manifest = dataset.Manifest(
        name, "import", asof, dataset.count_rows(con, folder), questions=[asdict(one) for one in rules.questions]
    )
    manifest.dump(folder)
    dataset.attach(con, folder)
    (rejected,), (remarked,) = (
        con.execute(f"select count(*) from {table}").fetchall()[0] for table in ("turned_down", "remarked")
    )
    first, first_remarks = (
        con.execute(f"select file, line, reason from {table} order by file, line limit 5").fetchall()
        for table in ("turned_down", "remarked")
    )
    notes = [*notes, *_cautions(con, rules)]
    if remarked:
        notes.append(f"{remarked:,} 处照读而有可疑（重复的行、空的办件、重复的属性等），逐行见 {REMARKS}。")
    if rejected:
        notes.append(f"{rejected:,} 行不能导入，逐行原因在 {REJECTED}。")
    replace(manifest, notes=notes).dump(folder)
    return ImportReport(manifest, rejected, first, first_remarks, notes)


def _say_calendar(rules: Mapping) -> list[str]:
    """Which days of which place the judgement counts, when the log may be from elsewhere."""
    if rules.calendar != CHINA or rules.timezone in _CHINESE_ZONES:
        return []
    return [f"时区是 {rules.timezone}，而工作日按中国的放假安排算；别处的日历请在映射写 calendar。"]


def _cautions(con: duckdb.DuckDBPyConnection, rules: Mapping) -> list[str]:
    """Chinese notes on questions that the imported tables leave open."""
    out = []
    years = sorted(load_calendar(rules.calendar).years)
    unpublished = "from log_events where year(occurred_on) not between ? and ?"
    rows = con.execute(f"select distinct year(occurred_on) {unpublished} order by 1", [years[0], years[-1]]).fetchall()
    if rows:
        years_text = "、".join(f"{year} 年" for (year,) in rows[:6])
        row = con.execute(f"select count(distinct case_id) {unpublished}", [years[0], years[-1]]).fetchone()
        out.append(
            f"{row[0] if row else 0:,} 件有动作落在放假安排没有公布的年份（{years_text}；日历从 {years[0]} 年到"
            f" {years[-1]} 年）：按周一至周五估算，靠这些日子才能下结论的时限规则不作结论。"
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
    rejected, remarks = "select * from rejected", "select * from remarks"
    if _is_xes(source):
        _from_xes(source, deriving, tell)
    else:
        rejected, remarks = _from_table(con, source, deriving, mapping, scratch, tell)
    _no_case_twice(con, folder)
    deriving.finish()
    unread = dataset.escape_path(folder / dataset.UNREAD)
    known = f"select case_id, kind, step, activity from unread union all {_CASES_OF_BROKEN_LINES}"
    con.execute(f"copy ({known}) to '{unread}' (format parquet)")
    con.execute(f"insert into turned_down select ?, line, reason, content from ({rejected})", [source.name])
    con.execute(f"insert into remarked select ?, line, remark, content from ({remarks})", [source.name])
    return _describe(con, mapping), deriving.read_span()[1]


def _describe(con: duckdb.DuckDBPyConnection, mapping: Mapping) -> list[str]:
    """Chinese notes on what was read. Raises RuntimeError when an event was neither imported nor reported."""
    sums = ("read", "kept", "zoneless", "unordered", "ignored", "twins", "unclear")
    row = con.execute(
        f"select {', '.join(f'coalesce(sum({name}), 0)::bigint' for name in sums)}, coalesce(bool_or(accepts), false),"
        " (select count(*) from rejected) from totals"
    ).fetchone()
    assert row is not None
    *counts, accepts, refused = row
    told = dict(zip(sums, counts, strict=True))
    if told["read"] != told["kept"] + refused:
        raise RuntimeError(f"{told['read']} events read, {told['kept']} kept, {refused} refused")
    notes = [f"日志有 {told['read']:,} 个动作：导入 {told['kept']:,} 个，不能导入 {refused:,} 个。"]
    for name, text in (
        ("zoneless", f"个时间没有时区，按 {mapping.timezone} 读。"),
        ("unordered", "个动作不在时间次序上，已按时间排好。"),
        ("ignored", "个动作是环节的中间状态，只留作记录。"),
        ("twins", "个动作与前面一条完全相同，可能重复：都保留，不另作环节。"),
        ("unclear", "轮环节同时开了几轮，又没有标识，对不上哪次开始是哪次办结的：不判它们的用时。"),
    ):
        if told[name]:
            notes.append(f"{told[name]:,} {text}")
    if not accepts:
        notes.append("日志没有受理：以收件之日（没有收件的，以第一个动作之日）为受理之日。")
    return notes


# A line that does not split into its columns may be an act of any case that one of its cells names
_CASES_OF_BROKEN_LINES = """
    select distinct trim(cell, ' "') as case_id, '' as kind, '' as step, '' as activity
    from (select unnest(string_split(content, ',')) as cell from turned_down)
"""


def _no_case_twice(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Raise Rejected when two traces, or two pieces, have the same case."""
    files = dataset.list_files(folder, CASES)
    rows = con.execute(
        f"select case_id from ({dataset.select_sql(CASES, files)}) group by 1 having count(*) > 1 order by 1 limit 5"
    ).fetchall()
    if rows:
        raise Rejected(_twice_message("、".join(case for (case,) in rows)))


def _twice_message(cases: str) -> str:
    advice = "请在映射的 events.case 指明每件唯一的标识；XES 可写 '#'，以所在的行为标识。"
    return f"办件标识重复：{cases}。{advice}"


def _from_xes(source: Path, deriving: Deriving, tell: Tell) -> None:
    """Cut the file between traces and derive the pieces side by side, one on each core."""
    cut = xes.cut_pieces(source, PIECE)
    line, piece, last = next(cut)
    if last:
        _piece(deriving, 1, line, piece, True, True)
        return
    cores = os.cpu_count() or 1
    arguments = (deriving.folder, deriving.side, deriving.mapping)
    with ProcessPoolExecutor(cores, get_context("spawn")) as workers:
        waiting = deque([workers.submit(_derive_in_process, *arguments, 1, line, piece, True, False)])
        events = 0
        try:
            for number, (line, piece, last) in enumerate(cut, 2):
                if len(waiting) == cores:  # no more are held than are worked on, and the next one
                    events += waiting.popleft().result()
                    tell(f"已读 {events:,} 个动作")
                waiting.append(workers.submit(_derive_in_process, *arguments, number, line, piece, False, last))
                del piece
            while waiting:
                events += waiting.popleft().result()
                tell(f"已读 {events:,} 个动作")
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise


def _derive_in_process(
    folder: Path, side: Path, mapping: Mapping, number: int, line: int, piece: bytes, first: bool, last: bool
) -> int:
    """Derive a piece in another process, with a new DuckDB for each piece. Returns the number of events."""
    con = dataset.connect(MEMORY, 1)
    try:
        return _piece(Deriving(con, folder, side, mapping), number, line, piece, first, last)
    finally:
        con.close()


def _piece(deriving: Deriving, number: int, line: int, piece: bytes, first: bool, last: bool) -> int:
    """Read a piece of the file and derive it. Returns the number of events. Raises xes.Broken, Rejected."""
    path = deriving.side / f"piece-{number}.csv"
    with path.open("w", encoding="utf-8", newline="", buffering=1 << 20) as file:
        rows = raw_rows.Rows(deriving.mapping, file)
        try:
            xes.read_piece(piece, line, rows.take, rows.trace_ended, rows.remark, first=first, last=last)
        except raw_rows.TwoCases as error:
            raise Rejected(_twice_message(str(error))) from error
    deriving.note(rows.remarks)
    deriving.derive_piece(raw_rows.select_written(path, deriving.mapping), number)
    path.unlink()
    return rows.events


def _from_table(
    con: duckdb.DuckDBPyConnection, source: Path, deriving: Deriving, mapping: Mapping, scratch: Path, tell: Tell
) -> tuple[str, str]:
    """Derive a table of events, CSV or Parquet, in parts by case. Returns statements for rejected rows and remarks.

    Raises Unclear when the mapping names no column.
    """
    reading = contract_files.TableFile(con, source, mapping.encoding, scratch)
    event_columns = {
        name: column
        for name, column in mapping.events.items()
        if column and (column != EVENT[name] or column in reading.columns)
    }
    own_names = {column.place: column.name for column in mapping.own_columns}
    own_columns = {column.place: column.source for column in mapping.own_columns}
    wanted_columns = {**event_columns, **mapping.case, **own_columns}
    if missing := [
        f"{own_names.get(name, name)}: {column}"
        for name, column in wanted_columns.items()
        if column not in reading.columns
    ]:
        raise Unclear(f"日志没有这些列：{'、'.join(missing)}。日志的列有：{'、'.join(reading.columns[:40])}。")
    if lacking := [name for name in ("case", "activity", "at") if name not in event_columns]:
        raise Unclear(
            f"请在映射的 events 里指明 {'、'.join(lacking)} 是哪一列。日志的列有：{'、'.join(reading.columns[:40])}。"
        )
    columns = ", ".join(
        f"coalesce({_column(wanted_columns[name])}::varchar, '') as \"{name}\""
        if name in wanted_columns
        else f"'' as \"{name}\""
        for name in raw_rows.list_columns(mapping)
        if name not in raw_rows.PLACES
    )
    parts = 1 + source.stat().st_size // PART
    target = dataset.escape_path(scratch / "parts")
    con.execute(
        f'copy (select *, hash("case") % {parts} as part from (select row_number() over () as line, line as nth,'
        f" {columns} from {reading.relation})) to '{target}' (format parquet, partition_by (part))"
    )
    reading.note_rejects()
    if not list((scratch / "parts").glob("part=*")):
        raise Rejected(f"{source.name} 里没有一行可以读的动作，请检查文件和列名。")
    for number, part in enumerate(sorted((scratch / "parts").glob("part=*")), 1):
        tell(f"已整理 {number}/{parts} 份")
        deriving.derive_piece(
            f"read_parquet('{dataset.escape_path(part)}/*.parquet', hive_partitioning = false)", number
        )
    return reading.with_file_lines("rejected"), reading.with_file_lines("remarks")


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
