"""Rules as PostgreSQL: compiled once, run on Django's own connection over the touched cases alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from yichuang.ledger.fast import run
from yichuang.supervision.contract import OF_CASE


def compiled(expression: Any) -> str:
    """The statement of an Ibis table over all cases; it has no parameter."""
    import ibis  # by who judges alone

    return str(ibis.to_sql(expression, dialect="postgres"))


def for_cases(statement: str) -> str:
    """The statement over the cases of its one parameter, a list of their keys.

    Every table of cases is shadowed by the rows of these cases, so that whatever plan is chosen begins at their keys.
    """
    shadows = ",\n".join(
        f"{table.stored_as} as (select * from {table.stored_as} where case_id = any(%(cases)s))"
        for table in OF_CASE
        if f'"{table.stored_as}"' in statement
    )
    return f"with {shadows}\nselect * from ({escaped(statement)}) hit"


def escaped(statement: str) -> str:
    """The statement as one that takes parameters."""
    return statement.replace("%", "%%")


def by_keys() -> None:
    """Have the statements of this transaction enter every table by a key: they ask about a handful of cases, and a
    planner that does not know it would rather read the whole calendar.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off"
        )


def within(seconds: int) -> None:
    """Have the database break off a statement of this transaction that takes longer: `DatabaseError`. Where tables were
    counted while they stood empty, a plan can be chosen that would not end for hours.
    """
    with connection.cursor() as cursor:
        cursor.execute("select set_config('statement_timeout', %s, true)", [f"{seconds}s"])


def rows(statement: str, cases: Sequence[str]) -> list[tuple[object, ...]]:
    """What a statement of `for_cases` finds."""
    return list(run(statement, {"cases": list(cases)}).fetchall())
