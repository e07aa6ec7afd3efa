"""What a licence's document is made from: the licence before and after, what it says, the words all of them share."""

from __future__ import annotations

from dataclasses import dataclass

from yichuang.catalog.standard import Standard
from yichuang.documents.content import Field
from yichuang.documents.context import LICENSING, fields
from yichuang.documents.declaring import KINDS
from yichuang.documents.issue import Issue
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core.content import Content
from yichuang.licences.core.state import Licence


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceContext(Issue):
    """What a licence's document knows besides."""

    before: Licence
    state: Licence
    standard: Standard
    content: Content
    you: str  # 你, 你单位
    respond_days: int = 5  # working days from being told (47条)

    @property
    def licence(self) -> Licence:
        return self.state

    @property
    def named(self) -> str:
        """食品经营许可证（证号…）."""
        return f"{self.licence.type}（{self.licence.number}）"

    @property
    def permission(self) -> str:
        """What is ended, in the words of the procedure: only a licence is 行政许可."""
        return self.standard.permission

    @property
    def title(self) -> str:
        return KINDS[self.kind].title_for(self.permission)

    def law(self, *articles: str) -> tuple[str, ...]:
        """Articles of 行政许可法 for a licence; other procedures borrow none."""
        governed = self.standard.procedure.code == "licence"
        return tuple(f"{LICENSING}{article}" for article in articles) if governed else ()

    def about(self, *more: tuple[str, str]) -> tuple[Field, ...]:
        """Holder, licence and validity, then what a kind adds."""
        valid_to = self.licence.current.valid_to
        until = chinese_date(valid_to) if valid_to else ""
        return fields(
            ("持证人", self.content.holder),
            ("证照名称", self.licence.type),
            ("证照编号", self.licence.number),
            ("有效期至", until),
            *more,
        )
