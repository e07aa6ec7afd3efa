"""Rules on licences after they were made (R-L01 … R-L03): changed without a decision, hearings, renewals let lapse."""

from __future__ import annotations

from typing import Any

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import (
    asof,
    calendar,
    cases,
    events,
    holders,
    licence_acts,
    posts,
    standards,
    steps,
)
from yichuang.supervision.rules.timing import not_excused

HOLD, NOTICE = 20, 7  # working days: 许可法47条, 48条一款一项
DRIFT = 5  # seconds by which two lives moved by one command may be recorded apart
_LIFE = ["case_id", "licence_id"]
_PROCEEDING = [*_LIFE, "proceeding"]


def changed_past_the_door(parameters: Parameters) -> Table:
    """R-L01: what only a decision may do was done without one (许可法39、49、50、70条), or a licence was revoked while
    its holder was not told, had still time to be heard, or had asked for a hearing in vain (36、47、48条).

    A case that is not in the log tells nothing: its decision stands elsewhere.
    """
    revoked = licence_acts.filter(licence_acts.kind == "revoked", licence_acts.source != "migrated")
    served = licence_acts.filter(licence_acts.kind == "notice_served", licence_acts.respond_by.notnull())
    served = served.select(*_PROCEEDING, told_until=served.respond_by)
    told = revoked.join(served, _PROCEEDING)
    told = told.filter(told.proceeding < told.seq)
    untold = revoked.anti_join(told, [*_LIFE, "seq"])
    held = licence_acts.filter(licence_acts.kind == "hearing_held").select(*_PROCEEDING)
    unheard = told.anti_join(held, _PROCEEDING)
    asked = licence_acts.filter(licence_acts.kind == "hearing_asked").select(*_PROCEEDING)
    unheld = unheard.semi_join(asked, _PROCEEDING)
    early = unheard.anti_join(asked, _PROCEEDING)
    early = early.filter(early.occurred_on <= early.told_until)
    early = _ordinal(_ordinal(early, "occurred_on", "used"), "told_until", "given")
    return ibis.union(
        _done(_undecided(), "undecided"),
        _done(untold, "untold"),
        _done(unheld, "unheld"),
        _done(early, "early", measured=early.given - early.used),
    )


def hearing_overdue(parameters: Parameters) -> Table:
    """R-L02: a hearing that was asked for was not held in time (许可法47条), laid to the head of the department; or it
    was notified later than seven working days before (48条一款一项), laid to who notified it.

    Days of next year are reckoned before its holidays are published: across a year's end, nobody is held to have missed
    what the other reckoning would have allowed.
    """
    return ibis.union(_held_late(), _notified_late())


def renewal_let_lapse(parameters: Parameters) -> Table:
    """R-L03: the licence ran out while its renewal waited for the organ alone, and counts as renewed (许可法50条二款).
    Laid to who had to do the step that was open on the last day, else to the head.

    Special procedures (45条) stop the limits of deciding, but not the licence: they do not excuse.
    """
    lapsed = licence_acts.filter(licence_acts.kind == "renewed", licence_acts.deemed)
    lapsed = lapsed.filter(lapsed.former_valid_to.notnull(), lapsed.source != "migrated")
    lapsed = lapsed.select(*_LIFE, "seq", "number", "department", last=lapsed.former_valid_to)
    lapsed = lapsed.left_join(_open_steps(lapsed), [*_LIFE, "seq"])
    lapsed = lapsed.drop("case_id_right", "licence_id_right", "seq_right")
    lapsed = lapsed.mutate(
        department=lapsed.step_department.fill_null(lapsed.department),
        post_kind=lapsed.step_post.fill_null("head"),
        assigned_to=lapsed.assigned_to.fill_null(""),
    )
    lapsed = _with_holder(lapsed, "last")
    case = cases.join(standards.select("standard", "statutory"), "standard")
    lapsed = lapsed.join(case.select("case_id", "submitted_on", "statutory"), "case_id")
    lapsed = _ordinal(_ordinal(lapsed, "submitted_on", "begun"), "last", "ended")
    lapsed = not_excused(lapsed, lapsed.last, lapsed.last)
    return hits(
        lapsed, at=_place("lapsed", lapsed), level=Level.RED, department=lapsed.department,
        person=ibis.cases((lapsed.assigned_to != "", lapsed.assigned_to), else_=lapsed.holder),
        day=lapsed.last, measured=lapsed.ended - lapsed.begun, allowed=lapsed.statutory, seq=lapsed.seq,
    )  # fmt: skip


# --- R-L01 ----------------------------------------------------------------------------------------------------------


def _undecided() -> Table:
    """Acts that a granting decision must come before, and does not; those too that name no case at all. A licence of
    before this platform names none when it is made.
    """
    act = licence_acts.filter(licence_acts.source != "migrated")
    act = act.filter((act.kind != "made") | (act.by_case != ""))
    asked = (act.kind == "cancelled") & (act.ground == "asked")
    bound = act.filter(act.kind.isin(("made", "changed", "reissued")) | asked | ((act.kind == "renewed") & ~act.deemed))
    decided = events.filter(events.kind == "decided").group_by("case_id").agg(decided_at=lambda t: t.recorded_at.min())
    case = cases.filter(cases.source != "migrated").select("case_id", "granted")
    case = case.left_join(decided, "case_id").drop("case_id_right")
    judged = bound.join(case, "case_id")
    after = judged.decided_at.delta(judged.recorded_at, unit="second") > DRIFT
    return judged.filter((judged.by_case == "") | ~judged.granted.fill_null(False) | after.fill_null(False))


