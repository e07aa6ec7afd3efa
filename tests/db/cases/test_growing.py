"""What a command costs does not grow with the store: no statement of the door reads a table from end to end."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from yichuang.cases import queries
from yichuang.cases.declared import CASE as CASES_DECLARED
from yichuang.ledger.actor import Actor

CASE = uuid.UUID(int=7)
CASES = CASES_DECLARED.statements
CHANGED = {"id": CASE, "rows": "{}", "idle": [f"case/{CASE}"]}
# So many cases of three scopes each, with no statistics as in a new store, and with
FILL = """
insert into cases_access (scope_kind, scope_id, case_id, open, due_on)
select kind, kind || case when kind = 'subject' then n::text else '' end, lpad(to_hex(n), 32, '0')::uuid, n %% 20 = 0,
       date '2026-01-01' + n %% 300
from generate_series(%s::int, %s::int) n, unnest(array['division', 'department', 'subject']) kind
"""


@pytest.fixture(params=["new", "counted"])
def sizes(request: Any, db: None) -> Iterator[Iterator[int]]:
    """Fills the table to a thousand, ten thousand and a hundred thousand cases, one after another."""

    def grow() -> Iterator[int]:
        before = 0
        for size in (1_000, 10_000, 100_000):
            with connection.cursor() as cursor:
                cursor.execute(FILL, [before + 1, size])
                if request.param == "counted":
                    cursor.execute("analyze cases_access")
            before = size
            yield size

    return grow()


def plan(statement: str, parameters: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"explain {statement}", parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_the_doors_statements_find_their_rows_by_key(sizes: Iterator[int]) -> None:
    for size in sizes:
        for name, found in (
            ("lock", plan(CASES.lock_one, {"id": CASE, "command": CASE})),
            ("write", plan(CASES.write_one, CHANGED)),
        ):
            read = [line for line in found.splitlines() if "Seq Scan on cases_access" in line]
            assert not read, (size, name, found)


def test_whether_a_case_exists_for_a_reader_is_found_by_the_case(
    sizes: Iterator[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    class Answer:
        def fetchone(self) -> None:
            return None

    def run(statement: str, parameters: Any) -> Answer:
        said.append(plan(statement, parameters))
        return Answer()

    monkeypatch.setattr(queries, "run", run)
    window = Actor("a:1", post="410100/zwb/window/1", post_kind="window", division="410100")
    for size in sizes:
        queries.visible(window, CASE)
        assert "cases_access_pkey" in said[-1] and "Seq Scan on cases_access" not in said[-1], (size, said[-1])
