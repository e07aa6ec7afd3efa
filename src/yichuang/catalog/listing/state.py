"""Where an item stands on the list, and what happened to it. Frozen; nothing is decided here.

Documents are public, so they stand in the entries themselves; the files that show them are attached.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from yichuang.aggregates.acts import Files, Happened, Text
from yichuang.kernel.localtime import chinese_date, local_day


class Stage(StrEnum):
    """What an item is now. The words are the same on every page and in the API."""

    NEW = "new"
    LISTED = "listed"
    ENDING = "ending"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return {"new": "未列入", "listed": "在列", "ending": "已决定退出", "ended": "已退出"}[self.value]

    @property
    def light(self) -> str:
        return {"new": "grey", "listed": "green", "ending": "yellow", "ended": "grey"}[self.value]


class Ground(StrEnum):
    """Why an item may be on the list (3.1d: only what law newly sets, or a higher level devolves, is added)."""

    FOUNDING = "founding"
    LAW = "law"
    DEVOLVED = "devolved"
    SPLIT = "split"

    @property
    def label(self) -> str:
        return {"founding": "首批清单", "law": "法律法规新设定", "devolved": "上级下放", "split": "由在列事项拆分"}[
            self.value
        ]


class Transition(StrEnum):
    """What becomes of the cases that are open when an item ends."""

    FINISH = "finish"
    END = "end"
    AS_DECIDED = "as_decided"

    @property
    def label(self) -> str:
        return {"finish": "按原规程办结", "end": "通知后终止", "as_decided": "按取消决定的规定办理"}[self.value]


@dataclass(frozen=True, slots=True)
class Source:
    """The law or document that a move of the list rests on: who issued it, its title or number, its day, and the
    article where it has articles.
    """

    issuer: str
    number: str
    day: date
    article: str = ""

    @property
    def words(self) -> str:
        return f"{self.issuer}{self.number}{self.article}（{chinese_date(self.day)}）"


@dataclass(frozen=True, slots=True)
class Listed:
    """The item came onto the list. `part_of`: the code of the item it was split from; it is then not counted.
    `resembles`: codes of ended items with a name like it, from which `judgement` tells it apart.
    """

    division: str
    code: str
    name: str
    department: str  # 410100/scjg
    ground: Ground
    source: Source | None = None
    part_of: str = ""
    evidence: Files = ()
    resembles: tuple[str, ...] = ()
    judgement: Text = ""
    public: bool = False  # whether everybody may open the evidence


@dataclass(frozen=True, slots=True)
class Moved:
    """Another department exercises it from now on."""

    department: str
    source: Source
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Renamed:
    """The same item under another name; its next standard is under it."""

    name: str
    former: str
    source: Source
    evidence: Files = ()
    resembles: tuple[str, ...] = ()
    judgement: Text = ""
    public: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """The city determined which of its counties exercise the item too (3.2b): these, and no others."""

    counties: tuple[str, ...]
    source: Source
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How an item leaves the list: from `on`, at midnight, nothing is taken in. `into`: the code it is merged into."""

    on: date
    source: Source
    transition: Transition
    rule: str = ""  # what the decision says of the cases that are open then
    into: str = ""

    @property
    def last_day(self) -> date:
        """The last day on which applications are taken in."""
        return self.on - timedelta(days=1)

    @property
    def word(self) -> str:
        return "并入其他事项" if self.into else "取消"


@dataclass(frozen=True, slots=True)
class Cancelled:
    ending: Ending
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    ending: Ending
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """The ending was entered wrongly, or taken back by who decided it, before its day."""

    reason: Text


@dataclass(frozen=True, slots=True)
class OnceConfirmed:
    """The office has confirmed that the item takes one visit at most, as this version of its standard says (3.5a)."""

    standard: str
    visits: int


@dataclass(frozen=True, slots=True)
class OnceDropped:
    """The item is no longer on the list of those done in one visit."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Ended:
    """Its day has come."""

    on: date


Event = Listed | Moved | Renamed | Shared | Cancelled | Merged | Kept | OnceConfirmed | OnceDropped | Ended


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the list of one division."""

    id: str
    stage: Stage = Stage.NEW
    division: str = ""
    code: str = ""
    name: str = ""
    former: tuple[str, ...] = ()  # names that it had before
    department: str = ""
    ground: Ground = Ground.FOUNDING
    source: Source | None = None
    part_of: str = ""
    resembles: tuple[str, ...] = ()
    listed_on: date | None = None
    shared_with: tuple[str, ...] | None = None  # counties that exercise it too; None while the city has not said so
    ending: Ending | None = None
    once: str = ""  # key of the standard with which it was confirmed as done in one visit
    moved_at: datetime | None = None

    @property
    def counted(self) -> bool:
        """Whether it counts among the items of the list: a part of another one does not."""
        return not self.part_of


def evolve(item: Item, happened: Happened) -> Item:
    """The item after an entry. Total: a recorded event always applies."""
    item = replace(item, moved_at=happened.at)
    match happened.event:
        case Listed() as e:
            return replace(
                item, stage=Stage.LISTED, division=e.division, code=e.code, name=e.name, department=e.department,
                ground=e.ground, source=e.source, part_of=e.part_of, resembles=e.resembles,
                listed_on=local_day(happened.at),
            )  # fmt: skip
        case Moved() as e:
            return replace(item, department=e.department)
        case Renamed() as e:
            alike = tuple(dict.fromkeys((*item.resembles, *e.resembles)))
            return replace(item, name=e.name, former=(*item.former, e.former), resembles=alike)
        case Shared(counties=counties):
            return replace(item, shared_with=counties)
        case Cancelled(ending=ending) | Merged(ending=ending):
            return replace(item, stage=Stage.ENDING, ending=ending)
        case Kept():
            return replace(item, stage=Stage.LISTED, ending=None)
        case OnceConfirmed(standard=key):
            return replace(item, once=key)
        case OnceDropped():
            return replace(item, once="")
        case Ended():
            return replace(item, stage=Stage.ENDED)
    return item


def words_of_ground(ground: Ground) -> str:
    return f"列入（{ground.label}）"


def words_of_move(event: Any) -> str:
    """What the public ledger of the list says of a move."""
    match event:
        case Listed(ground=ground):
            return words_of_ground(ground) + _words_of_judgement(event)
        case Renamed(former=former):
            return f"更名，原名“{former}”{_words_of_judgement(event)}"
        case Moved():
            return "调整实施部门"
        case Shared(counties=counties):
            return f"确定同步实施的区县{len(counties)}个"
        case Cancelled():
            return "取消"
        case Merged(ending=ending):
            return f"并入{ending.into}"
        case Kept():
            return "撤回退出决定"
        case OnceConfirmed():
            return "确认列入“一次办妥”清单"
        case OnceDropped():
            return "移出“一次办妥”清单"
        case Ended():
            return "停止受理"
    return ""


def _words_of_judgement(event: Listed | Renamed) -> str:
    alike = "、".join(event.resembles)
    return f"；名称与已退出的{alike}相近，经核对为不同事项" if alike else ""
