"""What passing time has done by law: deemed acceptance, correction overdue, silence of an opinion, and the warnings.

`lapse` gives all that has come due up to now, in the order of its legal moments; `next_moment` tells when the next
comes. A late sweep therefore changes nothing: every command decides on the lapsed case.

Effects in law wait while they rest on an unpublished year; warnings run on the estimate and say so (design §4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from yichuang.aggregates.acts import Dated, Happened
from yichuang.cases.core import events as ev
from yichuang.cases.core.clocks import Running, running
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.flow import open_gaps, opened_after, opened_at_acceptance
from yichuang.cases.core.regimes import breach_gaps
from yichuang.cases.core.state import BEFORE_DECISION, Case, Stage, evolve
from yichuang.catalog.standard import StepKind
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Clock, Due, Unit, due_on
from yichuang.kernel.localtime import local_day, midnight
from yichuang.licences.core.lapse import DEEMED

_DAY = timedelta(days=1)
Moment = tuple[datetime, list[ev.Event]]


def lapse(case: Case, facts: CaseFacts) -> tuple[Case, list[Dated]]:
    """The case as time has made it, with the dated events that made it so."""
    out: list[Dated] = []
    if facts.moved:
        # on record, and first: what lapses by the new calendar is reckoned and warned by the new dates (design §4)
        out.append(Dated(ev.Recalculated(facts.calendar.version, _moved_supply(case, facts)), facts.now))
        case = evolve(case, Happened(out[0].event, "system", facts.now, facts.now, "system"))
    floor = midnight(date.min.replace(year=2000))
    while (due := next_moment(case, facts)) and due[0] <= facts.now:
        at = max(due[0], floor)
        floor = at
        for event in (reckoned(e, facts) for e in due[1]):
            out.append(Dated(event, at))
            case = evolve(case, Happened(event, "system", at, facts.now, "system"))
    return case, out


def _moved_supply(case: Case, facts: CaseFacts) -> date | None:
    """The day to which the calendar puts off the limit of a correction, or of a promise; None where it does not."""
    clocks = (clock.clock for clock in running(case, facts.standard) if clock.family in ("supply", "gap"))
    days = ((clock.told, due_on(clock, facts.calendar, facts.today).day) for clock in clocks)
    return next((day for told, day in days if told and day > told), None)


def reckoned(event: Any, facts: CaseFacts) -> Any:
    """The event with the versions it was reckoned under, when it is of the kind that records them."""
    return replace(event, reckoned=facts.versions) if "reckoned" in type(event).__dataclass_fields__ else event


def next_moment(case: Case, facts: CaseFacts) -> Moment | None:
    """The next thing passing time will do to the case, or None when nothing more will happen by itself."""
    return min(_moments(case, facts), key=lambda m: m[0], default=None)


def _moments(case: Case, facts: CaseFacts) -> Iterator[Moment]:
    yield from _deemed_renewal(case, facts)
    leaving = case.leaving if case.stage in BEFORE_DECISION and not facts.stays else None
    # a limit whose last day is the day before the case ends with its item is not passed: nobody is warned of it
    leaves = midnight(leaving.on) if leaving else None
    for clock in running(case, facts.standard):
        due = due_on(clock.clock, facts.calendar, facts.today)
        if due.open_ended:
            continue
        yield from ((at, warned) for at, warned in _rungs(case, facts, clock, due) if leaves is None or at < leaves)
        end = midnight(due.day + _DAY)
        effect = _effect(case, facts, clock, due) if due.certain else []
        if effect:
            yield end, effect
    if leaving and leaves:
        # last: what law does at the same moment comes before
        yield leaves, [ev.Terminated(ev.ITEM_ENDED, leaving.on, "")]


def _deemed_renewal(case: Case, facts: CaseFacts) -> Iterator[Moment]:
    """50条二款: not decided until the licence's last day, renewal counts as granted. The licence itself says so; the
    case follows it, at the same moment.
    """
    licence = facts.licence
    if licence is None or case.situation != "renew" or case.stage not in BEFORE_DECISION:
        return
    version = licence.version_of(case.id)
    day = version.on if version and version.why == "deemed" else None
    if day is None and licence.alive and licence.renewing == case.id and licence.valid_to:
        day = licence.valid_to + _DAY
    if day:
        yield midnight(day), [ev.Decided(True, day, (DEEMED,), "", (), (), deemed=True)]


def _rungs(case: Case, facts: CaseFacts, clock: Running, due: Due) -> Iterator[Moment]:
    rungs = facts.parameters.rungs.get(clock.family, ())
    for rung, day in _rung_days(rungs, clock.clock, due.day, facts.calendar):
        if f"{clock.name}:{clock.generation}:{rung}" not in case.rungs:
            yield midnight(day), [ev.Warned(clock.name, clock.generation, rung, due.day, estimate=not due.certain)]


@lru_cache(maxsize=512)  # a command asks twice for the moments of the same clocks
def _rung_days(
    rungs: tuple[tuple[str, int], ...], clock: Clock, due: date, calendar: WorkingCalendar
) -> tuple[tuple[str, date], ...]:
    """Each rung with the first day on which only its working (or calendar) days remain, and the day after the last."""
    plain = clock.limit.unit in (Unit.DAY, Unit.MONTH)
    days = ((rung, due - left * _DAY if plain else calendar.add(due, -left)) for rung, left in rungs)
    # no rung of which the whole limit is shorter than its distance
    return (*((rung, day) for rung, day in days if day > clock.start), ("over", due + _DAY))


def _effect(case: Case, facts: CaseFacts, clock: Running, due: Due) -> list[ev.Event]:
    """What the law itself does when this clock has run out."""
    match clock.family:
        case "accept" if facts.standard.procedure.silence_accepts:
            on = clock.clock.start
            received: list[ev.Event] = [ev.Received(on, ())] if case.stage is Stage.SUBMITTED else []
            steps = tuple(s.code for s in case.graph(facts.standard))
            article = facts.standard.procedure.articles.get("silence_accepts", "")
            accepted = ev.Accepted(on, steps, (article,), silent=True)
            # the case counts from receipt, but nobody could begin a step before silence had accepted it
            since = due.day + _DAY
            opened = opened_at_acceptance(case, facts.standard, since)
            return [*received, accepted, *open_gaps(case, facts.calendar, since), *opened]
        case "supply":
            return [ev.Terminated("overdue", due.day + _DAY, "")]
        case "gap":
            return breach_gaps(case, facts.standard, due.day + _DAY)
        case "step":
            code = clock.name.split(".")[1]
            step = facts.standard.step(code)
            if step.kind is StepKind.OPINION and step.silence_agrees:
                on = local_day(midnight(due.day + _DAY))
                concluded = ev.StepConcluded(code, "deemed", "", (), on)
                done = {**case.steps, code: replace(case.steps[code], status="done")}
                return [concluded, *opened_after(replace(case, steps=done), facts.standard, code, on)]
    return []
