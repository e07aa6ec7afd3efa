"""Every rule by its code, packaged or written as data; and the versions of those that judge now.

A version never changes what it asks: once read, a process keeps it for the words of findings. Judging reads what is in
force each time.
"""

from __future__ import annotations

from yichuang.supervision.models import OwnVersion
from yichuang.supervision.rules.catalogue import BY_CODE
from yichuang.supervision.rules.questions import AskedRule, load_question, make_rule
from yichuang.supervision.rules.rule import Rule

OWN = "Z-"  # how the codes of rules as data begin
_known: dict[str, AskedRule] = {}


def find_rule(code: str) -> Rule | None:
    """The rule of this code; None when there is none. One statement for a version that was not read before."""
    if code in BY_CODE or not code.startswith(OWN):
        return BY_CODE.get(code)
    if code not in _known:
        question = OwnVersion.objects.filter(code=code).values_list("question", flat=True).first()
        if question is None:
            return None
        _known[code] = make_rule(load_question(question))
    return _known[code]


def rule_of(code: str) -> Rule:
    """The rule of a finding. Raises KeyError."""
    rule = find_rule(code)
    if rule is None:
        raise KeyError(code)
    return rule


def name_rule(code: str) -> str:
    """The title of a rule; empty for none."""
    rule = find_rule(code)
    return rule.title if rule else ""


def list_in_force(code: str = "") -> tuple[AskedRule, ...]:
    """The versions that judge, each what happened in its days; of one code alone when it is given. One statement."""
    rows = OwnVersion.objects.filter(void=False).order_by("code")
    questions = (rows.filter(code=code) if code else rows).values_list("question", flat=True)
    return tuple(make_rule(load_question(question)) for question in questions)


def find_judging(code: str) -> Rule | None:
    """The rule of this code as it judges now; None for one that judges nothing any more. At most one statement."""
    return next(iter(list_in_force(code)), None) if code.startswith(OWN) else BY_CODE.get(code)


def forget() -> None:
    """Read every rule anew, where versions are made again."""
    _known.clear()
