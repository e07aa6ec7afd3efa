"""Facts: what the outside knows when a command is decided. Gathered by the door, frozen, passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from yichuang.aggregates.refusal import Refused
from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import Terms, terms_of
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.licences.core.bars import Bar
from yichuang.licences.core.state import Licence


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an administrator may change about warnings. A rung fires on the day on which only so much is left.

    Defaults are this project's proposal (domain §4.1 lists what cities use); what was set is in `aggregates_setting`.
    """

    version: str = "1"
    rungs: dict[str, tuple[tuple[str, int], ...]] = field(
        default_factory=lambda: {
            "accept": (("warn", 1),),
            "supply": (("remind", 3),),
            "promised": (("remind", 2), ("warn", 1)),
            "statutory": (("warn", 1),),
            "step": (("warn", 0),),
            "deliver": (("warn", 1),),
            "gap": (("remind", 2),),
            "special": (),
        }
    )


@dataclass(frozen=True, slots=True)
class GapRules:
    """What an administrator may change about 容缺受理 (3.6b); working days."""

    regime: int = 1  # what follows from a breach (`regimes`)
    longest: int = 20  # at most so many days for supplying
    margin: int = 2  # so many days are left of the promised limit after the last day of supplying
    again: int = 2  # at least so many days for another one in place of a bad one, once


@dataclass(frozen=True, slots=True)
class Hindrances:
    """What keeps the applicant from a new licence: those in force at the same place (their numbers), and a bar."""

    rivals: tuple[str, ...] = ()
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    now: datetime
    calendar: WorkingCalendar
    standard: Standard
    actor: Actor
    parameters: Parameters = field(default_factory=Parameters)
    gap_rules: GapRules = GapRules()
    holders: frozenset[str] = frozenset()  # persons who hold the post a command names today (Assign, Conclude)
    target: Standard | None = None  # the standard a Rebind names
    certificates: Mapping[str, str] = field(default_factory=dict)  # valid ones the applicant holds: identifier → type
    sent: frozenset[str] = frozenset()  # files of the case that its applicant's own accounts sent (CorrectApplicant)
    licence: Licence | None = None  # the one that the case acts on, as time has made it
    hindrances: Hindrances = Hindrances()  # (Submit, Decide)
    granted_elsewhere: str = ""  # receipt of another case that was granted the licence of the same place (Decide)
    stays: bool = False  # the decision that ends it with its item was taken back, and the case is not told yet
    window_refusal: Refused | None = None  # why the window does not take the item in (Submit)
    moved: bool = False  # a loaded or corrected calendar has moved a date of this case

    @property
    def terms(self) -> Terms:
        """What the law of the item says of its licences."""
        return terms_of(self.standard.item)

    @property
    def versions(self) -> str:
        """Of standard, calendar and parameters, as decisions and clock events record them."""
        return f"{self.standard.key} {self.calendar.version} {self.parameters.version}"

    def clause(self, act: str) -> str:
        """The article an act rests on in the procedure of this case: a registration borrows none of 许可法."""
        return self.standard.procedure.clause(act)

    @property
    def today(self) -> date:
        return local_day(self.now)
