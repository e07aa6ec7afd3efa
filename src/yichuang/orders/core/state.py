"""Where an order stands, and what happened to it. Frozen; nothing is decided here.

Texts that people wrote are references to the vault. Days are those of Zhengzhou.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from yichuang.aggregates.acts import Happened, Text
from yichuang.kernel.clock import Clock, Limit, Unit
from yichuang.kernel.localtime import local_day


class OrderLevel(StrEnum):
    """How grave an order is (domain §4.1). A reminder asks to look; a card asks for correction and an answer."""

    REMINDER = "reminder"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        return {"reminder": "提醒", "yellow": "黄牌", "red": "红牌"}[self.value]

    @property
    def rank(self) -> int:
        return list(OrderLevel).index(self)


class Origin(StrEnum):
    FINDING = "finding"
    MANUAL = "manual"
    COMPLAINT = "complaint"

    @property
    def label(self) -> str:
        return {"finding": "规则发现", "manual": "人工发牌", "complaint": "投诉举报"}[self.value]


class Stage(StrEnum):
    NEW = "new"
    DRAFTED = "drafted"
    ISSUED = "issued"
    SIGNED = "signed"
    REPLIED = "replied"
    RETURNED = "returned"
    APPEALED = "appealed"
    NOTED = "noted"
    VERIFIED = "verified"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    MERGED = "merged"

    @property
    def label(self) -> str:
        return {
            "new": "未立",
            "drafted": "待发",
            "issued": "待签收",
            "signed": "待反馈",
            "replied": "待核实",
            "returned": "打回重报",
            "appealed": "申诉待复核",
            "noted": "已知悉",
            "verified": "已销号",
            "revoked": "已撤销",
            "cancelled": "不予发出",
            "merged": "已并入",
        }[self.value]


# A card that is gone no longer stands for its finding
GONE = frozenset({Stage.REVOKED, Stage.CANCELLED, Stage.MERGED})
CLOSED = frozenset({Stage.NOTED, Stage.VERIFIED, *GONE})
# Who waits for whom: the supervised to sign and to answer, the watch to verify and to recheck
THEIRS = frozenset({Stage.ISSUED, Stage.SIGNED, Stage.RETURNED})
OURS = frozenset({Stage.DRAFTED, Stage.REPLIED, Stage.APPEALED})

# Whom an order has reached; recipients cumulate, each sees what those before see (domain §4.1, §4.3)
REACH = ("责任人", "机关负责人", "政务服务办", "政务服务办主要负责人", "监督建议")
OFFICE_HEAD = 3


@dataclass(frozen=True, slots=True)
class Drafted:
    """A card that nobody was sent yet: what it is about. `measured` and `allowed` are the finding's numbers."""

    origin: str
    level: str
    division: str
    department: str
    person: str = ""  # responsible; empty: not known yet
    rule: str = ""  # of the catalogue
    finding: str = ""
    case: str = ""
    item: str = ""
    number: str = ""  # 办件编号
    complaint: str = ""  # the complaint's own number
    received_on: str = ""  # the day the complaint came, ISO


@dataclass(frozen=True, slots=True)
class Restated:
    """The finding says something else while the card was not sent: it follows."""

    level: str
    department: str
    person: str


@dataclass(frozen=True, slots=True)
class Turned:
    """Another finding of the same lapse leads now, and the card is about it."""

    finding: str
    rule: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Another card stands for the same lapse: this one goes into it."""

    into: str  # the id of the other card; empty: there is none any more


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Not sent."""

    reason: Text  # vault, or `ground_gone`


@dataclass(frozen=True, slots=True)
class Issued:
    """Sent: from now on the supervised see it. `within`: working days to sign."""

    serial: str  # 监察编号
    content: Text
    reach: int
    within: int


@dataclass(frozen=True, slots=True)
class Raised:
    """A graver level; it is to be signed anew."""

    level: str
    reason: Text
    reach: int
    within: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """The head names who is responsible."""

    responsible: str


@dataclass(frozen=True, slots=True)
class Entrusted:
    """Who of the watch follows the card up."""

    watcher: str


@dataclass(frozen=True, slots=True)
class Signed:
    """`within`: working days to answer; 0 for a reminder, which is done with it."""

    within: int


@dataclass(frozen=True, slots=True)
class Replied:
    text: Text
    within: int  # working days to verify


@dataclass(frozen=True, slots=True)
class Returned:
    reason: Text
    within: int


@dataclass(frozen=True, slots=True)
class Verified:
    note: Text


@dataclass(frozen=True, slots=True)
class Appealed:
    text: Text
    within: int  # working days to recheck


@dataclass(frozen=True, slots=True)
class AppealRejected:
    reason: Text
    within: int  # working days to answer from now on


