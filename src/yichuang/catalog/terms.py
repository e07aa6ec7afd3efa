"""What the law of an item says of its licences after the decision: when renewal is asked for, whether a holder has one
a place, who may suspend it, and whether it touches safety. Data of `data/terms.yaml`; no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from yichuang.catalog.loading import DATA
from yichuang.kernel.canonical import canonical
from yichuang.kernel.clock import Limit, Unit
from yichuang.kernel.sm3 import sm3
from yichuang.kernel.text import fold_text

NEW = "new"  # the only situation that begins a licence


@dataclass(frozen=True, slots=True)
class Renewal:
    """When renewal may be asked for: from `opens` before the last day of validity to `by` before it. 许可法 50 条一款,
    unless a special law says otherwise; where no law says how early, `opens` is this project's own.
    """

    opens: Limit
    by: Limit
    basis: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Sole:
    """A holder has at most one valid licence of the item for each value of these fields of the form."""

    by: tuple[str, ...]
    basis: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """The special law by which a licence may be suspended (暂扣), and for how long at most."""

    basis: str
    most: Limit
    confidence: str


@dataclass(frozen=True, slots=True)
class Safety:
    """Why the item directly touches public safety, health, life or property (许可法 78、79 条)."""

    basis: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Terms:
    renewal: Renewal
    sole: Sole | None = None
    suspension: Suspension | None = None
    safety: Safety | None = None
    without: tuple[str, ...] = ()  # situations that act on no licence, whatever their name

    def needs_licence(self, situation: str) -> bool:
        """Whether an application of this situation acts on a licence that is held."""
        return situation != NEW and situation not in self.without

    def find_place(self, values: Mapping[str, Any] | None) -> str:
        """Of what a holder has one licence, from the values of a form: SM3 of the fields named, however they are
        written (`fold_text`); `-` where one is all they may have. Empty where they may have several, or where the form
        leaves the place open.
        """
        if self.sole is None:
            return ""
        if not self.sole.by:
            return "-"
        texts = [fold_text(str((values or {}).get(name) or "")) for name in self.sole.by]
        return sm3(canonical(texts).encode()).hex() if any(texts) else ""


def terms_of(item: str) -> Terms:
    """The terms of an item's licences; those of 许可法 where no special law is known."""
    known = _load()
    return known.get(item, known[""])


@cache
def _load() -> dict[str, Terms]:
    """By item; the general ones under the empty name."""
    with (DATA / "terms.yaml").open(encoding="utf-8") as file:
        data = yaml.load(file, Loader=yaml.CSafeLoader)
    general = data["general"]
    return {item: _read(general | row) for item, row in {"": {}, **data["items"]}.items()}


def _read(row: dict[str, Any]) -> Terms:
    sole, suspend, safety = row.get("sole"), row.get("suspend"), row.get("safety")
    renew = row["renew"]
    return Terms(
        Renewal(_limit(renew.get("opens", row["opens"])), _limit(renew["by"]), renew["basis"], renew["confidence"]),
        Sole(tuple(sole["by"]), sole["basis"], sole["confidence"]) if sole else None,
        Suspension(suspend["basis"], _limit(suspend["most"]), suspend["confidence"]) if suspend else None,
        Safety(**safety) if safety else None,
        tuple(row.get("without", ())),
    )


def _limit(row: dict[str, Any]) -> Limit:
    return Limit(row["value"], Unit(row["unit"]))
