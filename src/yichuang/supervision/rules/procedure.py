"""Rules on procedure (R-P01 … R-P11): who acted, in what order, and what the applicant was told."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import (
    bases,
    calendar,
    cases,
    events,
    holders,
    items,
    materials,
    notices,
    posts,
    standard_order,
    standard_steps,
    standards,
    step_officers,
    steps,
)
from yichuang.supervision.rules.timing import decided_by_silence


def out_of_order(parameters: Parameters) -> Table:
    """R-P01: a step began before one it must come after had ended, or had ended again where it was sent back; or a
    grant was made without a step that every case takes. A step this case does not take orders nothing; what silence
    has granted nobody has made.
    """
    step = steps.join(cases.select("case_id", "standard"), "case_id")
    step = step.select("case_id", "standard", "step", "round", "opened_on", "opened_seq")
    rounds = steps.select(
        "case_id", after=steps.step, began=steps.opened_seq, ended=steps.concluded_seq, back=steps.sent_back_by
    )
    pair = step.join(standard_order, ["standard", "step"]).join(rounds, ["case_id", "after"])
    # a round that was itself sent back unfinished is awaited by nobody
    unfinished = (pair.ended > pair.opened_seq) | (pair.ended.isnull() & (pair.back == ""))
    pair = pair.mutate(
        done=ibis.cases((pair.ended < pair.opened_seq, 1), else_=0),
        awaited=ibis.cases(((pair.began < pair.opened_seq) & unfinished, 1), else_=0),
        later=ibis.cases((pair.ended > pair.opened_seq, pair.ended), else_=ibis.null("int64")),
    )
    order = pair.group_by("case_id", "step", "round", "after", "opened_on", "opened_seq").agg(
        done=lambda t: t.done.max(), awaited=lambda t: t.awaited.max(), later=lambda t: t.later.min()
    )
    early = order.filter((order.done == 0) | (order.awaited == 1))
    granted = cases.filter(cases.granted.fill_null(False)).anti_join(decided_by_silence(), "case_id")
    must = standard_steps.filter(~standard_steps.conditional).select("standard", "step")
    wanted = granted.select("case_id", "standard", "decided_on", "decided_by").join(must, "standard")
    taken = steps.filter(steps.concluded_seq.notnull()).select("case_id", "step")
    missing = wanted.anti_join(taken, ["case_id", "step"])
    at = "order/" + early.step + "/" + early.round.cast("string") + "/" + early.after
    return ibis.union(
        hits(early, at=at, level=Level.RED, day=early.opened_on, seq=early.opened_seq, other=early.later),
        hits(missing, at="missing/" + missing.step, level=Level.RED, person=missing.decided_by, day=missing.decided_on),
    )


def acted_for_another(parameters: Parameters) -> Table:
    """R-P02: a conclusion sooner after the step began than anybody can read, two officers who act on a case from one
    device or in one session, or an act from a post its author did not hold that day.
    """
    least = parameters["least_seconds"]
    case = cases.filter(~cases.instant).select("case_id")
    step = steps.join(case, "case_id")
    step = step.filter(step.concluded_at.notnull(), step.concluded_by != "system", step.kind == "review")
    spent = step.concluded_at.delta(step.opened_at, unit="second")
    quick = step.mutate(spent=spent.cast("int64"))
    # where a log tells no beginning, the step is given that of its end
    quick = quick.filter(quick.opened_seq < quick.concluded_seq, quick.spent >= 0, quick.spent < least)
    act = events.filter(events.post != "", events.person != "system", events.source != "migrated")
    since, until = holders.first_day, holders.last_day
    held = [since <= act.occurred_on, until.isnull() | (act.occurred_on <= until)]
    unseated = act.anti_join(holders, ["post", "person", *held])
    return ibis.union(
        hits(
            quick,
            at="quick/" + quick.step + "/" + quick.round.cast("string"),
            level=Level.RED,
            person=quick.concluded_by,
            day=quick.concluded_on,
            measured=quick.spent,
            allowed=least,
            seq=quick.concluded_seq,
            other=quick.opened_seq,
        ),
        _shared(act, "device"),
        _shared(act, "session"),
        hits(
            unseated, at="post/" + unseated.seq.cast("string"), level=Level.RED, person=unseated.person,
            day=unseated.occurred_on, seq=unseated.seq,
        ),
    )  # fmt: skip


def _shared(act: Table, what: str) -> Table:
    """Devices or sessions from which two officers acted on one case: one hit for each, with the first act of the second
    officer and what came before it there. Nobody is named: who used whose log-in, it does not tell.

    What is unknown is never the same. A stand-in may sit at the absent officer's desk, and clerks take turns at a
    window, where nothing is examined.
    """
    seat = posts.select("post", seated_in=posts.department, clerk=posts.kind == "window")
    used = act.filter(act[what] != "")
    by_several = used.group_by(what).agg(first=lambda t: t.person.min(), last=lambda t: t.person.max())
    by_several = by_several.filter(by_several.first != by_several.last)  # most are one officer's, whatever the case
    place = used.semi_join(by_several, what).left_join(seat, "post").drop("post_right")
    place = place.select(
        "case_id", "person", "seq", "occurred_on", place=place[what], behalf=place.on_behalf_of,
        seated_in=place.seated_in.fill_null(""), clerk=place.clerk.fill_null(False),
    )  # fmt: skip
    former = place.select(
        "case_id", "place", former=place.person, other=place.seq, other_behalf=place.behalf, other_clerk=place.clerk
    )
    pair = place.join(former, ["case_id", "place"]).filter(lambda t: t.person != t.former)
    honest = (pair.clerk & pair.other_clerk) | (pair.behalf == pair.former) | (pair.other_behalf == pair.person)
    pair = pair.filter(~honest)
    officers = pair.group_by("case_id", "place").agg(officers=lambda t: t.person.nunique())
    later = pair.filter(pair.seq > pair.other)
    later = later.group_by("case_id", "place", "seq", "seated_in", "occurred_on").agg(other=lambda t: t.other.max())
    turn = ibis.row_number().over(ibis.window(group_by=["case_id", "place"], order_by="seq"))
    later = later.mutate(turn=turn)
    shared = later.filter(later.turn == 0).join(officers, ["case_id", "place"])
    return hits(
        shared, at=ibis.literal(f"{what}/") + shared.seq.cast("string"), level=Level.RED,
        department=shared.seated_in, day=shared.occurred_on, measured=shared.officers, allowed=1,
        seq=shared.seq, other=shared.other,
    )  # fmt: skip


def accepted_and_reviewed(parameters: Parameters) -> Table:
    """R-P03: who took in or accepted the application also reviewed or decided it; or reviewer and decider are one
    where the standard does not let them. The reviewer of a step that was done again is who did it last.
    """
    who = cases.select("case_id", "standard", "accepted_by", "received_by", "decided_by", "decided_on")
    done = step_officers.filter(step_officers.person != "").join(who, "case_id")
    both = done.filter((done.person == done.accepted_by) | (done.person == done.received_by))
    both = both.select("case_id", "step", "round", "person").join(
        steps.select("case_id", "step", "round", "concluded_on", "concluded_seq"), ["case_id", "step", "round"]
    )
    both = both.group_by("case_id", "step", "round", "concluded_on", "concluded_seq").agg(
        person=lambda t: t.person.min()
    )
    decided = who.filter(who.decided_by != "")
    decider = decided.filter((decided.decided_by == decided.accepted_by) | (decided.decided_by == decided.received_by))
    own = done.filter(done.person == done.decided_by)
    own = own.join(standards.select("standard", "reviewer_may_decide"), "standard")
    own = own.filter(~own.reviewer_may_decide).select("case_id", "step", "round", "decided_by", "decided_on")
    last = steps.filter(steps.concluded_seq.notnull()).semi_join(own, "case_id")
    last = last.group_by("case_id", "step").agg(round=lambda t: t.round.max())
    alone = own.semi_join(last, ["case_id", "step", "round"]).select("case_id", "decided_by", "decided_on").distinct()
    at = "step/" + both.step + "/" + both.round.cast("string")
    return ibis.union(
        hits(both, at=at, level=Level.RED, person=both.person, day=both.concluded_on, seq=both.concluded_seq),
        hits(decider, at="decide", level=Level.RED, person=decider.decided_by, day=decider.decided_on),
        hits(alone, at="review", level=Level.RED, person=alone.decided_by, day=alone.decided_on),
    )


def too_few_surveyors(parameters: Parameters) -> Table:
    """R-P04: a site check by fewer officers than law and standard ask for."""
    step = steps.join(cases.select("case_id", "standard"), "case_id")
    wanted = standard_steps.select("standard", "step", wanted=standard_steps.officers)
    survey = step.filter(step.kind == "survey", step.concluded_seq.notnull(), step.verdict != "deemed")
    survey = survey.join(wanted, ["standard", "step"])
    survey = survey.mutate(least=ibis.greatest(survey.wanted, parameters["officers"]))
    few = survey.filter(survey.officers < survey.least)
    return hits(
        few,
        at=few.step + "/" + few.round.cast("string"),
        level=Level.YELLOW,
        department=few.department,
        person=few.concluded_by,
        day=few.concluded_on,
        measured=few.officers,
        allowed=few.least,
        seq=few.concluded_seq,
    )


def corrected_twice(parameters: Parameters) -> Table:
    """R-P05: a second correction notice, or one that asks for what the guide does not list."""
    asked = notices.filter(notices.kind == "correction_asked")
    asked = asked.mutate(turn=ibis.row_number().over(ibis.window(group_by="case_id", order_by="seq")))
    more = asked.filter(asked.turn >= parameters["most_notices"])
    added = asked.filter(asked.unlisted > 0)
    return ibis.union(
        hits(
            more, at="second/" + more.seq.cast("string"), level=Level.RED, person=more.issued_by, day=more.issued_on,
            measured=more.turn + 1, allowed=parameters["most_notices"], seq=more.seq,
        ),
        hits(
            added, at="unlisted/" + added.seq.cast("string"), level=Level.YELLOW, person=added.issued_by,
            day=added.issued_on, measured=added.unlisted, allowed=0, seq=added.seq,
        ),
    )  # fmt: skip


def unlisted_material(parameters: Parameters) -> Table:
    """R-P06: a material was asked for that the published list does not have."""
    asked = materials.filter(~materials.listed, (materials.demands > 0) | materials.needed)
    notice = notices.filter(notices.kind == "correction_asked", notices.unlisted > 0)
    notice = notice.group_by("case_id").agg(seq=lambda t: t.seq.min())
    asked = asked.left_join(notice, "case_id").drop("case_id_right")
    seq = ibis.cases((asked.demands > 0, asked.seq), else_=ibis.null("int64"))
    return hits(asked, at=asked.material, level=Level.RED, measured=asked.demands, seq=seq)


def no_reason(parameters: Parameters) -> Table:
    """R-P07: a refusal, a correction, a special procedure or an end without reasons; a refusal, or an acceptance
    revoked, without remedies.

    What time has ended needs no reasons; an extension without them is R-T05's.
    """
    case = cases.select("case_id", "outcome", "granted")
    notice = notices.join(case, "case_id")
    bare = notice.filter(~notice.reasoned.fill_null(True), notice.issued_by != "system", notice.kind != "extended")
    refused = (notice.kind == "decided") & ~notice.granted.fill_null(True)
    declined = (notice.kind == "declined") & (notice.outcome == "not_accepted")
    revoked = notice.kind == "acceptance_revoked"
    untold = notice.filter(refused | declined | revoked, notice.remedies == 0)
    return ibis.union(
        hits(
            bare, at="reason/" + bare.seq.cast("string"), level=Level.RED, person=bare.issued_by, day=bare.issued_on,
            seq=bare.seq,
        ),
        hits(
            untold, at="remedy/" + untold.seq.cast("string"), level=Level.RED, person=untold.issued_by,
            day=untold.issued_on, seq=untold.seq,
        ),
    )  # fmt: skip


def unpublished_basis(parameters: Parameters) -> Table:
    """R-P11: a document cites a basis that was not published with the item, or was not law on that day."""
    cited = bases.filter(~bases.published | ~bases.in_force)
    stated = cited.join(notices.select("case_id", "seq", "issued_by", "issued_on"), ["case_id", "seq"])
    stated = stated.filter(stated.issued_by != "system")  # what the law did by itself, nobody cited
    at = stated.seq.cast("string") + "/" + stated.basis
    return hits(stated, at=at, level=Level.RED, person=stated.issued_by, day=stated.issued_on, seq=stated.seq)


def accepted_after_cancellation(parameters: Parameters) -> Table:
    """R-P09: a case was filed and accepted after its item had been cancelled (policy 3.1b), and the acceptance stands.
    What was filed before is finished as the cancellation says, which accuses nobody.
    """
    gone = items.filter(items.cancelled_on.notnull()).select("division", "item", "cancelled_on")
    standing = cases.filter(cases.accepted_on.notnull(), cases.outcome != "acceptance_revoked")
    entry = events.filter(events.kind == "accepted").group_by("case_id").agg(accepted_seq=lambda t: t.seq.max())
    standing = standing.left_join(entry, "case_id").drop("case_id_right")
    late = standing.join(gone, ["division", "item"])
    late = late.filter(ibis.coalesce(late.submitted_on, late.received_on, late.accepted_on) >= late.cancelled_on)
    accepted = calendar.select(accepted_on=calendar.day, accepted=calendar.number)
    cancelled = calendar.select(cancelled_on=calendar.day, cancelled=calendar.number)
    late = late.join(accepted, "accepted_on").join(cancelled, "cancelled_on")
    return hits(
        late, at="cancelled", level=Level.RED, person=late.accepted_by, day=late.accepted_on,
        measured=late.accepted - late.cancelled + 1, seq=late.accepted_seq,
    )  # fmt: skip
