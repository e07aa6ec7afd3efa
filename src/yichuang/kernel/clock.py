"""Time limits in law: a budget, its suspensions and at most one extension, and what follows from them on a day.

A due date is never stored: `due_on`, `count_used`, `count_left` and `explain` all read one reckoning. Pure: no database
and no present moment enters; `today` is always a parameter. The procedure says which event starts or stops which clock.

民法典 201 条 (the day of the start is not counted), 202 条 (months end on the corresponding day), 203 条 (an end on
a rest day moves to the next working day); 许可法 82 条 (working days), 45 条 (suspensions), 42 条 (extension).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from .calendar import CalendarGap, WorkingCalendar

_DAY = timedelta(days=1)


class Unit(StrEnum):
    """The unit of a limit. 许可法 82 条: the limits of that law are working days."""

    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    IMMEDIATE = "immediate"


_LABELS = {Unit.WORKDAY: "{}个工作日", Unit.DAY: "{}日", Unit.MONTH: "{}个月", Unit.IMMEDIATE: "当场"}


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time and its unit; the value of an immediate limit is 0."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        """Raises ValueError for a negative limit."""
        if self.value < 0:
            raise ValueError(f"时限不能为负数：{self.value}。")

    @property
    def label(self) -> str:
        """The limit as people write it: 20个工作日, 7日, 3个月, 当场."""
        return _LABELS[self.unit].format(self.value)


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time that is not counted: the days after `from_` up to and including `to`; None while it still runs.

    A suspension that ended before it began suspends nothing.
    """

    from_: date
    to: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that began to run on `start` (a day not itself counted).

    `extension` is in the unit of the limit; `stopped` is the day the clock was answered, counted as used; `told` is a
    last day that somebody was told: a calendar corrected later moves it only forward.
    """

    limit: Limit
    start: date
    suspensions: tuple[Suspension, ...] = ()
    extension: int = 0
    stopped: date | None = None
    told: date | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a negative extension."""
        if self.extension < 0:
            raise ValueError(f"延长的期限不能为负数：{self.extension}。")


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit.

    `certain` is False while it rests on a year whose holidays are unpublished; `open_ended` is True while a running
    suspension moves it (it is then reckoned as if that suspension ended today).
    """

    day: date
    certain: bool
    open_ended: bool


Span = tuple[date, date]
"""Days after the first up to and including the second."""


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """The state of a clock on a day. The four public functions are answered from it alone."""

    now: date  # today, or the day the clock stopped
    counted: Unit  # WORKDAY or DAY: what is counted; months are counted out in days
    suspended: tuple[Span, ...]  # united, in order, only those that began before the limit had run out
    running: Suspension | None  # the suspension without an end, if it moves the due date
    end: date  # the last day counted
    reckoned: date  # `end`, moved past rest days
    due: date  # the same, but never before a day that was told
    estimated: tuple[int, ...]  # the unpublished years the due date rests on


def due_on(clock: Clock, calendar: WorkingCalendar, today: date) -> Due:
    """The last day of the limit, seen from `today`."""
    reckoning = _reckon(clock, calendar, today)
    return Due(reckoning.due, not reckoning.estimated, reckoning.running is not None)


def count_used(clock: Clock, calendar: WorkingCalendar, today: date) -> int:
    """Days of the limit used by the end of `today`, or of the day the clock stopped; suspended days do not count.

    Working days for a WORKDAY limit, and past an IMMEDIATE one; calendar days for DAY and also for MONTH, since
    months have no common measure. Never negative.
    """
    reckoning = _reckon(clock, calendar, today)
    return _unsuspended(clock.start, reckoning.now, reckoning, calendar)


def count_left(clock: Clock, calendar: WorkingCalendar, today: date) -> int:
    """Days left after `today` until the due date; suspended days do not count. Negative when overdue.

    Working days for WORKDAY and IMMEDIATE limits, calendar days for DAY and MONTH. 0 on the due date.
    """
    reckoning = _reckon(clock, calendar, today)
    if reckoning.now > reckoning.due:
        return -_count(reckoning.due, reckoning.now, reckoning.counted, calendar)
    return _unsuspended(max(clock.start, reckoning.now), reckoning.due, reckoning, calendar)


def explain(clock: Clock, calendar: WorkingCalendar, today: date) -> tuple[str, ...]:
    """How the due date was found, as Chinese sentences in the order in which a person would check it."""
    return tuple(_sentences(clock, _reckon(clock, calendar, today), calendar))


def unite(suspensions: Iterable[Suspension], until: date) -> tuple[Span, ...]:
    """The suspended days as separate spans in order; a suspension still running counts up to `until`."""
    spans: list[Span] = []
    for begin, end in sorted((suspension.from_, suspension.to or until) for suspension in suspensions):
        if end <= begin:
            continue
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((begin, end))
    return tuple(spans)


@lru_cache(maxsize=512)  # a command asks three times for the clocks of the same state
def _reckon(clock: Clock, calendar: WorkingCalendar, today: date) -> _Reckoning:
    start, now = clock.start, min(today, clock.stopped or today)
    if clock.limit.unit is Unit.IMMEDIATE:
        # 当场: there is nothing to count, so nothing to suspend or to extend; on a rest day nobody is there (203 条)
        due = calendar.next_working(start)
        return _Reckoning(now, Unit.WORKDAY, (), None, start, due, due, calendar.unpublished(start - _DAY, due))
    unit = Unit.WORKDAY if clock.limit.unit is Unit.WORKDAY else Unit.DAY
    spans = tuple((max(begin, start), end) for begin, end in unite(clock.suspensions, now) if end > start)
    end = _end(start, _budget(clock), spans, unit, calendar)
    reckoned = end if unit is Unit.WORKDAY else _past_rest(end, spans, calendar)
    due = max(reckoned, clock.told or reckoned)
    stopped = clock.stopped is not None and clock.stopped <= today
    open_ended = (suspension for suspension in clock.suspensions if suspension.to is None)
    running = next((pause for pause in open_ended if pause.from_ < due and not stopped), None)
    # calendar days need the holidays only where the end may fall on one; working days need them all the way
    estimated = calendar.unpublished(start if unit is Unit.WORKDAY else end - _DAY, due)
    return _Reckoning(now, unit, tuple(span for span in spans if span[0] < due), running, end, reckoned, due, estimated)


def _budget(clock: Clock) -> int:
    """The limit with its extension, in working days or calendar days."""
    total = clock.limit.value + clock.extension
    if clock.limit.unit is Unit.MONTH:
        return (months_after(clock.start, total) - clock.start).days
    return total


def months_after(day: date, months: int) -> date:
    """The same day of the month, `months` later; the last day of that month if it is shorter. 民法典 202 条."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _end(start: date, budget: int, spans: tuple[Span, ...], unit: Unit, calendar: WorkingCalendar) -> date:
    """The day on which the budget is used up, walking from one suspension to the next."""
    for begin, end in spans:
        before = _count(start, begin, unit, calendar)
        if before >= budget:
            break  # it had run out already: what has run out cannot be suspended
        start, budget = end, budget - before
    return calendar.add(start, budget) if unit is Unit.WORKDAY else start + budget * _DAY


