"""When a limit ends, computed by the engine from the same calendar and suspensions as `kernel.clock`.

民法典 201–203 条, 许可法 42、45、82 条, as there: the day of the start is not counted; months end on the corresponding
day; what has run out cannot be suspended; an end of calendar days on a rest day moves to the next working day. A
property test holds both to the same answer.
"""

from __future__ import annotations

from typing import Any

import ibis
from ibis.expr.types import Table

from yichuang.cases.core.events import ITEM_ENDED
from yichuang.supervision.rules.tables import asof, calendar, cases, events, fees, outages, surveys

WORKDAY, MONTH, IMMEDIATE = "workday", "month", "immediate"
DELIVERY = "deliver"  # the place of the one clock that an unpaid fee suspends


def reckoned(clocks: Table) -> Table:
    """The clocks with `due` (last day), `until` (the day answered, else today) and `over` (working days past due).

    `clocks` has case_id, at, start, amount, unit, extension, stopped (the day it was answered, or null) and whatever
    else the rule wants to keep. Clocks without a limit, a start or an end within the calendar are left out. Who accuses
    asks `only_certain` of them.
    """
    given = clocks.filter(clocks.unit != "", clocks.start.notnull()).cross_join(asof)
    given = given.mutate(until=ibis.least(given.stopped.fill_null(given.today), given.today))
    begun = calendar.select(
        start=calendar.day, start_ordinal=calendar.ordinal, start_number=calendar.number,
        start_working=calendar.next_working, start_month=calendar.month, start_dom=calendar.day_of_month,
    )  # fmt: skip
    clock = given.join(begun, "start")
    clock = _budgeted(clock.mutate(total=clock.amount + clock.extension))
    clock = clock.mutate(origin=_measure(clock.unit, clock.start_ordinal, clock.start_number))
    spans = _spans(clock)
    extra = spans.filter(spans.counted < spans.budget).group_by("case_id", "at").agg(extra=lambda t: t.suspended.sum())
    clock = clock.left_join(extra, ["case_id", "at"]).drop("case_id_right", "at_right")
    clock = clock.mutate(last=clock.origin + clock.budget + clock.extra.fill_null(0))
    ended = _ended(clock)
    moved = _past_suspensions(ended, spans)
    answered = calendar.select(until=calendar.day, until_ordinal=calendar.ordinal)
    due = calendar.select(due=calendar.day, due_ordinal=calendar.ordinal, due_number=calendar.number)
    known = moved.join(answered, "until").join(due, "due")
    return known.mutate(over=known.until_ordinal - known.due_ordinal)


def overdue(clocks: Table) -> Table:
    """The clocks that were answered after their last day, or are not answered and past it, and no outage excuses."""
    known = reckoned(_perhaps(clocks))
    late = only_certain(known.filter(known.until > known.due))
    return not_excused(late, late.due, late.until)


def only_certain(known: Table) -> Table:
    """The reckoned clocks whose end rests on published years alone, as `kernel.clock` has it: working days need the
    holidays all the way, calendar days only where the end may fall on one.
    """
    first = ibis.cases(
        (known.unit == WORKDAY, known.start_number + 1), (known.unit == IMMEDIATE, known.start_number), else_=known.last
    )
    return in_published_years(known, first, known.due_number)


def in_published_years(rows: Table, first: Any, last: Any) -> Table:
    """The rows for whose days, from one number to the other, all holidays are published: what is counted by an estimate
    accuses nobody. Where `last` is before `first`, nothing was counted.
    """
    unknown = calendar.filter(~calendar.published)
    begins = unknown.filter(unknown.day_of_month == 1, unknown.month % 12 == 1)
    ends = unknown.filter(unknown.day_of_month == 31, unknown.month % 12 == 0)
    years = ends.select(december=ends.month, ends=ends.number).join(
        begins.select(december=begins.month + 11, begins=begins.number), "december"
    )
    years = years.select("begins", "ends")
    asked = rows.mutate(first_day=first, last_day=last)
    met = [years.ends >= asked.first_day, years.begins <= asked.last_day, asked.first_day <= asked.last_day]
    return asked.anti_join(years, met).drop("first_day", "last_day")


def _perhaps(clocks: Table) -> Table:
    """The clocks whose limit can have run out at all: no working day is less than a day, and no month less than 28.

    Most are left out here, before anything is reckoned of them.
    """
    asked = clocks.cross_join(asof)
    spent = ibis.least(asked.stopped.fill_null(asked.today), asked.today).delta(asked.start, unit="day")
    least = (asked.amount + asked.extension) * ibis.cases((asked.unit == MONTH, 28), else_=1)
    return asked.filter(spent > least).drop("today")


