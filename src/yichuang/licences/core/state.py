"""The state of a licence and `evolve`, which folds events into it: its versions, what is asked for, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from yichuang.aggregates.acts import Happened
from yichuang.licences.core import events as ev

STATE_VERSION = 2
HOLDER = {"holder": "持证人名称", "uscc": "统一社会信用代码", "legal_name": "法定代表人（负责人）"}


class Stage(StrEnum):
    """What a licence is now. The words and lights are the same on every page and in the API."""

    NEW = "new"
    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    UNDONE = "undone"  # entered wrongly: the register no longer holds it

    @property
    def label(self) -> str:
        return _WORDS[self][0]

    @property
    def light(self) -> str:
        """green, yellow, red or grey."""
        return _WORDS[self][1]

    @property
    def meaning(self) -> str:
        """What it means for who relies on the licence, in a sentence."""
        return _WORDS[self][2]


_WORDS = {
    Stage.NEW: ("未制发", "grey", ""),
    Stage.VALID: ("有效", "green", "证照有效，持证人可以从事所许可的活动。"),
    Stage.SUSPENDED: ("已暂扣", "yellow", "证照被依法暂扣，暂扣期间不得从事所许可的活动。"),
    Stage.EXPIRED: ("已过有效期", "grey", "有效期届满没有延续，已依法注销。"),
    Stage.REVOKED: ("已撤销", "red", "行政许可已被依法撤销，证照不再有效，以决定书为准。"),
    Stage.WITHDRAWN: ("已撤回", "red", "行政许可已被依法撤回，证照不再有效。"),
    Stage.CANCELLED: ("已注销", "grey", "证照已依法注销，不再有效。"),
    Stage.UNDONE: ("补记已撤销", "grey", "补记有误，已从名册撤出；原件是否有效，以原件和作出决定的机关的答复为准。"),
}
ALIVE = frozenset({Stage.VALID, Stage.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Version:
    """What the licence says since a day. `form` is read for what it states, `corrections` replaces parts of it.

    `paper` is the stream and entry that issued the paper; none yet while a new version waits to be made.
    """

    number: int
    identifier: str
    on: date
    why: str  # made | entered | changed | renewed | deemed | reissued | corrected
    form: str
    valid_from: date
    valid_to: date | None
    case: str = ""
    decision: str = ""
    corrections: tuple[tuple[str, str], ...] = ()  # what was wrong, and the vault reference of what is right
    paper: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Proceeding:
    """A revocation or withdrawal under way."""

    kind: str  # revoke | withdraw
    ground: str
    opened_on: date
    opened_by: str
    served_on: date | None = None
    method: str = ""  # by which the notice was served
    respond_by: date | None = None  # from the day on which the notice was served
    answered: bool = False
    hearing_asked: date | None = None
    hold_by: date | None = None
    hearing_day: date | None = None
    heard: date | None = None
    host: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended, or was suspended: the day, the ground, and the document that says so."""

    on: date
    ground: str
    number: str = ""  # of the document


@dataclass(frozen=True, slots=True)
class Licence:
    id: str
    stage: Stage = Stage.NEW
    number: str = ""
    type: str = ""
    standard: str = ""
    subject: str = ""
    sole: str = ""
    versions: tuple[Version, ...] = ()
    applications: dict[str, str] = field(default_factory=dict)  # open ones: case → situation
    waiting: tuple[str, ...] = ()  # of those, whose applicant has to supply something
    proceeding: Proceeding | None = None
    suspended_until: date | None = None
    suspension: Ending | None = None  # since when, by what law and document
    ending: Ending | None = None
    barred_until: date | None = None
    reminded: tuple[str, ...] = ()  # "version:days"
    entries: int = 0  # of its stream
    last_at: datetime | None = None

    @property
    def current(self) -> Version:
        """The version in force; the last one of a licence that has ended."""
        return self.versions[-1]

    @property
    def alive(self) -> bool:
        return self.stage in ALIVE

    @property
    def valid_to(self) -> date | None:
        return self.current.valid_to

    @property
    def renewing(self) -> str:
        """The case that asks for renewal and waits for the organ alone; empty when there is none (50条二款)."""
        return next((c for c, s in self.applications.items() if s == "renew" and c not in self.waiting), "")

    def version_of(self, case: str) -> Version | None:
        """The version that a case's decision made."""
        return next((v for v in reversed(self.versions) if v.case == case), None)


