"""The delivered words of `data/search/`: everyday words of items, and matters handled elsewhere. No database.

What an office adds to them later lives in the store (`catalog.search_words`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml

from yichuang.catalog.loading import DATA


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A matter that is not on the list, and who handles it. `as_of`: the day on which that was looked at last."""

    code: str
    matter: str
    place: str
    basis: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Words:
    """What leads to one target: words alone, hints only beside other words."""

    words: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """What people set out to do: items, and matters handled elsewhere that they look for beside them."""

    code: str
    name: str
    about: str
    items: tuple[str, ...]
    matters: tuple[str, ...]


@cache
def list_themes() -> dict[str, Theme]:
    """The themes of the home page in order, by code."""
    rows = _load("themes")["themes"]
    return {
        row["code"]: Theme(row["code"], row["name"], row["about"], tuple(row["items"]), tuple(row["matters"]))
        for row in rows
    }


@cache
def list_household_items() -> tuple[str, ...]:
    """The items that self-employed people (个体工商户) ask for most."""
    return tuple(_load("themes")["household"])


@cache
def list_words() -> dict[str, Words]:
    """The words of each item, by its code."""
    return {code: _words(row) for code, row in _load("words").items()}


@cache
def list_elsewhere() -> dict[str, tuple[Elsewhere, Words]]:
    """Each matter handled elsewhere with its words, by its code."""
    data = _load("elsewhere")
    day = data["as_of"]
    return {
        row["code"]: (Elsewhere(row["code"], row["matter"], row["place"], row["basis"], day), _words(row))
        for row in data["matters"]
    }


def _words(row: dict[str, Any]) -> Words:
    return Words(tuple((row.get("words") or "").split()), tuple((row.get("hints") or "").split()))


def _load(name: str) -> dict[str, Any]:
    with (DATA / "search" / f"{name}.yaml").open(encoding="utf-8") as file:
        return dict(yaml.load(file, Loader=yaml.CSafeLoader))
