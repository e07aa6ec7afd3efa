"""Reads of supervision. No case, person or applicant is in what these answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from yichuang.supervision.tailing import PLACE, filling_place

LATE = 60.0  # seconds after which supervision counts as behind
BEHIND = 15.0  # seconds after which an entry that was not judged yet leaves the lists of findings incomplete
COUNTED = 10_000  # entries counted exactly


@dataclass(frozen=True, slots=True)
class Reading:
    """How far supervision has read the ledger. Seconds; None: never yet."""

    looked: float | None
    unread: int  # entries, at most COUNTED + 1
    oldest: float  # age of the oldest of them
    filling: bool  # the tables are being filled for the first time
    unjudged: int = (
        0  # pairs of rule and case that a rule could not judge and that wait longer than LATE, at most COUNTED
    )

    upto: datetime | None = None  # when the last entry was recorded that was read; None while the tables are filled

    @property
    def behind(self) -> bool:
        """Whether a list of findings may lack some that the ledger already has ground for."""
        return self.looked is None or self.filling or self.oldest > BEHIND

    @property
    def late(self) -> bool:
        return self.looked is None or self.looked > LATE or self.oldest > LATE

    @property
    def exact(self) -> bool:
        return self.unread <= COUNTED


def reading() -> Reading:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select extract(epoch from ledger_now() - p.at),
                   exists (select 1 from aggregates_place where starts_with(name, %s)),
                   (select count(*) from (
                      select 1 from ledger_entry where position > coalesce(p.position, 0) limit %s
                    ) unread),
                   coalesce((select extract(epoch from ledger_now() - recorded_at) from ledger_entry
                             where position > coalesce(p.position, 0) order by position limit 1), 0),
                   (select count(*) from (
                      select 1 from supervision_unjudged where since < ledger_now() - %s * interval '1 second' limit %s
                    ) unjudged),
                   (select recorded_at from ledger_entry where position <= p.position order by position desc limit 1)
            from (select 1) one left join aggregates_place p on p.name = %s
            """,
            [filling_place(), COUNTED + 1, LATE, COUNTED, PLACE],
        )
        looked, filling, unread, oldest, unjudged, upto = cursor.fetchone()
    known = None if filling else upto
    return Reading(None if looked is None else float(looked), unread, float(oldest), filling, unjudged, known)
