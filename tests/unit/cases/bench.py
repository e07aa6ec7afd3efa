"""A case on the bench: the pure core with facts made by hand. No database, no present moment.

The standard is the city's food licence with the general limits of the Licensing Law, so that a dated example does not
change when somebody promises a shorter time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from tests.db.filling import fill
from yichuang.aggregates.acts import Dated, Tick
from yichuang.aggregates.refusal import Refused
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import decide
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.state import Case, Stage
from yichuang.catalog.form import coerce, prune
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import PostKind, Standard, Step, StepKind
from yichuang.kernel.calendar import WorkingCalendar, seed_calendar
from yichuang.kernel.clock import Limit, Unit
from yichuang.kernel.localtime import SHANGHAI
from yichuang.ledger.actor import SYSTEM, Actor

DIVISION = "410100"
HOME, OTHER = f"{DIVISION}/scjg", f"{DIVISION}/gaj"


def days(n: int) -> Limit:
    return Limit(n, Unit.WORKDAY)


@cache
def standards() -> dict[str, Standard]:
    """The catalogue's standards of the city by item."""
    return {s.item: s for s in load_standards() if s.division == DIVISION}


@cache
def food() -> Standard:
    """Two steps side by side — papers by one reviewer, the place by two surveyors — and one that joins them."""
    paper = Step("S1", "资料审查", StepKind.REVIEW, (), "scjg", PostKind.REVIEWER, days(5))
    place = Step("S2", "现场核查", StepKind.SURVEY, (), "scjg", PostKind.SURVEYOR, days(5), officers=2)
    joined = Step("S3", "综合审核", StepKind.REVIEW, ("S1", "S2"), "scjg", PostKind.REVIEWER, days(3))
    return replace(
        standards()["ZZ-001"],
        steps=(paper, place, joined),
        promised=days(10),
        statutory=days(20),
        statutory_extension=days(10),
        statutory_from="accept",
    )


def post(person: str, kind: str, department: str = HOME, **more: Any) -> Actor:
    channel = "window" if kind == "window" else "online"
    return Actor(
        person,
        post=f"{department}/{kind}/{person}",
        post_kind=kind,
        department=department,
        division=DIVISION,
        channel=channel,
        **more,
    )


WINDOW = post("a:w1", "window", f"{DIVISION}/zwb")
WINDOW2 = post("a:w2", "window", f"{DIVISION}/zwb")
REVIEWER = post("a:r1", "reviewer")
SURVEYOR = post("a:v1", "surveyor")
HEAD = post("a:h1", "head")
CASHIER = post("a:c1", "cashier", f"{DIVISION}/zwb")
CITIZEN = Actor("a:p1", subjects=("s:1",))
AGENT = Actor("a:p2", subjects=("s:1",), on_behalf_of="s:1")
STRANGER = Actor("a:p9", subjects=("s:9",))
HOLDERS = frozenset({"a:r1", "a:r2", "a:v1", "a:v2"})


def moment(text: str) -> datetime:
    """A local moment, "2018-02-09 10:00"; a bare day means ten o'clock."""
    return datetime.fromisoformat(text if ":" in text else f"{text} 10:00").replace(tzinfo=SHANGHAI)


@dataclass
class Life:
    """One case through the core. `did` holds every dated event so far."""

    standard: Standard = field(default_factory=food)
    calendar: WorkingCalendar = field(default_factory=seed_calendar)
    now: datetime = field(default_factory=lambda: moment("2018-02-09"))
    case: Case = field(default_factory=lambda: Case("one"))
    did: list[Dated] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def at(self, text: str) -> Life:
        self.now = moment(text)
        return self

    def facts(self, actor: Actor) -> CaseFacts:
        standard = self.more.get("standard", self.standard)
        more = {k: v for k, v in self.more.items() if k != "standard"}
        return CaseFacts(self.now, self.calendar, standard, actor, **{"holders": HOLDERS, **more})

    def do(self, command: Any, actor: Actor) -> list[Any]:
        """Carry it out; returns the events of this command, what lapsed before it included."""
        self.case, dated = decide(self.case, command, self.facts(actor))
        self.did += dated
        return [one.event for one in dated]

    def refuse(self, command: Any, actor: Actor) -> Refused:
        """The refusal of a command that must be refused; what had lapsed stands all the same."""
        try:
            self.do(command, actor)
        except Refused as refused:
            if "lapsed" in refused.details:
                self.case, dated = refused.details["lapsed"]
                self.did += dated
            return refused
        raise AssertionError(f"{type(command).__name__} was not refused")

    def tick(self) -> list[Any]:
        return self.do(Tick(), SYSTEM)

    def submit(
        self,
        actor: Actor = CITIZEN,
        *,
        without: tuple[str, ...] = (),
        situation: str = "new",
        licence: str = "",
        **form: Any,
    ) -> Life:
        application = self.application(actor, situation, **form)
        needed = [m.code for m in self.standard.materials_for(application)]
        self.do(
            co.Submit(
                standard=self.standard.key,
                situation=situation,
                subject="s:1",
                form="vault:form",
                application=application,
                given={m: ("u1",) for m in needed if m not in without},
                held=self.more.pop("held", {}),
                licence=licence,
            ),
            actor,
        )
        return self

    def application(self, actor: Actor = CITIZEN, situation: str = "new", **form: Any) -> dict[str, Any]:
        """A filled-in form with these values, as what decides on the needs."""
        about = {"situation": situation, "agent": "yes" if actor.on_behalf_of else "no"}
        values = coerce(self.standard.form, fill(self.standard, situation) | form)
        return {**prune(self.standard.form, values, {**values, **about}), **about}

    def received(self, *, without: tuple[str, ...] = ()) -> Life:
        self.submit(without=without).do(co.Receive(), WINDOW)
        return self

    def accepted(self) -> Life:
        self.received().do(co.Accept(), WINDOW)
        return self

    def conclude(self, step: str, verdict: str = "pass", actor: Actor | None = None) -> list[Any]:
        survey = self.standard.step(step).kind is StepKind.SURVEY
        others = ("a:v2",) if survey else ()
        return self.do(co.Conclude(step, verdict, "意见", others), actor or (SURVEYOR if survey else REVIEWER))

    def reviewed(self) -> Life:
        self.accepted()
        for step in ("S1", "S2", "S3"):
            self.conclude(step)
        return self

    def granted(self) -> Life:
        self.reviewed().do(co.Decide(True), HEAD)
        return self

    def kinds(self) -> list[str]:
        return [ev.NAMES[type(one.event)] for one in self.did]

    def warnings(self) -> list[tuple[str, str, date]]:
        """(clock, rung, local legal day) of every warning so far, in the order they were recorded."""
        return [
            (one.event.clock, one.event.rung, one.at.astimezone(SHANGHAI).date())
            for one in self.did
            if isinstance(one.event, ev.Warned)
        ]


__all__ = [name for name in dir() if name.isupper()] + ["Life", "Stage", "days", "food", "moment", "post", "standards"]
