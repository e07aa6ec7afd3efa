"""What a notice of guidance is made from: the guidance before and after, the item's standard, and who is addressed."""

from __future__ import annotations

from dataclasses import dataclass

from yichuang.catalog.standard import Standard
from yichuang.documents.issue import Issue
from yichuang.guidance.state import Guidance, Matter


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceContext(Issue):
    """What a guidance's document knows besides."""

    before: Guidance
    state: Guidance
    standard: Standard
    you: str  # 你, 你单位

    @property
    def matter(self) -> Matter:
        assert self.state.matter is not None
        return self.state.matter
