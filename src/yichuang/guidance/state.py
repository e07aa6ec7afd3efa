"""A guidance, and where it stands (3.4d, 3.4e). Frozen; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from yichuang.aggregates.acts import Files, Happened, Text
from yichuang.kernel.localtime import local_day


class GuidanceStage(StrEnum):
    """What a guidance is now."""

    NEW = "new"
    ASKED = "asked"
    COMPLEX = "complex"
    ANSWERED = "answered"
    NOTICED = "noticed"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {
            "new": "未提出",
            "asked": "待答复",
            "complex": "限期答复",
            "answered": "已答复",
            "noticed": "已发告知单",
            "closed": "已结束",
        }[self.value]

    @property
    def light(self) -> str:
        lights = {"asked": "yellow", "complex": "yellow", "answered": "green", "noticed": "green"}
        return lights.get(self.value, "grey")


WAITING = frozenset({GuidanceStage.ASKED, GuidanceStage.COMPLEX})
DONE = frozenset({GuidanceStage.ANSWERED, GuidanceStage.NOTICED})

TOPICS = {
    "process": "办事流程",
    "condition": "审批条件和标准",
    "filling": "填写申报表格",
    "review": "受理前预审（看材料）",
}
BY_NOTICE = frozenset({"filling", "review"})  # 申报辅导 and 预审 end in a notice (3.4e)
# What cannot be told at once. Of the first four a counsellor says how they are handled and judges nothing (3.4d)
HARD = {
    "legacy": "历史遗留问题",
    "intricate": "疑难复杂问题",
    "industry": "产业政策问题",
    "technical": "专业技术问题",
    "inquiry": "需要核实，不能当场告知",
}
ONLY_ANSWERED = frozenset(HARD) - {"inquiry"}
# What a notice says of a material. Nothing else is looked at before an application is accepted (3.4d)
LINES = {
    "fine": "齐全，符合法定形式",
    "missing": "种类不齐：缺这一份",
    "flawed": "不符合法定形式",
    "evident": "有明显的问题",
    "spared": "这次不用交",
    "open": "有的情形才交，没有看",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody asks about: an item by the standard in force when they asked, and the draft they write, if any."""

    division: str
    item: str
    standard: str  # 410100/ZZ-001/1
    title: str  # the item's name
    department: str  # 410100/scjg
    situation: str = ""
    draft: str = ""  # its id


@dataclass(frozen=True, slots=True)
class Line:
    """What a notice says of one material, as one of `LINES`. `lacked`: the draft did not have it then. `situation`: the
    one in which the standard calls for it whatever else is answered; None where answers decide.
    """

    material: str
    state: str
    lacked: bool = False
    situation: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks, online or at the desk: whoever is asked answers until a day."""

    number: str
    subject: str
    matter: Matter
    topic: str
    answer_by: date
    at_desk: bool = False
    words: Text = ""
    files: Files = ()


@dataclass(frozen=True, slots=True)
class TakenAsHard:
    """It cannot be told at once, and why. The day stays that of the question."""

    kind: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Answered:
    """How it is handled, and whom else to ask."""

    answer: Text
    whom: Text = ""


@dataclass(frozen=True, slots=True)
class NoticeIssued:
    """辅导告知单: every material once."""

    number: str
    lines: tuple[Line, ...]
    notes: Text = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Whoever asked gave it up."""


@dataclass(frozen=True, slots=True)
class Filed:
    """The application that it was about came in as this case."""

    case: str


@dataclass(frozen=True, slots=True)
class AnswerMissed:
    """The day of the answer passed."""


GuidanceEvent = Asked | TakenAsHard | Answered | NoticeIssued | Withdrawn | Filed | AnswerMissed


@dataclass(frozen=True, slots=True)
class Guidance:
    """`answer_by` is the last day for the answer or the notice; `closed_by` is withdrawn or filed."""

    id: str
    stage: GuidanceStage = GuidanceStage.NEW
    number: str = ""
    subject: str = ""
    matter: Matter | None = None
    topic: str = ""
    hard: str = ""
    at_desk: bool = False
    asked_on: date | None = None
    answer_by: date | None = None
    done_on: date | None = None
    done_by: str = ""  # person
    notice: str = ""  # its number
    lines: tuple[Line, ...] = ()
    late: bool = False
    closed_by: str = ""
    case: str = ""
    closed_on: date | None = None
    moved_at: datetime | None = None


def evolve(guidance: Guidance, happened: Happened) -> Guidance:
    """The guidance after an entry. Total: a recorded event always applies."""
    day = local_day(happened.at)
    guidance = replace(guidance, moved_at=happened.at)
    match happened.event:
        case Asked() as e:
            return replace(
                guidance, stage=GuidanceStage.ASKED, number=e.number, subject=e.subject, matter=e.matter,
                topic=e.topic, at_desk=e.at_desk, asked_on=day, answer_by=e.answer_by,
            )  # fmt: skip
        case TakenAsHard(kind=kind):
            return replace(guidance, stage=GuidanceStage.COMPLEX, hard=kind)
        case Answered():
            return replace(guidance, stage=GuidanceStage.ANSWERED, done_on=day, done_by=happened.person)
        case NoticeIssued(number=number, lines=lines):
            return replace(
                guidance, stage=GuidanceStage.NOTICED, notice=number, lines=lines, done_on=day, done_by=happened.person
            )
        case Withdrawn():
            return replace(guidance, stage=GuidanceStage.CLOSED, closed_by="withdrawn", closed_on=day)
        case Filed(case=case):
            return replace(guidance, stage=GuidanceStage.CLOSED, closed_by="filed", case=case, closed_on=day)
        case AnswerMissed():
            return replace(guidance, late=True)
    return guidance
