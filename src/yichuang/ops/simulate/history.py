"""Simulates a number of days and seals each day as it passes.

All processes finish a day before any begins the next: then nothing is open, the day is sealed at its last minute as the
worker would have sealed it, and positions in the ledger follow the days.

A run leaves two entries in `simulation/<seed>`: what it set out to do, and that it was done. A run that was killed is
found by the first and goes on where it stopped, in the same days; a larger number of cases tops the same history up.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import partial
from time import monotonic
from typing import Any

from yichuang.kernel.localtime import local_day
from yichuang.ledger import seals
from yichuang.ledger.actor import SYSTEM
from yichuang.ledger.models import Entry
from yichuang.ledger.service import record, set_shift, store_kind
from yichuang.ops.simulate import hours
from yichuang.ops.simulate.cast import SOURCE
from yichuang.ops.simulate.crew import DAY, SimulationPlan, crew, hurry
from yichuang.ops.simulate.performer import Tally, set_clock
from yichuang.ops.simulate.supervising import Supervision

WEEK = 7  # days between two signings of the days' roots
LOADER = replace(SYSTEM, source=SOURCE)


@dataclass
class SimulationReport:
    """The result of a run."""

    plan: SimulationPlan
    tally: Tally = field(default_factory=Tally)
    seals: int = 0
    seconds: float = 0.0


Say = Callable[[int, int, Tally, float], None]  # day, days, done so far, seconds


def simulate(
    cases: int,
    days: int,
    seed: int,
    *,
    processes: int = 2,
    until: datetime | None = None,
    seal: bool = True,
    stories: bool = False,
    supervised: bool = False,
    say: Say = lambda day, days, tally, seconds: None,
) -> SimulationReport:
    """Simulate `cases` cases over the `days` days before `until` (default: now), with `stories` the licences of the
    showcase and the lapses too, and `supervised` what is judged meanwhile and what comes of it. Seals need autocommit.

    Raises RuntimeError in a store that is not a demo.
    """
    if store_kind() != "demo":
        raise RuntimeError("只能在演示库中模拟；这个库不是演示库。")
    plan = replace(_begin_plan(cases, days, seed, until), stories=stories)
    report = SimulationReport(plan)
    started = monotonic()
    supervision = _begin_supervision(plan) if supervised else None
    with crew(plan, processes) as perform:
        for number, day in enumerate(plan.days, start=1):
            if supervision:
                supervision.begin_day(day)
            for tally in perform(day, partial(supervision.perform_day, day) if supervision else _nothing):
                report.tally.add(tally)
            if seal:
                report.seals += _seal(day, plan.until)
            if seal and number % WEEK == 0:
                seals.close_days(day + DAY)
            say(number, len(plan.days), report.tally, monotonic() - started)
    if supervision:
        supervision.finish()
        report.tally.add(supervision.tally)
    if seal:
        seals.close_days(plan.days[-1])  # the last day goes on: the worker closes it when it is over
    record(_stream(seed), "simulated", _plan_body(plan), LOADER)
    report.seconds = monotonic() - started
    return report


def _begin_supervision(plan: SimulationPlan) -> Supervision:
    hurry()
    return Supervision(plan)


def _nothing() -> None:
    """What is done beside a day when nobody supervises."""


def is_simulated(seed: int, cases: int) -> bool:
    """Whether a history of at least this many cases was simulated to its end."""
    bodies = Entry.objects.filter(stream=_stream(seed), kind="simulated").values_list("body", flat=True)
    return any(json.loads(body)["cases"] >= cases for body in bodies)


def _stream(seed: int) -> str:
    return f"simulation/{seed}"


def _plan_body(plan: SimulationPlan) -> dict[str, Any]:
    return {"cases": plan.cases, "first": plan.first.isoformat(), "until": plan.until.isoformat()}


def _begin_plan(cases: int, days: int, seed: int, until: datetime | None) -> SimulationPlan:
    """The plan of this run. A run that was begun before with this seed keeps its days."""
    before = Entry.objects.filter(stream=_stream(seed), kind="begun").order_by("seq").first()
    if before is not None:
        plan_data = json.loads(before.body)
        return SimulationPlan(
            seed, cases, date.fromisoformat(plan_data["first"]), datetime.fromisoformat(plan_data["until"])
        )
    until = (until or datetime.now(UTC)).replace(microsecond=0)
    plan = SimulationPlan(seed, cases, local_day(until) - DAY * days, until)
    set_clock(hours.local_moment(plan.first, time()))
    record(_stream(seed), "begun", _plan_body(plan), LOADER)
    set_shift(None)
    return plan


def _seal(day: date, until: datetime) -> int:
    """Seal the entries of the day, dated at its last minute. Returns the number of seals made, 0 or 1."""
    set_clock(min(hours.local_moment(day, time(23, 59)), until))
    sealed = seals.seal_now()
    set_shift(None)
    return int(sealed is not None)
