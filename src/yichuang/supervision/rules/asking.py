"""What questions find, as Ibis expressions over the activities of a history."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
from ibis.expr.types import Table

from yichuang.supervision.contract_activities import ACTIVITIES, ATTRIBUTES, DATES
from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.questions import ENDS, RUN_OUT, Question
from yichuang.supervision.rules.rule import Level
from yichuang.supervision.rules.tables import calendar, cases, events, unbound
from yichuang.supervision.rules.timing import in_published_years, not_excused

_SECONDS = 3600  # of an hour
_OF_CASE = 0  # the entry under which a date or an attribute of the case itself stands
activities = unbound(ACTIVITIES)
attributes = unbound(ATTRIBUTES)
dates = unbound(DATES)


def find_activities(question: Question) -> Table:
    """The activities that the question is about: of its cases, and with the attributes that it names."""
    chosen = _choose_cases(activities.filter(~activities.twin), question)
    for name, of_case, values in question.kept:
        if not of_case:
            fit = attributes.filter(attributes.name == name, attributes.value.isin(values))
            chosen = chosen.semi_join(fit, ["case_id", "seq"])
    return chosen


def _choose_cases(rows: Table, question: Question) -> Table:
    """The rows of the cases that the question is about."""
    if question.where:
        case = cases
        for column, values in question.where:
            case = case.filter(case[column].isin(values))
        rows = rows.semi_join(case, "case_id")
    for name, of_case, values in question.kept:
        if of_case:
            fit = attributes.filter(attributes.seq == _OF_CASE, attributes.name == name, attributes.value.isin(values))
            rows = rows.semi_join(fit, "case_id")
    return rows


def _named(acts: Table, question: Question, place: int) -> Table:
    """The activities that a name of the question stands for."""
    return acts.filter(acts.activity.isin(question.activities_of(question.names[place])))


def _first(named: Table, prefix: str) -> Table:
    """Of each case the first of these activities: its entry, day, moment and person, under names with a prefix."""
    turn = ibis.row_number().over(ibis.window(group_by="case_id", order_by="seq"))
    named = named.mutate(turn=turn)
    first = named.filter(named.turn == 0)
    return first.select(
        "case_id",
        **{
            f"{prefix}_seq": first.seq,
            f"{prefix}_on": first.occurred_on,
            f"{prefix}_at": first.occurred_at,
            f"{prefix}_by": first.person,
        },
    )


def _find_same_person(question: Question) -> Table:
    acts = find_activities(question)
    acts = acts.filter(acts.person != "", acts.person != "system")
    one, other = _named(acts, question, 0), _named(acts, question, 1)
    one = one.select("case_id", "person", one=one.seq, one_on=one.occurred_on)
    other = other.select("case_id", "person", other=other.seq, other_on=other.occurred_on)
    both = one.join(other, ["case_id", "person"])
    both = both.filter(both.one != both.other)
    both = both.mutate(
        begun=ibis.least(both.one, both.other), done=ibis.greatest(both.one, both.other),
        day=ibis.greatest(both.one_on, both.other_on),
    )  # fmt: skip
    first = both.group_by("case_id", "person").agg(  # the earliest two
        begun=lambda t: t.begun.min(), done=lambda t: t.done.min(), day=lambda t: t.day.min()
    )
    return hits(
        first, at=first.person, level=_level(question), person=first.person, day=first.day, seq=first.done,
        other=first.begun,
    )  # fmt: skip


def _find_without(question: Question) -> Table:
    alone = find_lacking(question)
    alone = alone.filter(~alone.running, ~alone.cut_short)
    return hits(alone, at=question.names[1], level=_level(question), day=alone.a_on, seq=alone.a_seq)


def find_lacking(question: Question) -> Table:
    """The first A of each case without any B; and why B may not be missing: the case is `running`, or it was
    `cut_short` after A, by a withdrawal or another end before a decision. What was to follow that end may be missing.
    """
    acts = find_activities(question)
    alone = _first(_named(acts, question, 0), "a").anti_join(_named(acts, question, 1), "case_id")
    over = cases.select(
        "case_id", running=cases.closed_on.isnull() & question.ended, stopped=cases.outcome.notin(RUN_OUT)
    )
    ends = events.filter(events.kind.isin(sorted(ENDS))).group_by("case_id").agg(end_seq=lambda t: t.seq.min())
    placed = alone.join(over, "case_id").left_join(ends, "case_id").drop("case_id_right")
    cut_short = placed.stopped & (placed.end_seq.isnull() | (placed.a_seq < placed.end_seq))
    return placed.mutate(cut_short=cut_short)


def _find_before(question: Question) -> Table:
    acts = find_activities(question)
    later = _first(_named(acts, question, 1), "b").left_join(_first(_named(acts, question, 0), "a"), "case_id")
    early = later.filter(later.a_seq.isnull() | (later.a_seq > later.b_seq))
    return hits(
        early, at=question.names[1], level=_level(question), person=early.b_by, day=early.b_on, seq=early.b_seq,
        other=early.a_seq,
    )  # fmt: skip


def _find_at_most(question: Question) -> Table:
    acts = find_activities(question)
    named = _named(acts, question, 0)
    if question.until:  # what is done once the rule has ended takes back nothing that it has found
        named = named.filter(named.occurred_on < question.until)
    counted = named.group_by("case_id").agg(
        times=lambda t: t.count(), day=lambda t: t.occurred_on.max(), seq=lambda t: t.seq.max()
    )
    many = counted.filter(counted.times > question.times)
    return hits(
        many, at=question.names[0], level=_level(question), day=many.day, measured=many.times, allowed=question.times,
        seq=many.seq,
    )  # fmt: skip


def _find_within(question: Question) -> Table:
    """Cases in which the first B after the first A came later than allowed, and no outage excuses it. Nobody is held to
    a limit whose time began before the rule did.
    """
    late = find_apart(question)
    late = late.filter(late.beyond)
    if question.since:
        late = late.filter(late.a_on >= question.since)
    return _say_apart(_excuse(late, question), question)


def _excuse(late: Table, question: Question) -> Table:
    """Without what fell due in an outage and was made up for. A number of hours ends on one of two days."""
    assert question.span is not None
    amount, unit = question.span.amount, question.span.unit
    working = unit == "workday"
    if unit == "hour":
        late = late.join(calendar.select(a_on=calendar.day, a_number=calendar.number), "a_on")
    days = calendar.filter(calendar.working) if working else calendar
    for after in (amount // 24, amount // 24 + 1) if unit == "hour" else (amount,):
        due = days.select(place=days.ordinal if working else days.number, fell=days.day)
        placed = late.mutate(place=late["a_ordinal" if working else "a_number"] + after).left_join(due, "place")
        late = not_excused(placed, placed.fell, placed.b_on).drop("place", "place_right", "fell")
    return late


def _find_at_least(question: Question) -> Table:
    """Cases in which the first B after the first A came sooner than allowed."""
    early = find_apart(question)
    return _say_apart(early.filter(early.below), question)


def _say_apart(found: Table, question: Question) -> Table:
    assert question.span is not None
    return hits(
        found, at=question.names[1], level=_level(question), person=found.b_by, day=found.b_on, measured=found.apart,
        allowed=question.span.amount, seq=found.b_seq, other=found.a_seq,
    )  # fmt: skip


def find_apart(question: Question, *, certain: bool = True) -> Table:
    """The first A of each case and the first B after it; with how far apart they are, where that is certain."""
    acts = find_activities(question)
    first = _first(_named(acts, question, 0), "a")
    after = _named(acts, question, 1).join(first.select("case_id", "a_seq"), "case_id")
    after = after.filter(after.seq > after.a_seq)
    pair = first.join(_first(after, "b"), "case_id")
    return _measure(pair, question, "a", "b") if certain else pair


def _measure(pair: Table, question: Question, one: str, other: str) -> Table:
    """With `apart` in the unit, and whether that is `beyond` or `below` what is allowed; of certain days alone."""
    assert question.span is not None
    amount, unit = question.span.amount, question.span.unit
    if unit == "hour":
        seconds = pair[f"{other}_at"].delta(pair[f"{one}_at"], unit="second").cast("int64")
        timed = pair.mutate(seconds=seconds)
        hours = (timed.seconds / _SECONDS).floor().cast("int64")
        return timed.mutate(
            apart=hours, beyond=timed.seconds > amount * _SECONDS, below=timed.seconds < amount * _SECONDS
        )
    days = [calendar.day, calendar.ordinal, calendar.number]
    begun, ended = (
        calendar.select(**dict(zip((f"{name}_on", f"{name}_ordinal", f"{name}_number"), days, strict=True)))
        for name in (one, other)
    )
    placed = pair.join(begun, f"{one}_on").join(ended, f"{other}_on")
    count = "ordinal" if unit == "workday" else "number"
    placed = placed.mutate(apart=placed[f"{other}_{count}"] - placed[f"{one}_{count}"])
    if unit == "workday":
        placed = in_published_years(placed, placed[f"{one}_number"] + 1, placed[f"{other}_number"])
    return placed.mutate(beyond=placed.apart > amount, below=placed.apart < amount)


def list_named(question: Question) -> Table:
    """The activities that the question names; all when it names none."""
    acts, names = find_activities(question), question.list_activities()
    return acts.filter(acts.activity.isin(names)) if names else acts


def _find_recorded_late(question: Question) -> Table:
    acts = list_named(question)
    told = acts.filter(acts.recorded_at.notnull())
    told = told.select(
        "case_id", "seq", "activity", "person", a_at=told.occurred_at, a_on=told.occurred_on, b_at=told.recorded_at,
        b_on=told.recorded_on,
    )  # fmt: skip
    late = _measure(told, question, "a", "b")
    late = late.filter(late.beyond)
    late = not_excused(late, late.a_on, late.b_on)
    assert question.span is not None
    return hits(
        late, at=late.activity + "/" + late.seq.cast("string"), level=_level(question), person=late.person,
        day=late.b_on, measured=late.apart, allowed=question.span.amount, seq=late.seq,
    )  # fmt: skip


def _find_after_due(question: Question) -> Table:
    acts = list_named(question)
    if question.due:
        due = dates.filter(dates.name == question.due)
        if question.due_of_case:
            acts = acts.drop("due_on").join(due.select("case_id", due_on=due.told_on), "case_id")
        else:
            acts = acts.drop("due_on").join(due.select("case_id", "seq", due_on=due.told_on), ["case_id", "seq"])
    late = acts.filter(acts.due_on.notnull(), acts.occurred_on > acts.due_on)
    late = not_excused(late, late.due_on, late.occurred_on)
    return hits(
        late, at=late.activity + "/" + late.seq.cast("string"), level=_level(question), person=late.person,
        day=late.occurred_on, measured=late.occurred_on.delta(late.due_on, unit="day"), allowed=0, seq=late.seq,
    )  # fmt: skip


def _find_closed_after(question: Question) -> Table:
    """Cases that ended after a date of their own; who is answerable for it, the log does not tell."""
    due = dates.filter(dates.name == question.due, dates.seq == _OF_CASE)
    closed = _choose_cases(cases.filter(cases.closed_on.notnull()), question)
    late = closed.join(due.select("case_id", due_on=due.told_on), "case_id")
    late = late.filter(late.closed_on > late.due_on)
    return hits(
        late, at=question.due, level=_level(question), day=late.due_on,
        measured=late.closed_on.delta(late.due_on, unit="day"), allowed=0,
    )  # fmt: skip


def _level(question: Question) -> Level:
    return Level(question.level)


FIND: Mapping[str, Callable[[Question], Table]] = {
    "same_person": _find_same_person,
    "without": _find_without,
    "before": _find_before,
    "at_most": _find_at_most,
    "within": _find_within,
    "at_least": _find_at_least,
    "recorded_late": _find_recorded_late,
    "after_due": _find_after_due,
    "closed_after": _find_closed_after,
}
