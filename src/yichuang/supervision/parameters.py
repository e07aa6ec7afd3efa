"""The numbers of a rule that an administrator may change, with history."""

from __future__ import annotations

from django.db import transaction

from yichuang.cases.core.refusal import Kind, require
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record
from yichuang.supervision.models import Setting
from yichuang.supervision.rules.catalogue import BY_CODE
from yichuang.supervision.rules.rule import Parameters


def current() -> dict[str, Parameters]:
    """What was set last, by rule; a rule nobody changed is left out. One statement."""
    newest = Setting.objects.order_by("rule", "name", "-id").distinct("rule", "name")
    out: dict[str, Parameters] = {}
    for row in newest:
        out.setdefault(row.rule, {})[row.name] = row.value
    return out


@transaction.atomic
def set_parameter(rule: str, name: str, value: int, actor: Actor) -> Setting:
    """Set a parameter from now on; the rule is judged again with it. Raises Refused(input)."""
    known = BY_CODE[rule].parameters.get(name) if rule in BY_CODE else None
    require(known is not None, "unknown-parameter", "没有这个规则参数。", kind=Kind.INPUT)
    assert known is not None
    good = known.least <= value <= known.most
    told = f"“{known.label}”在{known.least}到{known.most}{known.unit}之间。"
    require(good, "bad-parameter", told, next="请改正后重新提交。", kind=Kind.INPUT)
    record(f"rule/{rule}", "parameter_set", {"name": name, "value": value}, actor)
    return Setting.objects.create(rule=rule, name=name, value=value, set_by=actor.person)
