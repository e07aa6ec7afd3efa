"""How long the queues of a hall are now, as everybody may see it: how many wait for each class, and about how long."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yichuang.hall.estimate import count_capacity, estimate_wait
from yichuang.hall.queueing import AtWindow, list_at_windows, read_values
from yichuang.ledger.fast import run

REMEMBER = 300  # seconds that an average is kept
LOOKED_BACK = 28  # days whose tickets say how long a matter takes
ENOUGH = 20  # tickets below which they say nothing


@dataclass(frozen=True, slots=True)
class QueueLine:
    """The queue of a class: how many windows work for it (`capacity`, one of several classes in part), how many of
    them have somebody, and the minutes that a matter takes.
    """

    code: str
    name: str
    windows: int
    waiting: int
    capacity: float
    busy: int
    each: float

    @property
    def minutes(self) -> int | None:
        """What who takes a ticket now would wait; None where no window works for the class."""
        return self.estimate(self.waiting)

    def estimate(self, ahead: int) -> int | None:
        """What somebody waits before whom so many are."""
        return estimate_wait(ahead, self.capacity, self.busy, self.each)

    @property
    def words(self) -> str:
        """For people: how many wait, and how long."""
        if self.minutes is None:
            return "现在没有窗口受理"
        wait = "不用等" if self.minutes == 0 else f"约{self.minutes}分钟"
        return f"现在等候{self.waiting}人，{wait}"


@dataclass(frozen=True, slots=True)
class HallQueue:
    """The queues of a hall now, and what is at its windows, the last call first."""

    classes: tuple[QueueLine, ...]
    windows: tuple[AtWindow, ...]

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.classes)


# The classes of a hall with how many wait, and its windows: those that moved a ticket in the last half hour are at work
_NOW = """
select c.code, c.name,
  (select count(*) from hall_ticket t
   where t.arrangement = c.arrangement and t.day = %(day)s and t.stage = 'waiting' and t.code = c.code),
  (select coalesce(json_agg(json_build_array(w.number, w.classes, exists (
     select 1 from hall_ticket t where t.arrangement = w.arrangement and t.day = %(day)s and t.at_window = w.number
       and t.moved_at > ledger_now() - interval '30 minutes'))), '[]')
   from hall_window w where w.arrangement = c.arrangement and c.code = any(string_to_array(w.classes, ' ')))
from hall_businessclass c where c.arrangement = %(hall)s order by c.code"""
_MINUTES = """
select code, count(*), avg(extract(epoch from ended_at - begun_at)) / 60 from hall_ticket
where arrangement = %(hall)s and day >= %(since)s and stage = 'served' group by code"""
_averages: dict[uuid.UUID, tuple[float, dict[str, float]]] = {}


def read_queue(hall: uuid.UUID, day: date) -> HallQueue:
    """Three statements; one more now and then, for the averages."""
    default = float(read_values()["minutes"])
    at_windows = list_at_windows(hall, day)
    averages = read_averages(hall, day)
    lines = []
    with run(_NOW, {"hall": hall, "day": day}) as cursor:
        rows = cursor.fetchall()
    served_at = {one.window for one in at_windows}
    for code, name, waiting, windows in rows:
        working = [w for w in windows if w[2]] or windows
        capacity = count_capacity([served.split() for _, served, _ in working], code)
        busy = sum(number in served_at for number, _, _ in working)
        lines.append(QueueLine(code, name, len(windows), waiting, capacity, busy, averages.get(code, default)))
    return HallQueue(tuple(lines), tuple(at_windows))


def read_averages(hall: uuid.UUID, day: date) -> Mapping[str, float]:
    """Minutes that a matter of each class took in the last weeks, where enough tickets say so. Kept some minutes."""
    kept = _averages.get(hall)
    if kept is None or kept[0] < time.monotonic():
        since = date.fromordinal(day.toordinal() - LOOKED_BACK)
        rows = run(_MINUTES, {"hall": hall, "since": since}).fetchall()
        known = {code: max(float(minutes), 0.5) for code, count, minutes in rows if count >= ENOUGH}
        kept = (time.monotonic() + REMEMBER, known)
        _averages[hall] = kept
    return kept[1]


def forget_averages() -> None:
    """Read them anew: between tests."""
    _averages.clear()


def count_waiting(halls: list[uuid.UUID], day: date) -> dict[uuid.UUID, int]:
    """How many wait in each of these halls today. One statement, none without a hall."""
    if not halls:
        return {}
    sql = """
select arrangement, count(*) from hall_ticket
where arrangement = any(%(halls)s) and day = %(day)s and stage = 'waiting' group by arrangement"""
    return dict.fromkeys(halls, 0) | dict(run(sql, {"halls": halls, "day": day}).fetchall())
