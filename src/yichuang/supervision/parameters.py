"""The numbers of rules that an administrator may change."""

from __future__ import annotations

from yichuang.aggregates.parameters import Group
from yichuang.aggregates.settings import values_in_force
from yichuang.supervision.rights import PARAMETERS
from yichuang.supervision.rules.catalogue import RULES
from yichuang.supervision.rules.rule import Parameters

# by the code of the rule
GROUPS = {rule.code: Group(rule.code, rule.title, rule.basis, rule.parameters, PARAMETERS) for rule in RULES}


def changed_parameters() -> dict[str, Parameters]:
    """What was set and is in force, by rule; a rule nobody changed is left out. One statement."""
    return values_in_force(GROUPS)