def evolve(licence: Licence, happened: Happened) -> Licence:
    """The licence after the event. Total: an event that was recorded always applies."""
    after = _EVOLVE[type(happened.event)](licence, happened.event, happened)
    last = happened.recorded if licence.last_at is None else max(licence.last_at, happened.recorded)
    return replace(after, last_at=last, entries=licence.entries + 1)


def _made(licence: Licence, e: ev.Made, h: Happened) -> Licence:
    paper = (f"case/{e.case}", e.paper_seq) if e.paper_seq else None
    why = "made" if e.case else "entered"
    first = Version(1, e.identifier, e.on, why, e.form, e.valid_from, e.valid_to, e.case, paper=paper)
    return replace(
        licence,
        stage=Stage.VALID,
        number=e.number,
        type=e.type,
        standard=e.standard,
        subject=e.subject,
        sole=e.sole,
        versions=(first,),
    )


def _applied(licence: Licence, e: ev.Applied, h: Happened) -> Licence:
    return replace(licence, applications={**licence.applications, e.case: e.situation})


def _waiting(licence: Licence, e: ev.Waiting, h: Happened) -> Licence:
    rest = tuple(case for case in licence.waiting if case != e.case)
    return replace(licence, waiting=(*rest, e.case) if e.on_applicant else rest)


def _released(licence: Licence, e: ev.Released, h: Happened) -> Licence:
    return _without(licence, e.case)


def _changed(licence: Licence, e: ev.Changed, h: Happened) -> Licence:
    # who holds it was put right for good; what it states is said anew by the form
    kept = tuple(pair for pair in licence.current.corrections if pair[0] in HOLDER)
    after = _next(licence, e, "changed", form=e.form, corrections=kept, decision=e.decision)
    return replace(_without(after, e.case), sole=e.sole)


def _renewed(licence: Licence, e: ev.Renewed, h: Happened) -> Licence:
    why, decision = ("deemed", e.number) if e.deemed else ("renewed", e.decision)
    after = _next(licence, e, why, valid_from=e.valid_from, valid_to=e.valid_to, decision=decision)
    return _without(after, e.case)


def _reissued(licence: Licence, e: ev.Reissued, h: Happened) -> Licence:
    return _without(_next(licence, e, "reissued", decision=e.decision), e.case)


def _corrected(licence: Licence, e: ev.Corrected, h: Happened) -> Licence:
    known = tuple(pair for pair in licence.current.corrections if pair[0] != e.what)
    return _next(licence, e, "corrected", corrections=(*known, (e.what, e.value)), decision=e.number)


def _printed(licence: Licence, e: ev.Printed, h: Happened) -> Licence:
    paper = (f"case/{e.case}", e.paper_seq) if e.case else (f"licence/{licence.id}", licence.entries + 1)
    versions = tuple(replace(v, paper=paper) if v.number == e.version else v for v in licence.versions)
    return replace(licence, versions=versions)


def _revocation_opened(licence: Licence, e: ev.RevocationOpened, h: Happened) -> Licence:
    return replace(licence, proceeding=Proceeding(e.kind, e.ground, e.on, h.person))


def _notice_served(licence: Licence, e: ev.NoticeServed, h: Happened) -> Licence:
    return _proceed(licence, served_on=e.on, method=e.method, respond_by=e.respond_by)


def _answered(licence: Licence, e: ev.Answered, h: Happened) -> Licence:
    return _proceed(licence, answered=True)


def _hearing_asked(licence: Licence, e: ev.HearingAsked, h: Happened) -> Licence:
    return _proceed(licence, hearing_asked=e.on, hold_by=e.hold_by)


