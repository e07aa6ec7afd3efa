"""What the acts of a revision must know of the outside: what it would begin from, and what is written of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from yichuang.aggregates.refusal import Refused
from yichuang.catalog.checker import StandardFinding
from yichuang.catalog.drafting.content import Content, Fault
from yichuang.catalog.revising.questions import Question
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor

REVIEW_MONTHS = 24  # after its first day a version is looked at again, unless the city sets another number


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a revision of an item would begin from. `open`: the stage of one that is not finished yet."""

    name: str
    version: int
    base: str
    former: str
    open: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What is written: the manuscript while it is drafted, else what was submitted of it (`content`). `faults` keep it
    from being published. `standard` is the version it would be, None when it is none; `document` its digest, hex.
    """

    digest: str
    content: Content = field(default_factory=dict)
    editors: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    findings: tuple[StandardFinding, ...] = ()
    questions: tuple[Question, ...] = ()
    standard: Standard | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """What the outside knows."""

    now: datetime
    actor: Actor
    # asked only when an act needs them: names by code of the items on the list that the actor's department exercises;
    # what a revision of one would begin from; what is written, and what people call its rows and values, by line
    items: Callable[[], Mapping[str, str]] = dict
    beginning: Callable[[str], Beginning | None] = lambda item: None
    work: Callable[[], Work] = lambda: Work("")
    lines: Callable[[], Mapping[str, str]] = dict
    # of a county's version: the refusal of one that differs from the city's base without a reason (3.2c)
    deviating: Callable[[], Refused | None] = lambda: None
    base_binds: Callable[[], bool] = lambda: True  # whether it still has to follow the city's version that it follows
    follow_by: Callable[[], date] = lambda: date.max  # the day by which a county follows what it is told of today
    review_months: Callable[[], int] = lambda: REVIEW_MONTHS
    waiting_until: Callable[[], date | None] = lambda: None  # first day of another version, already approved

    @property
    def today(self) -> date:
        return local_day(self.now)
