"""Rules on time (R-T01 … R-T10): what took longer than law or promise allows."""

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
    certificates,
    events,
    notices,
    posts,
    standards,
    steps,
    surveys,
)
from yichuang.supervision.rules.timing import (
    DELIVERY,
    begun_by,
    decided_by_silence,
    ended_with_item,
    not_excused,
    only_certain,
    overdue,
    reckoned,
)

LATE = ("case_id", "at", "amount", "extension", "department", "person", "due", "over", "seq", "other")


def accepted_late(parameters: Parameters) -> Table:
    """R-T01: no word on acceptance within the limit, counted anew from a completed correction. Silence that made the
    acceptance stands as a breach too: the word never came, and the waiting ends when the case does.

    It is the window's: a department cannot accept.
    """
    return _late(_at_window(find_overdue(accept_clocks())), Level.RED)


def accept_clocks() -> Table:
    """The limits of R-T01."""
    asked = notices.filter(notices.kind == "correction_asked")
    asked = asked.group_by("case_id").agg(asked_on=lambda t: t.issued_on.min())
    case = _with_eve(cases.join(standards, "standard")).left_join(asked, "case_id").drop("case_id_right")
    informed = ibis.cases((~case.silent, case.accepted_on), else_=ibis.null("date"))
    silent = ibis.literal("silent")
    first = _clock(
        case,
        ibis.cases((case.silent & case.asked_on.isnull(), silent), else_=ibis.literal("accept")),
        case.received_on.fill_null(case.submitted_on),
        case.accept_within,
        case.accept_within_unit,
        ibis.coalesce(case.asked_on, informed, _untold_until(case)),
    )
    again = case.filter(case.corrected_on.notnull())
    informed = ibis.cases((~again.silent, again.accepted_on), else_=ibis.null("date"))
    second = _clock(
        again,
        ibis.cases((again.silent, silent), else_=ibis.literal("again")),
        again.corrected_on,
        again.accept_within,
        again.accept_within_unit,
        ibis.coalesce(informed, _untold_until(again)),
    )
    return first.union(second)


def promise_broken(parameters: Parameters) -> Table:
    """R-T02: decided, or still undecided, after the promised day. Laid to the department that decides; to another, when
    the case waited for its step on that day.
    """
    return _late(_held_up(find_overdue(promised_clocks())), Level.YELLOW)


def promised_clocks() -> Table:
    """The limits of R-T02."""
    case = _with_eve(cases.join(standards, "standard"))
    granted = ibis.cases((case.promised_unit == case.statutory_unit, case.extension), else_=0)
    return _clock(
        case, "promised", case.accepted_on, case.promised, case.promised_unit, _answered(case), extension=granted
    )


def law_broken(parameters: Parameters) -> Table:
    """R-T03: decided, or still undecided, after the day that law allows, extension included; laid as R-T02."""
    return _late(_held_up(find_overdue(statutory_clocks())), Level.RED)


def step_late(parameters: Parameters) -> Table:
    """R-T04: a step took longer than its own limit. A step that was still open when it was sent back or the case ended
    stops there. What time has concluded is laid to the officer it was assigned to.
    """
    late = find_overdue(step_clocks())
    return hits(
        late, at=late.at, level=Level.YELLOW, department=late.department, person=late.person, day=late.due,
        measured=late.over, allowed=late.amount, seq=late.seq, other=late.other,
    )  # fmt: skip


def step_clocks() -> Table:
    """The limit of each round of a step, with who concluded it, or has it, and its entries."""
    step = steps.join(_with_eve(cases.select("case_id", "decided_on", "closed_on")), "case_id")
    step = step.left_join(_sent_back(), ["case_id", "step", "round"]).drop("case_id_right", "step_right", "round_right")
    ended = ibis.coalesce(step.concluded_on, step.left_on, _answered(step))
    by = ibis.cases((step.concluded_by != "system", step.concluded_by), else_="")
    return step.select(
        "case_id",
        at=step.step + "/" + step.round.cast("string"),
        start=step.opened_on,
        amount=step["limit"],
        unit=step.limit_unit,
        extension=ibis.literal(0, "int64"),
        stopped=ended,
        department=step.department,
        person=ibis.cases((by != "", by), else_=step.assigned_to),
        seq=step.concluded_seq.fill_null(step.opened_seq),
        other=step.opened_seq,
    )


def _sent_back() -> Table:
    """The rounds that were sent back unfinished, with `left_on`, the day of it."""
    open_ones = steps.filter(steps.sent_back_by != "", steps.concluded_seq.isnull())
    back = events.filter(events.kind == "sent_back").select("case_id", "occurred_on", seq=events.seq, by=events.step)
    left = open_ones.select("case_id", "step", "round", "opened_seq", "sent_back_by").join(back, "case_id")
    left = left.filter(left.by == left.sent_back_by, left.seq > left.opened_seq)
    return left.group_by("case_id", "step", "round").agg(left_on=lambda t: t.occurred_on.min())


