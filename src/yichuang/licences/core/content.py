"""What a licence says, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yichuang.catalog.stated import Stated
from yichuang.licences.core.state import HOLDER


@dataclass(frozen=True, slots=True)
class Content:
    """`values` are those of the form, for whom prefills another one; None once they were destroyed."""

    holder: str
    uscc: str
    legal_name: str
    stated: tuple[Stated, ...]
    values: dict[str, Any] | None

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """(label, words) of who holds it and what it states."""
        about = zip(HOLDER.values(), (self.holder, self.uscc, self.legal_name), strict=True)
        return tuple((label, text) for label, text in (*about, *((s.label, s.text) for s in self.stated)) if text)

    @property
    def place(self) -> str:
        """What tells two licences of a type apart for people: the address it states, else the first thing it states."""
        addresses = (s.text for s in self.stated if s.name.endswith("address"))
        return next(addresses, self.stated[0].text if self.stated else "")
