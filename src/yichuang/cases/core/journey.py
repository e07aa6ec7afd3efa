"""A case as its applicant follows it: five legs from filing to the paper in hand, each with the day on which it was
done or the last day on which it is due, and why no day can be named.

Days come from the case's own clocks and the limits of its standard; nothing is estimated from other cases. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yichuang.cases.core.clocks import case_clocks, delivery_clocks, running
from yichuang.cases.core.state import Case, Special, Stage
from yichuang.catalog.standard import Standard
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Clock, Due, due_on


class Leg(StrEnum):
    """One of the five parts of the way."""

    FILED = "提交"
    ACCEPTED = "受理"
    REVIEWED = "审查"
    DECIDED = "决定"
    PAPER = "领证"


class Stop(StrEnum):
    """Why no day can be named."""

    CORRECTION = "correction"  # the applicant is to supply what is missing
    SPECIAL = "special"  # a special procedure stops the clock (45条)
    PAYMENT = "payment"  # a fee was asked for and is not paid
    LEAVING = "leaving"  # the item leaves the list before
    LATE = "late"  # the last day has passed


@dataclass(frozen=True, slots=True)
class Part:
    """A leg: `on`, when it was done; else `due`, its last day, where one can be named."""

    leg: Leg
    on: date | None = None
    due: Due | None = None
    here: bool = False  # where the case is now

    @property
    def done(self) -> bool:
        return self.on is not None and not self.here


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of a case. Of an ended one, the legs it went."""

    parts: tuple[Part, ...]
    stop: Stop | None = None
    special: Special | None = None  # of Stop.SPECIAL, the one that was notified to last longest
    passed: date | None = None  # of Stop.LATE, the last day

    @property
    def expected(self) -> Due | None:
        """The last day on which the paper is handed over, or the decision where none is made; None where none can be
        named.
        """
        return self.parts[-1].due if self.parts else None


def plot_journey(case: Case, standard: Standard, calendar: WorkingCalendar, today: date) -> Journey:
    """The way of a case, seen from a day."""
    legs = tuple(leg for leg in Leg if leg is not Leg.PAPER or _makes_paper(case))
    done = _list_done(case)
    if not case.stage.open:
        return Journey(tuple(Part(leg, done[leg]) for leg in legs if done[leg]))
    here = _find_here(case)
    if stop := _find_stop(case):
        return Journey(_parts(legs, done, {}, here), stop, _longest(case) if stop is Stop.SPECIAL else None)
    dues = _reckon(case, standard, calendar, today)
    passed = next((due.day for due in dues.values() if due.day < today), None)
    if passed is not None:
        return Journey(_parts(legs, done, {}, here), Stop.LATE, passed=passed)
    if case.leaving and any(due.day >= case.leaving.on for leg, due in dues.items() if leg is Leg.DECIDED):
        return Journey(_parts(legs, done, {}, here), Stop.LEAVING)
    return Journey(_parts(legs, done, dues, here))


def _makes_paper(case: Case) -> bool:
    """Whether a certificate ends the way; a refusal and a cancellation end with the decision."""
    return case.makes_paper and case.granted is not False


def _parts(legs: tuple[Leg, ...], done: dict[Leg, date | None], dues: dict[Leg, Due], here: Leg) -> tuple[Part, ...]:
    return tuple(Part(leg, done[leg], dues.get(leg), leg is here) for leg in legs)


def _list_done(case: Case) -> dict[Leg, date | None]:
    """When each leg was done; None where it is not."""
    concluded = [step.done_on for step in case.steps.values() if step.done_on]
    reviewed = max(concluded, default=case.decided_on) if case.accepted_on and case.steps_done else None
    return {
        Leg.FILED: case.submitted_on,
        Leg.ACCEPTED: case.accepted_on,
        Leg.REVIEWED: reviewed if reviewed or not case.decided_on else case.decided_on,
        Leg.DECIDED: case.decided_on,
        Leg.PAPER: case.delivered_on or (case.closed_on if case.made_on else None),
    }


def _find_here(case: Case) -> Leg:
    match case.stage:
        case Stage.ACCEPTED:
            return Leg.DECIDED if case.steps_done else Leg.REVIEWED
        case Stage.DECIDED | Stage.MADE:
            return Leg.PAPER if _makes_paper(case) else Leg.DECIDED
    return Leg.ACCEPTED


def _find_stop(case: Case) -> Stop | None:
    if case.stage is Stage.CORRECTION:
        return Stop.CORRECTION
    if case.paused:
        return Stop.SPECIAL
    return Stop.PAYMENT if case.stage is Stage.DECIDED and case.demanded else None


def _longest(case: Case) -> Special:
    return max((s for s in case.specials.values() if s.stops and s.ended is None), key=lambda special: special.until)


def _reckon(case: Case, standard: Standard, calendar: WorkingCalendar, today: date) -> dict[Leg, Due]:
    """The last day of each leg that is to come: of the clocks that run, and of the limits that follow them from the
    last day before.
    """
    dues: dict[Leg, Due] = {}
    if case.stage in (Stage.SUBMITTED, Stage.RECEIVED):
        accept = next(clock for clock in running(case, standard) if clock.family == "accept")
        dues[Leg.ACCEPTED] = due_on(accept.clock, calendar, today)
        dues[Leg.DECIDED] = _follow(dues[Leg.ACCEPTED], Clock(standard.promised, dues[Leg.ACCEPTED].day), calendar)
    elif case.stage is Stage.ACCEPTED:
        ends = [due_on(running.clock, calendar, today) for running in case_clocks(case, standard)]
        dues[Leg.DECIDED] = min(ends, key=lambda due: due.day)
    if Leg.DECIDED in dues and _makes_paper(case):
        limit = Clock(standard.procedure.deliver_within, dues[Leg.DECIDED].day)
        dues[Leg.PAPER] = _follow(dues[Leg.DECIDED], limit, calendar)
    for making in delivery_clocks(case, standard) if case.stage is Stage.DECIDED else ():
        dues[Leg.PAPER] = due_on(making.clock, calendar, today)
    return dues


def _follow(before: Due, clock: Clock, calendar: WorkingCalendar) -> Due:
    """The end of a limit that begins on the last day of what comes before; as sure as that day."""
    due = due_on(clock, calendar, clock.start)
    return Due(due.day, due.certain and before.certain, before.open_ended)
