"""What an administrator may change about warnings, with history. A change is a new row; events name the version
used.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db import transaction

from yichuang.aggregates.refusal import Kind, require
from yichuang.cases.core.facts import Parameters
from yichuang.cases.models import Parameter
from yichuang.cases.rights import WARNINGS
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record

RUNGS = "rungs."  # rungs.promised = [["remind", 2], ["warn", 1]]
MOST_DAYS = 60


@lru_cache(maxsize=16)
def parameters_upto(id: int) -> Parameters:
    """The parameters of the rows up to an id, as the statement that locks a case read it."""
    if id == 0:
        return Parameters()
    newest = Parameter.objects.filter(id__lte=id).order_by("name", "-id").distinct("name")
    changed = {
        row.name.removeprefix(RUNGS): tuple((str(rung), int(left)) for rung, left in row.value)
        for row in newest
        if row.name.startswith(RUNGS)
    }
    return replace(Parameters(), version=f"{Parameters().version}.{id}", rungs=Parameters().rungs | changed)


def list_changes(family: str = "") -> list[Parameter]:
    """Every change of the rungs, or of one family's, the newest first."""
    rows = Parameter.objects.order_by("-id")
    return list(rows.filter(name=f"{RUNGS}{family}") if family else rows)


@transaction.atomic
def set_rungs(family: str, rungs: list[tuple[str, int]], actor: Actor) -> Parameter:
    """Set when the clocks of a family warn: (remind | warn, days or working days left). Raises Refused(input)."""
    WARNINGS.demand(actor)
    known = Parameters().rungs
    require(family in known, "unknown-clock", "没有这种时限。", kind=Kind.INPUT)
    good = all(name in ("remind", "warn") and 0 <= left <= MOST_DAYS for name, left in rungs)
    require(good, "bad-rung", f"预警级别只能是 remind 或 warn，天数在 0 到 {MOST_DAYS} 之间。", kind=Kind.INPUT)
    reminds, warns = ([left for name, left in rungs if name == wanted] for wanted in ("remind", "warn"))
    require(
        min(reminds, default=MOST_DAYS) >= max(warns, default=0),
        "bad-rung",
        "“提醒”不能晚于“预警”：提醒的剩余天数应当不少于预警的。",
        next="请改大提醒天数，或者改小预警天数。",
        kind=Kind.INPUT,
    )
    value: list[Any] = [[name, left] for name, left in rungs]
    record(f"parameter/{RUNGS}{family}", "set", {"value": value}, actor)
    return Parameter.objects.create(name=f"{RUNGS}{family}", value=value, set_by=actor.person)
