"""Draws the life of a simulated case before it begins: who applies for what, where and when, and how it goes wrong.

Everything follows from the seed and the case's index, so case 17 is the same whether a hundred or two thousand are
simulated. Nothing here reads the store.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random

from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import terms_of
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import Unit
from yichuang.ops.simulate import hours
from yichuang.ops.simulate.cast import Cast, SimulatedApplicant
from yichuang.ops.simulate.manners import FALLEN_SILENT, draw_lapse, manner_of
from yichuang.ops.simulate.papers import PaperLife, draw_beside, draw_held, first_moment

NAMESPACE = uuid.UUID("7c5a6e0e-52d2-4f0a-9c8a-2f0f3f7a6d11")
# How often an item is applied for, against a rare one. DESIGN: a guess at a city's mix, for demonstration only
_OFTEN = {
    "ZZ-001": 14, "ZZ-002": 7, "ZZ-003": 4, "ZZ-004": 8, "ZZ-008": 2, "ZZ-010": 7, "ZZ-011": 5, "ZZ-012": 5,
    "ZZ-016": 7, "ZZ-018": 14, "ZZ-019": 5, "ZZ-020": 3, "ZZ-021": 3, "ZZ-022": 3, "ZZ-102": 6, "ZZ-108": 3,
    "ZZ-109": 2, "ZZ-110": 2, "ZZ-112": 2, "ZZ-116": 2,
}  # fmt: skip
_SITUATIONS = {"new": 10, "change": 4, "renew": 3, "reissue": 1, "cancel": 1.5}
# Shares of all cases
_UNANSWERED, _LEFT_BEHIND = 0.1, 0.06
_FATES = (("refused", 0.04), ("declined", 0.03), ("withdrawn", 0.025), ("forgotten", 0.008), ("terminated", 0.005))
RUSH, RUSH_DAYS = 1.6, 14
_SENT_BACK, _EXTENDED, _UNPAID, _UNCOLLECTED = 0.05, 0.05, 0.05, 0.025


@dataclass(frozen=True)
class CaseLife:
    """The plan of one simulated case."""

    seed: int
    index: int
    standard: Standard
    situation: str
    applicant: SimulatedApplicant
    agent: bool
    online: bool
    submitted: datetime
    window: int  # which window of the hall takes it in
    fate: str  # "" when it runs its course
    corrected: bool
    answers: bool  # a correction is answered
    sent_back: bool
    extended: bool
    pays: bool
    collects: bool
    paper: PaperLife | None = None  # the licence on paper that it acts on
    lapse: str = ""  # what goes wrong by the habit of the department (`manners.LAPSES`)

    @property
    def department(self) -> str:
        return f"{self.standard.division}/{self.standard.department}"

    @property
    def forgets(self) -> bool:
        """Whether a paper is left at home and brought later the same day, before anybody asks for it."""
        slow = self.standard.promised.unit is not Unit.IMMEDIATE
        return slow and not self.corrected and self.random("forgets").random() < _LEFT_BEHIND

    @property
    def effort(self) -> int:
        """How much work the case makes."""
        return 8 + 2 * len(self.standard.steps) + (self.paper is not None)

    def random(self, *subject: object) -> Random:
        """A random generator for one subject in this life; the same subject always gives the same numbers."""
        return Random("/".join(map(str, (self.seed, self.index, *subject))))

    def command_id(self, number: int) -> uuid.UUID:
        """The id of the case's n-th command, from 0 for its submission; by it the door recognises repeats."""
        return command_id_of(self.seed, self.index, number)


def plain_life(
    seed: int, index: int, standard: Standard, situation: str, applicant: SimulatedApplicant, submitted: datetime
) -> CaseLife:
    """A life that runs its course: filed online by the applicant, granted and collected."""
    return CaseLife(
        seed=seed,
        index=index,
        standard=standard,
        situation=situation,
        applicant=applicant,
        agent=False,
        online=True,
        submitted=submitted,
        window=0,
        fate="",
        corrected=False,
        answers=True,
        sent_back=False,
        extended=False,
        pays=True,
        collects=True,
    )


def command_id_of(seed: int, index: int, number: int) -> uuid.UUID:
    """The id of the n-th command of a life."""
    return uuid.uuid5(NAMESPACE, f"{seed}/{index}/{number}")


