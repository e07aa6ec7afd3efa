"""What the mechanism of every life needs to know of rules as data: their row, their versions, and their facts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, get_args

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.tables import Owned, Row
from yichuang.catalog.queries import names_of_listed
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of_departments
from yichuang.supervision.findings import FINDING_READERS
from yichuang.supervision.models import OwnRule as OwnRuleRow
from yichuang.supervision.models import OwnVersion
from yichuang.supervision.own import acts
from yichuang.supervision.own.state import Enforced, Event, OwnRule, SwitchedOff, TrialBegun, Written
from yichuang.supervision.reach import list_reach
from yichuang.supervision.rules.questions import dump_question


def facts(locked: Locked[OwnRule], command: Any, actor: Actor) -> acts.OwnRuleFacts:
    """No statement; the lists are read when they are needed."""
    divisions = cache(lambda: list_reach(actor.division))
    departments = cache(lambda: names_of_departments(divisions()))
    items = cache(lambda: names_of_listed(divisions()))
    return acts.OwnRuleFacts(locked.now, actor, divisions, departments, items)


def _number(event: Any, rule: OwnRule, facts: acts.OwnRuleFacts) -> Numbered | None:
    return Numbered("own_rule", lambda n: replace(event, number=n)) if isinstance(event, Written) else None


def _row(rule: OwnRule, facts: acts.OwnRuleFacts) -> dict[str, Any]:
    return {
        "stage": rule.stage.value,
        "code": rule.code,
        "title": rule.content.title if rule.content else "",
        "division": rule.division,
        "drafted": rule.draft is not None,
        "moved_at": rule.moved_at,
    }


def _versions(rule: OwnRule, facts: acts.OwnRuleFacts, row: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": version.number,
            "code": rule.code_of(version),
            "title": version.content.title,
            "question": dump_question(rule.ask(version)),
            "since": version.since,
            "void": version.void,
        }
        for version in rule.versions
    ]


def _effect(event: Any, rule: OwnRule, facts: acts.OwnRuleFacts) -> None:
    """What the worker is to do since: try a draft, judge by a version, judge again what one has found."""
    from yichuang.supervision import tasks  # late: the worker's part reads this room

    codes = [rule.code_of(version) for version in rule.versions]
    match event:
        case TrialBegun():
            tasks.try_own_rule.defer(rule=rule.id)
        case Enforced():
            tasks.rejudge.defer(rule=codes[-1])
            for code in codes[:-1]:
                tasks.settle_own_rule.defer(rule=code)
        case SwitchedOff():
            for code in codes:
                tasks.settle_own_rule.defer(rule=code)


def _of_reader(actor: Actor) -> list[tuple[str, str]]:
    """Those who read the findings of the division."""
    return [("division", actor.division)] if actor.post_kind in FINDING_READERS else []


KINDS: dict[str, type[Any]] = {snake_case(cls.__name__): cls for cls in get_args(Event)}
OWN_RULE: Aggregate[OwnRule, acts.OwnRuleFacts] = Aggregate(
    kind="own_rule",
    label="自定规则",
    life=acts.LIFE,
    codec=Codec(KINDS, OwnRule),
    blank=OwnRule,
    facts=facts,
    next_moment=lambda rule, facts: None,
    last_moment=lambda rule: rule.moved_at,
    row=Row(OwnRuleRow, _row),
    owned=(Owned(OwnVersion, "rule_id", "自定规则的版本", _versions),),
    scopes=Scopes(lambda rule: [("division", rule.division)], _of_reader),
    alive="false",
    absent=("no-such-rule", "没有这条自定规则，或者不由您的岗位查看。", "请从“监察规则”重新进入。"),
    number=_number,
    effect=_effect,
)
