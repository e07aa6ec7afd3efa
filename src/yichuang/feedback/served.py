"""A case as the one who was served speaks of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Served:
    """A case of which somebody speaks: what it was, and who is answerable for it."""

    case: str  # its id
    receipt: str  # 受理号
    item: str
    title: str  # the item's name
    division: str
    department: str  # 410100/scjg
    subject: str
    at_window: bool  # whether the applicant came to a window for it
    closed_on: date | None

    @property
    def words(self) -> str:
        return f"{self.title}（{self.receipt}）"
