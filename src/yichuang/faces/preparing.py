"""By when an application that is filed today is answered, decided and delivered: for pages and programs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yichuang.catalog.standard import Standard
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Clock, Due, Limit, due_on


@dataclass(frozen=True, slots=True)
class Dates:
    """The last days of an application that is filed today: told whether it is accepted, decided, delivered. `at_once`
    is that of the decision where it is accepted today.
    """

    told: Due
    decided: Due
    at_once: Due
    delivered: Due

    @property
    def certain(self) -> bool:
        return self.delivered.certain


def reckon_dates(standard: Standard, today: date, calendar: WorkingCalendar) -> Dates:
    """The last days of each act on an application that is filed today, as its limits have it."""
    procedure = standard.procedure

    def last(limit: Limit, start: date) -> Due:
        return due_on(Clock(limit, start), calendar, today)

    told = last(procedure.accept_within, today)
    decided = last(standard.promised, told.day)
    return Dates(told, decided, last(standard.promised, today), last(procedure.deliver_within, decided.day))
