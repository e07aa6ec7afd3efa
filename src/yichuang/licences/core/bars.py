"""Who may not apply for an item until a day (不得再次申请): 行政许可法 79 条, a licence got by fraud was revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FRAUD = "行政许可法79条"
# article → why somebody is barred, and the article as screens show it
REASONS = {FRAUD: ("以欺骗、贿赂等不正当手段取得的许可被撤销", "行政许可法第七十九条")}


@dataclass(frozen=True, slots=True)
class Bar:
    """Until when somebody may not apply, that day included, and by which article."""

    until: date
    article: str

    @property
    def reason(self) -> str:
        return REASONS[self.article][0]

    @property
    def clause(self) -> str:
        return REASONS[self.article][1]
