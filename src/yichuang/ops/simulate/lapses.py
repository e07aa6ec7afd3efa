"""Cases in which something goes wrong that is too rare to be left to chance: every history that is long has them.

Each is an ordinary case of a department with the habit (`manners`), on a day counted back from the end of the history.
Nothing here reads the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from yichuang.catalog.standard import Standard
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ops.simulate import hours, manners
from yichuang.ops.simulate.cast import Cast
from yichuang.ops.simulate.lives import CaseLife, plain_life
from yichuang.ops.simulate.planner import TURNED_BACK

LAPSES = 910_000  # the index of the first of these cases: no drawn life has it
# What the housing department accepts in the hall, and in its own system too (`reporting`): the first of these cases
_ACCEPTED_TWICE = ("410100/ZZ-116/", (96, 47))
TWICE = range(LAPSES, LAPSES + len(_ACCEPTED_TWICE[1]))
_LOOKED_AT = ("410100/ZZ-116/", (71, 36))  # whose site it looks at while the papers are being corrected
RETURN = 3  # working days after the promise would have run out, when who was turned back files again
# The standard, what goes wrong, and how many days before the end it is filed
_TOLD = (
    ("410100/ZZ-013/", manners.AT_THE_LINE, (120, 75)),
    ("410184/ZZ-010/", manners.IN_ONE_GO, (140, 66, 24)),
    ("410122/ZZ-020/", manners.UNREAD, (101, 45)),
    ("410122/ZZ-001/", manners.LATE_MADE, (130, 80)),
    ("410100/ZZ-108/", manners.BY_ANOTHER, (112, 52, 17)),
)
_TURNED_BACK = ("410100/ZZ-021/", (115, 58))


class Lapses:
    """The cases of a history. `standards`, `cast` and `days` are those of its lives."""

    def __init__(
        self, seed: int, standards: Sequence[Standard], cast: Cast, calendar: WorkingCalendar, days: Sequence[date]
    ) -> None:
        self.seed, self.cast, self.calendar, self.last = seed, cast, calendar, days[-1]
        self.standards = {standard.key.rpartition("/")[0] + "/": standard for standard in standards}

    def list_lives(self) -> list[CaseLife]:
        """All of them, in an order that is always the same."""
        lives = [*self._housing(), *self._told(), *self._turned_back()]
        return [replace(life, index=LAPSES + number) for number, life in enumerate(lives)]

    def _housing(self) -> Iterator[CaseLife]:
        key, before = _ACCEPTED_TWICE
        for n, days in enumerate(before):
            yield self._filed(key, self._day(days), 80 + n)
        key, before = _LOOKED_AT
        for n, days in enumerate(before):
            yield replace(self._filed(key, self._day(days), 85 + n), corrected=True)

    def _told(self) -> Iterator[CaseLife]:
        for n, (key, lapse, before) in enumerate(_TOLD):
            for m, days in enumerate(before):
                yield self._filed(key, self._day(days), 40 + 5 * n + m, lapse=lapse)

    def _turned_back(self) -> Iterator[CaseLife]:
        """Two cases of one applicant: withdrawn at the line, and filed again when the promise would have run out."""
        key, before = _TURNED_BACK
        for n, days in enumerate(before):
            first = self._day(days)
            yield self._filed(key, first, 70 + n, fate=TURNED_BACK)
            again = self.calendar.add(first, self.standards[key].promised.value + RETURN)
            yield self._filed(key, again, 70 + n)

    def _filed(self, key: str, day: date, firm: int, *, fate: str = "", lapse: str = "") -> CaseLife:
        """A new application of a firm, at a window."""
        submitted = hours.local_moment(day, time(9, 40))
        life = plain_life(self.seed, 0, self.standards[key], "new", self.cast.firm(firm), submitted)
        return replace(life, online=False, fate=fate, lapse=lapse)

    def _day(self, before: int) -> date:
        """The first working day from so many days before the end on."""
        return self.calendar.next_working(self.last - timedelta(days=before))
