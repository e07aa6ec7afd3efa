"""What may be done with a complaint, by whom (3.5i). Pure.

Anybody complains of a case of theirs or of a department; the office of government services takes it up or says why not,
the department answers, the watch rechecks once what is not accepted. Each has a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Files, Happened, Life, Text
from yichuang.aggregates.refusal import Kind, require
from yichuang.feedback.acting import (
    CLAUSE,
    DEPARTMENT,
    OFFICE,
    SERVED,
    WATCH,
    FeedbackFacts,
    demand_choice,
    demand_side,
    demand_stage,
    demand_words,
)
from yichuang.feedback.complaint import (
    DECLINES,
    KINDS,
    Accepted,
    Answered,
    Appealed,
    Complaint,
    ComplaintStage,
    DayMissed,
    Declined,
    Filed,
    Rechecked,
    Settled,
    Withdrawn,
    evolve_complaint,
)
from yichuang.kernel.localtime import midnight
from yichuang.ledger.actor import SYSTEM

RESULTS = {"founded": "属实，已经整改", "partly": "部分属实，已经整改", "unfounded": "不属实"}
RECHECKS = {"upheld": "维持答复", "again": "责令重新答复"}
# what a stage waits for, as `DayMissed` calls it
_WAITS = {ComplaintStage.FILED: "decide", ComplaintStage.ACCEPTED: "answer", ComplaintStage.APPEALED: "recheck"}


@dataclass(frozen=True, slots=True)
class File:
    kind: str
    words: Text
    case: str = ""
    department: str = ""
    files: Files = ()


@dataclass(frozen=True, slots=True)
class Accept:
    pass


@dataclass(frozen=True, slots=True)
class Decline:
    ground: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Answer:
    result: str
    answer: Text


@dataclass(frozen=True, slots=True)
class Appeal:
    reason: Text


@dataclass(frozen=True, slots=True)
class Recheck:
    result: str
    opinion: Text


@dataclass(frozen=True, slots=True)
class Withdraw:
    pass


def may(complaint: Complaint, act: Act, facts: FeedbackFacts, step: str = "") -> None:
    """The side whose turn it is. Raises Refused."""
    demand_side(act, facts, subject=complaint.subject, department=complaint.department)
    demand_stage(complaint.stage, act, "这件投诉")


def _passing(complaint: Complaint) -> tuple[date, Any] | None:
    """The day that comes next, and what its passing is."""
    if complaint.due_on is None:
        return None
    if complaint.stage is ComplaintStage.ANSWERED:
        return complaint.due_on, Settled()
    waits = _WAITS.get(complaint.stage, "")
    mark = f"{waits}/{complaint.due_on:%Y%m%d}"
    return (complaint.due_on, DayMissed(mark)) if waits and mark not in complaint.missed else None


def next_moment(complaint: Complaint, facts: FeedbackFacts) -> datetime | None:
    """The midnight after the day of what it waits for."""
    passing = _passing(complaint)
    return midnight(passing[0] + timedelta(days=1)) if passing else None


def lapse(complaint: Complaint, facts: FeedbackFacts) -> tuple[Complaint, list[Dated]]:
    """A day that passed is put on record, once; an answer that nobody contests in time stands."""
    dated = []
    while (moment := next_moment(complaint, facts)) and moment <= facts.now:
        passing = _passing(complaint)
        assert passing is not None
        complaint = evolve_complaint(complaint, Happened(passing[1], SYSTEM.person, moment, facts.now))
        dated.append(Dated(passing[1], moment))
    return complaint, dated


COMPLAINT_ACTS = Acts()
COMPLAINT_LIFE: Life[Complaint, FeedbackFacts] = Life(COMPLAINT_ACTS, evolve_complaint, lapse, may)


@COMPLAINT_ACTS.register(
    File, "投诉", stages=frozenset({ComplaintStage.NEW}), who=SERVED, creates=True, clause=CLAUSE,
    asks={
        "case": Asked("投诉哪一件（与具体办件无关的不选）", choices=lambda c, facts: facts.cases()),
        "department": Asked("投诉哪个部门（选了办件的不用再选）", choices=lambda c, facts: facts.departments()),
        "kind": Asked("投诉什么", required=True, choices=lambda c, facts: KINDS),
        "words": Asked("事情的经过和您的要求", required=True),
        "files": Asked("图片或者文件"),
    },
)  # fmt: skip
def file(complaint: Complaint, command: File, facts: FeedbackFacts) -> list[Any]:
    """Of a case the department is the one that served; else it must be named."""
    served = facts.find_case(command.case) if command.case else None
    gone = "没有这件办件，或者不是您的。"
    require(served or not command.case, "no-such-service", gone, clause=CLAUSE, kind=Kind.INPUT, field="case")
    department = served.department if served else command.department
    demand_choice(department, facts.departments(), "department", "请选择办件，或者选择被投诉的部门。")
    demand_choice(command.kind, KINDS, "kind", "请选择投诉的内容。")
    demand_words(command.words, "words", "请写明事情的经过和要求。")
    subject = served.subject if served else own_subject(facts)
    by = facts.add_days("accept")
    return [Filed("", subject, department, command.kind, by, served, command.words, command.files)]


def own_subject(facts: FeedbackFacts) -> str:
    """As whom somebody complains in general: themselves. Raises Refused(forbidden) for who has no proved name."""
    own = facts.actor.own_subjects or facts.actor.subjects
    message = "投诉要用实名账号提出，以便答复。"
    next = "请先在“账号”里完成实名认证，或者到政务服务大厅投诉。"
    require(bool(own), "no-name", message, clause=CLAUSE, next=next, kind=Kind.FORBIDDEN)
    return own[0]


@COMPLAINT_ACTS.register(Accept, "受理投诉", stages=frozenset({ComplaintStage.FILED}), who=OFFICE, clause=CLAUSE)
def accept(complaint: Complaint, command: Accept, facts: FeedbackFacts) -> list[Any]:
    return [Accepted(facts.add_days("answer"))]


@COMPLAINT_ACTS.register(
    Decline, "不予受理", stages=frozenset({ComplaintStage.FILED}), who=OFFICE, clause=CLAUSE,
    asks={
        "ground": Asked("属于哪种情形", required=True, choices=lambda c, facts: DECLINES),
        "reason": Asked("理由（投诉人看得到）", required=True, most=1000),
    },
)  # fmt: skip
def decline(complaint: Complaint, command: Decline, facts: FeedbackFacts) -> list[Any]:
    demand_choice(command.ground, DECLINES, "ground", "请选择不予受理的情形。")
    demand_words(command.reason, "reason", "请写明不予受理的理由。")
    return [Declined(command.ground, command.reason)]


@COMPLAINT_ACTS.register(
    Answer, "答复投诉", stages=frozenset({ComplaintStage.ACCEPTED}), who=DEPARTMENT, clause=CLAUSE,
    asks={
        "result": Asked("核实的结果", required=True, choices=lambda c, facts: RESULTS),
        "answer": Asked("答复（投诉人看得到）", required=True),
    },
)  # fmt: skip
def answer(complaint: Complaint, command: Answer, facts: FeedbackFacts) -> list[Any]:
    demand_choice(command.result, RESULTS, "result", "请选择核实的结果。")
    demand_words(command.answer, "answer", "请写明答复。")
    until = facts.today + timedelta(days=facts.limits["appeal"])
    return [Answered(command.result, command.answer, until)]


@COMPLAINT_ACTS.register(
    Appeal, "不认可，申请复核", stages=frozenset({ComplaintStage.ANSWERED}), who=SERVED, clause=CLAUSE,
    asks={"reason": Asked("为什么不认可", required=True, most=1000)},
)  # fmt: skip
def appeal(complaint: Complaint, command: Appeal, facts: FeedbackFacts) -> list[Any]:
    demand_words(command.reason, "reason", "请写明为什么不认可。")
    return [Appealed(command.reason, facts.add_days("recheck"))]


@COMPLAINT_ACTS.register(
    Recheck, "复核", stages=frozenset({ComplaintStage.APPEALED}), who=WATCH, clause=CLAUSE,
    asks={
        "result": Asked("复核结果", required=True, choices=lambda c, facts: RECHECKS),
        "opinion": Asked("复核意见（投诉人看得到）", required=True, most=1000),
    },
)  # fmt: skip
def recheck(complaint: Complaint, command: Recheck, facts: FeedbackFacts) -> list[Any]:
    """Once: the answer stands, or the department answers anew."""
    demand_choice(command.result, RECHECKS, "result", "请选择复核结果。")
    demand_words(command.opinion, "opinion", "请写明复核意见。")
    upheld = command.result == "upheld"
    return [Rechecked(upheld, command.opinion, None if upheld else facts.add_days("answer"))]


@COMPLAINT_ACTS.register(
    Withdraw, "撤回投诉", stages=frozenset({ComplaintStage.FILED, ComplaintStage.ACCEPTED}), who=SERVED, clause=CLAUSE
)
def withdraw(complaint: Complaint, command: Withdraw, facts: FeedbackFacts) -> list[Any]:
    """By whoever complained, before there is an answer."""
    return [Withdrawn()]