def _hearing_arranged(licence: Licence, e: ev.HearingArranged, h: Happened) -> Licence:
    return _proceed(licence, hearing_day=e.day)


def _hearing_held(licence: Licence, e: ev.HearingHeld, h: Happened) -> Licence:
    return _proceed(licence, heard=e.on, host=e.host)


def _revocation_dropped(licence: Licence, e: ev.RevocationDropped, h: Happened) -> Licence:
    return replace(licence, proceeding=None)


def _revoked(licence: Licence, e: ev.Revoked, h: Happened) -> Licence:
    stage = Stage.REVOKED if e.kind == "revoke" else Stage.WITHDRAWN
    return replace(_ended(licence, stage, e.on, e.ground, e.number), barred_until=e.barred_until)


def _cancelled(licence: Licence, e: ev.Cancelled, h: Happened) -> Licence:
    stage = Stage.EXPIRED if e.ground == "expired" else Stage.CANCELLED
    return _ended(_without(licence, e.case), stage, e.on, e.ground, e.decision or e.number)


def _entry_undone(licence: Licence, e: ev.EntryUndone, h: Happened) -> Licence:
    return _ended(licence, Stage.UNDONE, e.on, "undone", "")


def _suspended(licence: Licence, e: ev.Suspended, h: Happened) -> Licence:
    return replace(licence, stage=Stage.SUSPENDED, suspended_until=e.until, suspension=Ending(e.on, e.basis, e.number))


def _restored(licence: Licence, e: ev.Restored, h: Happened) -> Licence:
    return replace(licence, stage=Stage.VALID, suspended_until=None, suspension=None)


def _reminded(licence: Licence, e: ev.Reminded, h: Happened) -> Licence:
    return replace(licence, reminded=(*licence.reminded, f"{e.version}:{e.days}"))


_EVOLVE: dict[type[Any], Callable[[Licence, Any, Happened], Licence]] = {
    ev.Made: _made,
    ev.Applied: _applied,
    ev.Waiting: _waiting,
    ev.Released: _released,
    ev.Changed: _changed,
    ev.Renewed: _renewed,
    ev.Reissued: _reissued,
    ev.Corrected: _corrected,
    ev.Printed: _printed,
    ev.RevocationOpened: _revocation_opened,
    ev.NoticeServed: _notice_served,
    ev.Answered: _answered,
    ev.HearingAsked: _hearing_asked,
    ev.HearingArranged: _hearing_arranged,
    ev.HearingHeld: _hearing_held,
    ev.RevocationDropped: _revocation_dropped,
    ev.Revoked: _revoked,
    ev.Cancelled: _cancelled,
    ev.EntryUndone: _entry_undone,
    ev.Suspended: _suspended,
    ev.Restored: _restored,
    ev.Reminded: _reminded,
}


def _next(licence: Licence, event: Any, why: str, **changes: Any) -> Licence:
    """With one more version: the one in force with these changes, not yet on paper."""
    case = getattr(event, "case", "")
    new = {"number": event.version, "identifier": event.identifier, "on": event.on, "why": why, "case": case}
    version = replace(licence.current, **new, paper=None, **changes)
    return replace(licence, versions=(*licence.versions, version))


def _without(licence: Licence, case: str) -> Licence:
    """Without an application that has come to its end."""
    left = {other: situation for other, situation in licence.applications.items() if other != case}
    return replace(licence, applications=left, waiting=tuple(c for c in licence.waiting if c != case))


def _proceed(licence: Licence, **changes: Any) -> Licence:
    """With a proceeding that moved on; an event after its end changes nothing."""
    return replace(licence, proceeding=replace(licence.proceeding, **changes)) if licence.proceeding else licence


def _ended(licence: Licence, stage: Stage, on: date, ground: str, number: str) -> Licence:
    # of what ran out by itself it can still be found that it was got by fraud
    goes_on = licence.proceeding if ground == "expired" else None
    ending = Ending(on, ground, number)
    return replace(licence, stage=stage, proceeding=goes_on, suspended_until=None, suspension=None, ending=ending)
