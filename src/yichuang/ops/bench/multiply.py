"""A large history from a small one: copies of its cases under keys of their own, each some weeks earlier.

A copy in twenty is spoilt, so that rules have as much to find and to write as in a city that needs them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from yichuang.history import dataset
from yichuang.history.dataset import ALL, UNDATED, Manifest
from yichuang.supervision.contract import TABLES, ColumnKind, Table

WEEKS = 208  # a copy lies up to four years back, weekdays kept
EARLIER = f"(7 * (n % {WEEKS}))::integer"  # days
KEYED = {
    "case_id",
    "by_case",
    "licence_id",
    "number",
    "applicant",
    "agent",
    "holder",
    "identifier",
}  # what no two copies share
SPOILT = "n % 20 = 7"
SPOILS = {
    ("events", "device"): "if(t.post = '', t.device, 'd')",
    ("events", "recorded_on"): "t.recorded_on + 9",
    ("steps", "concluded_at"): "t.opened_at + interval 5 second",
    ("steps", "opened_seq"): "1",
    ("steps", "officers"): "1",
    ("events", "person"): "if(t.kind in ('accepted', 'decided'), 'a:x', t.person)",
    ("cases", "accepted_by"): "if(t.accepted_by = '', '', 'a:x')",
    ("cases", "decided_by"): "if(t.decided_by = '', '', 'a:x')",
    ("notices", "reasoned"): "false",
    ("notices", "remedies"): "0",
    ("bases", "published"): "false",
    ("materials", "listed"): "false",
    ("fees", "charged_amount"): "t.due_amount + 100",
    ("surveys", "notice"): "''",
}


def multiply(source: Path, target: Path, cases: int) -> Manifest:
    """A data set of so many cases at least; the one at `target` when it is there. Returns what it says of itself."""
    if target.exists():
        return Manifest.load(target)
    con = dataset.connect("2GB")
    try:
        found = dataset.attach(con, source)
        copies = -(-cases // found.counts["cases"])
        con.execute("set preserve_insertion_order = false")
        with dataset.create_dataset(target) as partial:
            for table in TABLES:
                (partial / table.name).mkdir()
                (_copies if table.of_case else _once)(con, table, partial / table.name, copies)
            made = Manifest(target.name, "import", found.asof, dataset.count_rows(con, partial))
            made.dump(partial)
    finally:
        con.close()
    return made


def _once(con: duckdb.DuckDBPyConnection, table: Table, folder: Path, copies: int) -> None:
    """What all cases share; posts were held when the copies of today's acts are dated."""
    changed = "* replace (date '2015-01-01' as first_day)" if table.name == "holders" else "*"
    target = dataset.escape_path(folder / f"{ALL}.parquet")
    con.execute(f"copy (select {changed} from {table.stored_as}) to '{target}' (format parquet)")


def _copies(con: duckdb.DuckDBPyConnection, table: Table, folder: Path, copies: int) -> None:
    """The rows of so many copies, in a file or more for each month."""
    columns = ", ".join(_column(table, column.name, column.kind) for column in table.columns)
    month = f"coalesce(strftime(c.submitted_on - {EARLIER}, '%Y-%m'), '{UNDATED}')"
    con.execute(
        f"copy (select {columns}, {month} as part from range({copies}) r(n), {table.stored_as} t"
        f" left join (select case_id, submitted_on from log_cases) c using (case_id))"  # papers of before have none
        f" to '{dataset.escape_path(folder)}' (format parquet, partition_by (part), overwrite_or_ignore)"
    )
    for file in folder.glob("part=*/*.parquet"):
        file.rename(folder / f"{file.parent.name.removeprefix('part=')}.{file.stem}.parquet")
    for empty in folder.glob("part=*"):
        empty.rmdir()


def _column(table: Table, name: str, kind: ColumnKind) -> str:
    said = f't."{name}"'
    if (spoil := SPOILS.get((table.name, name))) is not None:
        said = f"if({SPOILT}, {spoil}, {said})"
    if name in KEYED:
        said = f"if({said} = '', '', {said} || '.' || n)"
    elif kind is ColumnKind.DAY:
        said = f"({said} - {EARLIER})::date"
    elif kind is ColumnKind.MOMENT:
        said = f"({said} - to_days({EARLIER}))"
    return f'{said} as "{name}"'
