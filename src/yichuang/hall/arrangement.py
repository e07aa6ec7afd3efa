"""How a hall is arranged, and what changed it (3.4a, 3.4b). Frozen; nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from yichuang.aggregates.acts import Files, Happened
from yichuang.kernel.localtime import local_day

T = TypeVar("T")


class HallStage(StrEnum):
    """What an arrangement is now."""

    NEW = "new"
    OPEN = "open"

    @property
    def label(self) -> str:
        return {"new": "未登记", "open": "在用"}[self.value]


MAIN, SUB = "main", "sub"
HALL_KINDS = {MAIN: "政务服务大厅", SUB: "分大厅（经政府同意设立）"}


@dataclass(frozen=True, slots=True)
class Consent:
    """The document by which the government agreed to a hall apart from the main one (3.4a)."""

    issuer: str
    number: str
    day: date


@dataclass(frozen=True, slots=True)
class Arranged:
    """A registered hall gets its arrangement."""

    hall: int
    name: str
    division: str
    kind: str  # main | sub
    consent: Consent | None = None
    files: Files = ()


@dataclass(frozen=True, slots=True)
class ClassAdded:
    """A business class, with the letter that its tickets begin with."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ClassEnded:
    code: str


@dataclass(frozen=True, slots=True)
class ItemsPlaced:
    """Items are taken by the windows of a class from now on, and by those of no other class of the hall."""

    code: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemsMovedOut:
    """Items leave the hall."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WindowOpened:
    number: str
    post: str  # whose officers sit there
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WindowChanged:
    """A window serves other classes from now on."""

    number: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WindowClosed:
    number: str


@dataclass(frozen=True, slots=True)
class ItemExcepted:
    """An item need not be in the hall: it is classified, by the decision that says so."""

    item: str
    basis: str


@dataclass(frozen=True, slots=True)
class ExceptionEnded:
    item: str


@dataclass(frozen=True, slots=True)
class KioskRenewed:
    """The address of the ticket machines is another one from now on; the former is worth nothing."""


HallEvent = (
    Arranged
    | ClassAdded
    | ClassEnded
    | ItemsPlaced
    | ItemsMovedOut
    | WindowOpened
    | WindowChanged
    | WindowClosed
    | ItemExcepted
    | ExceptionEnded
    | KioskRenewed
)


@dataclass(frozen=True, slots=True)
class Window:
    """A window in use. `since`: the day from which it serves these classes."""

    number: str
    post: str
    classes: tuple[str, ...]
    since: date


@dataclass(frozen=True, slots=True)
class Hall:
    """`classes`: code → name; `items`: code of an item → its class; `excepted`: code of an item → the decision."""

    id: str
    stage: HallStage = HallStage.NEW
    hall: int = 0
    name: str = ""
    division: str = ""
    kind: str = MAIN
    consent: Consent | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
    excepted: Mapping[str, str] = field(default_factory=dict)
    kiosk: int = 1  # which address of the ticket machines is in use
    moved_at: datetime | None = None

    def windows_of(self, code: str) -> list[Window]:
        """The windows that serve a class, by number."""
        return [window for _, window in sorted(self.windows.items()) if code in window.classes]


def evolve_hall(hall: Hall, happened: Happened) -> Hall:
    """The arrangement after an entry. Total: a recorded event always applies."""
    day = local_day(happened.at)
    hall = replace(hall, moved_at=happened.at)
    match happened.event:
        case Arranged() as e:
            return replace(
                hall, stage=HallStage.OPEN, hall=e.hall, name=e.name, division=e.division, kind=e.kind,
                consent=e.consent,
            )  # fmt: skip
        case ClassAdded(code=code, name=name):
            return replace(hall, classes={**hall.classes, code: name})
        case ClassEnded(code=code):
            return replace(hall, classes=_without(hall.classes, code))
        case ItemsPlaced(code=code, items=items):
            return replace(hall, items={**hall.items, **dict.fromkeys(items, code)})
        case ItemsMovedOut(items=items):
            return replace(hall, items=_without(hall.items, *items))
        case WindowOpened(number=number, post=post, classes=classes):
            return replace(hall, windows={**hall.windows, number: Window(number, post, classes, day)})
        case WindowChanged(number=number, classes=classes):
            changed = replace(hall.windows[number], classes=classes, since=day)
            return replace(hall, windows={**hall.windows, number: changed})
        case WindowClosed(number=number):
            return replace(hall, windows=_without(hall.windows, number))
        case ItemExcepted(item=item, basis=basis):
            return replace(hall, excepted={**hall.excepted, item: basis})
        case ExceptionEnded(item=item):
            return replace(hall, excepted=_without(hall.excepted, item))
        case KioskRenewed():
            return replace(hall, kiosk=hall.kiosk + 1)
    return hall


def _without(known: Mapping[str, T], *names: str) -> dict[str, T]:
    return {name: value for name, value in known.items() if name not in names}
