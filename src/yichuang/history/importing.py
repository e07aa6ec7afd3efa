"""Imports any system's history as a data set: the contract's tables as CSV or Parquet, one table of events, or XES.

Every row that cannot be imported is reported with line and reason; the others are imported, or with `strict` none. An
import is complete or does not exist, and it never touches live data.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from yichuang.history import contract_files, dataset, kept_rows, raw_rows, xes
from yichuang.history.calendars import CHINA, load_calendar
from yichuang.history.deriving import Deriving
from yichuang.history.log_sources import MEMORY, Tell, describe_twice, is_xes, read_kept, read_table, read_xes
from yichuang.history.log_sources import Rejected as Rejected
from yichuang.history.mapping import Mapping, Unclear
from yichuang.history.own_xes import is_own_xes, write_tables
from yichuang.kernel.people_csv import write_people_csv
from yichuang.supervision.contract import CASES
from yichuang.supervision.rules.questions import dump_question

REJECTED, REMARKS = "rejected.csv", "remarks.csv"  # rows that are no events; events with something strange
UNDATED = date.min  # the day of judgement of a history that tells none
_CHINESE_ZONES = ("Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "PRC", "Asia/Hong_Kong")


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
    keep_rows: bool = True,
    tell: Tell = lambda line: None,
) -> ImportReport:
    """Create a data set at `target`. Raises Rejected, mapping.Unclear, xes.Broken, FileExistsError, OSError.

    A data set that keeps the rows of its log is a source, too: they are derived again by the mapping that is given.
    Rejected rows are in `rejected.csv` of the data set; for a refused import, in a file beside `target`.
    """
    rules = Mapping.load(mapping) if mapping else Mapping()
    if not source.exists():
        raise Rejected(f"没有 {source}，请检查路径。")
    try:
        return _create(source, target, rules, strict, tell, own=mapping is None, keep_rows=keep_rows)
    except duckdb.Error as error:
        raise Rejected(f"{source.name} 读不懂（{str(error).splitlines()[0][:200]}），没有导入。") from error


def _create(
    source: Path, target: Path, rules: Mapping, strict: bool, tell: Tell, *, own: bool, keep_rows: bool
) -> ImportReport:
    """Create the data set; `own` is whether a log that this program wrote may come back as it was."""
    rejected_beside = target.with_name(f"{target.name}.{REJECTED}")
    with dataset.create_dataset(target) as folder, tempfile.TemporaryDirectory(prefix="yichuang-import-") as scratch:
        con = dataset.connect(MEMORY)
        for name in ("turned_down", "remarked"):
            con.execute(f"create table {name} (file varchar, line bigint, reason varchar, content varchar)")
        notes: list[str] = []
        reading: dict[str, Any] = {}
        if own and is_xes(source) and is_own_xes(source):
            write_tables(source, tables := Path(scratch) / "own")
            source = tables
        if contract_files.has_tables(source):
            asof = contract_files.load_tables(con, source, folder, rules.encoding, Path(scratch), rules.calendar)
        elif source.is_dir() and not kept_rows.has_rows(source):
            is_dataset = (source / dataset.MANIFEST).exists()
            what = "是数据集，没有留下日志的行" if is_dataset else "里没有契约的表（如 cases.csv）"
            raise Rejected(f"{source} {what}；事件日志请指明一个文件。")
        else:
            notes, asof, reading = _events(con, source, folder, rules, Path(scratch), tell, keep_rows)
        notes += [] if contract_files.has_tables(source) else _say_calendar(rules)
        report = _report(con, folder, target.name, rules, rules.asof or asof or UNDATED, notes, reading)
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


def _write_lines(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """Write rows of a log as CSV for people, each with its line and what is wrong there; no file without a row."""
    result = con.execute(f"select file, line, reason, content from {table} order by file, line, reason")
    rows = chain.from_iterable(iter(lambda: result.fetchmany(10_000), []))
    if (first := next(rows, None)) is not None:
        write_people_csv(path, chain([("file", "line", "reason", "content"), first], rows))


def _report(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    name: str,
    rules: Mapping,
    asof: date,
    notes: list[str],
    reading: dict[str, Any],
) -> ImportReport:
    manifest = dataset.Manifest(
        name,
        "import",
        asof,
        dataset.count_rows(con, folder),
        questions=list(map(dump_question, rules.questions)),
        reading=reading,
        mapped=rules.digest() if reading else "",
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
    con: duckdb.DuckDBPyConnection,
    source: Path,
    folder: Path,
    mapping: Mapping,
    scratch: Path,
    tell: Tell,
    keep_rows: bool,
) -> tuple[list[str], date | None, dict[str, Any]]:
    """Derive a log. Returns notes for people, the last day, and what was read of it."""
    deriving = Deriving(con, folder, scratch / "side", mapping)
    rejected, remarks = "select * from rejected", "select * from remarks"
    if source.is_dir():
        reading, rejected, remarks = read_kept(con, source, deriving, tell, keep_rows)
    elif is_xes(source):
        read_xes(source, deriving, tell, keep_rows)
        reading = kept_rows.describe_reading(mapping, source.name, None)
    else:
        reading, rejected, remarks = read_table(con, source, deriving, mapping, scratch, tell, keep_rows)
    if not keep_rows:
        shutil.rmtree(folder / raw_rows.FOLDER, ignore_errors=True)
    _no_case_twice(con, folder)
    deriving.finish()
    unread = dataset.escape_path(folder / dataset.UNREAD)
    known = f"select case_id, kind, step, activity from unread union all {_CASES_OF_BROKEN_LINES}"
    con.execute(f"copy ({known}) to '{unread}' (format parquet)")
    con.execute(f"insert into turned_down select ?, line, reason, content from ({rejected})", [reading["file"]])
    con.execute(f"insert into remarked select ?, line, remark, content from ({remarks})", [reading["file"]])
    return _describe(con, mapping), deriving.read_span()[1], reading


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
        raise Rejected(describe_twice("、".join(case for (case,) in rows)))
