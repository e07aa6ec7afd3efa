"""When renewal may be asked for, counted back from the last day of validity. 许可法 50 条一款; special law is data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yichuang.catalog.terms import Renewal
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Limit, Unit, months_after

SLACK = timedelta(days=21)  # the holidays of a year move no estimate further


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which renewal may be asked for. Not `certain` while a day is counted through
    a year whose holidays are not published: then nobody is turned away who may be within it.
    """

    opens: date
    last: date
    certain: bool

    def holds(self, day: date) -> bool:
        """Whether it is, or may be, one of the days."""
        slack = timedelta(0) if self.certain else SLACK
        return self.opens - slack <= day <= self.last + slack

    @property
    def sentence(self) -> str:
        estimate = "" if self.certain else "（节假日尚未公布，为估计）"
        return f"{self.opens.isoformat()}起，最迟{self.last.isoformat()}提出{estimate}"


def find_window(renewal: Renewal, valid_to: date, calendar: WorkingCalendar) -> Window:
    """The window for a licence whose last day of validity is `valid_to`."""
    opens, last = (_before(limit, valid_to, calendar) for limit in (renewal.opens, renewal.by))
    worked = Unit.WORKDAY in (renewal.opens.unit, renewal.by.unit)
    certain = not worked or calendar.is_certain(opens, valid_to)
    return Window(opens, last, certain)


def _before(limit: Limit, day: date, calendar: WorkingCalendar) -> date:
    """The day that lies so long before another: 届满三十日前 ends thirty days before the last day."""
    match limit.unit:
        case Unit.WORKDAY:
            return calendar.add(day, -limit.value)
        case Unit.MONTH:
            return months_after(day, -limit.value)
        case _:
            return day - timedelta(days=limit.value)
