"""Draws the paper licences that applicants of a simulation hold since before the platform, and how they are entered.

A life that acts on a licence has one drawn for it, in most cases; others stand beside, so that time has something to
remind of and to end. Everything follows from the seed and a number, as with `lives`. Nothing here reads the store.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from yichuang.catalog.filling import fill
from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import terms_of
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Limit, Unit, months_after
from yichuang.licences.core.window import find_window
from yichuang.licences.entering import stated_form
from yichuang.ops.simulate import hours
from yichuang.ops.simulate.cast import SimulatedApplicant

NAMESPACE = uuid.UUID("5c0f7c0a-6a57-4f0e-8f4b-0c3a8b1f6f52")
HELD = 0.8  # share of the lives that act on a licence whose applicant has one on paper
BESIDE = 12  # cases to one paper licence on which nobody acts
LONG = timedelta(days=240)  # what is changed, reissued or cancelled is valid for so long at least
_DAYS = {Unit.DAY: 1.0, Unit.WORKDAY: 1.5, Unit.MONTH: 31.0}  # calendar days of a limit's unit, roughly
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PaperLife:
    """A paper licence and the moment at which the head of its department enters it."""

    seed: int
    key: str  # tells it from the others of the seed; on the paper, too
    standard: Standard
    holder: SimulatedApplicant
    valid_from: date
    valid_to: date | None
    moment: datetime

    @property
    def department(self) -> str:
        return f"{self.standard.division}/{self.standard.department}"

    @property
    def effort(self) -> int:
        """How much work it makes, beside that of a case."""
        return 1

    @property
    def number(self) -> str:
        """With the division's code and the register's, as on paper: no series of its own without gaps."""
        register = "BS".find(self.key[0]) + 1
        serial = f"{register}{int(self.key.lstrip('BS')):05d}"
        return f"豫许证字〔{self.valid_from.year}〕{self.standard.division}{self.seed:02d}{serial}号"

    @property
    def command_id(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{self.seed}/enter/{self.key}")

    @property
    def licence_id(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{self.seed}/licence/{self.key}")

    def entry(self) -> dict[str, Any]:
        """What the head types: the data of `licences.entering.PaperLicence`."""
        known = self.holder.details
        return {
            "item": self.standard.item,
            "holder": known.get("uscc") or known.get("id_number", ""),
            "holder_type": known.get("id_type", ""),
            "number": self.number,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "values": self._values(),
        }

    def _values(self) -> dict[str, Any]:
        random = Random(f"{self.seed}/paper/{self.key}")
        filled = fill(self.standard, random, self.valid_from, situation="new", agent=False)
        stated = {f.name for section in stated_form(self.standard).sections for f in section.fields}
        return own_place(self.standard, {k: v for k, v in filled.items() if k in stated}, self.key)


def own_place(standard: Standard, values: dict[str, Any], key: str) -> dict[str, Any]:
    """The values at a place of their own, where a holder has one licence a place."""
    sole = terms_of(standard.item).sole
    return values | {name: f"{values[name]}{key}室" for name in (sole.by if sole else ()) if values.get(name)}


def draw_beside(
    seed: int, number: int, standard: Standard, holder: SimulatedApplicant, first: datetime, days: int
) -> PaperLife:
    """The `number`-th licence on which nobody acts: it ends in the months around the history's end, early or late."""
    last = first.date() + timedelta(days=Random(f"{seed}/beside/{number}").randrange(20, days + 200))
    return PaperLife(seed, f"B{number}", standard, holder, _since(standard, last, first.date()), last, first)


def draw_held(
    seed: int,
    index: int,
    standard: Standard,
    situation: str,
    holder: SimulatedApplicant,
    submitted: datetime,
    first: datetime,
    calendar: WorkingCalendar,
) -> PaperLife | None:
    """The paper licence that a life acts on; None when its applicant has none, or comes before it could be entered."""
    random = Random(f"{seed}/held/{index}")
    if random.random() > HELD or submitted < first + _DAY:
        return None
    day = submitted.date()
    if situation == "renew":
        last: date | None = last_day_to_renew(standard, day, random, calendar)
    elif standard.situation("renew") or standard.result.validity_months:
        last = day + LONG + timedelta(days=random.randrange(900))
    else:
        last = None
    since = _since(standard, last, first.date()) if last else first.date() - timedelta(days=random.randrange(60, 2000))
    return PaperLife(seed, f"{index}", standard, holder, since, last, first)


def last_day_to_renew(standard: Standard, day: date, random: Random, calendar: WorkingCalendar) -> date:
    """A last day of validity within whose window for renewal a day lies, not at its very end."""
    renewal = terms_of(standard.item).renewal
    least = round(_days_of(renewal.by) * 1.1) + 7
    most = max(least + 1, round(_days_of(renewal.opens) * 0.9))
    last = day + timedelta(days=random.randrange(least, most))
    while day > find_window(renewal, last, calendar).last:  # a long holiday lies between
        last += _DAY
    return last


def _days_of(limit: Limit) -> float:
    return limit.value * _DAYS.get(limit.unit, 1.0)


def _since(standard: Standard, last: date, first: date) -> date:
    """The first day of validity: a full term before the last one, and before the platform."""
    since = months_after(last + _DAY, -(standard.result.validity_months or 60))
    return min(since, first - timedelta(days=30))


def first_moment(calendar: WorkingCalendar, day: date) -> datetime:
    """When the paper licences are entered: the first morning on which officers work."""
    return hours.local_moment(calendar.next_working(day), time(9, 0))
