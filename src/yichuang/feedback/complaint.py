"""A complaint, and where it stands (3.5i). Frozen; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from yichuang.aggregates.acts import Files, Happened, Text
from yichuang.feedback.served import Served
from yichuang.kernel.localtime import local_day


class ComplaintStage(StrEnum):
    """What a complaint is now."""

    NEW = "new"
    FILED = "filed"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    APPEALED = "appealed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {
            "new": "未提出",
            "filed": "待决定受理",
            "accepted": "待答复",
            "answered": "已答复",
            "appealed": "待复核",
            "declined": "不予受理",
            "withdrawn": "已撤回",
            "closed": "已办结",
        }[self.value]

    @property
    def light(self) -> str:
        return {"filed": "yellow", "accepted": "yellow", "answered": "green", "appealed": "red", "closed": "green"}.get(
            self.value, "grey"
        )


KINDS = {
    "manner": "服务态度",
    "speed": "办理太慢、超期",
    "extra": "要求提供清单以外的材料",
    "refused": "应当受理不受理、说不清理由",
    "fee": "乱收费",
    "other": "其他",
}
DECLINES = {
    "repeated": "同一事项已经答复，没有新的事实",
    "elsewhere": "已经申请行政复议、提起诉讼",
    "not_ours": "不属于本级政务服务的事项",
    "unclear": "没有具体的事实",
}


@dataclass(frozen=True, slots=True)
class Filed:
    """Somebody complains of a department, of one case of theirs or in general."""

    number: str
    subject: str
    department: str  # 410100/scjg
    kind: str
    decide_by: date
    served: Served | None = None
    words: Text = ""
    files: Files = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The office takes it up: the department answers until a day."""

    answer_by: date


@dataclass(frozen=True, slots=True)
class Declined:
    """The office does not, for one of few reasons."""

    ground: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Answered:
    """The department answered. Whoever complained may ask for a recheck until a day."""

    result: str  # founded | partly | unfounded
    answer: Text
    appeal_until: date


@dataclass(frozen=True, slots=True)
class Appealed:
    reason: Text
    recheck_by: date


@dataclass(frozen=True, slots=True)
class Rechecked:
    """The watch looked at the answer: it stands, or the department answers anew until a day."""

    upheld: bool
    opinion: Text
    answer_by: date | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    pass


@dataclass(frozen=True, slots=True)
class Settled:
    """The days for a recheck passed: the answer stands."""


@dataclass(frozen=True, slots=True)
class DayMissed:
    """The day of what it waited for passed: decide | answer | recheck."""

    day_of: str


ComplaintEvent = Filed | Accepted | Declined | Answered | Appealed | Rechecked | Withdrawn | Settled | DayMissed


@dataclass(frozen=True, slots=True)
class Complaint:
    """`due_on` is the last day of what its stage waits for; `rechecked`: an answer was looked at once already."""

    id: str
    stage: ComplaintStage = ComplaintStage.NEW
    number: str = ""
    subject: str = ""
    department: str = ""
    kind: str = ""
    served: Served | None = None
    filed_on: date | None = None
    due_on: date | None = None
    answered_on: date | None = None
    result: str = ""
    rechecked: bool = False
    missed: tuple[str, ...] = ()
    closed_on: date | None = None
    moved_at: datetime | None = None


def evolve_complaint(complaint: Complaint, happened: Happened) -> Complaint:
    """The complaint after an entry. Total: a recorded event always applies."""
    day = local_day(happened.at)
    complaint = replace(complaint, moved_at=happened.at)
    match happened.event:
        case Filed() as e:
            return replace(
                complaint, stage=ComplaintStage.FILED, number=e.number, subject=e.subject, department=e.department,
                kind=e.kind, served=e.served, filed_on=day, due_on=e.decide_by,
            )  # fmt: skip
        case Accepted(answer_by=due):
            return replace(complaint, stage=ComplaintStage.ACCEPTED, due_on=due)
        case Declined():
            return replace(complaint, stage=ComplaintStage.DECLINED, due_on=None, closed_on=day)
        case Answered(result=result, appeal_until=until):
            answered = replace(complaint, answered_on=day, result=result)
            if complaint.rechecked:
                return replace(answered, stage=ComplaintStage.CLOSED, due_on=None, closed_on=day)
            return replace(answered, stage=ComplaintStage.ANSWERED, due_on=until)
        case Appealed(recheck_by=due):
            return replace(complaint, stage=ComplaintStage.APPEALED, due_on=due)
        case Rechecked(upheld=False, answer_by=due):
            return replace(complaint, stage=ComplaintStage.ACCEPTED, rechecked=True, due_on=due)
        case Rechecked():
            return replace(complaint, stage=ComplaintStage.CLOSED, rechecked=True, due_on=None, closed_on=day)
        case Withdrawn():
            return replace(complaint, stage=ComplaintStage.WITHDRAWN, due_on=None, closed_on=day)
        case Settled():
            return replace(complaint, stage=ComplaintStage.CLOSED, due_on=None, closed_on=day)
        case DayMissed(day_of=name):
            return replace(complaint, missed=(*complaint.missed, name))
    return complaint
