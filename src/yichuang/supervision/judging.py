"""Judging: from what the rules find in the touched cases to findings, each move in the ledger.

Judging the same cases again changes nothing. A hit that was not there becomes a finding, one that says something else
restates it, and a finding whose hit is gone is withdrawn on record; should the hit come back, so does the finding. A
rule that raises stops neither other rules nor other cases: what it could not judge is noted, and judged later.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, connection, transaction

from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.service import now, record
from yichuang.supervision import parameters, postgres
from yichuang.supervision.models import Finding, Unjudged
from yichuang.supervision.rules.catalogue import LIVE, woken
from yichuang.supervision.rules.rule import HIT, Parameters, Rule

SAID = ("level", "department", "person", "day", "measured", "allowed", "seq", "other")
CASES = 500  # of one statement
RETRIED = 200  # cases judged again at a time, of those a rule could not judge
_SPACE = uuid.UUID("6f0b6f3e-6f6b-5f0e-8d3f-2a1c7f3b9e10")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judging changed."""

    found: int = 0
    restated: int = 0
    withdrawn: int = 0
    failed: int = 0  # rules that raised

    def __add__(self, other: Judged) -> Judged:
        return Judged(
            self.found + other.found,
            self.restated + other.restated,
            self.withdrawn + other.withdrawn,
            self.failed + other.failed,
        )


NOTHING = Judged()


def judge(cases: Sequence[str], kinds: Iterable[str] | None = None) -> Judged:
    """Judge these cases by the rules that events of these kinds wake; by all rules without kinds.

    In the transaction of the caller, which has taken in what the cases say now.
    """
    rules = LIVE if kinds is None else woken(frozenset(kinds))
    if not cases or not rules:
        return Judged()
    _in_turn()
    settings = parameters.current()
    done = Judged()
    for start in range(0, len(cases), CASES):
        some = cases[start : start + CASES]
        for rule in rules:
            done += _one(rule, settings.get(rule.code, {}), some)
    return done


def judge_all(rule: Rule) -> Judged:
    """Judge every case by one rule: after its parameters or its version changed."""
    settings = parameters.current().get(rule.code, {})
    done = Judged()
    for cases in _every_case():
        with transaction.atomic():
            _in_turn()
            done += _one(rule, settings, cases)
    return done


def retry() -> Judged:
    """Judge again what rules could not judge before, the oldest first."""
    done = Judged()
    for rule in LIVE:
        waiting = Unjudged.objects.filter(rule=rule.code).order_by("since")
        cases = list(waiting.values_list("case_id", flat=True)[:RETRIED])
        if cases:
            with transaction.atomic():
                _in_turn()
                done += _one(rule, parameters.current().get(rule.code, {}), cases)
    return done


def version(rule: Rule, settings: Parameters) -> str:
    """Rule and parameters as findings name them: `1`, or `1 least_seconds=60`."""
    known = {**rule.defaults(), **settings}
    return " ".join((str(rule.version), *(f"{name}={value}" for name, value in sorted(known.items()))))


@lru_cache(maxsize=256)
def statement(rule: str, settings: tuple[tuple[str, int], ...]) -> str:
    """The rule's statement over the cases of its parameter, compiled once for these parameters."""
    found = next(one for one in LIVE if one.code == rule)
    return postgres.for_cases(postgres.compiled(found.hits(dict(settings))))


def _in_turn() -> None:
    """One judges at a time: two would find the same thing twice."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('supervision.judging', 2))")
    postgres.by_keys()


def _one(rule: Rule, settings: Parameters, cases: Sequence[str]) -> Judged:
    try:
        with transaction.atomic():
            hits = postgres.rows(statement(rule.code, tuple(sorted(settings.items()))), cases)
    except (DatabaseError, ValueError, TypeError, LookupError) as error:
        if connection.connection is None or connection.connection.closed:
            raise
        _log.exception("rule %s could not judge", rule.code)
        _note(rule, cases, error)
        return Judged(failed=1)
    Unjudged.objects.filter(rule=rule.code, case_id__in=cases).delete()
    return _compare(rule, version(rule, settings), cases, [dict(zip(HIT, hit, strict=True)) for hit in hits])


def _note(rule: Rule, cases: Sequence[str], error: Exception) -> None:
    told = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
    moment = now()
    rows = [Unjudged(rule=rule.code, case_id=case, since=moment, error=told) for case in cases]
    Unjudged.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["rule", "case_id"], update_fields=["error"]
    )


def _compare(rule: Rule, made_by: str, cases: Sequence[str], hits: list[dict[str, Any]]) -> Judged:
    """Bring the findings of a rule on these cases to what it hits now."""
    known = {(f.case_id, f.at): f for f in Finding.objects.filter(rule=rule.code, case_id__in=cases)}
    about = _about({hit["case_id"] for hit in hits if (hit["case_id"], hit["at"]) not in known})
    if not (hits or known):
        return NOTHING
    found = restated = withdrawn = 0
    moment = now()
    for hit in hits:
        row = known.pop((hit["case_id"], hit["at"]), None)
        case = about.get(hit["case_id"])
        if row is not None and row.open and all(_said(row, hit)):
            continue
        if row is None:
            assert case is not None, hit["case_id"]
            id = uuid.uuid5(_SPACE, f"{rule.code}/{hit['case_id']}/{hit['at']}")
            row = Finding(id=id, rule=rule.code, case_id=hit["case_id"], at=hit["at"], **case)
            own = case["department"]
        else:
            own = row.department
        kind = "restated" if row.open else "found"
        for name in SAID:
            setattr(row, name, hit[name])
        row.department = hit["department"] or own
        row.version, row.open, row.withdrawn_at = made_by, True, None
        if kind == "found":
            row.found_at = moment
            found += 1
        else:
            restated += 1
        row.save()
        record(f"finding/{row.id}", kind, _body(row), SYSTEM)
    for row in known.values():
        if row.open:
            row.open, row.withdrawn_at = False, moment
            row.save(update_fields=["open", "withdrawn_at"])
            record(f"finding/{row.id}", "withdrawn", {"reason": "ground_gone", "version": made_by}, SYSTEM)
            withdrawn += 1
    return Judged(found, restated, withdrawn)


def _said(row: Finding, hit: dict[str, Any]) -> Iterator[bool]:
    """Whether the finding says the same, name by name; without a department of its own a hit says the case's."""
    for name in SAID:
        if name != "department" or hit[name]:
            yield getattr(row, name) == hit[name]


def _about(cases: set[str]) -> dict[str, dict[str, Any]]:
    """What a finding keeps of its case, by case."""
    if not cases:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select case_id, division, department, item, number from log_cases where case_id = any(%s)", [list(cases)]
        )
        return {
            case: {"division": division, "department": department, "item": item, "number": number}
            for case, division, department, item, number in cursor.fetchall()
        }


def _body(row: Finding) -> dict[str, Any]:
    day = row.day.isoformat() if row.day else None
    said = {name: getattr(row, name) for name in ("measured", "allowed", "seq", "other")}
    return {
        "rule": row.rule,
        "version": row.version,
        "case": row.case_id,
        "at": row.at,
        "level": row.level,
        "department": row.department,
        "person": row.person,
        "day": day,
        **said,
    }


def _every_case() -> Iterator[list[str]]:
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("select case_id from log_cases where case_id > %s order by case_id limit %s", [after, CASES])
            found = [case for (case,) in cursor.fetchall()]
        if not found:
            return
        yield found
        after = found[-1]
