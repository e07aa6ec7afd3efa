"""A life of its own, declared as a room would: a seal (公章) that is lent, brought back, or missed after three days.

It has two acts, a timer, a number, a private text and scopes, and edits no other room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Happened, Life, Text
from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.models import SnapshotRow
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.refusal import Kind, require
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.tables import Row
from yichuang.ledger.actor import Actor


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
ASKED = {"purpose": Asked("用途", required=True, most=20)}


@ACTS.register(Borrow, "借用", stages=frozenset({"new"}), who="", creates=True, texts=ASKED)
def borrow(loan: Loan, command: Borrow, facts: Facts) -> list[Any]:
    return [Borrowed(command.purpose)]


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
    number=lambda event, loan, facts: (
        Numbered("toy", lambda n: replace(event, number=f"借{n:03d}")) if isinstance(event, Borrowed) else None
    ),
    snapshot=1,
)
