"""`bench seed`: a large store for the other benches, made by multiplying door-made lives with COPY; cached by size.

A history is simulated through the door; each copy of a life gets its own case, applicant, days, numbers, private rows
and chain (`copying.py`); seals are made over the copies in order. One department holds 30 % of the cases.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import time
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from yichuang.ops.bench.common import Bound, cached, finish, store
from yichuang.ops.bench.copying import Leaf, Life
from yichuang.ops.bench.making import BIG, COLUMNS, Chunk, Lives, made

BASE_CASES, BASE_DAYS, SEED = 120, 45, 7
SEAL = 5_000  # cases under one seal
SAMPLE, QUICK_SAMPLE = 1_000, 200  # cases replayed at the end
FULL = 1_000_000
_SECONDARY = (
    "cases_access_list",
    "cases_case_words",
    "cases_case_item",
    "cases_case_open",
    "licences_holder",
    "licences_department",
    "licences_version_paper",
    "licences_version_identifier",
    "ledger_vault_subject",
)


def run(cases: int, quick: bool) -> int:
    """Make the store of so many cases if it is not there; `--quick` takes the largest that is. Returns 0 when it was
    made in time and replays.
    """
    cases = (cached(FULL) or cases) if quick else cases
    with store(f"seed-{cases}") as found:
        begun = time.monotonic()
        simulated, multiplied = ensure(found.owner, cases)
        seconds = time.monotonic() - begun
        checked, differing = check(QUICK_SAMPLE if quick else SAMPLE)
        per_million = simulated + multiplied / cases * FULL  # the history is simulated once, whatever the size
        figures = {
            "seconds": round(seconds, 1),
            "seconds_simulating": round(simulated, 1),
            "checked": checked,
            "differing": differing,
            "seconds_per_million": round(per_million, 0),
        }
        bounds = [Bound("replayed_cases_that_differ", differing, most=0)]
        return finish("seed", figures, bounds, cases=cases, full=cases >= FULL)


def ensure(owner: str, cases: int) -> tuple[float, float]:
    """Fill the store with so many cases: seconds of simulating and of multiplying, none when it has them already."""
    begun = time.monotonic()
    with psycopg.connect(owner) as connection:
        if _one(connection, "select count(*) from (select 1 from cases_case limit %s) c", [cases]) >= cases:
            return 0.0, 0.0
    from yichuang.ops.simulate import history

    if not history.is_simulated(SEED, BASE_CASES):
        history.simulate(BASE_CASES, BASE_DAYS, SEED, processes=1)
    simulated = time.monotonic() - begun
    with psycopg.connect(owner) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        connection.execute("set maintenance_work_mem = '1GB'")
        connection.commit()
        _checkpoints(connection, "set max_wal_size = '8GB'")  # every one makes page images of half the indexes
        _Multiplier(connection, cases).run()
        _checkpoints(connection, "reset max_wal_size")
        connection.autocommit = True
        connection.execute("checkpoint")  # what is measured next does not pay for writing this down
    return simulated, time.monotonic() - begun - simulated


def ensure_apart(owner: str, cases: int) -> None:
    """The same in a process of its own, whose memory is not the caller's. Raises RuntimeError when it fails."""
    process = multiprocessing.get_context("fork").Process(target=ensure, args=(owner, cases))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("数据库没有备好，原因见上；再次运行会接着做。")


def _checkpoints(connection: psycopg.Connection[Any], setting: str) -> None:
    connection.autocommit = True
    connection.execute(f"alter system {setting}")
    connection.execute("select pg_reload_conf()")
    connection.autocommit = False


def check(sample: int) -> tuple[int, int]:
    """Replay a random sample of cases and of licences: (cases replayed, streams that differ)."""
    from yichuang.aggregates.rebuild import rebuild
    from yichuang.cases.declared import CASE
    from yichuang.licences.declared import LICENCE

    # a copy's days move as they are, over other holidays; its 受理号 is beyond what a day's serials allow
    reports = [
        rebuild(CASE, sample=sample, but=(*CASE.row.dates, "receipt", "words")),
        rebuild(LICENCE, sample=sample),
    ]
    differences = [difference for report in reports for difference in report.differences]
    for difference in differences[:5]:
        print(f"  ✗ {difference.stream}：{difference.what}")
    return reports[0].count, len({d.stream for d in differences})


