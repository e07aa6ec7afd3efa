"""Where a revision of a standard stands, and what happened to it. Frozen; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from yichuang.aggregates.acts import Happened, Text
from yichuang.kernel.localtime import local_day


class Stage(StrEnum):
    """What a revision is now. The words are the same on every page and in the API."""

    NEW = "new"
    DRAFTING = "drafting"
    HEAD = "head"
    EXAMINATION = "examination"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def light(self) -> str:
        return _LIGHTS.get(self, "yellow")

    @property
    def turn(self) -> str:
        """Whose turn it is; empty when it is nobody's."""
        return {Stage.DRAFTING: "部门起草", Stage.HEAD: "部门负责人", Stage.EXAMINATION: "政务服务办"}.get(self, "")

    @property
    def cure(self) -> str:
        """How its text can be changed, where it is closed; empty while it is written."""
        return _CURES.get(self, "")


_CURES = {
    Stage.HEAD: "需要修改的，请部门负责人先退回起草。",
    Stage.EXAMINATION: "需要修改的，请政务服务办先退回修改。",
    Stage.APPROVED: "需要修改的，请政务服务办在施行以前撤回，再重新编制。",
    Stage.IN_FORCE: "需要修改的，请开始编制下一版。",
    Stage.SUPERSEDED: "需要修改的，请在现行的一版上开始编制下一版。",
    Stage.WITHDRAWN: "需要修改的，请重新开始编制。",
}
_LABELS = {
    Stage.NEW: "未开始",
    Stage.DRAFTING: "起草",
    Stage.HEAD: "待部门负责人签署",
    Stage.EXAMINATION: "待审定",
    Stage.APPROVED: "已审定待施行",
    Stage.IN_FORCE: "施行",
    Stage.SUPERSEDED: "被替代",
    Stage.WITHDRAWN: "撤回",
}
_LIGHTS = {
    Stage.NEW: "grey",
    Stage.APPROVED: "green",
    Stage.IN_FORCE: "green",
    Stage.SUPERSEDED: "grey",
    Stage.WITHDRAWN: "grey",
}
WRITTEN = frozenset({Stage.DRAFTING, Stage.HEAD, Stage.EXAMINATION})  # not decided yet: one an item and division
AT_OFFICE = frozenset({Stage.EXAMINATION, Stage.APPROVED})  # what is next is the office's, no longer the department's


@dataclass(frozen=True, slots=True)
class Followed:
    """A change of the city's base that a county carries out too (3.2b): the keys of the city's version and of the one
    before it, the day until which it is due, and the lines in which both the city and the county had changed it.
    """

    base: str
    since: str
    due_on: date
    clashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A department began the next version of a standard, or the first one of a listed item. `base`: key of the version
    it starts from; `former`: id of the revision that made that one; `follows`: what the program began it for.
    """

    division: str
    item: str
    name: str
    department: str  # 410100/scjg
    version: int
    base: str = ""
    former: str = ""
    follows: Followed | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The city's base changed while the department was at work: this version carries that out too. `lifted`: keys of
    the city's versions that it was to follow and that the city has taken back.
    """

    follows: Followed
    lifted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """The manuscript was handed to the head of the department, as it has this digest. `editors`: who had changed it,
    and whom they stood in for.
    """

    digest: str
    editors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """The head of the department signed it: it goes to the office."""

    opinion: Text = ""


@dataclass(frozen=True, slots=True)
class SentBack:
    """The head of the department wants it changed."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Commented:
    """The office commented on a line of the manuscript (`materials/M03/copies`)."""

    number: int
    line: str
    text: Text


@dataclass(frozen=True, slots=True)
class Answered:
    number: int
    reply: Text


@dataclass(frozen=True, slots=True)
class Settled:
    """The office is content with what became of its comment."""

    number: int


@dataclass(frozen=True, slots=True)
class Returned:
    """The office wants it changed. `due_on`: the new day for what a county follows."""

    reason: Text
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The office answered a question that only a person can judge."""

    question: str
    words: str
    answer: Text


