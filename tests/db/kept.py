"""What tests begin with is built once in a process and its rows are copied for the tests after the first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
FIRST_ACCOUNT = 1001  # numbers below are for people whom tests only name, such as `a:1`


class Kept(Generic[T]):
    """`make` fills the database of the running test and answers with what stands there. It only adds rows."""

    def __init__(self, make: Callable[[], T]) -> None:
        self.make = make
        self.rows: dict[str, bytes] = {}
        self.made: list[T] = []

    def __call__(self) -> T:
        """Fill the database. The answer is the same object each time: callers copy what their test may change."""
        if self.made:
            _write_rows(self.rows)
        else:
            _leave_room()
            before, made, after = _read_rows(), self.make(), _read_rows()
            assert not any(lines - after[table] for table, lines in before.items()), "it only adds rows"
            # the order is that of the table's file, where a new row may stand before an old one
            self.rows = {
                table: b"".join(new.elements()) for table, lines in after.items() if (new := lines - before[table])
            }
            self.made.append(made)
        return self.made[0]


def _leave_room() -> None:
    with connection.cursor() as cursor:
        sequence = "pg_get_serial_sequence('people_account', 'id')"
        cursor.execute(f"select setval({sequence}, greatest(nextval({sequence}), {FIRST_ACCOUNT}))")


def _read_rows() -> defaultdict[str, Counter[bytes]]:
    """The rows of all tables, a line each as PostgreSQL copies it."""
    rows: defaultdict[str, Counter[bytes]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'copy "{table}" to stdout') as out:
                rows[table].update(b"".join(bytes(piece) for piece in out).splitlines(keepends=True))
    return rows


def _write_rows(rows: dict[str, bytes]) -> None:
    """Write them back, past the triggers: what those write is among the rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        for table, text in rows.items():
            with cursor.copy(f'copy "{table}" from stdin') as into:
                into.write(text)
        cursor.execute("set local session_replication_role = origin")  # the test's own transaction goes on