class _Multiplier:
    """Writes the chunks that two processes make of copies: one COPY a table, then seals and counters."""

    def __init__(self, connection: psycopg.Connection[Any], cases: int) -> None:
        self.connection = connection
        have = int(_one(connection, "select count(*) from cases_case"))
        self.wanted = range(have, cases)
        self.leaves: list[Leaf] = []
        self.counters: dict[str, int] = {}

    def run(self) -> None:
        """Make and write all copies. Raises RuntimeError when a process that makes them ends early."""
        lives, counters = _lives(self.connection), _counters(self.connection)
        definitions = self._drop_indexes()
        begun, done = time.monotonic(), 0
        for chunk in made(lives, counters, self.wanted):
            self._write(chunk)
            if len(self.leaves) >= SEAL:
                self._seal()
            done += chunk.cases
            rate = done / (time.monotonic() - begun)
            print(f"  {self.wanted.start + done:,} / {self.wanted.stop:,} 件，每秒 {rate:.0f} 件", flush=True)
        self._seal()
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "insert into aggregates_counter (name, value) values (%s, %s)"
                " on conflict (name) do update set value = greatest(aggregates_counter.value, excluded.value)",
                list(self.counters.items()),
            )
        for definition in definitions:
            self.connection.execute(definition)
        self.connection.commit()
        self.connection.autocommit = True
        self.connection.execute("vacuum analyze")

    def _write(self, chunk: Chunk) -> None:
        with self.connection.cursor() as cursor:
            for table, rows in chunk.tables.items():
                with cursor.copy(f"copy {table} ({COLUMNS[table]}) from stdin") as out:
                    out.write(rows)
        self.connection.commit()
        self.leaves += chunk.leaves
        self.counters |= {name: max(value, self.counters.get(name, 0)) for name, value in chunk.counters.items()}

    def _seal(self) -> None:
        """A seal over the copies since the last one, as `ledger.seals` would have made it."""
        if not self.leaves:
            return
        from yichuang.kernel import merkle
        from yichuang.kernel.canonical import canonical
        from yichuang.kernel.localtime import local_day
        from yichuang.ledger.envelope import GENESIS, to_microseconds
        from yichuang.ledger.outside import configured_outside
        from yichuang.ledger.seals import Sealed, chain_value, leaf_bytes

        found = self.connection.execute(
            "select number, last, chain from ledger_seal order by number desc limit 1"
        ).fetchone()
        number, first, prev = found or (0, 0, GENESIS)
        leaves = tuple(sorted(self.leaves))
        root = merkle.compute_root([leaf_bytes(leaf) for leaf in leaves])
        last, entries = self.connection.execute(
            "select max(position), count(*) from ledger_entry where position > %s", [first]
        ).fetchone() or (first, 0)
        now = datetime.now(UTC)
        chain = chain_value(number + 1, first, last, entries, root, bytes(prev), to_microseconds(now))
        sealed = Sealed(number + 1, first, last, entries, leaves, root, bytes(prev), chain, now)
        self.connection.execute(
            "insert into ledger_seal (number, first, last, entries, leaves, root, prev, chain, sealed_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [number + 1, first, last, entries, canonical([list(x) for x in leaves]), root, prev, chain, now],
        )
        configured_outside().append_seal(local_day(now), sealed.as_json())
        self.connection.commit()
        self.leaves = []

    def _drop_indexes(self) -> list[str]:
        """Drop the indexes that are quicker made at the end; their definitions."""
        found = self.connection.execute(
            "select indexdef, indexname from pg_indexes where indexname = any(%s)", [list(_SECONDARY)]
        ).fetchall()
        for _, name in found:
            self.connection.execute(f"drop index {name}")
        return [definition for definition, _ in found]


_ENTRIES = "select * from ledger_entry where stream ~ '^(case|licence)/' order by stream, seq"


def _lives(connection: psycopg.Connection[Any]) -> Lives:
    """The simulated lives by whether they are open and whether they are the big department's."""
    with connection.cursor(row_factory=dict_row) as cursor:
        columns = COLUMNS["cases_case"].replace(", words", "")
        cases = cursor.execute(f"select {columns} from cases_case where channel <> ''").fetchall()
        rows = {
            name: _by(cursor.execute(query).fetchall(), key)
            for name, key, query in (
                (
                    "entries",
                    "stream",
                    "select * from ledger_entry where stream ~ '^(case|licence)/' order by stream, seq",
                ),
                ("access", "case_id", "select * from cases_access"),
                ("papers", "stream", "select * from aggregates_paper"),
                ("licences", "id", f"select {COLUMNS['licences_licence']} from licences_licence"),
                ("versions", "licence_id", "select * from licences_version order by number"),
                ("scopes", "stream", "select * from aggregates_scope"),
                ("timers", "stream", "select * from aggregates_timer"),
            )
        }
        vault = {str(r["id"]): r for r in cursor.execute("select * from ledger_vault where bytes is not null")}
    out: Lives = {}
    licences = _licences(rows["licences"], rows["entries"])
    for case in cases:
        licence = licences.get(str(case["id"]))
        state = json.loads(case["state"])
        if licence is None and (state.get("licence") or state.get("made_on")):  # one that other cases touch too
            continue
        streams = [f"case/{case['id']}", *([f"licence/{licence['id']}"] if licence else [])]
        entries = [e for stream in streams for e in rows["entries"][stream]]
        life = Life(
            case,
            entries,
            rows["access"].get(case["id"], []),
            [p for stream in streams for p in rows["papers"].get(stream, [])],
            [vault[id] for id in sorted({ref for e in entries for ref in _refs(e["body"])})],
            {stream: rows["timers"][stream][0]["wake_at"] for stream in streams if stream in rows["timers"]},
            licence,
            rows["versions"][licence["id"]] if licence else [],
            rows["scopes"][streams[1]] if licence else [],
        )
        key = ("open" if life.open else "closed", "big" if case["department"] == BIG else "other")
        out.setdefault(key, []).append(life)
    return out


def _licences(rows: dict[Any, list[dict[str, Any]]], entries: dict[Any, list[dict[str, Any]]]) -> dict[str, Any]:
    """The licence of each case that alone touches it: what it made, or acts on."""
    out = {}
    for id, (licence,) in rows.items():
        bodies = (json.loads(entry["body"]) for entry in entries[f"licence/{id}"])
        cases = {body["case"] for body in bodies if body.get("case")}
        if len(cases) == 1:
            out[cases.pop()] = licence
    return out


def _refs(body: str) -> list[str]:
    return re.findall(r"vault:([0-9a-f-]{36}):", body)


def _by(rows: list[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
    out: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        out.setdefault(row[key], []).append(row)
    return out


def _counters(connection: psycopg.Connection[Any]) -> dict[str, int]:
    return dict(connection.execute("select name, value from aggregates_counter").fetchall())


def _one(connection: psycopg.Connection[Any], query: str, parameters: list[Any] | None = None) -> Any:
    row = connection.execute(query, parameters).fetchone()
    return row[0] if row else None
