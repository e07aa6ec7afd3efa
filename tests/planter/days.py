"""Working days, counted one by one from the file of holidays."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

HOLIDAYS = Path(__file__).parents[2] / "src" / "yichuang" / "kernel" / "data" / "holidays.json"
ONE = timedelta(days=1)


class Days:
    """许可法82条：工作日不含法定节假日；调休的周末算工作日。"""

    def __init__(self) -> None:
        said = json.loads(HOLIDAYS.read_text(encoding="utf-8"))
        self.years = sorted(map(int, said))
        self.off = {date.fromisoformat(day) for year in said.values() for day in year["off_days"]}
        self.extra = {date.fromisoformat(day) for year in said.values() for day in year["work_weekends"]}

    def works(self, day: date) -> bool:
        return day in self.extra or (day.weekday() < 5 and day not in self.off)

    def after(self, day: date, count: int) -> date:
        """The count-th working day after the day, which itself is not counted."""
        while count:
            day += ONE
            count -= self.works(day)
        return day

    def next(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        while not self.works(day):
            day += ONE
        return day
