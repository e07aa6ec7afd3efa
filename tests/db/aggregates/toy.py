"""A life of its own, declared as a room would: a seal (公章) that is lent, brought back, or missed after three days.

It has two acts, a timer, a number, a text, a file, a document, a message, scopes, a page, an API; no room is edited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Files, Happened, Life, Text
from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.models import SnapshotRow
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.refusal import Kind, require
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.tables import Row
from yichuang.documents.content import Document
from yichuang.documents.declaring import declare
from yichuang.documents.gathering import Source
from yichuang.documents.issue import Issue
from yichuang.faces.shown import Shown
from yichuang.ledger.actor import Actor
from yichuang.people.messages import notify
from yichuang.people.notices import MessageKind, make_notice_follower


class LoanRow(SnapshotRow):
    stage = models.TextField()
    number = models.TextField()
    borrower = models.TextField()

    class Meta:
        app_label = "aggregates"
        db_table = "toy_loan"
        managed = False


@dataclass(frozen=True)
class Borrowed:
    purpose: Text
    letter: Files
    number: str = ""


@dataclass(frozen=True)
class Returned:
    pass


@dataclass(frozen=True)
class Missed:
    pass


@dataclass(frozen=True)
class Loan:
    id: str
    stage: str = "new"
    number: str = ""
    borrower: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Borrow:
    purpose: Text
    letter: Files = ()


@dataclass(frozen=True)
class Return:
    pass


@dataclass(frozen=True)
class Facts:
    now: datetime
    actor: Actor


def evolve(loan: Loan, happened: Happened) -> Loan:
    match happened.event:
        case Borrowed(number=number):
            return replace(loan, stage="out", number=number, borrower=happened.person, since=happened.at)
        case Returned():
            return replace(loan, stage="back", since=None)
        case _:
            return replace(loan, stage="missed", since=None)


def wake(loan: Loan, facts: Facts) -> datetime | None:
    return loan.since and loan.since + timedelta(days=3)


def lapse(loan: Loan, facts: Facts) -> tuple[Loan, list[Dated]]:
    moment = wake(loan, facts)
    if moment is None or moment > facts.now:
        return loan, []
    return evolve(loan, Happened(Missed(), "system", moment, facts.now)), [Dated(Missed(), moment)]


def may(loan: Loan, act: Act, facts: Facts, step: str = "") -> None:
    require(loan.stage in act.stages, "wrong-stage", "公章不在借出状态。", next="请核对。", kind=Kind.STALE)
    mine = loan.stage == "new" or loan.borrower == facts.actor.person
    require(mine, "not-yours", "只能由借用人归还。", next="请借用人办理。", kind=Kind.FORBIDDEN)


ACTS = Acts()
ASKED = {"purpose": Asked("用途", required=True, most=20), "letter": Asked("介绍信")}


@ACTS.register(Borrow, "借用", stages=frozenset({"new"}), who="", creates=True, asks=ASKED)
def borrow(loan: Loan, command: Borrow, facts: Facts) -> list[Any]:
    return [Borrowed(command.purpose, command.letter)]


@ACTS.register(Return, "归还", stages=frozenset({"out", "missed"}), who="")
def return_seal(loan: Loan, command: Return, facts: Facts) -> list[Any]:
    return [Returned()]


LOAN: Aggregate[Loan, Facts] = Aggregate(
    kind="toy",
    label="公章借用",
    life=Life(ACTS, evolve, lapse, may),
    codec=Codec({"borrowed": Borrowed, "returned": Returned, "missed": Missed}, Loan),
    blank=Loan,
    facts=lambda locked, command, actor: Facts(locked.now, actor),
    next_moment=wake,
    last_moment=lambda loan: loan.since,
    row=Row(LoanRow, lambda loan, facts: {"stage": loan.stage, "number": loan.number, "borrower": loan.borrower}),
    scopes=Scopes(lambda loan: [("person", loan.borrower)], lambda actor: [("person", actor.person)]),
    alive="stage = 'out'",
    absent=("no-loan", "没有这次借用。", "请核对。"),
    papers=lambda event, loan: "seal_slip" if isinstance(event, Borrowed) else "",
    number=lambda event, loan, facts: (
        Numbered("toy", lambda n: replace(event, number=f"借{n:03d}")) if isinstance(event, Borrowed) else None
    ),
    snapshot=1,
)


def seal_slip(event: Borrowed, issue: Issue) -> Document:
    return issue.document([f"借用公章，用途：{issue.text('purpose')}"])


DECLARE_SLIP = declare("公章借用单", word="章")  # a room has it above the function
OFFICE = {"organ": "郑州市人民政府办公室", "short": "市府办", "to": "借用人", "reference": "公章"}
SOURCE = Source(lambda paper: Issue(**paper.shared(), **OFFICE), lambda id, seq: (OFFICE["organ"], OFFICE["to"]))
FOLLOWER = make_notice_follower(
    "toy", LOAN, {Missed: MessageKind("公章未归还", "借用单{number}的公章到期没有归还。")},
    lambda kind, entry, event, row: notify(row.borrower[2:], kind.title, kind.text.format(number=row.number)),
)  # fmt: skip
STAGES = {"out": "借出", "back": "已归还", "missed": "逾期未还"}
EVENTS = {"borrowed": "借出", "returned": "归还", "missed": "逾期"}
SHOWN = Shown(LOAN, "seals", lambda loan: f"公章借用 {loan.number}", STAGES, EVENTS)
