"""Rules as PostgreSQL: compiled once, run on Django's own connection over the touched cases alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from yichuang.ledger.fast import run
from yichuang.supervision.compiled import compile_table
from yichuang.supervision.contract import OF_CASE
from yichuang.supervision.contract_activities import ACTIVITIES, FROM_EVENTS, READ


def compiled(expression: Any) -> str:
    """The statement of an Ibis table over all cases; it has no parameter."""
    return compile_table(expression, "postgres")


def for_cases(statement: str) -> str:
    """The statement over the cases of its one parameter, a list of their keys.

    Every table of cases is shadowed by the rows of these cases, so that whatever plan is chosen begins at their keys.
    """
    acts = f'"{ACTIVITIES.stored_as}"' in statement
    shadows = [
        f"{table.stored_as} as (select * from {table.stored_as} where case_id = any(%(cases)s))"
        for table in OF_CASE
        if f'"{table.stored_as}"' in statement or (acts and table.stored_as in READ)
    ]
    if acts:  # no table here: they follow from those before
        shadows.append(f"{ACTIVITIES.stored_as} as ({FROM_EVENTS})")
    return f"with {', '.join(shadows)}\nselect * from ({escaped(statement)}) hit"


def escaped(statement: str) -> str:
    """The statement as one that takes parameters."""
    return statement.replace("%", "%%")


def by_keys() -> None:
    """Have the statements of this transaction enter every table by a key: they ask about a handful of cases, and a
    planner that does not know it would rather read the whole calendar.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off;"
            " set local enable_nestloop = on"
        )


def by_hashes() -> None:
    """Have the statements of this transaction join by hashes: those of rules as data join the activities of the cases
    with themselves, which by keys takes the square of their number.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "set local enable_seqscan = off; set local enable_hashjoin = on; set local enable_nestloop = off"
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
