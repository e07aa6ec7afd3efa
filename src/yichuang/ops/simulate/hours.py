"""When people act: working hours of officers, evenings and weekends of applicants, the seasons of a year.

Pure arithmetic on local moments (UTC+8). Which days are worked is the calendar's to say.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.localtime import SHANGHAI

HOURS = 7.0  # a working day: 9–12 and 13–17
_SPELLS = ((time(9), time(12)), (time(13), time(17)))
# what share of a day's online applications comes in each hour from 7 to 22
_ONLINE = (1, 3, 8, 11, 9, 4, 4, 8, 9, 8, 6, 5, 5, 6, 5, 3)
_ONLINE_FROM = 7
# months against the year's mean: the quiet of the Spring Festival, busy March and autumn
_MONTHS = (0.8, 0.55, 1.25, 1.1, 1.05, 1.1, 0.95, 0.9, 1.1, 0.9, 1.1, 1.15)


def local_moment(day: date, moment: time) -> datetime:
    """The moment of a local day and time, UTC+8."""
    return datetime.combine(day, moment, SHANGHAI)


def add_work(calendar: WorkingCalendar, start: datetime, hours: float) -> datetime:
    """The moment after `hours` of working time; outside working hours the work waits for the next ones."""
    remaining = timedelta(hours=hours)
    day = start.astimezone(SHANGHAI).date()
    while True:
        if calendar.is_working(day):
            for opens, closes in _SPELLS:
                begin, end = max(local_moment(day, opens), start), local_moment(day, closes)
                if begin < end:
                    if remaining < end - begin:
                        return begin + remaining
                    remaining -= end - begin
        day = calendar.next_working(day + timedelta(days=1))


def day_weight(calendar: WorkingCalendar, day: date) -> float:
    """The number of applications on a day relative to an average working day."""
    if not calendar.is_working(day):
        return 0.1
    month_end = 1.25 if (day + timedelta(days=4)).month != day.month else 1.0
    monday = 1.15 if day.weekday() == 0 else 0.9 if day.weekday() == 4 else 1.0
    return _MONTHS[day.month - 1] * month_end * monday


def draw_online_moment(day: date, random: Random) -> datetime:
    """A random moment at which somebody files from home."""
    hour = random.choices(range(len(_ONLINE)), _ONLINE)[0] + _ONLINE_FROM
    return local_moment(day, time(hour, random.randrange(60), random.randrange(60)))


def draw_window_moment(day: date, random: Random) -> datetime:
    """A random moment at which somebody is served at a window; the last numbers are called at 16:15."""
    minutes = random.choice((random.triangular(5, 170, 60), random.triangular(250, 435, 300)))
    return local_moment(day, time(9)) + timedelta(minutes=int(minutes), seconds=random.randrange(60))
