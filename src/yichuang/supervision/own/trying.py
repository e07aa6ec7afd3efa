"""The workbench: what a draft would find among our own cases, what it cannot judge, and ten examples. It changes no
finding, waits for nobody and is waited for by nobody.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from yichuang.aggregates import door
from yichuang.aggregates.refusal import Refused
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.supervision import postgres
from yichuang.supervision.judging import CASES, PATIENCE, RAISED
from yichuang.supervision.own.acts import Tell
from yichuang.supervision.own.declared import OWN_RULE
from yichuang.supervision.own.state import EXAMPLES, Example, OwnRule, Trial
from yichuang.supervision.reach import list_reach
from yichuang.supervision.rules.questions import Question, Unanswered, make_rule
from yichuang.supervision.rules.rule import HIT

_log = logging.getLogger(__name__)


def try_draft(id: uuid.UUID) -> None:
    """Try the draft that waits for it, and tell the rule. Nothing when none does, or it was changed meanwhile."""
    rule: OwnRule = door.read_lives(OWN_RULE, [id])[id].state
    if rule.draft is None or not rule.draft.trying:
        return
    trial = run_trial(rule.draft.content.ask(f"{rule.code}-0", list_reach(rule.division)))
    try:
        door.move(OWN_RULE, {id: Tell(rule.draft.number, trial)}, {})
    except Refused as refused:
        _log.info("trial of %s is not kept: %s", rule.code, refused.code)


def run_trial(question: Question) -> Trial:
    """Ask the question of every case in its scope, so many at a time, each time in a transaction of its own."""
    asked = postgres.for_cases(postgres.compiled(make_rule(question).hits()))
    answered = postgres.for_cases(postgres.compiled(_classified(question)))
    total, foreign = _count_scope(question)
    judged = hits = hit_cases = 0
    unjudged: Counter[str] = Counter({Unanswered.SOURCE.value: foreign} if foreign else {})
    examples: list[Example] = []
    for cases in _list_scope(question):
        try:
            found, classes = _ask(asked, answered, cases)
        except RAISED:
            _log.exception("trial of %s could not judge", question.title)
            unjudged[Unanswered.FAILED.value] += len(cases)
            continue
        offending = {hit["case_id"] for hit in found}
        judged += sum(not why or case in offending for case, why in classes)
        unjudged.update(why for case, why in classes if why and case not in offending)
        hits, hit_cases = hits + len(found), hit_cases + len(offending)
        examples = sorted((*examples, *map(_example, found)), key=_latest)[:EXAMPLES]
    told = tuple(sorted(unjudged.items()))
    return Trial(local_day(now()), total, judged, told, hits, hit_cases, tuple(examples))


def _classified(question: Question) -> Any:
    from yichuang.supervision.rules.answering import classify_cases  # only who judges loads Ibis

    return classify_cases(question)


def _ask(asked: str, answered: str, cases: Sequence[str]) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    with transaction.atomic():
        postgres.within(PATIENCE)
        postgres.by_hashes()
        found = [dict(zip(HIT, row, strict=True)) for row in postgres.rows(asked, cases)]
        return found, postgres.rows(answered, cases)


def _example(hit: dict[str, Any]) -> Example:
    return Example(
        hit["case_id"], hit["at"], hit["day"], hit["measured"], hit["allowed"], hit["seq"], hit["other"]
    )  # fmt: skip


def _latest(example: Example) -> tuple[int, str, str]:
    return -(example.day or date.min).toordinal(), example.case, example.at


def _scope(question: Question) -> tuple[str, list[Any]]:
    """SQL of the cases in scope, whatever their source, and its parameters. Columns are the question's own."""
    where = [(column, list(values)) for column, values in question.where if column != "source"]
    return " and ".join(f"{column} = any(%s)" for column, _ in where) or "true", [values for _, values in where]


def _count_scope(question: Question) -> tuple[int, int]:
    """How many cases are in scope, and how many of them are not whole on record."""
    scope, values = _scope(question)
    foreign = "count(*) filter (where source <> 'door')"
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*), {foreign} from log_cases where {scope}", values)
        row: tuple[int, int] = cursor.fetchone()
        return row


def _list_scope(question: Question) -> Iterator[list[str]]:
    scope, values = _scope(question)
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"select case_id from log_cases where {scope} and source = 'door' and case_id > %s"
                " order by case_id limit %s",
                [*values, after, CASES],
            )
            cases = [case for (case,) in cursor.fetchall()]
        if not cases:
            return
        yield cases
        after = cases[-1]