def wrongly_extended(parameters: Parameters) -> Table:
    """R-T05: extended twice, by somebody other than the head, without reason, by more than allowed, or too late.

    Each is found once in a case, where it was done first.
    """
    case = cases.join(standards.select("standard", allowed=standards.extension.fill_null(0)), "standard")
    extensions = notices.filter(notices.kind == "extended")
    second = _nth(extensions, 1)
    blank = _nth(extensions.filter(~extensions.reasoned.fill_null(False)))
    # the post's id names its kind: 410100/scjg/head/1
    other = _nth(extensions.filter(~extensions.post.contains("/head/")))
    much = case.filter(case.extension > case.allowed)
    clocks = statutory_clocks(extended=False).semi_join(extensions, "case_id")
    due = only_certain(reckoned(clocks)).select("case_id", "due")
    late = extensions.join(due, "case_id")
    late = _nth(late.filter(late.issued_on > late.due))
    wrong = [
        hits(second, at="twice", level=Level.RED, person=second.issued_by, day=second.issued_on, seq=second.seq),
        hits(blank, at="reason", level=Level.RED, person=blank.issued_by, day=blank.issued_on, seq=blank.seq),
        hits(other, at="post", level=Level.RED, person=other.issued_by, day=other.issued_on, seq=other.seq),
        hits(much, at="days", level=Level.RED, day=much.extended_on, measured=much.extension, allowed=much.allowed),
        hits(late, at="late", level=Level.RED, person=late.issued_by, day=late.issued_on, seq=late.seq),
    ]
    return ibis.union(*wrong)


def _nth(notices: Table, turn: int = 0) -> Table:
    """Of each case the first of these notices, or the one so many after it."""
    turned = notices.mutate(turn=ibis.row_number().over(ibis.window(group_by="case_id", order_by="seq")))
    return turned.filter(turned.turn == turn)


def delivered_late(parameters: Parameters) -> Table:
    """R-T06: what was granted did not lie ready for the applicant within the limit of delivery. Days on which a payment
    that was asked for had not come are not counted; collecting a certificate is the applicant's. It is the window's
    to keep.
    """
    return _late(_at_window(find_overdue(delivery_clocks())), Level.RED)


def delivery_clocks() -> Table:
    """The limits of R-T06."""
    made = certificates.group_by("case_id").agg(made_on=lambda t: t.made_on.min())
    case = cases.filter(cases.granted.fill_null(True), cases.situation != "cancel").join(standards, "standard")
    case = case.left_join(made, "case_id").drop("case_id_right")
    ended = ibis.coalesce(case.made_on, case.delivered_on, case.closed_on)
    return _clock(case, DELIVERY, case.decided_on, case.deliver_within, case.deliver_within_unit, ended)


def special_abused(parameters: Parameters) -> Table:
    """R-T08: a special procedure without written notice of its time, of a kind that does not stop the clock, or over
    the time notified. One that still ran when the case ended stops there. How it was begun is laid to who began it;
    that it did not end in time to the department of that post, any of whose reviewers may end it.
    """
    special = begun_by(surveys.filter(surveys.form == "special")).cross_join(asof)
    special = special.join(_with_eve(cases.select("case_id", "decided_on", "closed_on")), "case_id")
    told = calendar.select(until=calendar.day, due=calendar.next_working)  # 民法典203条
    special = special.left_join(told, "until").drop("until_right")
    silent = special.filter(special.notice == "")
    kind = special.filter(special.stops, ~special.listed)
    over = special.mutate(done=ibis.coalesce(special.ended_on, _answered(special), special.today))
    over = over.filter(over.done > over.due)
    over = not_excused(over, over.due, over.done)
    return ibis.union(
        hits(
            silent, at="notice/" + silent.survey, level=Level.YELLOW, person=silent.begun_by, day=silent.started_on,
            seq=silent.begun_seq,
        ),
        hits(
            kind, at="kind/" + kind.survey, level=Level.YELLOW, person=kind.begun_by, day=kind.started_on,
            seq=kind.begun_seq,
        ),
        hits(over, at="over/" + over.survey, level=Level.YELLOW, day=over.due, seq=over.begun_seq),
    )  # fmt: skip


def opinion_late(parameters: Parameters) -> Table:
    """R-T10: a department gave no opinion in time, and its silence was taken as agreement."""
    deemed = steps.filter(steps.kind == "opinion", steps.verdict == "deemed")
    # silence speaks at the midnight after its last day
    deemed = deemed.join(calendar.select(concluded_on=calendar.day, spoken=calendar.number), "concluded_on")
    deemed = deemed.mutate(eve=deemed.spoken - 1).join(calendar.select(eve=calendar.number, due=calendar.day), "eve")
    deemed = not_excused(deemed, deemed.due, deemed.due)
    at = deemed.step + "/" + deemed.round.cast("string")
    return hits(
        deemed, at=at, level=Level.YELLOW, department=deemed.department, day=deemed.concluded_on,
        seq=deemed.concluded_seq,
    )  # fmt: skip