def not_excused(late: Table, due: Any, done: Any) -> Table:
    """What no outage excuses: an outage excuses what fell due in it and was made up for by the first working day after.
    The limit itself does not move; only nobody is held to have missed it.
    """
    ended = outages.join(calendar.select(last_day=calendar.day, ended=calendar.number), "last_day")
    lost = ended.mutate(morrow=ended.ended + 1).join(
        calendar.select(morrow=calendar.number, resumes=calendar.next_working), "morrow"
    )
    lost = lost.select("first_day", lost_until=lost.last_day, resumes=lost.resumes)
    asked = late.mutate(fell_due=due, made_up=done)
    excused = [
        asked.fell_due >= lost.first_day,
        asked.fell_due <= lost.lost_until,
        asked.made_up <= lost.resumes,
    ]
    return asked.anti_join(lost, excused).drop("fell_due", "made_up")


def decided_by_silence() -> Table:
    """The cases that nobody decided before the licence they renew ran out (许可法50条二款): time itself acted. `eve` is
    the licence's last day, the last on which somebody could have decided; what ran out with it is R-L03's alone.
    """
    silent = events.filter(events.kind == "decided", events.person == "system").select("case_id").distinct()
    silent = cases.filter(cases.decided_on.notnull()).select("case_id", "decided_on").join(silent, "case_id")
    silent = silent.join(calendar.select(decided_on=calendar.day, morrow=calendar.number), "decided_on")
    silent = silent.mutate(before=silent.morrow - 1)
    silent = silent.join(calendar.select(before=calendar.number, eve=calendar.day), "before")
    return silent.select("case_id", "eve")


def ended_with_item() -> Table:
    """The cases that ended undecided at the midnight at which their item left the list. `eve` is the day before, the
    last on which somebody could have decided.
    """
    ended = cases.filter(cases.outcome == ITEM_ENDED, cases.decided_on.isnull()).select("case_id", "closed_on")
    ended = ended.join(calendar.select(closed_on=calendar.day, morrow=calendar.number), "closed_on")
    ended = ended.mutate(before=ended.morrow - 1)
    ended = ended.join(calendar.select(before=calendar.number, eve=calendar.day), "before")
    return ended.select("case_id", "eve")


def begun_by(special: Table) -> Table:
    """Special procedures of our own cases, which are numbered in the order in which they began, with `begun_seq`, the
    entry of their beginning, and `begun_by`, whose it is; null and empty where the log does not tell.
    """
    began = events.filter(events.kind == "special_started", events.source != "reported")
    turn = ibis.row_number().over(ibis.window(group_by="case_id", order_by="seq"))
    began = began.select("case_id", begun_seq=began.seq, begun=began.person, number=turn + 1)
    began = began.select("case_id", "begun_seq", "begun", survey=ibis.literal("X") + began.number.cast("string"))
    known = special.left_join(began, ["case_id", "survey"]).drop("case_id_right", "survey_right")
    return known.mutate(begun_by=known.begun.fill_null("")).drop("begun")


def _measure(unit: Any, ordinal: Any, number: Any) -> Any:
    """What is counted for this unit: working days or calendar days."""
    return ibis.cases((unit == WORKDAY, ordinal), else_=number)


def _budgeted(clock: Table) -> Table:
    """With `budget`: the limit and its extension in working days or calendar days; months are counted out in days."""
    ends = calendar.select(
        month=calendar.month, dom=calendar.day_of_month, last_of_month=calendar.last_of_month,
        month_number=calendar.number,
    )  # fmt: skip
    joined = clock.left_join(
        ends,
        [
            clock.unit == MONTH,
            ends.month == clock.start_month + clock.total,
            (ends.dom == clock.start_dom) | (ends.last_of_month & (ends.dom < clock.start_dom)),
        ],
    )
    months = joined.month_number - joined.start_number
    return joined.mutate(budget=ibis.cases((joined.unit == MONTH, months), else_=joined.total)).drop(
        "month", "dom", "last_of_month", "month_number"
    )


