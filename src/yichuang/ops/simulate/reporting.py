"""A department that works in a system of its own and reports from it (4.1e): the housing department of the city.

What its system tells is stored by the same function as what programs report, and judged as told. It keeps applications
that the hall never sees, and tells of the hall's own cases too, sometimes with other dates. On two days before it was
connected an older system of it told of things. Some of what it does is what rules look for: it looks at sites before
cases are accepted, accepts what the hall has accepted, reports results without beginnings, and leaves out numbers.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from yichuang.exchange.service import DepartmentReport, store_reports
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ops.secret import secret
from yichuang.ops.simulate import hours
from yichuang.ops.simulate.cast import SOURCE, Cast
from yichuang.org.models import System
from yichuang.org.service import connect_system

DEPARTMENT, ITEM = "410100/zfj", "ZZ-116"
CODE, NAME, FORMER = "zfj-presale", "商品房预售审批系统（演示）", "zfj-old"
CONNECTED = 30  # days after the first, when its system is connected
UNCONNECTED = (9, 23)  # days after the first, on which its former system tells of things
SENDING = time(17, 40)  # when the system sends what the day has brought
# Shares of its own applications, of its reports, and of the hall's cases that it tells of
_UNBEGUN, _LATE, _OTHER_DAY, _TWICE = 0.04, 0.08, 0.1, 0.2
_SKIPPED = (7, 19, 20)  # of its certificates, those before which a number is left out
# What the hall did in the department's cases after and up to a position, with the applicant's number
_DONE_IN_HALL = """
select e.kind, e.occurred_at, c.id::text, c.number, coalesce(nullif(s.uscc, ''), s.id_number) from ledger_entry e
join cases_case c on e.stream = 'case/' || c.id join people_subject s on s.id = c.subject
where c.department = %s and e.position > %s and e.position <= %s and e.recorded_at >= %s
  and e.kind in ('correction_asked', 'accepted', 'decided') and c.number <> ''
