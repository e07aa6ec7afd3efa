"""The lights of a case: how near or how far beyond a limit the office is, and what the case waits for instead.

One definition for case page, lists, counts and the wall. Red is what is beyond a limit of the law by the office's
doing; a case that waits for its applicant, or stands still by law, is nobody's overdue and has a state of its own.
Pure.
"""

from __future__ import annotations

from enum import StrEnum

from yichuang.cases.core.clocks import Running, running
from yichuang.cases.core.state import Case, Stage
from yichuang.catalog.standard import Standard

# level → colour and word: 0 in time, 1 and 2 near a limit, 3 beyond a promise, a step's limit or a notified time, 4
# beyond the law
LIGHTS = (("green", "正常"), ("blue", "提醒"), ("yellow", "预警"), ("yellow", "超期"), ("red", "超法定"))
BEYOND_PROMISE, BEYOND_LAW = 3, 4
_RUNGS = {"remind": 1, "warn": 2}
_OF_LAW = frozenset({"accept", "statutory", "deliver"})
_OF_APPLICANT = frozenset({"supply", "gap"})


class Wait(StrEnum):
    """What keeps a case while no office is late with it."""

    CORRECTION = "correction"
    PAYMENT = "payment"
    COLLECTION = "collection"
    PAUSED = "paused"

    @property
    def label(self) -> str:
        return {"correction": "待补正", "payment": "待缴费", "collection": "待领取", "paused": "暂停计时"}[self.value]


# What the applicant is waited for with; a case that is paused waits for somebody else
OF_APPLICANT = (Wait.CORRECTION.value, Wait.PAYMENT.value, Wait.COLLECTION.value)


def wait_of(case: Case) -> Wait | None:
    """What the case waits for; None while an office must act."""
    match case.stage:
        case Stage.CORRECTION:
            return Wait.CORRECTION
        case Stage.ACCEPTED if case.paused:
            return Wait.PAUSED
        case Stage.DECIDED | Stage.MADE if case.nothing_to_make:
            return Wait.COLLECTION
        case Stage.DECIDED if case.demanded:
            return Wait.PAYMENT
    return None


def level_of_clock(case: Case, clock: Running) -> int:
    """The worst that time has warned of on this clock since its dates were last reckoned; 0 nothing yet."""
    worst = 0
    for rung in case.rungs:
        name, generation, warned = rung.split(":")
        if (name, int(generation)) == (clock.name, clock.generation):
            over = BEYOND_LAW if clock.family in _OF_LAW else BEYOND_PROMISE
            worst = max(worst, over if warned == "over" else _RUNGS[warned])
    return worst


def level_of(case: Case, standard: Standard) -> int:
    """The worst level of the clocks that run against an office now."""
    against_office = (clock for clock in running(case, standard) if clock.family not in _OF_APPLICANT)
    return max((level_of_clock(case, clock) for clock in against_office), default=0)