def _past_rest(end: date, spans: tuple[Span, ...], calendar: WorkingCalendar) -> date:
    """The end itself; if it is a rest day, the next working day that is not suspended. 民法典 203 条."""
    day = calendar.next_working(end)
    for begin, until in spans:
        if begin < day <= until:
            day = calendar.next_working(until + _DAY)
    return day


def _count(start: date, end: date, unit: Unit, calendar: WorkingCalendar) -> int:
    return calendar.count(start, end) if unit is Unit.WORKDAY else (end - start).days


def _unsuspended(start: date, end: date, reckoning: _Reckoning, calendar: WorkingCalendar) -> int:
    """Counted days after `start` up to and including `end`, without suspended ones; 0 when `end` is before `start`."""
    return sum(
        _count(*piece, reckoning.counted, calendar) for piece, counts in _pieces(start, end, reckoning) if counts
    )


def _pieces(start: date, end: date, reckoning: _Reckoning) -> Iterator[tuple[Span, bool]]:
    """Cut the days after `start` up to `end` at the suspensions, in order. True marks a piece that counts."""
    for begin, until in reckoning.suspended:
        if until <= start or begin >= end:
            continue
        if begin > start:
            yield (start, begin), True
        yield (max(begin, start), min(until, end)), False
        start = until
    if start < end:
        yield (start, end), True


