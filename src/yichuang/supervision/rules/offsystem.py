"""Rules on what happened outside, and was entered afterwards (R-O02 … R-O04; clauses 4.1c, 4.1d)."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import calendar, cases, events, steps, surveys


def entered_afterwards(parameters: Parameters) -> Table:
    """R-O02: an act recorded more than a working day after it is said to have happened, all steps of a decided case
    begun and concluded within minutes, or a step concluded after the decision.

    What time itself has done is recorded late by nature, and what was migrated says so.
    """
    act = events.filter(events.source != "migrated", events.person != "system")
    happened = calendar.select(occurred_on=calendar.day, happened=calendar.ordinal)
    recorded = calendar.select(recorded_on=calendar.day, recorded=calendar.ordinal)
    act = act.join(happened, "occurred_on").join(recorded, "recorded_on")
    act = act.mutate(late=act.recorded - act.happened)
    late = act.filter(act.late > parameters["workdays"])
    plain = cases.filter(~cases.instant, cases.source != "migrated", cases.decided_on.notnull()).select("case_id")
    done = steps.filter(steps.concluded_at.notnull(), steps.concluded_by != "system").join(plain, "case_id")
    span = done.group_by("case_id").agg(
        number=lambda t: t.step.nunique(),
        last=lambda t: t.concluded_at.max(),
        begun=lambda t: t.opened_at.min(),
        seq=lambda t: t.concluded_seq.max(),
        other=lambda t: t.concluded_seq.min(),
        person=lambda t: t.concluded_by.max(),
        day=lambda t: t.concluded_on.max(),
    )
    span = span.mutate(spent=span.last.delta(span.begun, unit="second").cast("int64"))
    bulk = span.filter(span.number > 1, span.spent < parameters["minutes"] * 60)
    decided = events.filter(events.kind == "decided").group_by("case_id").agg(decided_seq=lambda t: t.seq.min())
    after = steps.filter(steps.concluded_by != "system").join(decided, "case_id")
    after = after.filter(after.concluded_seq > after.decided_seq)
    return ibis.union(
        hits(
            late, at="late/" + late.seq.cast("string"), level=Level.RED, person=late.person, day=late.recorded_on,
            measured=late.late, allowed=parameters["workdays"], seq=late.seq,
        ),
        hits(
            bulk, at="bulk", level=Level.RED, person=bulk.person, day=bulk.day, measured=bulk.spent,
            allowed=parameters["minutes"] * 60, seq=bulk.seq, other=bulk.other,
        ),
        hits(
            after, at="after/" + after.step + "/" + after.round.cast("string"), level=Level.RED,
            person=after.concluded_by, day=after.concluded_on, seq=after.concluded_seq, other=after.decided_seq,
        ),
    )  # fmt: skip


def dates_differ(parameters: Parameters) -> Table:
    """R-O03: the date a document or a step carries is another than the day on which it was recorded.

    A receipt carries the day the application arrived, which may be earlier in law.
    """
    said = ibis.union(
        cases.filter(~cases.silent).select("case_id", kind=ibis.literal("accepted"), said=cases.accepted_on),
        cases.select("case_id", kind=ibis.literal("decided"), said=cases.decided_on),
    )
    said = said.filter(said.said.notnull())
    act = events.filter(events.source != "migrated", events.person != "system")
    acts = act.select("case_id", "kind", "seq", "person", "recorded_on")
    paired = said.join(acts, ["case_id", "kind"])
    differ = paired.filter(paired.said != paired.recorded_on)
    step = steps.filter(steps.concluded_on.notnull()).select(
        "case_id", "step", "round", "concluded_on", "concluded_seq"
    )
    seqs = act.select("case_id", concluded_seq=act.seq, person=act.person, recorded_on=act.recorded_on)
    stepped = step.join(seqs, ["case_id", "concluded_seq"])
    stepped = stepped.filter(stepped.concluded_on != stepped.recorded_on)
    return ibis.union(
        hits(differ, at=differ.kind, level=Level.RED, person=differ.person, day=differ.recorded_on, seq=differ.seq),
        hits(
            stepped, at="step/" + stepped.step + "/" + stepped.round.cast("string"), level=Level.RED,
            person=stepped.person, day=stepped.recorded_on, seq=stepped.concluded_seq,
        ),
    )  # fmt: skip


def examined_before_acceptance(parameters: Parameters) -> Table:
    """R-O04: a site check, test or review dated before the case was accepted (4.1d)."""
    survey = surveys.join(cases.select("case_id", "accepted_on"), "case_id")
    early = survey.filter(survey.started_on.notnull())
    early = early.filter(early.accepted_on.isnull() | (early.started_on < early.accepted_on))
    return hits(early, at=early.survey, level=Level.RED, day=early.started_on)
