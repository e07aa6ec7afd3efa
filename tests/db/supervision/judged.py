"""What a rule finds in the rows of a test, and the rows most tests begin with. No judgement of its own.

`found` runs a rule as the whole history would be judged, and holds that against the live judging of single cases and
against a standard without the rule's supervision point, so that every test of a rule proves those too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from tests.db.supervision.tables import count, put
from yichuang.supervision import contract, postgres
from yichuang.supervision.compiled import compile_rule
from yichuang.supervision.rules.catalogue import BY_CODE, JUDGING
from yichuang.supervision.rules.rule import HIT, Scope

STANDARD = "410100/ZZ-900/1"
HOUSE = "410100/scjg"
HEAD = f"{HOUSE}/head/1"
REVIEWER = f"{HOUSE}/reviewer/1"
Row = dict[str, Any]
Hits = dict[tuple[str, str], Row]  # case and `at` → what the hit says


@lru_cache
def _statement(code: str, parameters: tuple[tuple[str, int], ...]) -> str:
    return compile_rule(BY_CODE[code], parameters, "postgres")


def _run(statement: str, cases: Sequence[str] | None = None) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, None if cases is None else {"cases": list(cases)})
        return [dict(zip(HIT, hit, strict=True)) for hit in cursor.fetchall()]


def found(code: str, **parameters: int) -> Hits:
    """Everything the rule finds, by case and place: the same live as whole, each place of a case once."""
    statement = _statement(code, tuple(sorted(parameters.items())))
    count()
    whole = _run(statement)
    if BY_CODE[code].scope is not Scope.POPULATION:
        _live_agrees(code, statement, whole)
    _needs_its_point(code, statement, whole)
    rows = {(hit["case_id"], hit["at"]): hit for hit in whole}
    assert len(rows) == len(whole), "a place of a case is hit once"
    for hit in whole:
        assert BY_CODE[code].sentence(hit["at"], hit["measured"], hit["allowed"]) != BY_CODE[code].title
    return rows


def hits(code: str, **parameters: int) -> set[tuple[str, str]]:
    """Case and place of everything the rule finds."""
    return set(found(code, **parameters))


def said(rows: Hits, *names: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Of each hit only these columns."""
    return {key: tuple(str(v) if k == "day" and v else v for k, v in _of(row, names)) for key, row in rows.items()}


def _of(row: Row, names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(name, row[name]) for name in names]


def _live_agrees(code: str, statement: str, whole: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select case_id from log_cases order by case_id")
        cases = [case for (case,) in cursor.fetchall()]
    live = postgres.for_cases(statement)
    assert _sorted(_run(live, cases)) == _sorted(whole), f"{code}: live and whole differ"
    if BY_CODE[code].scope is Scope.SUBJECT:
        return  # a case alone is not enough for it
    alone = [hit for case in cases for hit in _run(live, [case])]
    assert _sorted(alone) == _sorted(whole), f"{code}: a case alone is judged otherwise"


def _needs_its_point(code: str, statement: str, whole: list[Row]) -> None:
    """Without its supervision point a rule is blind, unless it judges everywhere (3.2g)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("delete from log_points where rule = %s", [code])
        without = _run(statement)
        transaction.set_rollback(True)
    assert _sorted(without) == (_sorted(whole) if _everywhere(code) else []), f"{code}: without its point"


def _everywhere(code: str) -> bool:
    return BY_CODE[code].everywhere or BY_CODE[code].scope is Scope.POPULATION


def _sorted(rows: list[Row]) -> list[str]:
    return sorted(map(str, rows))


def put_standard(key: str = STANDARD, *, steps: Sequence[Row] = (), order: Sequence[Row] = (), **values: Any) -> None:
    """A standard with a supervision point for every rule that judges; its steps and their order."""
    put(contract.STANDARDS, {"standard": key, "department": HOUSE, **values})
    put(contract.POINTS, *({"standard": key, "point": rule.code, "rule": rule.code} for rule in JUDGING))
    if steps:
        put(contract.STANDARD_STEPS, *({"standard": key, **one} for one in steps))
    if order:
        put(contract.STANDARD_ORDER, *({"standard": key, **one} for one in order))


def limit(name: str, amount: int, unit: str = "workday") -> Row:
    """The two columns of a limit."""
    return {name: amount, f"{name}_unit": unit}


def put_cases(**cases: Row) -> None:
    """Cases by their keys: of this platform and of `STANDARD`, unless they say otherwise."""
    base = {"standard": STANDARD, "source": "door", "department": HOUSE}
    put(contract.CASES, *({"case_id": key, **base, **case} for key, case in cases.items()))


def put_rows(table: contract.Table, **rows: Row | list[Row]) -> None:
    """Rows of a table by the keys of their cases, one or several for each."""
    listed = ((key, [some] if isinstance(some, dict) else some) for key, some in rows.items())
    put(table, *({"case_id": key, **one} for key, some in listed for one in some))


def put_steps(**steps: Row | list[Row]) -> None:
    """Steps by their cases: a first round of the review S1 of the own department, unless they say otherwise."""
    base = {"step": "S1", "round": 1, "kind": "review", "department": HOUSE}
    listed = ((key, [some] if isinstance(some, dict) else some) for key, some in steps.items())
    put(contract.STEPS, *({"case_id": key, **base, **one} for key, some in listed for one in some))


def local(day: str, time: str) -> str:
    """A moment on the city's clock."""
    return f"{day}T{time}+08:00"
