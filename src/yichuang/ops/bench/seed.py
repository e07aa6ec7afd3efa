"""`bench seed`: a large store for the other benches, made by multiplying door-made lives with COPY; cached by size.

A history is simulated through the door; each copy of a life gets its own case, applicant, days, numbers, private rows
and chain (`copying.py`); seals are made over the copies in order. One department holds 30 % of the cases.
"""

from __future__ import annotations

import random
import re
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from yichuang.ops.bench.common import Bound, finish, store
from yichuang.ops.bench.copying import Copied, Life, Serials, copy

BASE_CASES, BASE_DAYS, SEED = 400, 120, 7
BIG = "410100/scjg"  # holds 30 % of the cases
SHARE = 0.30
OPEN = 0.03  # share of cases still open
WEEKS = 4 * 52  # copies are spread over four years
PERSONS = 5  # cases per applicant
CHUNK = 2_000
SEAL = 5_000  # cases under one seal
QUICK = 50_000
FULL = 1_000_000

_ENTRY = (
    "position, stream, seq, kind, v, body, actor, post, on_behalf_of, channel, source, session, ip, device, "
    "command_id, occurred_at, recorded_at, prev_hash, hash"
)
_CASE = (
    "id, number, receipt, standard, item, title, division, department, subject, applicant, channel, stage, outcome, "
    "submitted_at, accepted_on, decided_on, closed_on, promised_due, statutory_due, due_on, paused, level, state, "
    "state_v, reckoning, seq, head, words"
)
_SECONDARY = (
    "cases_access_list",
    "cases_case_words",
    "cases_certificate_subject",
    "ledger_vault_subject",
)


def run(cases: int, quick: bool) -> int:
    """Make the store of so many cases if it is not there. Returns 0 when it was made in time and replays."""
    begun = time.monotonic()
    with store(f"seed-{cases}") as found:
        made = ensure(found.owner, cases)
        seconds = time.monotonic() - begun
        checked, differing = check(1000)
        figures = {
            "seconds": round(seconds, 1),
            "made": made,
            "checked": checked,
            "differing": differing,
            "seconds_per_million": round(seconds / cases * FULL, 0),
        }
        bounds = [Bound("replayed_cases_that_differ", differing, most=0)]
        if made:
            bounds.append(Bound("minutes_per_million", seconds / cases * FULL / 60, most=20))
        return finish("seed", figures, bounds, cases=cases, full=not quick)


def ensure(owner: str, cases: int) -> bool:
    """Fill the store with so many cases; False when it has them already."""
    with psycopg.connect(owner) as connection:
        if _one(connection, "select count(*) from (select 1 from cases_case limit %s) c", [cases]) >= cases:
            return False
    from yichuang.ops.simulate import history

    if not history.done(SEED, BASE_CASES):
        history.simulate(BASE_CASES, BASE_DAYS, SEED, processes=2)
    with psycopg.connect(owner) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        _Multiplier(connection, cases).run()
    return True


def check(sample: int) -> tuple[int, int]:
    """Replay a random sample: (cases replayed, cases that differ)."""
    from yichuang.cases.rebuild import rebuild

    report = rebuild(sample=sample)
    for difference in report.differences[:5]:
        print(f"  ✗ {difference.case}:{difference.what}")
    return report.cases, len({d.case for d in report.differences})


