"""Which cases a question can judge, as Ibis expressions: where it cannot, no hit is no innocence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.asking import find_activities, find_apart, find_lacking, list_named
from yichuang.supervision.rules.questions import Question, Unanswered
from yichuang.supervision.rules.tables import cases


def classify_cases(question: Question) -> Table:
    """Of each case that the question concerns why it is not judged: `case_id` and `why`, empty for one that is."""
    return _CLASSIFY[question.kind](question)


def _told(some: Table, why: Unanswered, when: ibis.expr.types.BooleanValue) -> Table:
    """The cases, each with this reason where the condition holds."""
    return some.select("case_id", why=when.ifelse(ibis.literal(why.value), ibis.literal("")))


def _with(question: Question, n: int) -> Table:
    acts = find_activities(question)
    return acts.filter(acts.activity.isin(question.activities_of(question.names[n]))).select("case_id").distinct()


def _by_ends(some: Table) -> Table:
    """The cases, each with whether it has ended."""
    return some.join(cases.select("case_id", ended=cases.closed_on.notnull()), "case_id")


def _classify_persons(question: Question) -> Table:
    acts = find_activities(question)
    acts = acts.filter(acts.activity.isin(question.names))
    both = _with(question, 0).semi_join(_with(question, 1), "case_id")
    known = acts.semi_join(both, "case_id").group_by("case_id").agg(nobody=lambda t: (t.person == "").any())
    return _told(known, Unanswered.PERSON, known.nobody)


def _classify_lacking(question: Question) -> Table:
    lacking = find_lacking(question)
    why = ibis.cases(
        (lacking.running, Unanswered.RUNNING.value), (lacking.cut_short, Unanswered.CUT_SHORT.value), else_=""
    )  # fmt: skip
    both = _with(question, 0).semi_join(_with(question, 1), "case_id")
    return lacking.select("case_id", why=why).union(both.mutate(why=ibis.literal("")))


def _classify_later(question: Question) -> Table:
    return _with(question, 1).mutate(why=ibis.literal(""))


def _classify_counted(question: Question) -> Table:
    return _with(question, 0).mutate(why=ibis.literal(""))


def _classify_apart(question: Question) -> Table:
    """A pair is judged, unless days between cannot be counted; where the second is still to come, nothing is judged."""
    measured, paired = (find_apart(question, certain=certain).select("case_id").distinct() for certain in (True, False))
    counted = paired.left_join(measured.mutate(counted=True), "case_id").select("case_id", "counted")
    pairs = _told(counted, Unanswered.CALENDAR, counted.counted.isnull())
    waiting = _by_ends(_with(question, 0).anti_join(paired, "case_id"))
    waiting = waiting.filter(~waiting.ended)
    return pairs.union(waiting.select("case_id", why=ibis.literal(Unanswered.RUNNING.value)))


def _classify_recorded(question: Question) -> Table:
    acts = list_named(question)
    known = acts.group_by("case_id").agg(none=lambda t: t.recorded_at.isnull().all())
    return _told(known, Unanswered.RECORDED, known.none)


def _classify_due(question: Question) -> Table:
    acts = list_named(question)
    known = acts.group_by("case_id").agg(none=lambda t: t.due_on.isnull().all())
    return _told(known, Unanswered.DUE, known.none)


_CLASSIFY: Mapping[str, Callable[[Question], Table]] = {
    "same_person": _classify_persons,
    "without": _classify_lacking,
    "before": _classify_later,
    "at_most": _classify_counted,
    "within": _classify_apart,
    "at_least": _classify_apart,
    "recorded_late": _classify_recorded,
    "after_due": _classify_due,
}
