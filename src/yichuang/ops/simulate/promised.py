"""Cases accepted despite gaps (3.6a), one of each kind: not yet supplied, supplied and not checked, found bad and
brought again, kept, breached. Pure: nothing here reads the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from yichuang.cases.core.state import Case
from yichuang.catalog.standard import Standard
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ops.simulate import hours
from yichuang.ops.simulate.cast import Cast
from yichuang.ops.simulate.lives import CaseLife, plain_life

OPEN, HANDED, BAD, KEPT, BREACHED = "gap_open", "gap_handed", "gap_bad", "gap_kept", "gap_breached"
FATES = frozenset({OPEN, HANDED, BAD, KEPT, BREACHED})
# Each fate with how many working days before the end of the history it is filed, and the holder by number
_TOLD = ((OPEN, 1, 30), (HANDED, 2, 31), (BAD, 40, 32), (KEPT, 30, 33), (BREACHED, 25, 34))
FOOD = "410100/ZZ-001/"
LIVES = 930_000  # the index of the first: no drawn life has it
DAYS = 3  # working days promised
NOT_GOOD = "证明没有医疗机构盖章，请补盖以后重新提交。"


def list_promised(
    seed: int, standards: Sequence[Standard], cast: Cast, calendar: WorkingCalendar, days: Sequence[date]
) -> list[CaseLife]:
    """The lives, all filed at a window of the city."""
    food = next(standard for standard in standards if standard.key.startswith(FOOD))
    out = []
    for number, (fate, before, firm) in enumerate(_TOLD):
        day = calendar.add(days[-1], -before)
        submitted = hours.local_moment(day, time(9, 40 + number))
        life = plain_life(seed, LIVES + number, food, "new", cast.firm(firm), submitted)
        out.append(replace(life, online=False, fate=fate))
    return out


def choose_later(life: CaseLife, needed: Sequence[str]) -> list[str]:
    """The material that is left at home: one that may come later."""
    return [m.code for m in life.standard.materials_later if m.code in needed][-1:]


def plan_promise(life: CaseLife, case: Case) -> dict[str, Any]:
    """What the window enters before it accepts."""
    return {"materials": list(case.missing), "days": DAYS, "paper": True, "signer": life.applicant.name}


def plan_gap(life: CaseLife, case: Case, at: datetime, calendar: WorkingCalendar) -> tuple[datetime, str, Any] | None:
    """What is supplied or checked next, and when; None where nobody does."""
    gaps = case.gaps
    if gaps is None or not gaps.opened or gaps.breached or not gaps.open:
        return None
    if gaps.handed:
        if life.fate == HANDED:
            return None
        bad = life.fate == BAD and not gaps.granted_time
        moment = hours.add_work(calendar, at, 1.5)
        said = {"material": gaps.handed[0], "passed": not bad, "reason": NOT_GOOD if bad else ""}
        return moment, "check_gap", said
    if life.fate in (OPEN, BREACHED):
        return None
    day = calendar.add(gaps.opened, 2 if life.fate == BAD else 1)
    moment = max(hours.local_moment(day, time(10, 15)), at + timedelta(hours=1))
    return moment, "supply_gaps", {"given": {code: ["paper"] for code in gaps.wanted}}