def _ended(case: Table) -> Any:
    """The day of the decision, or of the end without one."""
    return ibis.coalesce(case.decided_on, case.closed_on)


def find_eves() -> Table:
    """The last whole day, `eve`, of the cases that time itself decided or ended at a midnight."""
    return decided_by_silence().union(ended_with_item())


def _with_eve(case: Table) -> Table:
    """The cases with their `eve`, null for most."""
    return case.left_join(find_eves(), "case_id").drop("case_id_right")


def _answered(case: Table) -> Any:
    """The day on which the limits of deciding stop: the decision, or the end without one; where time itself decided or
    ended the case, the last day on which somebody could have.
    """
    return ibis.coalesce(case.eve, _ended(case))


def _untold_until(case: Table) -> Any:
    """The day on which the limit of acceptance stops where nobody was told. What silence accepted was not told in time,
    whatever ended the case, be it at the same midnight.
    """
    return ibis.cases((case.silent, _ended(case)), else_=_answered(case))


def statutory_clocks(*, extended: bool = True) -> Table:
    """The limits of R-T03, with or without the extension."""
    case = _with_eve(cases.join(standards, "standard"))
    applied = ibis.coalesce(case.corrected_on, case.received_on, case.accepted_on)
    start = ibis.cases((case.statutory_from == "apply", applied), else_=case.accepted_on)
    case = case.mutate(begin=start).filter(case.accepted_on.notnull())
    extension = case.extension if extended else ibis.literal(0, "int64")
    return _clock(
        case, "statutory", case.begin, case.statutory, case.statutory_unit, _answered(case), extension=extension
    )


def _clock(case: Table, at: Any, start: Any, amount: Any, unit: Any, stopped: Any, *, extension: Any = 0) -> Table:
    """A clock of the case as `timing` wants it."""
    days = extension if isinstance(extension, ibis.Expr) else ibis.literal(extension)
    return case.select(
        "case_id",
        at=at if isinstance(at, ibis.Expr) else ibis.literal(at),
        start=start,
        amount=amount,
        unit=unit,
        extension=days.cast("int64"),
        stopped=stopped,
        department=ibis.literal(""),
        person=ibis.literal(""),
        seq=ibis.null("int64"),
        other=ibis.null("int64"),
    )


def _at_window(late: Table) -> Table:
    """The overdue clocks as the window's that received the case, else its division's; of a log that knows no windows,
    the case's own.
    """
    window = posts.filter(posts.kind == "window")
    hall = window.group_by("division").agg(hall=lambda t: t.department.min())
    case = cases.select("case_id", "division", post=cases.received_post).left_join(hall, "division")
    case = case.left_join(window.select("post", received_in=window.department), "post")
    case = case.select("case_id", window=ibis.coalesce(case.received_in, case.hall, ibis.literal("")))
    known = late.drop("department").left_join(case, "case_id").drop("case_id_right")
    return known.mutate(department=known.window).drop("window")


def _held_up(late: Table) -> Table:
    """The overdue clocks as the case's department's, which decides; those as another's that waited on their last day
    for nothing but steps of others, the first begun of several: who decides could not act. Who had a step of its own
    to do on that day could. Another department answers only for a step whose own limit had run out by that day.
    """
    own = cases.select("case_id", own=cases.department)
    late = late.join(own, "case_id")
    step = steps.join(own, "case_id")
    step = step.select(
        "case_id", "own", "opened_on", "opened_seq", "concluded_on", "sent_back_by", "assigned_to",
        held_by=step.department,
    )  # fmt: skip
    held = late.select("case_id", "at", "due").join(step, "case_id")
    waited = held.concluded_on.isnull() | (held.concluded_on > held.due)
    held = held.filter(held.opened_on <= held.due, waited, held.sent_back_by == "")
    held = held.anti_join(held.filter(held.held_by == held.own).select("case_id", "at"), ["case_id", "at"])
    late_steps = find_overdue(step_clocks())
    held = held.join(late_steps.select("case_id", opened_seq=late_steps.other, ran_out=late_steps.due),
                     ["case_id", "opened_seq"])  # fmt: skip
    held = held.filter(held.ran_out <= held.due)
    turn = ibis.row_number().over(ibis.window(group_by=["case_id", "at"], order_by="opened_seq"))
    held = held.mutate(turn=turn)
    first = held.filter(held.turn == 0).select("case_id", "at", "held_by", "assigned_to")
    known = late.drop("department", "person").left_join(first, ["case_id", "at"]).drop("case_id_right", "at_right")
    return known.mutate(department=known.held_by.fill_null(known.own), person=known.assigned_to.fill_null(""))


def find_overdue(clocks: Table) -> Table:
    """The clocks that were missed, as rules say it."""
    return overdue(clocks).select(*LATE)


def _late(late: Table, level: Level) -> Table:
    """The hits on clocks that were missed."""
    return hits(
        late, at=late.at, level=level, department=late.department, person=late.person, day=late.due,
        measured=late.over, allowed=late.amount + late.extension,
    )  # fmt: skip