@dataclass(frozen=True, slots=True)
class Approved:
    """The office of the same level examined it, and publishes it with a first day in force."""

    on: date
    key: str  # 410100/ZZ-001/2
    digest: str  # of the published document
    opinion: Text = ""
    review_on: date | None = None  # by which the department looks at it again


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The head of the department looked at the version in force again, and it stays as it is."""

    conclusion: Text
    review_on: date  # the next time


@dataclass(frozen=True, slots=True)
class EnteredForce:
    """Its day has come."""

    key: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """The next version came into force."""

    by: str  # its key


@dataclass(frozen=True, slots=True)
class Withdrawn:
    reason: Text


Event = (
    Begun | Told | Submitted | Signed | SentBack | Commented | Answered | Settled | Returned | Judged | Approved
    | EnteredForce | Reviewed | Superseded | Withdrawn
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of the office; what it says stands in the course."""

    number: int
    line: str
    answered: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """The making of one version of a standard."""

    id: str
    stage: Stage = Stage.NEW
    division: str = ""
    item: str = ""
    name: str = ""
    department: str = ""
    version: int = 0
    base: str = ""
    former: str = ""
    follows: Followed | None = None
    owed: tuple[Followed, ...] = ()  # changes of the base that the department has not handed in, the oldest first
    told_late: bool = False  # told of the base's change after it was submitted: merged when it comes back
    carried: Followed | None = None  # the change of the base that is in what was submitted
    left: Followed | None = None  # the one that came too late for the approved version
    returned_on: date | None = None  # when the office last gave it back, or withdrew it
    hands: tuple[str, ...] = ()  # who drafted, submitted or signed it, and whom they stood in for: none examines it
    submitted: str = ""  # digest of the manuscript as it was last submitted
    comments: tuple[Comment, ...] = ()
    judged: tuple[str, ...] = ()  # questions answered on what is submitted now
    effective_on: date | None = None
    review_on: date | None = None
    key: str = ""
    since: datetime | None = None  # at this stage
    moved_at: datetime | None = None

    @property
    def open_comments(self) -> tuple[Comment, ...]:
        return tuple(comment for comment in self.comments if not comment.settled)


def evolve(revision: Revision, happened: Happened) -> Revision:
    """The revision after an entry. Total: a recorded event always applies."""
    before = revision.stage
    revision = _apply(replace(revision, moved_at=happened.at), happened)
    return revision if revision.stage is before else replace(revision, since=happened.at)


def _apply(revision: Revision, happened: Happened) -> Revision:
    match happened.event:
        case Begun() as e:
            return replace(
                _with_hands(revision, happened), stage=Stage.DRAFTING, division=e.division, item=e.item, name=e.name,
                department=e.department, version=e.version, base=e.base, former=e.former,
                follows=e.follows, owed=(e.follows,) if e.follows else (),
            )  # fmt: skip
        case Told() as e:
            return _tell(revision, e)
        case Submitted() as e:
            revision = _with_hands(revision, happened, *e.editors)
            return replace(
                revision, stage=Stage.HEAD, submitted=e.digest, judged=(), told_late=False, carried=revision.follows
            )
        case Signed():
            return replace(_with_hands(revision, happened), stage=Stage.EXAMINATION)
        case SentBack():
            return replace(revision, stage=Stage.DRAFTING)
        case Returned(due_on=due_on):
            day = local_day(happened.at)
            return replace(revision, stage=Stage.DRAFTING, returned_on=day, owed=_owe_again(revision, day, due_on))
        case Commented() as e:
            return replace(revision, comments=(*revision.comments, Comment(e.number, e.line)))
        case Answered(number=number):
            return _with_comment(revision, number, answered=True)
        case Settled(number=number):
            return _with_comment(revision, number, settled=True)
        case Judged(question=question):
            return replace(revision, judged=(*revision.judged, question))
        case Approved() as e:
            revision = replace(revision, stage=Stage.APPROVED, effective_on=e.on, key=e.key, review_on=e.review_on)
            late = revision.told_late
            return replace(
                revision, owed=(), follows=revision.carried if late else revision.follows,
                left=revision.follows if late else None,
            )  # fmt: skip
        case Reviewed(review_on=day):
            return replace(revision, review_on=day)
        case EnteredForce():
            return replace(revision, stage=Stage.IN_FORCE)
        case Superseded():
            return replace(revision, stage=Stage.SUPERSEDED)
        case Withdrawn():
            by_office = revision.stage is Stage.APPROVED
            returned_on = local_day(happened.at) if by_office else revision.returned_on
            return replace(revision, stage=Stage.WITHDRAWN, returned_on=returned_on)
    return revision


def _tell(revision: Revision, told: Told) -> Revision:
    """An earlier change keeps its own day: one that is not handed in by then is late, whatever came after it."""
    late = revision.stage is not Stage.DRAFTING
    follows = told.follows
    if late and revision.told_late and revision.follows:
        follows = replace(follows, since=revision.follows.since)  # neither change is merged yet
    owed = (*(owed for owed in revision.owed if owed.base not in told.lifted), told.follows)
    return replace(revision, follows=follows, owed=owed, told_late=late)


def _owe_again(revision: Revision, day: date, due_on: date | None) -> tuple[Followed, ...]:
    """What is to be handed in after the office gave a version back on a day: all of it by the new day. Without one, as
    older entries are, only what was not due yet.
    """
    if due_on is None:
        return tuple(owed for owed in revision.owed if day <= owed.due_on)
    follows = revision.follows
    return (replace(follows, due_on=max(follows.due_on, due_on)),) if follows else ()


def _with_hands(revision: Revision, happened: Happened, *more: str) -> Revision:
    hands = {*revision.hands, happened.person, happened.on_behalf_of, *more} - {""}
    return replace(revision, hands=tuple(sorted(hands)))


def _with_comment(revision: Revision, number: int, *, answered: bool = False, settled: bool = False) -> Revision:
    changed = (
        replace(c, answered=c.answered or answered, settled=c.settled or settled) if c.number == number else c
        for c in revision.comments
    )
    return replace(revision, comments=tuple(changed))