order by c.number, e.position
"""


class Reporting:
    """What the department's system reports on each day. `accepted_twice` are cases of the hall that it accepts too."""

    def __init__(
        self,
        seed: int,
        cast: Cast,
        calendar: WorkingCalendar,
        days: Sequence[date],
        accepted_twice: Collection[str] = (),
    ) -> None:
        self.seed, self.calendar, self.days, self.accepted_twice = seed, calendar, list(days), accepted_twice
        self.actor = replace(cast.officers_at(DEPARTMENT, "reviewer")[0], channel="api")
        self.numbers = [f.details["uscc"] for f in cast.organisations]
        self.after = 0  # the position in the ledger up to which the hall's acts are told of
        self.told: dict[date, list[DepartmentReport]] = defaultdict(list)
        for day, report in self._own():
            self.told[day].append(report)

    def report(self, day: date, upto: int) -> None:
        """Report what the department did until a day's end, and of the hall's cases what is recorded up to a position.
        The ledger's clock stands at the end of work. Reports that an interrupted run has sent change nothing.
        """
        passed = (day - self.days[0]).days
        if passed == CONNECTED:
            self._connect()
        if passed in UNCONNECTED:
            self._send(FORMER, self._before_connection(day))
        if passed >= CONNECTED and self.calendar.is_working(day):
            self._send(CODE, [*self.told[day], *self._of_the_hall(upto)])
            self.after = upto

    def moment(self, day: date) -> datetime:
        """When the system sends what a day has brought."""
        return hours.local_moment(day, SENDING)

    def _send(self, system: str, reports: list[DepartmentReport]) -> None:
        if reports:
            store_reports(system, reports, self.actor)

    def _connect(self) -> None:
        """Register the system, once, with a key whose private half follows from a secret of this installation."""
        if System.objects.filter(pk=CODE).exists():
            return
        hidden = hashlib.sha256(secret("DEMO_SYSTEM_KEY", settings.SECRETS_DIR).encode()).digest()
        public = Ed25519PrivateKey.from_private_bytes(hidden).public_key().public_bytes_raw().hex()
        connect_system(CODE, DEPARTMENT, NAME, public, _MAINTAINER)

    # --- applications that the hall never saw -------------------------------------------------------------------------

    def _own(self) -> Iterator[tuple[date, DepartmentReport]]:
        """The reports of the department's own applications, each with the day on which it is sent."""
        made: list[tuple[datetime, str, str]] = []
        for day in self.days[CONNECTED:]:
            r = Random(f"{self.seed}/reported/{day}")
            for n in range(r.choice((0, 0, 1, 1, 2)) if self.calendar.is_working(day) else 0):
                application, number = f"YS{day:%Y%m%d}{n}", r.choice(self.numbers)
                course = self._course(day, r)
                if r.random() < _UNBEGUN:
                    course = course[2:]
                for kind, at in course:
                    yield self._sent(at, r), self._own_report(application, kind, at, number)
                made.append((self._moment(self.calendar.add(day, 9), r), application, number))
        yield from self._certificates(made)

    def _course(self, day: date, r: Random) -> list[tuple[str, datetime]]:
        days = (day, self.calendar.add(day, 1), self.calendar.add(day, r.randrange(4, 8)))
        return [
            (kind, self._moment(on, r)) for kind, on in zip(("submitted", "accepted", "decided"), days, strict=True)
        ]

    def _certificates(self, made: list[tuple[datetime, str, str]]) -> Iterator[tuple[date, DepartmentReport]]:
        """The certificates in the order in which they were made, numbered without a gap but for a few."""
        serial = 0
        for n, (at, application, number) in enumerate(sorted(made), start=1):
            serial += 2 if n in _SKIPPED else 1
            certificate = f"郑房预字〔{self.days[-1].year}〕第{serial:04d}号"
            report = self._own_report(application, "certificate_made", at, number)
            yield at.date(), replace(report, certificate=certificate)

    def _own_report(self, application: str, kind: str, at: datetime, number: str) -> DepartmentReport:
        return DepartmentReport(f"{application}-{kind}", kind, at, application=application, item=ITEM, applicant=number)

    def _before_connection(self, day: date) -> list[DepartmentReport]:
        """What the former system tells, of the week before: beginnings, and some results."""
        r = Random(f"{self.seed}/former/{day}")
        out = []
        for n in range(r.randrange(4, 7)):
            at = self._moment(self.calendar.next_working(day - timedelta(days=r.randrange(4, 8))), r)
            kinds = ("accepted", "decided") if r.random() < 0.5 else ("accepted",)
            application, number = f"JX{day:%Y%m%d}{n}", r.choice(self.numbers)
            out += [self._own_report(application, kind, at, number) for kind in kinds]
        return out

    # --- the hall's cases ---------------------------------------------------------------------------------------------

    def _of_the_hall(self, upto: int) -> Iterator[DepartmentReport]:
        """What the department tells of what the hall did since the last time, and of what it did by itself."""
        connected = hours.local_moment(self.days[CONNECTED], time())
        with connection.cursor() as cursor:
            cursor.execute(_DONE_IN_HALL, [DEPARTMENT, self.after, upto, connected])
            rows = cursor.fetchall()
        for kind, at, case, number, applicant in rows:
            r = Random(f"{self.seed}/hall/{number}/{kind}")
            if kind == "correction_asked":  # the papers are not complete, and it goes and looks at the site
                yield DepartmentReport(f"{number}-survey", "survey", at + timedelta(minutes=30), number)
                continue
            told = at - timedelta(days=1) if r.random() < _OTHER_DAY else at
            yield DepartmentReport(f"{number}-{kind}", kind, told, number)
            if kind == "accepted" and (case in self.accepted_twice or r.random() < _TWICE):
                yield self._own_report(f"CF{number[-11:]}", kind, at + timedelta(minutes=45), applicant)

    # --- when ---------------------------------------------------------------------------------------------------------

    def _moment(self, day: date, r: Random) -> datetime:
        return hours.local_moment(day, time(9, 0)) + timedelta(minutes=r.randrange(420))

    def _sent(self, at: datetime, r: Random) -> date:
        """The day on which an act is reported: the same, for some a few days later."""
        day = at.date()
        return self.calendar.add(day, r.randrange(3, 7)) if r.random() < _LATE else day


_MAINTAINER: Actor = replace(SYSTEM, source=SOURCE)