@dataclass(frozen=True, slots=True)
class Revoked:
    """`cause`: decision | appeal | ground_gone."""

    cause: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Escalated:
    """Nobody did in time what was due on `due_on`; the order reaches one higher."""

    waits: str  # the stage that waited
    due_on: str
    reach: int
    certain: bool  # False: reckoned with a year whose calendar is not published


Event = (
    Drafted
    | Restated
    | Turned
    | Merged
    | Cancelled
    | Issued
    | Raised
    | Assigned
    | Entrusted
    | Signed
    | Replied
    | Returned
    | Verified
    | Appealed
    | AppealRejected
    | Revoked
    | Escalated
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as its events left it."""

    id: str
    stage: Stage = Stage.NEW
    origin: Origin = Origin.FINDING
    level: OrderLevel = OrderLevel.YELLOW
    division: str = ""
    department: str = ""
    person: str = ""
    rule: str = ""
    finding: str = ""
    case: str = ""
    item: str = ""
    number: str = ""
    complaint: str = ""
    received_on: str = ""
    serial: str = ""
    content: str = ""
    issuer: str = ""
    answered_by: str = ""  # who replied or appealed last
    signed_on: date | None = None  # the first time; the time to appeal runs from it
    appeals: int = 0
    returns: int = 0
    gone_because: str = ""  # ground_gone | appeal | decision | dismissed | merged, of an order that is gone
    gone_reason: str = ""  # in the vault, of one that a person took back
    merged_into: str = ""  # the card that stands for the same lapse
    watcher: str = ""  # who of the watch follows it up
    reach: int = 0
    since: date | None = None  # when the present stage began
    within: int = 0  # working days that it may last; 0: no limit
    escalations: int = 0  # in the present stage
    drafted_at: datetime | None = None
    moved_at: datetime | None = None  # into the present stage
    issued_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.stage not in CLOSED

    @property
    def sent(self) -> bool:
        """Whether the supervised were ever told."""
        return self.issued_at is not None

    @property
    def clock(self) -> Clock | None:
        """The clock of the present stage; None while nothing is due."""
        if self.since is None or not self.within or not self.open:
            return None
        return Clock(Limit(self.within, Unit.WORKDAY), self.since)


def evolve(order: Order, happened: Happened) -> Order:
    """The order after an event. Total: what is recorded can be replayed."""
    event: Event = happened.event
    actor, at = happened.person, happened.at
    day = local_day(at)

    def to(stage: Stage, within: int = 0, **values: Any) -> Order:
        ends = at if stage in CLOSED else None
        moved = replace(order, stage=stage, since=day, within=within, escalations=0, moved_at=at, closed_at=ends)
        return replace(moved, **values)

    match event:
        case Drafted():
            return replace(
                order,
                stage=Stage.DRAFTED,
                origin=Origin(event.origin),
                level=OrderLevel(event.level),
                division=event.division,
                department=event.department,
                person=event.person,
                rule=event.rule,
                finding=event.finding,
                case=event.case,
                item=event.item,
                number=event.number,
                complaint=event.complaint,
                received_on=event.received_on,
                drafted_at=at,
                moved_at=at,
                since=day,
            )
        case Restated():
            return replace(order, level=OrderLevel(event.level), department=event.department, person=event.person)
        case Turned():
            return replace(order, finding=event.finding, rule=event.rule)
        case Cancelled():
            gone = ("ground_gone", "") if event.reason == "ground_gone" else ("dismissed", event.reason)
            return to(Stage.CANCELLED, gone_because=gone[0], gone_reason=gone[1])
        case Merged():
            return to(Stage.MERGED, gone_because="merged", merged_into=event.into)
        case Issued():
            sent: dict[str, Any] = {"serial": event.serial, "content": event.content, "reach": event.reach}
            return to(Stage.ISSUED, event.within, issuer=actor, issued_at=at, **sent)
        case Raised():
            return to(Stage.ISSUED, event.within, level=OrderLevel(event.level), reach=max(order.reach, event.reach))
        case Assigned():
            return replace(order, person=event.responsible)
        case Entrusted():
            return replace(order, watcher=event.watcher)
        case Signed():
            first = order.signed_on or day
            return to(Stage.SIGNED if event.within else Stage.NOTED, event.within, signed_on=first)
        case Replied():
            return to(Stage.REPLIED, event.within, answered_by=actor)
        case Returned():
            return to(Stage.RETURNED, event.within, returns=order.returns + 1)
        case Verified():
            return to(Stage.VERIFIED)
        case Appealed():
            return to(Stage.APPEALED, event.within, answered_by=actor, appeals=order.appeals + 1)
        case AppealRejected():
            return to(Stage.SIGNED, event.within)
        case Revoked():
            return to(Stage.REVOKED, gone_because=event.cause, gone_reason=event.reason)
        case Escalated():
            return replace(order, reach=max(order.reach, event.reach), escalations=order.escalations + 1)
