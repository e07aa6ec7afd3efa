"""The engines that judge history: each runs the same rule and puts its hits into one DuckDB table.

DuckDB judges a history on one machine, Spark the histories of many cities; PostgreSQL shows that the engine of live
work gives the same result. Ibis compiles rules to each engine's SQL; a data set is read from its files only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb

from yichuang.history import dataset
from yichuang.supervision import ddl
from yichuang.supervision.contract import TABLES, Table
from yichuang.supervision.contract_activities import ACTIVITIES, FROM_EVENTS, OF_LOG
from yichuang.supervision.rules.rule import HIT

ENGINES = ("duckdb", "spark", "postgres")
SMALL = 1_000_000  # events, below which Spark plans and compiles longer than it runs
FOR_SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.files.openCostInBytes": "0",
    "spark.sql.files.minPartitionNum": "1",
}
HITS = "hits"  # the table of everything found: rule, and the columns of a hit
_TYPES = {"day": "date", "measured": "bigint", "allowed": "bigint", "seq": "bigint", "other": "bigint"}
_COLUMNS = ", ".join(f'"{name}" {_TYPES.get(name, "varchar")}' for name in HIT)


class Unavailable(RuntimeError):
    """An engine that this machine does not have. Carries a Chinese sentence with the next step."""


class Engine(Protocol):
    """An engine opened over one data set."""

    dialect: str

    def keep(self, name: str, statement: str) -> None:
        """Keep what a statement finds as a table of this name, for rules to read. Raises what the engine raises."""

    def judge(self, rule: str, statement: str) -> None:
        """Run a rule's statement and put its hits into the table `hits`. Raises what the engine raises."""


def make_collector(memory: str = "3GB") -> duckdb.DuckDBPyConnection:
    """A DuckDB with an empty table of hits."""
    con = dataset.connect(memory)
    con.execute(f"create table {HITS} (rule varchar, {_COLUMNS})")
    return con


@contextmanager
def open_engine(name: str, folder: Path, con: duckdb.DuckDBPyConnection, address: str = "") -> Iterator[Engine]:
    """Open the engine of this name over a data set; hits go to `con`. `address` is PostgreSQL's.

    Raises Unavailable, dataset.Unfit.
    """
    with ExitStack() as stack:
        if name == "duckdb":
            yield DuckDB(folder, con)
        elif name == "spark":
            yield stack.enter_context(_spark(folder, con))
        elif name == "postgres":
            yield stack.enter_context(_postgres(folder, con, address))
        else:
            raise Unavailable(f"没有这种引擎：{name}。有：{'、'.join(ENGINES)}。")