def _done(act: Table, place: str, **more: Any) -> Table:
    """A hit on an act, laid to who did it."""
    by = ibis.cases((act.person != "system", act.person), else_="")
    return hits(act, at=_place(place, act), level=Level.RED, person=by, day=act.occurred_on, seq=act.seq, **more)


# --- R-L02 ----------------------------------------------------------------------------------------------------------


def _held_late() -> Table:
    """Hearings that were not held by their day, nor the proceeding ended by then."""
    asked = licence_acts.filter(licence_acts.kind == "hearing_asked", licence_acts.hold_by.notnull())
    asked = asked.select(*_PROCEEDING, "seq", "number", "department", "hold_by", "occurred_on")
    ends = ("hearing_held", "revocation_dropped", "revoked")
    ended = licence_acts.filter(licence_acts.kind.isin(ends))
    ended = ended.group_by(_PROCEEDING).agg(ended_on=lambda t: t.occurred_on.min(), ended_seq=lambda t: t.seq.min())
    waited = asked.left_join(ended, _PROCEEDING).drop(*(f"{name}_right" for name in _PROCEEDING)).cross_join(asof)
    waited = waited.mutate(until=ibis.least(waited.ended_on.fill_null(waited.today), waited.today))
    late = waited.filter(waited.until > waited.hold_by)
    late = not_excused(late, late.hold_by, late.until)
    late = _ordinal(_ordinal(_ordinal(late, "occurred_on", "begun"), "hold_by", "due"), "until", "ended")
    near = late.occurred_on.year() == late.hold_by.year()
    late = late.filter(late.due_published, near | (late.ended - late.begun > HOLD))
    known = _with_holder(late.mutate(post_kind=ibis.literal("head")), "hold_by")
    return hits(
        known, at=_place("held", known), level=Level.RED, department=known.department, person=known.holder,
        day=known.hold_by, measured=known.ended - known.due, allowed=known.due - known.begun, seq=known.seq,
        other=known.ended_seq,
    )  # fmt: skip


def _notified_late() -> Table:
    """Hearings whose day was told too late, and not told anew before they were held."""
    told = licence_acts.filter(licence_acts.kind == "hearing_arranged", licence_acts.hearing_on.notnull())
    turn = ibis.row_number().over(ibis.window(group_by=_PROCEEDING, order_by=ibis.desc("seq")))
    told = told.mutate(turn=turn)
    told = told.filter(told.turn == 0, told.source != "migrated")
    told = _ordinal(_ordinal(told, "occurred_on", "told"), "hearing_on", "held")
    apart = told.occurred_on.year() != told.hearing_on.year()
    weekdays = _weekdays(told.held_number) - _weekdays(told.told_number)
    short = told.filter(told.held_published, told.held - told.told < NOTICE, ~apart | (weekdays < NOTICE))
    return _done(short, "notice", measured=short.held - short.told, allowed=NOTICE)


def _weekdays(number: Any) -> Any:
    """Mondays to Fridays until a day, by its number: an estimate without any holidays."""
    return number // 7 * 5 + ibis.least(number % 7, 5)


# --- who, and when --------------------------------------------------------------------------------------------------


def _place(name: str, act: Table) -> Any:
    """Where a hit stands: the licence by its number, and the act by its own."""
    return ibis.literal(f"{name}/") + act.number + "/" + act.seq.cast("string")


def _ordinal(rows: Table, day: str, name: str) -> Table:
    """With the working days until a day as `name`, its number, and whether its year is published."""
    known = calendar.select(
        **{day: calendar.day, name: calendar.ordinal, f"{name}_number": calendar.number,
           f"{name}_published": calendar.published}
    )  # fmt: skip
    return rows.join(known, day)


def _open_steps(lapsed: Table) -> Table:
    """For each lapse the step that was open on its last day, the first begun of several."""
    step = lapsed.select("case_id", "licence_id", "seq", "last").join(
        steps.select(
            "case_id", "opened_on", "opened_seq", "concluded_on", "sent_back_by", "assigned_to",
            step_department=steps.department, step_post=steps.post_kind,
        ),
        "case_id",
    )  # fmt: skip
    waiting = step.concluded_on.isnull() | (step.concluded_on > step.last)
    step = step.filter(step.opened_on <= step.last, waiting, step.sent_back_by == "")
    turn = ibis.row_number().over(ibis.window(group_by=[*_LIFE, "seq"], order_by="opened_seq"))
    step = step.mutate(turn=turn)
    return step.filter(step.turn == 0).select(*_LIFE, "seq", "assigned_to", "step_department", "step_post")


def _with_holder(rows: Table, day: str) -> Table:
    """With `holder`: who alone held a post of `post_kind` in `department` on a day, and nobody stood in for them; empty
    where several did. An absent officer could not have acted, the stand-in could.
    """
    post = posts.select("post", "department", post_kind=posts.kind)
    held = rows.select(*_LIFE, "seq", "department", "post_kind", on=rows[day]).join(post, ["department", "post_kind"])
    seat = holders.select("post", "person", "first_day", "last_day", "standing_in")
    held = held.join(seat, "post")
    held = held.filter(held.first_day <= held.on, held.last_day.isnull() | (held.on <= held.last_day))
    absent = held.filter(held.standing_in != "").select(*_LIFE, "seq", "post", person=held.standing_in)
    there = held.anti_join(absent, [*_LIFE, "seq", "post", "person"])
    alone = there.group_by([*_LIFE, "seq"]).agg(number_of=lambda t: t.person.nunique(), one=lambda t: t.person.min())
    alone = alone.filter(alone.number_of == 1).select(*_LIFE, "seq", "one")
    known = rows.left_join(alone, [*_LIFE, "seq"]).drop("case_id_right", "licence_id_right", "seq_right")
    return known.mutate(holder=known.one.fill_null("")).drop("one")
