"""Reads of rules as data, each scoped to who asks."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from yichuang.aggregates import door
from yichuang.ledger.actor import Actor
from yichuang.supervision.models import OwnRule as OwnRuleRow
from yichuang.supervision.own.declared import OWN_RULE
from yichuang.supervision.own.showing import explain_hit, read_activities
from yichuang.supervision.own.state import Content, Draft, OwnRule, Stage, Trial
from yichuang.supervision.rules.questions import make_rule


@dataclass(frozen=True, slots=True)
class ShownExample:
    """An example of a trial as people read it: what a finding would say, and the line that shows why."""

    case: str
    number: str
    item: str
    day: date | None
    sentence: str
    computation: str


def list_own_rules(actor: Actor) -> list[tuple[OwnRuleRow, Stage]]:
    """The rules that exist for the reader, those given up left out, the newest first. One statement."""
    rows = OWN_RULE.visible(actor).exclude(stage=Stage.DROPPED.value).order_by("-code")
    return [(row, Stage(row.stage)) for row in rows]


def find_draft(actor: Actor, id: uuid.UUID) -> tuple[str, Draft | None] | None:
    """The code of a rule and its draft; None for a rule that does not exist for the reader. Two statements."""
    if OWN_RULE.find(actor, id) is None:
        return None
    rule: OwnRule = door.read_lives(OWN_RULE, [id])[id].state
    return rule.code, rule.draft


def list_examples(division: str, content: Content, trial: Trial) -> Iterator[ShownExample]:
    """The examples of a trial, of cases of a division and of those under it. Two statements, none without examples."""
    if not trial.examples:
        return
    cases = [example.case for example in trial.examples]
    question = content.ask("", ())
    rule, done = make_rule(question), read_activities(cases)
    with connection.cursor() as cursor:
        cursor.execute(
            "select case_id, number, item from log_cases where case_id = any(%s)"
            " and division in (select code from org_division where %s in (code, parent_id))",
            [cases, division],
        )
        known = {case: (number, item) for case, number, item in cursor.fetchall()}
    for example in trial.examples:
        if example.case in known:
            parts = explain_hit(question, example, done.get(example.case, []))
            line = "；".join(parts) + "。" if parts else ""
            sentence = rule.sentence(example.at, example.measured, example.allowed)
            yield ShownExample(example.case, *known[example.case], example.day, sentence, line)
