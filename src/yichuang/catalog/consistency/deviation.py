"""Where a county's deviation from the base stands, and what happened to it (3.2c). Frozen; nothing is decided here.

Reasons are published with the report, so they stand in the entries themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from yichuang.aggregates.acts import Happened


class Stage(StrEnum):
    """What a deviation is now."""

    NEW = "new"
    EXPLAINED = "explained"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "new": "未说明", "explained": "待审定", "approved": "已批准", "declined": "未批准", "withdrawn": "已撤回",
        }[self.value]  # fmt: skip

    @property
    def light(self) -> str:
        return {"explained": "yellow", "approved": "green", "declined": "red"}.get(self.value, "grey")


@dataclass(frozen=True, slots=True)
class Found:
    """A difference from the base as it was found: its line, both values in words, and their digest."""

    division: str
    item: str
    name: str
    department: str  # 410184/csglj
    attribute: str
    line: str
    words: str
    before: str
    after: str
    mark: str

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.item}:{self.line}:{self.mark}"


@dataclass(frozen=True, slots=True)
class Explained:
    """The county's department said why it differs. The city's department may remark on it until a day."""

    found: Found
    reason: str
    remarks_until: date


@dataclass(frozen=True, slots=True)
class Remarked:
    """The city's department of the same line spoke to it."""

    text: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Approved:
    """The government-service office of the county approved it."""

    by: str  # name of the office
    on: date
    document: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """The office did not: the county follows the base."""

    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The item was moved: another department of the county answers for the difference."""

    department: str


Event = Explained | Remarked | Approved | Declined | Withdrawn | HandedOver


@dataclass(frozen=True, slots=True)
class Remark:
    text: str
    agrees: bool
    on: datetime


@dataclass(frozen=True, slots=True)
class Deviation:
    """A difference of a county from the base, and who answers for it."""

    id: str
    stage: Stage = Stage.NEW
    found: Found = Found("", "", "", "", "", "", "", "", "", "")
    reason: str = ""
    remarks_until: date | None = None
    remarks: tuple[Remark, ...] = ()
    approved: Approved | None = None
    moved_at: datetime | None = None


def evolve(deviation: Deviation, happened: Happened) -> Deviation:
    """The deviation after an entry. Total: a recorded event always applies."""
    deviation = replace(deviation, moved_at=happened.at)
    match happened.event:
        case Explained() as e:
            return replace(
                deviation, stage=Stage.EXPLAINED, found=e.found, reason=e.reason, remarks_until=e.remarks_until
            )
        case Remarked() as e:
            return replace(deviation, remarks=(*deviation.remarks, Remark(e.text, e.agrees, happened.at)))
        case Approved() as e:
            return replace(deviation, stage=Stage.APPROVED, approved=e)
        case Declined():
            return replace(deviation, stage=Stage.DECLINED)
        case Withdrawn():
            return replace(deviation, stage=Stage.WITHDRAWN)
        case HandedOver(department=department):
            return replace(deviation, found=replace(deviation.found, department=department))
    return deviation
