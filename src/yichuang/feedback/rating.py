"""The rating of one case (好差评), and where it stands (3.5i, 国办发〔2019〕51号). Frozen; nothing is decided here.

A rating is never changed and never taken away. A bad one opens a task: contact, cure, return visit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from yichuang.aggregates.acts import Happened, Text
from yichuang.feedback.served import Served
from yichuang.kernel.localtime import local_day


class RatingLevel(StrEnum):
    """The five levels of GB/T 39046 A.8, the best first."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"

    @property
    def label(self) -> str:
        return {
            "very_satisfied": "非常满意",
            "satisfied": "满意",
            "fair": "基本满意",
            "dissatisfied": "不满意",
            "very_dissatisfied": "非常不满意",
        }[self.value]

    @property
    def bad(self) -> bool:
        """The last two levels are 差评."""
        return self in (RatingLevel.DISSATISFIED, RatingLevel.VERY_DISSATISFIED)


class RatingStage(StrEnum):
    """What a rating is now."""

    NEW = "new"
    KEPT = "kept"
    OPEN = "open"
    CONTACTED = "contacted"
    CURED = "cured"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {
            "new": "未评价",
            "kept": "已评价",
            "open": "待联系核实",
            "contacted": "待整改答复",
            "cured": "待回访",
            "closed": "已办结",
        }[self.value]

    @property
    def light(self) -> str:
        return {"kept": "green", "open": "red", "contacted": "yellow", "cured": "yellow", "closed": "green"}.get(
            self.value, "grey"
        )


# The indicators of each way in which one is served (GB/T 39046; domain §6.5)
ONLINE = {"efficiency": "办事效率", "guide": "指南精确度", "ease": "便捷度", "platform": "平台操作性"}
WINDOW = {"speed": "服务效率", "skill": "服务水平", "manner": "服务态度"}
INDICATORS = ONLINE | WINDOW


@dataclass(frozen=True, slots=True)
class Rated:
    """Somebody who was served rated it. A bad rating says until when the department must speak with them, and until
    when it must have put things right.
    """

    served: Served
    level: str
    indicators: tuple[str, ...]
    words: Text = ""
    contact_by: date | None = None
    cure_by: date | None = None


@dataclass(frozen=True, slots=True)
class Contacted:
    """The department tried to speak with them; `reached` says whether it did."""

    way: str
    reached: bool
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Cured:
    """The department said what it has put right, or why nothing was wrong."""

    answer: Text


@dataclass(frozen=True, slots=True)
class Visited:
    """The office asked them whether they are content now. When they are not, the department has until a new day."""

    result: str  # content | discontent | silent
    note: Text = ""
    cure_by: date | None = None


@dataclass(frozen=True, slots=True)
class ContactMissed:
    """The day passed and the department had not tried to speak with them."""


@dataclass(frozen=True, slots=True)
class CureMissed:
    """The day passed and the department had not answered."""


RatingEvent = Rated | Contacted | Cured | Visited | ContactMissed | CureMissed
_NOBODY = Served("", "", "", "", "", "", "", False, None)


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating and its task."""

    id: str
    stage: RatingStage = RatingStage.NEW
    served: Served = _NOBODY
    level: str = ""
    indicators: tuple[str, ...] = ()
    rated_at: datetime | None = None
    contact_by: date | None = None
    contacted_on: date | None = None
    reached: bool = False
    cure_by: date | None = None
    cured_on: date | None = None
    rounds: int = 0  # how often the department answered
    visit: str = ""
    contact_missed: bool = False
    cure_missed: bool = False
    moved_at: datetime | None = None

    @property
    def bad(self) -> bool:
        return bool(self.level) and RatingLevel(self.level).bad


def evolve_rating(rating: Rating, happened: Happened) -> Rating:
    """The rating after an entry. Total: a recorded event always applies."""
    day = local_day(happened.at)
    rating = replace(rating, moved_at=happened.at)
    match happened.event:
        case Rated() as e:
            stage = RatingStage.OPEN if RatingLevel(e.level).bad else RatingStage.KEPT
            return replace(
                rating, stage=stage, served=e.served, level=e.level, indicators=e.indicators, rated_at=happened.at,
                contact_by=e.contact_by, cure_by=e.cure_by,
            )  # fmt: skip
        case Contacted(reached=reached):
            return replace(
                rating,
                stage=RatingStage.CONTACTED,
                contacted_on=rating.contacted_on or day,
                reached=rating.reached or reached,
            )
        case Cured():
            return replace(rating, stage=RatingStage.CURED, cured_on=day, rounds=rating.rounds + 1)
        case Visited(result="discontent", cure_by=cure_by):
            again = replace(rating, stage=RatingStage.CONTACTED, visit="discontent", cure_by=cure_by, cured_on=None)
            return replace(again, cure_missed=False)
        case Visited(result=result):
            return replace(rating, stage=RatingStage.CLOSED, visit=result)
        case ContactMissed():
            return replace(rating, contact_missed=True)
        case CureMissed():
            return replace(rating, cure_missed=True)
    return rating
