"""A licence on the bench: the pure core with facts made by hand. No database, no present moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from yichuang.aggregates.acts import Dated, Tick
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import Terms, terms_of
from yichuang.kernel.calendar import WorkingCalendar, seed_calendar
from yichuang.kernel.codes import certificate_id
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.licences.core import applying, ending, entering  # noqa: F401 register their acts
from yichuang.licences.core import commands as co
from yichuang.licences.core.decide import LIFE
from yichuang.licences.core.facts import LicenceFacts
from yichuang.licences.core.lapse import lapse
from yichuang.licences.core.state import Licence

HOME = "410100/scjg"
HEAD = Actor("a:h1", post_kind="head", department=HOME, division="410100")
REVIEWER = Actor("a:r1", post_kind="reviewer", department=HOME, division="410100")
REVIEWER2 = Actor("a:r2", post_kind="reviewer", department=HOME, division="410100")
HOLDER = Actor("a:p1", subjects=("s:1",))
USCC = "11410100005252709W"
DAYS = {"remind_first": 120, "remind_last": 60, "respond": 5, "hold": 20, "notice": 7, "record": 5, "publish": 30}
PROOF = ("f:1",)  # of a file that proves something


@cache
def standard_of(item: str) -> Standard:
    return next(s for s in load_standards() if s.division == "410100" and s.item == item)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text if ":" in text else f"{text} 10:00").replace(tzinfo=SHANGHAI)


@dataclass
class Life:
    """One licence through the core; `did` holds every dated event so far."""

    item: str = "ZZ-001"
    now: datetime = field(default_factory=lambda: moment("2018-03-12"))
    licence: Licence = field(default_factory=lambda: Licence("one"))
    calendar: WorkingCalendar = field(default_factory=seed_calendar)
    terms: Terms | None = None
    did: list[Dated] = field(default_factory=list)

    def at(self, text: str) -> Life:
        self.now = moment(text)
        return self

    def later(self, days: int) -> Life:
        self.now += timedelta(days=days)
        return self

    def facts(self, actor: Actor = SYSTEM) -> LicenceFacts:
        standard = standard_of(self.item)
        return LicenceFacts(self.now, self.calendar, standard, self.terms or terms_of(self.item), actor, DAYS)

    def do(self, command: Any, actor: Actor = SYSTEM) -> list[Any]:
        """Carry it out; the events, what lapsed before included. Raises Refused; what time did holds all the same."""
        try:
            self.licence, dated = LIFE.decide(self.licence, command, self.facts(actor))
        except Refused as refused:
            if "lapsed" in refused.details:
                self.licence, dated = refused.details["lapsed"]
                self.did += dated
            raise
        self.did += dated
        return [one.event for one in dated]

    def refuse(self, command: Any, actor: Actor = SYSTEM) -> Refused:
        try:
            self.do(command, actor)
        except Refused as refused:
            return refused
        raise AssertionError(f"{command} should have been refused")

    def tick(self) -> Life:
        self.do(Tick())
        return self

    def seen(self) -> Licence:
        """As anybody would see it now, whether swept or not."""
        return lapse(self.licence, self.facts())[0]

    def made(self, valid_to: date | None = date(2023, 3, 11), **more: Any) -> Life:
        day = self.now.date()
        identifier = certificate_id.build(f"{USCC}001", USCC, "2018001000001")
        make = co.Make(
            number="郑市监许证字〔2018〕第00001号",
            identifier=identifier,
            type="食品经营许可证",
            standard=standard_of(self.item).key,
            subject="s:1",
            valid_from=day,
            valid_to=valid_to,
            case="c0",
            form="vault:0:form:0",
            made_on=day,
            paper_seq=9,
        )
        self.do(replace(make, **more))
        return self

    def apply(self, situation: str, case: str = "c1", subject: str = "s:1") -> list[Any]:
        return self.do(co.Apply(case, situation, subject, self.item, HOME), HOLDER)

    def settle(self, situation: str, case: str = "c1") -> list[Any]:
        return self.do(co.Settle(case, situation, "vault:1:form:1", "郑市监许字"), HEAD)
