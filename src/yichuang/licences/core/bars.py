"""Who may not apply for an item until a day (不得再次申请): for a year who hid facts or gave false material (行政许可法
78 条), for three whose licence, got by fraud, was revoked (79 条). Only where safety is touched (`Terms.safety`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yichuang.kernel.clock import months_after

FALSEHOOD, FRAUD = "行政许可法78条", "行政许可法79条"
MONTHS = {FALSEHOOD: 12, FRAUD: 36}
# article → why somebody is barred, and the article as screens show it
REASONS = {
    FALSEHOOD: ("隐瞒有关情况或者提供虚假材料申请，被不予受理或者不予许可", "行政许可法第七十八条"),
    FRAUD: ("以欺骗、贿赂等不正当手段取得的许可被撤销", "行政许可法第七十九条"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """Until when somebody may not apply, that day included, and by which article."""

    until: date
    article: str

    @property
    def since(self) -> date:
        """The day of the decision that set it."""
        return months_after(self.until + timedelta(days=1), -MONTHS[self.article])

    @property
    def reason(self) -> str:
        return REASONS[self.article][0]

    @property
    def clause(self) -> str:
        return REASONS[self.article][1]


def last_day(article: str, on: date) -> date:
    """The last day of the bar that a decision of that day sets: the day before the corresponding one (82 条 counts no
    working days here).
    """
    return months_after(on, MONTHS[article]) - timedelta(days=1)