class DuckDB:
    """Judges in the same DuckDB that collects the hits."""

    dialect = "duckdb"

    def __init__(self, folder: Path, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        dataset.attach(con, folder)

    def keep(self, name: str, statement: str) -> None:
        self.con.execute(f"create temp table {name} as {statement}")

    def judge(self, rule: str, statement: str) -> None:
        self.con.execute(f"insert into {HITS} select ?, hit.* from ({statement}) hit", [rule])


class Spark:
    """Judges on a cluster or, as here, in local processes; its hits are transferred as Parquet."""

    dialect = "pyspark"

    def __init__(self, session: Any, con: duckdb.DuckDBPyConnection, scratch: Path) -> None:
        self.session, self.con, self.scratch = session, con, scratch

    def keep(self, name: str, statement: str) -> None:
        out = str(self.scratch / name)
        self.session.sql(statement).write.mode("overwrite").parquet(out)
        self.session.read.parquet(out).createOrReplaceTempView(name)

    def judge(self, rule: str, statement: str) -> None:
        out = self.scratch / rule
        self.session.sql(statement).write.mode("overwrite").parquet(str(out))
        if files := [str(file) for file in out.glob("*.parquet")]:
            self.con.execute(f"insert into {HITS} select ?, * from read_parquet(?)", [rule, files])


@contextmanager
def _spark(folder: Path, con: duckdb.DuckDBPyConnection) -> Iterator[Spark]:
    manifest = dataset.Manifest.load(folder)
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Unavailable(
            "没有安装 Spark：请执行 pip install --require-hashes -r requirements/cluster.txt，并准备 Java 17 或 21。"
        ) from error
    from pyspark.errors import PySparkException

    with tempfile.TemporaryDirectory(prefix="yichuang-spark-") as scratch:
        builder = SparkSession.builder.master("local[2]").appName("yichuang")
        small = manifest.counts.get("events", SMALL) < SMALL
        for name, value in {
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "2",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.memory": "2g",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.warehouse.dir": scratch,
            "spark.log.level": "ERROR",
            **(FOR_SMALL if small else {}),
        }.items():
            builder = builder.config(name, value)
        try:
            session = builder.getOrCreate()
        except (PySparkException, OSError, RuntimeError) as error:
            raise Unavailable(f"Spark 起不来：需要 Java 17 或 21（{str(error).splitlines()[0][:200]}）。") from error
        try:
            for table in (*TABLES, *OF_LOG):
                _spark_view(session, table, folder)
            if not dataset.list_files(folder, ACTIVITIES):
                session.sql(FROM_EVENTS).createOrReplaceTempView(ACTIVITIES.stored_as)
            session.sql(f"select date'{manifest.asof.isoformat()}' as today").createOrReplaceTempView("log_asof")
            yield Spark(session, con, Path(scratch))
        finally:
            session.stop()


def _spark_view(session: Any, table: Table, folder: Path) -> None:
    """Make a table visible under its name; a table without a file is empty, with its columns."""
    files = dataset.list_files(folder, table)
    types = {"varchar": "string", "bigint": "bigint", "boolean": "boolean", "date": "date", "timestamptz": "timestamp"}
    columns = ", ".join(
        f"cast({'null' if not files else f'`{c.name}`'} as {types[dataset.TYPES[c.kind]]}) as `{c.name}`"
        for c in table.columns
    )
    if files:
        session.read.parquet(*map(str, files)).createOrReplaceTempView("raw")
        frame = session.sql(f"select {columns} from raw")
    else:
        frame = session.sql(f"select {columns} where false")
    frame.createOrReplaceTempView(table.stored_as)


class Postgres:
    """Judges in temporary tables. Its session sees nothing else: no live table is read or written, and the server drops
    the tables when the session ends.
    """

    dialect = "postgres"

    def __init__(self, connection: Any, con: duckdb.DuckDBPyConnection, scratch: Path) -> None:
        self.connection, self.con, self.scratch = connection, con, scratch

    def keep(self, name: str, statement: str) -> None:
        with self.connection.transaction():
            self.connection.execute(f"create temporary table {name} as {statement}")
            self.connection.execute(f"analyze {name}")

    def judge(self, rule: str, statement: str) -> None:
        path = self.scratch / f"{rule}.csv"
        with (
            self.connection.transaction(),
            self.connection.cursor() as cursor,
            path.open("wb") as out,
            cursor.copy(f"copy ({statement}) to stdout (format csv)") as rows,
        ):
            for block in rows:
                out.write(block)
        if path.stat().st_size:
            self.con.execute(f"insert into {HITS} select ?, * from {read_csv(path, HIT, _TYPES)}", [rule])


@contextmanager
def _postgres(folder: Path, con: duckdb.DuckDBPyConnection, address: str) -> Iterator[Postgres]:
    import psycopg

    manifest = dataset.Manifest.load(folder)
    with tempfile.TemporaryDirectory(prefix="yichuang-history-") as scratch, psycopg.connect(address) as connection:
        run = connection.execute
        run("set search_path to pg_temp; set timezone to 'UTC'; set datestyle to 'ISO'; set jit = off")
        named = dataset.list_files(folder, ACTIVITIES)
        for table in (*TABLES, *(table for table in OF_LOG if named or table is not ACTIVITIES)):
            # without keys: what an imported history says twice is for rules to judge, not for an index to refuse
            columns = ", ".join(f"{ddl.quoted(c.name)} {ddl.TYPES[c.kind]}" for c in table.columns)
            try:
                run(f"create temporary table {table.stored_as} ({columns})")
            except psycopg.errors.InsufficientPrivilege as error:
                message = "这个登录不能建立临时表：请用数据库所有者的登录（DATABASE_OWNER_URL），或改用 duckdb 引擎。"
                raise Unavailable(message) from error
            _copy_in(connection, table, folder, con, Path(scratch))
            run(f"analyze {table.stored_as}")
        if not named:
            run(f"create temporary view {ACTIVITIES.stored_as} as {FROM_EVENTS}")
        run(f"create temporary table log_asof as select date '{manifest.asof.isoformat()}' as today")
        connection.commit()
        yield Postgres(connection, con, Path(scratch))


def _copy_in(connection: Any, table: Table, folder: Path, con: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    """Parquet to a table of PostgreSQL, by way of a CSV file."""
    files = dataset.list_files(folder, table)
    if not files:
        return
    path = scratch / f"{table.name}.csv"
    target = dataset.escape_path(path)
    con.execute(f"copy ({dataset.select_sql(table, files)}) to '{target}' (format csv, header false, force_quote *)")
    names = ", ".join(ddl.quoted(c.name) for c in table.columns)
    into = f"copy {table.stored_as} ({names}) from stdin (format csv)"
    with connection.cursor() as cursor, path.open("rb") as rows, cursor.copy(into) as target:
        while block := rows.read(1 << 20):
            target.write(block)
    path.unlink()


def read_csv(path: Path, names: tuple[str, ...], types: dict[str, str]) -> str:
    """What PostgreSQL wrote as CSV, as a table of DuckDB: an unquoted nothing is null, a quoted one the empty text."""
    columns = ", ".join(f"'{name}': '{types.get(name, 'varchar')}'" for name in names)
    return (
        f"read_csv('{dataset.escape_path(path)}', header = false, auto_detect = false, delim = ',', quote = '\"', "
        f"escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = {{{columns}}})"
    )