def _spans(clock: Table) -> Table:
    """The united suspensions of each clock, cut to begin at its start: begin, end, suspended, and `counted`, what had
    been used when it began.
    """
    stopping = surveys.filter(surveys.stops).select("case_id", "started_on", "ended_on").mutate(only=ibis.literal(""))
    unpaid = fees.select("case_id", started_on=fees.charged_on, ended_on=fees.paid_on, only=ibis.literal(DELIVERY))
    unpaid = unpaid.filter(unpaid.started_on.notnull())
    cut = clock.filter(clock.unit != IMMEDIATE).join(stopping.union(unpaid), "case_id")
    cut = cut.filter((cut.only == "") | (cut.only == cut.at))
    cut = cut.select(
        "case_id", "at", "unit", "origin", "budget",
        begin=ibis.greatest(cut.started_on, cut.start),
        end=cut.ended_on.fill_null(cut.until),
    )  # fmt: skip
    cut = cut.filter(cut.end > cut.begin)
    marked = cut.mutate(reached=cut.end.max().over(_earlier()))
    apart = marked.reached.isnull() | (marked.begin > marked.reached)
    marked = marked.mutate(new=ibis.cases((apart, 1), else_=0))
    islands = marked.mutate(island=marked.new.sum().over(_earlier(including=True)))
    united = islands.group_by("case_id", "at", "unit", "origin", "budget", "island").agg(
        begin=lambda t: t.begin.min(), end=lambda t: t.end.max()
    )
    first = calendar.select(begin=calendar.day, begin_ordinal=calendar.ordinal, begin_number=calendar.number)
    final = calendar.select(end=calendar.day, end_ordinal=calendar.ordinal, end_number=calendar.number)
    placed = united.join(first, "begin").join(final, "end")
    placed = placed.mutate(
        started=_measure(placed.unit, placed.begin_ordinal, placed.begin_number),
        finished=_measure(placed.unit, placed.end_ordinal, placed.end_number),
    )
    # 32 bits, whose sum is 64 bits wide everywhere: a sum of 64 bits is a numeric that fits no index
    placed = placed.mutate(suspended=(placed.finished - placed.started).cast("int32"))
    earlier = placed.suspended.sum().over(_earlier()).fill_null(0)
    return placed.mutate(counted=placed.started - placed.origin - earlier)


def _earlier(*, including: bool = False) -> Any:
    """The suspensions of the same clock before this one, or up to and including it."""
    preceding, following = (None, 0) if including else ((None, 1), None)
    return ibis.window(group_by=["case_id", "at"], order_by=["begin", "end"], preceding=preceding, following=following)


def _ended(clock: Table) -> Table:
    """With `end`: the day on which the budget is used up."""
    working = calendar.filter(calendar.working).select(last=calendar.ordinal, end_working=calendar.day)
    number = calendar.select(last=calendar.number, end_number=calendar.day, end_rolled=calendar.next_working)
    by_work = clock.left_join(working, [clock.unit == WORKDAY, clock.last == working.last]).drop("last_right")
    both = by_work.left_join(number, [by_work.unit != WORKDAY, by_work.last == number.last]).drop("last_right")
    at_start = (both.unit == WORKDAY) & (both.budget == 0)
    at_once = both.unit == IMMEDIATE
    return both.mutate(
        due=ibis.cases(
            (at_once, both.start_working),  # on a rest day nobody is there
            (at_start, both.start),
            (both.unit == WORKDAY, both.end_working),
            else_=both.end_rolled,
        )
    ).drop("end_working", "end_number", "end_rolled")


def _past_suspensions(clock: Table, spans: Table) -> Table:
    """An end moved past a rest day may fall into a suspension: then the first working day after it (203 条).

    Suspensions with nothing but rest days between them count as one here: who leaves the first is in the next.
    """
    following = calendar.select(morrow=calendar.number, resumes=calendar.next_working)
    held = spans.filter(spans.unit != WORKDAY)
    held = held.mutate(morrow=held.end_number + 1).join(following, "morrow")
    held = held.select("case_id", "at", "begin", "end", "resumes")
    before = held.resumes.max().over(_earlier())
    held = held.mutate(new=ibis.cases((before.isnull() | (before <= held.begin), 1), else_=0))
    held = held.mutate(chain=held.new.sum().over(_earlier(including=True)))
    chains = held.group_by("case_id", "at", "chain").agg(
        begin=lambda t: t.begin.min(), end=lambda t: t.end.max(), resumes=lambda t: t.resumes.max()
    )
    met = clock.select("case_id", "at", "due").join(chains, ["case_id", "at"])
    met = met.filter(met.begin < met.due, met.due <= met.end).select("case_id", "at", "resumes")
    moved = clock.left_join(met, ["case_id", "at"]).drop("case_id_right", "at_right")
    return moved.mutate(due=moved.resumes.fill_null(moved.due)).drop("resumes")