class Fates:
    """Draws lives. `standards` are the published ones; the same for every process that draws."""

    def __init__(
        self, seed: int, standards: Iterable[Standard], cast: Cast, calendar: WorkingCalendar, days: Sequence[date]
    ) -> None:
        self.seed, self.cast, self.calendar, self.days = seed, cast, calendar, list(days)
        self.standards = sorted(standards, key=lambda s: s.key)
        places = {item: sum(s.item == item for s in self.standards) for item in {s.item for s in self.standards}}
        self.weights = [
            _OFTEN.get(s.item, 1) * (1 if places[s.item] == 1 else 0.5 if s.level == "3" else 0.25)
            for s in self.standards
        ]
        # towards the end they come thicker, so that at the end every desk has work
        self.seasons = [
            hours.day_weight(calendar, day) * (RUSH if days_left < RUSH_DAYS else 1)
            for days_left, day in zip(range(len(self.days) - 1, -1, -1), self.days, strict=True)
        ]
        self.first = first_moment(calendar, self.days[0])
        # the items whose licences end, without those of which a holder has one wherever it is
        self.ending = [s for s in self.standards if s.situation("renew") and not _one_each(s)]
        self.worked = {day for day in self.days if calendar.is_working(day)}

    def draw(self, index: int) -> CaseLife:
        r = Random(f"{self.seed}/{index}")
        standard = r.choices(self.standards, self.weights)[0]
        department = f"{standard.division}/{standard.department}"
        day = self._before_silence(r.choices(self.days, self.seasons)[0], department, standard.item)
        online = day not in self.worked or "window" not in standard.channels or r.random() < 0.62
        online = online and "online" in standard.channels
        applicant = self._applicant(standard, r)
        agent = applicant.agent is not None and r.random() < 0.6
        same_day = standard.statutory.unit is Unit.IMMEDIATE and r.random() < 0.9  # filed while somebody is there
        if not online or same_day:
            day = self.calendar.next_working(day)
        situations = [s.code for s in standard.situations]
        situation = r.choices(situations, [_SITUATIONS.get(code, 1) for code in situations])[0]
        return CaseLife(
            seed=self.seed,
            index=index,
            standard=standard,
            situation=situation,
            applicant=applicant,
            agent=agent,
            online=online,
            submitted=hours.draw_online_moment(day, r) if online and not same_day else hours.draw_window_moment(day, r),
            window=r.randrange(100),
            fate=_one_of(_FATES, r),
            corrected=r.random() < manner_of(department).corrected,
            answers=r.random() > _UNANSWERED,
            sent_back=r.random() < _SENT_BACK,
            extended=r.random() < _EXTENDED,
            pays=r.random() > _UNPAID,
            collects=r.random() > _UNCOLLECTED,
            lapse=draw_lapse(department, Random(f"{self.seed}/{index}/lapse")),
        )

    def _before_silence(self, day: date, department: str, item: str) -> date:
        """The day; for an item of which nothing comes any more, one before that, as far into the days before."""
        quiet = FALLEN_SILENT.get((department, item), 0)
        if quiet >= len(self.days):
            return day
        return self.days[self.days.index(day) * (len(self.days) - quiet) // len(self.days)]

    def with_paper(self, life: CaseLife) -> CaseLife:
        """The life with the paper licence that it acts on, if it acts on one and its applicant has one."""
        if not terms_of(life.standard.item).needs_licence(life.situation):
            return life
        known = (life.standard, life.situation, life.applicant, life.submitted)
        return replace(life, paper=draw_held(self.seed, life.index, *known, self.first, self.calendar))

    def draw_beside(self, number: int) -> PaperLife:
        """The `number`-th paper licence on which nobody acts."""
        r = Random(f"{self.seed}/beside/who/{number}")
        standard = r.choice(self.ending)
        return draw_beside(self.seed, number, standard, self._applicant(standard, r), self.first, len(self.days))

    def _applicant(self, standard: Standard, r: Random) -> SimulatedApplicant:
        kinds = [k for k in (self.cast.persons, self.cast.organisations) if k]
        if standard.applicants == ("person",):
            kinds = [self.cast.persons]
        elif standard.applicants == ("corp",):
            kinds = [self.cast.organisations]
        among = r.choice(kinds)
        return among[int(len(among) * r.random() ** 1.5)]  # some apply much more often than others


def _one_each(standard: Standard) -> bool:
    sole = terms_of(standard.item).sole
    return sole is not None and not sole.by


def _one_of(shares: tuple[tuple[str, float], ...], r: Random) -> str:
    drawn = r.random()
    for name, share in shares:
        drawn -= share
        if drawn < 0:
            return name
    return ""