_COUNTED = {Unit.WORKDAY: "个工作日", Unit.DAY: "日"}


def _sentences(clock: Clock, reckoning: _Reckoning, calendar: WorkingCalendar) -> Iterator[str]:
    if clock.limit.unit is Unit.IMMEDIATE:
        yield _immediate_sentence(clock, reckoning)
        return
    yield f"{format_day(clock.start)}起算，当日不计入，期限{clock.limit.label}{_article(clock, '第二百零一条')}。"
    if clock.extension:
        extension, total = (Limit(n, clock.limit.unit) for n in (clock.extension, clock.limit.value + clock.extension))
        yield f"延长{extension.label}，合计{total.label}。"
    if clock.limit.unit is Unit.MONTH:
        yield _month_sentence(clock)
    for (begin, end), counts in _pieces(clock.start, reckoning.due, reckoning):
        if not counts:
            number = f"{_count(begin, end, reckoning.counted, calendar)}{_COUNTED[reckoning.counted]}"
            yield f"{format_day(begin)}次日起至{format_day(end)}止暂停计时，其间{number}不计入。"
        elif reckoning.counted is Unit.WORKDAY:
            yield from _gap_sentences(calendar.describe_gap(begin, end))
    if reckoning.running:
        since, now = format_day(reckoning.running.from_), format_day(reckoning.now)
        yield f"自{since}起的暂停尚未结束，以上按{now}恢复计时推算，到期日将随暂停顺延。"
    if reckoning.reckoned != reckoning.end:
        article = _article(clock, "第二百零三条")
        yield f"期满日{format_day(reckoning.end)}是休息日，顺延至{format_day(reckoning.reckoned)}{article}。"
    if reckoning.estimated:
        years = "、".join(f"{year}年" for year in reckoning.estimated)
        yield f"{years}的放假安排尚未载入，按周一至周五上班估算，载入后重新计算。"
    if reckoning.due != reckoning.reckoned:
        known, told = format_day(reckoning.reckoned), format_day(reckoning.due)
        yield f"按更正后的日历为{known}；已经告知的{told}不提前，以告知的为准。"
    yield f"到期日为{format_day(reckoning.due)}。"
    if clock.stopped is not None and clock.stopped == reckoning.now:
        spent = _unsuspended(clock.start, reckoning.now, reckoning, calendar)
        yield f"{format_day(clock.stopped)}停止计时，已用{spent}{_COUNTED[reckoning.counted]}。"


def _immediate_sentence(clock: Clock, reckoning: _Reckoning) -> str:
    if reckoning.due == clock.start:
        return f"{format_day(clock.start)}当场办结，到期日即为当日。"
    article = _article(clock, "第二百零三条")
    return f"{format_day(clock.start)}是休息日，当场办结的到期日顺延至{format_day(reckoning.due)}{article}。"


def _month_sentence(clock: Clock) -> str:
    day = months_after(clock.start, clock.limit.value + clock.extension)
    article = _article(clock, "第二百零二条")
    if day.day == clock.start.day:
        return f"按月计算，到期月的对应日为{format_day(day)}{article}。"
    return f"{day.year}年{day.month}月没有{clock.start.day}日，以月末日{format_day(day)}为期间的最后一日{article}。"


def _article(clock: Clock, number: str) -> str:
    """The article in the law of the clock's time: 民法总则 had the same numbers until 民法典 came in on 2021-01-01."""
    return f"（{'民法典' if clock.start.year >= 2021 else '民法总则'}{number}）"


def _gap_sentences(gap: CalendarGap) -> Iterator[str]:
    for first, last in gap.holidays:
        yield (
            f"{format_day(first)}放假，不计入。"
            if first == last
            else f"{format_day(first)}至{format_day(last)}放假，不计入。"
        )
    if gap.work_weekends:
        yield f"{'、'.join(map(format_day, gap.work_weekends))}调休上班，计入。"


def format_day(day: date) -> str:
    """A date for people: 2018年2月9日（周五）."""
    return f"{day.year}年{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