class _Multiplier:
    """Copies lives until there are enough cases, in chunks of one COPY a table, then seals and counters."""

    def __init__(self, connection: psycopg.Connection[Any], cases: int) -> None:
        self.connection = connection
        self.random = random.Random(f"{SEED}/{cases}")
        self.lives = _lives(connection)
        self.serials = Serials(_counters(connection))
        have = int(_one(connection, "select count(*) from cases_case"))
        self.wanted = range(have, cases)
        self.position = int(_one(connection, "select max(position) from ledger_entry"))
        self.leaves: list[tuple[str, int, str]] = []
        self.sealed_from = self.position

    def run(self) -> None:
        definitions = self._drop_indexes()
        begun = time.monotonic()
        for start in range(self.wanted.start, self.wanted.stop, CHUNK):
            numbers = range(start, min(start + CHUNK, self.wanted.stop))
            self._write([self._copy(n) for n in numbers])
            if len(self.leaves) >= SEAL:
                self._seal()
            rate = (numbers.stop - self.wanted.start) / (time.monotonic() - begun)
            print(f"  {numbers.stop:,} / {self.wanted.stop:,} 件,每秒 {rate:.0f} 件", flush=True)
        self._seal()
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "insert into cases_counter (name, value) values (%s, %s)"
                " on conflict (name) do update set value = greatest(cases_counter.value, excluded.value)",
                list(self.serials.values.items()),
            )
            cursor.execute("select setval(pg_get_serial_sequence('ledger_entry', 'position'), %s)", [self.position])
        for definition in definitions:
            self.connection.execute(definition)
        self.connection.commit()
        self.connection.autocommit = True
        self.connection.execute("vacuum analyze")

    def _copy(self, number: int) -> Copied:
        kind = "open" if self.random.random() < OPEN else "closed"
        place = "big" if self.random.random() < SHARE else "other"
        life = self.random.choice(self.lives[kind, place])
        weeks = 0 if life.open else self.random.randint(1, WEEKS)
        who = number // PERSONS
        return copy(life, number, weeks, _subject(who), _name(who), self.serials, self.random)

    def _write(self, copies: list[Copied]) -> None:
        with self.connection.cursor() as cursor:
            self._entries(cursor, copies)
            self._table(cursor, "cases_case", _CASE, (self._case(c) for c in copies))
            self._table(
                cursor,
                "cases_access",
                "scope_kind, scope_id, case_id, open, due_on",
                (
                    (a["scope_kind"], a["scope_id"], a["case_id"], a["open"], a["due_on"])
                    for c in copies
                    for a in c.access
                ),
            )
            self._table(
                cursor,
                "cases_paper",
                "case_id, seq, kind, number, code, digest, issued_at",
                (
                    (p["case_id"], p["seq"], p["kind"], p["number"], p["code"], p["digest"], p["issued_at"])
                    for c in copies
                    for p in c.papers
                ),
            )
            columns = "identifier, number, case_id, type, subject, department, valid_from, valid_to, status"
            self._table(
                cursor,
                "cases_certificate",
                columns,
                (tuple(x[k] for k in columns.split(", ")) for c in copies for x in c.certificates),
            )
            self._table(
                cursor,
                "ledger_vault",
                "id, subject, bytes, salt, retain_until",
                ((v.id, v.subject, v.data, v.salt, v.retain_until) for c in copies for v in c.vault),
            )
            timers = ((c.case["id"], c.timer) for c in copies if c.timer)
            self._table(cursor, "cases_timer", "case_id, wake_at", timers)
        self.connection.commit()
        self.leaves += [c.leaf for c in copies]

    def _entries(self, cursor: psycopg.Cursor[Any], copies: list[Copied]) -> None:
        def rows() -> Iterator[tuple[Any, ...]]:
            for one in copies:
                for row in one.entries:
                    self.position += 1
                    e = row["envelope"]
                    yield (
                        self.position,
                        e.stream,
                        e.seq,
                        e.kind,
                        e.v,
                        e.body,
                        e.actor,
                        e.post,
                        e.on_behalf_of,
                        e.channel,
                        e.source,
                        e.session,
                        e.ip,
                        e.device,
                        e.command_id,
                        e.occurred_at,
                        e.recorded_at,
                        row["prev_hash"],
                        row["hash"],
                    )

        self._table(cursor, "ledger_entry", _ENTRY, rows())

    def _case(self, one: Copied) -> tuple[Any, ...]:
        from yichuang.catalog.words import bigrams

        case = one.case
        words = bigrams(case["number"][-11:], case["receipt"], case["title"], case["applicant"])
        vector = " ".join(f"'{word}'" for word in words.split())
        return (*(case[k] for k in _CASE.split(", ")[:-1]), vector)

    def _table(self, cursor: psycopg.Cursor[Any], table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
        with cursor.copy(f"copy {table} ({columns}) from stdin") as out:
            for row in rows:
                out.write_row(row)

    def _seal(self) -> None:
        """A seal over the copies since the last one, as `ledger.seals` would have made it."""
        if not self.leaves:
            return
        from yichuang.kernel import merkle
        from yichuang.kernel.canonical import canonical
        from yichuang.ledger.envelope import GENESIS, microseconds
        from yichuang.ledger.outside import configured
        from yichuang.ledger.seals import Sealed, chain_value, leaf_bytes, local_day

        found = self.connection.execute(
            "select number, last, chain from ledger_seal order by number desc limit 1"
        ).fetchone()
        number, first, prev = found or (0, 0, GENESIS)
        leaves = tuple(sorted(self.leaves))
        root = merkle.root([leaf_bytes(leaf) for leaf in leaves])
        entries = int(
            _one(
                self.connection,
                "select count(*) from ledger_entry where position > %s and position <= %s",
                [first, self.position],
            )
        )
        now = datetime.now(UTC)
        chain = chain_value(number + 1, first, self.position, entries, root, bytes(prev), microseconds(now))
        sealed = Sealed(number + 1, first, self.position, entries, leaves, root, bytes(prev), chain, now)
        self.connection.execute(
            "insert into ledger_seal (number, first, last, entries, leaves, root, prev, chain, sealed_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [number + 1, first, self.position, entries, canonical([list(x) for x in leaves]), root, prev, chain, now],
        )
        configured().append_seal(local_day(now), sealed.as_json())
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


def _lives(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], list[Life]]:
    """The simulated lives by whether they are open and whether they are the big department's."""
    with connection.cursor(row_factory=dict_row) as cursor:
        columns = _CASE.replace(", words", "")
        cases = cursor.execute(f"select {columns} from cases_case where channel <> ''").fetchall()
        rows = {
            name: _by(cursor.execute(query).fetchall(), key)
            for name, key, query in (
                ("entries", "stream", "select * from ledger_entry where stream like 'case/%%' order by stream, seq"),
                ("access", "case_id", "select * from cases_access"),
                ("papers", "case_id", "select * from cases_paper"),
                ("certificates", "case_id", "select * from cases_certificate"),
                ("timers", "case_id", "select * from cases_timer"),
            )
        }
        vault = {str(r["id"]): r for r in cursor.execute("select * from ledger_vault where bytes is not null")}
    out: dict[tuple[str, str], list[Life]] = {}
    for case in cases:
        entries = rows["entries"][f"case/{case['id']}"]
        ids = {ref for e in entries for ref in _refs(e["body"])}
        timer = rows["timers"].get(case["id"])
        life = Life(
            case,
            entries,
            rows["access"].get(case["id"], []),
            rows["papers"].get(case["id"], []),
            rows["certificates"].get(case["id"], []),
            [vault[id] for id in sorted(ids)],
            timer[0]["wake_at"] if timer else None,
        )
        key = ("open" if life.open else "closed", "big" if case["department"] == BIG else "other")
        out.setdefault(key, []).append(life)
    return out


def _refs(body: str) -> list[str]:
    return re.findall(r"vault:([0-9a-f-]{36}):", body)


def _by(rows: list[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
    out: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        out.setdefault(row[key], []).append(row)
    return out


def _counters(connection: psycopg.Connection[Any]) -> dict[str, int]:
    return dict(connection.execute("select name, value from cases_counter").fetchall())


def _one(connection: psycopg.Connection[Any], query: str, parameters: list[Any] | None = None) -> Any:
    row = connection.execute(query, parameters).fetchone()
    return row[0] if row else None


def _subject(who: int) -> str:
    return f"s:{uuid.uuid5(uuid.NAMESPACE_OID, f'bench/{who}')}"


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华文建国玉梅红志海燕春"


def _name(who: int) -> str:
    who, a = divmod(who, len(_SURNAMES))
    who, b = divmod(who, len(_GIVEN))
    return f"{_SURNAMES[a]}{_GIVEN[b]}{_GIVEN[who % len(_GIVEN)]}"
