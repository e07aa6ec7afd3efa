"""Cases of a list as their applicants follow them: state, standard and way of each. Reads only.

The caller has read the rows in the reader's scopes. What time has done since the last sweep is not in them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from yichuang.cases.codec import load_case
from yichuang.cases.core.journey import Journey, plot_journey
from yichuang.cases.core.state import Case
from yichuang.cases.queries import NEWEST_CALENDAR
from yichuang.catalog.laws.queries import REGISTERED, lawful_standard
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.fast import run
from yichuang.org.door import calendar_upto


@dataclass(frozen=True, slots=True)
class Followed:
    """A case with its way, and the 文号 of the certificate that was made of it: (number of the entry, its number)."""

    case: Case
    standard: Standard
    journey: Journey
    certificate: tuple[int, str] | None


_STATES = f"""
select c.id, c.state, ledger_now(), {NEWEST_CALENDAR}, {REGISTERED}, p.seq, p.number
from cases_case c left join lateral (
  select seq, number from aggregates_paper
  where stream = 'case/' || c.id and kind = 'licence' order by seq desc limit 1) p on true
where c.id = any(%s::uuid[])
"""


def follow_cases(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Followed]:
    """The cases by id. One statement, none for no case."""
    wanted = [str(id) for id in ids]
    out = {}
    for id, state, now, calendar, laws, seq, number in run(_STATES, [wanted]).fetchall() if wanted else ():
        case, today = load_case(state), local_day(now)
        standard = lawful_standard(case.standard, laws, today)
        way = plot_journey(case, standard, calendar_upto(calendar), today)
        out[id] = Followed(case, standard, way, (seq, number) if seq else None)
    return out
