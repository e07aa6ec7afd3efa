"""What the acts on an item of the list must know of the outside. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yichuang.catalog.listing.resembling import SHARE
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor


@dataclass(frozen=True, slots=True)
class Other:
    """Another item of the same list, as far as a move must know of it."""

    code: str
    name: str
    alive: bool
    part_of: str = ""
    ended_by: str = ""  # the document by which it ended
    former: tuple[str, ...] = ()  # names that it had before

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.former)


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What the outside knows."""

    now: datetime
    actor: Actor
    # asked only when an act needs them: names by code of the departments of the division that may exercise an item
    # (3.1a), its other items, ended ones too, whether the founding of its list is over, and from what share of common
    # pairs of characters names resemble each other
    departments: Callable[[], Mapping[str, str]] = dict
    others: Callable[[], tuple[Other, ...]] = tuple
    is_closed: Callable[[], bool] = bool
    share: Callable[[], int] = lambda: SHARE
    counties: Callable[[], Mapping[str, str]] = dict  # names by code of those of the city; none for a county's item
    in_force: Callable[[], tuple[str, int] | None] = lambda: None  # key and visits of the item's standard
    revising: Callable[[], str] = str  # at what stage a version of its standard is that is not in force yet, or nothing

    @property
    def today(self) -> date:
        return local_day(self.now)
