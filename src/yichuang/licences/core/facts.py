"""Facts: what the outside knows when a command on a licence is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import Terms
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.licences.core.bars import Bar


class NumberUse(Enum):
    """What is known of the number on a paper licence."""

    FREE = "free"
    TAKEN = "taken"  # a licence has it
    OURS = "ours"  # in the shape of the numbers that this platform gives


@dataclass(frozen=True, slots=True)
class LicenceFacts:
    """`limits` are the parameters of `licences.parameters`, by name."""

    now: datetime
    calendar: WorkingCalendar
    standard: Standard
    terms: Terms
    actor: Actor
    limits: Mapping[str, int]
    # numbers of other valid licences with the same holder, item and place (Make, Enter, Settle)
    rivals: tuple[str, ...] = ()
    number_use: NumberUse = NumberUse.FREE  # (Enter)
    bar: Bar | None = None  # what keeps the holder from having one (Enter)
    registered: Mapping[str, str] = field(default_factory=dict)  # the holder as registered, by `HOLDER` (Correct)

    @property
    def by_hand(self) -> bool:
        """Whether a person acts here now, and not a table, a simulation or another system: then papers are shown."""
        return self.actor.source == "self"

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def versions(self) -> str:
        """Of standard and calendar, as events that reckon a date record them."""
        return f"{self.standard.key} {self.calendar.version}"

    @property
    def department(self) -> str:
        """Whose licence it is: "410100/scjg"."""
        return f"{self.standard.division}/{self.standard.department}"
