"""Rules on what happened outside, and was reported or entered afterwards (R-O01 … R-O05; clauses 4.1c … 4.1e)."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import calendar, cases, events, steps, surveys, systems
from yichuang.supervision.rules.timing import begun_by, in_published_years, not_excused

BEGINNINGS = ("submitted", "received", "accepted")
RESULTS = ("decided", "certificate_made", "delivered")


def outside(parameters: Parameters) -> Table:
    """R-O01: a department reports an application of which there is no case here, or what it did before there was one.

    Of a system that was connected when it first told of an application, what it reports is known here (4.1e): only a
    result without a beginning is not.
    """
    act = events.filter(events.source == "reported")
    reports = act.group_by("case_id", "system").agg(
        first=lambda t: t.occurred_on.min(),
        told_on=lambda t: t.recorded_on.min(),
        seq=lambda t: t.seq.max(),
        begun=lambda t: t.kind.isin(BEGINNINGS).cast("int32").max(),
        result=lambda t: t.kind.isin(RESULTS).cast("int32").max(),
    )
    reports = reports.join(cases.filter(cases.source == "reported").select("case_id", "number"), "case_id")
    here = (
        cases.filter(cases.source != "reported", cases.number != "")
        .group_by("number")
        .agg(here=lambda t: t.submitted_on.min())
    )
    register = systems.select("system", "connected_on", "disconnected_on")
    reports = reports.left_join(here, "number").drop("number_right").left_join(register, "system").drop("system_right")
    left = (reports.disconnected_on < reports.told_on).fill_null(False)
    reports = reports.mutate(connected=(reports.connected_on <= reports.told_on).fill_null(False) & ~left)
    alone = reports.filter(reports.here.isnull())
    unconnected = alone.filter(~alone.connected)
    unbegun = alone.filter(alone.connected, alone.begun == 0, alone.result == 1)
    before = reports.filter(~reports.connected, reports.first < reports.here)
    day = calendar.select(first=calendar.day, began=calendar.number)
    filed = calendar.select(here=calendar.day, filed=calendar.number)
    before = before.join(day, "first").join(filed, "here")
    before = before.mutate(days=before.filed - before.began)
    return ibis.union(
        hits(
            unconnected, at=ibis.ifelse(unconnected.result == 1, "result", "act"), level=Level.RED,
            day=unconnected.told_on, seq=unconnected.seq,
        ),
        hits(unbegun, at="unbegun", level=Level.RED, day=unbegun.told_on, seq=unbegun.seq),
        hits(before, at="before", level=Level.RED, day=before.told_on, measured=before.days, allowed=0, seq=before.seq),
    )  # fmt: skip


def accepted_twice(parameters: Parameters) -> Table:
    """R-O05: a department's own system accepted what the hall accepted too: the same applicant and item within days of
    each other, or a case of the hall before the hall accepted it. An acceptance that was revoked is none.
    """
    accepted = cases.filter(cases.accepted_on.notnull(), cases.outcome != "acceptance_revoked")
    theirs = accepted.filter(accepted.source == "reported")
    ours = accepted.filter(accepted.source != "reported").select(
        "division", "item", "applicant", hall=accepted.case_id, hall_number=accepted.number,
        hall_on=accepted.accepted_on,
    )  # fmt: skip
    known = theirs.filter(theirs.applicant != "", theirs.item != "").select(
        "case_id", "number", "division", "item", "applicant", "accepted_on"
    )
    pair = known.join(ours, ["division", "item", "applicant"])
    pair = pair.filter(pair.number != pair.hall_number)
    day = calendar.select(accepted_on=calendar.day, day=calendar.number)
    hall_day = calendar.select(hall_on=calendar.day, hall_day=calendar.number)
    pair = pair.join(day, "accepted_on").join(hall_day, "hall_on")
    pair = pair.mutate(apart=(pair.day - pair.hall_day).abs())
    twice = pair.filter(pair.apart <= parameters["days"])
    hall = cases.filter(cases.source != "reported", cases.number != "").select("number", hall_on=cases.accepted_on)
    early = theirs.filter(theirs.number != "").select("case_id", "number", "accepted_on").join(hall, "number")
    early = early.filter(early.hall_on.isnull() | (early.accepted_on < early.hall_on))
    return ibis.union(
        hits(
            twice, at="twice/" + twice.hall_number, level=Level.RED, day=twice.accepted_on, measured=twice.apart,
            allowed=parameters["days"],
        ),
        hits(early, at="early", level=Level.RED, day=early.accepted_on),
    )  # fmt: skip


def entered_afterwards(parameters: Parameters) -> Table:
    """R-O02: an act recorded more than a working day after it is said to have happened, all steps of a decided case
    begun and concluded within minutes, which names nobody where several did it, or a step concluded after the decision.

    What time itself has done is recorded late by nature, what was migrated says so, and when a department's system
    reports is for reconciliation.
    """
    act = events.filter(events.source.notin(("migrated", "reported")), events.person != "system")
    happened = calendar.select(occurred_on=calendar.day, happened=calendar.ordinal, happened_number=calendar.number)
    recorded = calendar.select(recorded_on=calendar.day, recorded=calendar.ordinal, recorded_number=calendar.number)
    act = act.join(happened, "occurred_on").join(recorded, "recorded_on")
    act = act.mutate(late=act.recorded - act.happened)
    late = act.filter(act.late > parameters["workdays"])
    late = in_published_years(late, late.happened_number + 1, late.recorded_number)
    late = not_excused(late, late.occurred_on, late.recorded_on)
    plain = cases.filter(~cases.instant, cases.source != "migrated", cases.decided_on.notnull()).select("case_id")
    done = steps.filter(steps.concluded_at.notnull(), steps.concluded_by != "system").join(plain, "case_id")
    span = done.group_by("case_id").agg(
        first_step=lambda t: t.step.min(),
        last_step=lambda t: t.step.max(),
        last=lambda t: t.concluded_at.max(),
        begun=lambda t: t.opened_at.min(),
        seq=lambda t: t.concluded_seq.max(),
        other=lambda t: t.concluded_seq.min(),
        one=lambda t: t.concluded_by.min(),
        another=lambda t: t.concluded_by.max(),
        day=lambda t: t.concluded_on.max(),
    )
    span = span.mutate(spent=span.last.delta(span.begun, unit="second").cast("int64"))
    bulk = span.filter(span.first_step != span.last_step, span.spent < parameters["minutes"] * 60)
    decided = events.filter(events.kind == "decided").group_by("case_id").agg(decided_seq=lambda t: t.seq.min())
    after = steps.filter(steps.concluded_by != "system").join(decided, "case_id")
    after = after.filter(after.concluded_seq > after.decided_seq)
    return ibis.union(
        hits(
            late, at="late/" + late.seq.cast("string"), level=Level.RED, person=late.person, day=late.recorded_on,
            measured=late.late, allowed=parameters["workdays"], seq=late.seq,
        ),
        hits(
            bulk, at="bulk", level=Level.RED, person=ibis.ifelse(bulk.one == bulk.another, bulk.one, ""), day=bulk.day,
            measured=bulk.spent, allowed=parameters["minutes"] * 60, seq=bulk.seq, other=bulk.other,
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
    stated = ibis.union(
        cases.filter(~cases.silent).select("case_id", kind=ibis.literal("accepted"), said=cases.accepted_on),
        cases.select("case_id", kind=ibis.literal("decided"), said=cases.decided_on),
    )
    stated = stated.filter(stated.said.notnull())
    act = events.filter(events.source.notin(("migrated", "reported")), events.person != "system")
    acts = act.select("case_id", "kind", "seq", "person", "recorded_on")
    paired = stated.join(acts, ["case_id", "kind"])
    differ = paired.filter(paired.said != paired.recorded_on)
    differ = not_excused(differ, differ.said, differ.recorded_on)
    step = steps.filter(steps.concluded_on.notnull()).select(
        "case_id", "step", "round", "concluded_on", "concluded_seq"
    )
    seqs = act.select("case_id", concluded_seq=act.seq, person=act.person, recorded_on=act.recorded_on)
    stepped = step.join(seqs, ["case_id", "concluded_seq"])
    stepped = stepped.filter(stepped.concluded_on != stepped.recorded_on)
    stepped = not_excused(stepped, stepped.concluded_on, stepped.recorded_on)
    return ibis.union(
        hits(differ, at=differ.kind, level=Level.RED, person=differ.person, day=differ.recorded_on, seq=differ.seq),
        hits(
            stepped, at="step/" + stepped.step + "/" + stepped.round.cast("string"), level=Level.RED,
            person=stepped.person, day=stepped.recorded_on, seq=stepped.concluded_seq,
        ),
    )  # fmt: skip


def examined_before_acceptance(parameters: Parameters) -> Table:
    """R-O04: a site check, test or review dated before the case was accepted (4.1d). Laid to the department whose step
    or system it is, or to who began the special procedure.
    """
    survey = begun_by(surveys).join(cases.select("case_id", "accepted_on"), "case_id")
    survey = survey.left_join(systems.select("system", told_by=systems.department), "system").drop("system_right")
    step = steps.select("case_id", survey=steps.step + "/" + steps.round.cast("string"), done_by=steps.department)
    survey = survey.left_join(step, ["case_id", "survey"]).drop("case_id_right", "survey_right")
    survey = survey.mutate(whose=ibis.coalesce(survey.told_by, survey.done_by, ibis.literal("")))
    early = survey.filter(survey.started_on.notnull())
    early = early.filter(early.accepted_on.isnull() | (early.started_on < early.accepted_on))
    return hits(
        early, at=early.survey, level=Level.RED, department=early.whose, person=early.begun_by, day=early.started_on,
        seq=early.begun_seq,
    )  # fmt: skip
