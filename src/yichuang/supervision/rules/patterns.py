"""Rules on patterns (R-O06 … R-O10): what shows only in many cases together, or in the timing of one."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import asof, calendar, cases, certificates, events, items, standards, surveys
from yichuang.supervision.rules.timing import WORKDAY, begun_by, in_published_years, only_certain, reckoned


def decided_in_a_heap(parameters: Parameters) -> Table:
    """R-O06: one person decided more cases within a minute of the clock than anybody reads."""
    decided = events.filter(events.kind == "decided", events.person != "system")
    decided = decided.filter(decided.source.notin(("migrated", "reported")))
    decided = decided.join(cases.select("case_id", "department", "instant"), "case_id").filter(lambda t: ~t.instant)
    minute = (decided.occurred_at.epoch_seconds() // 60).cast("int64")
    heap = (
        decided.mutate(minute=minute)
        .group_by("department", "person", "minute")
        .agg(number=lambda t: t.case_id.nunique(), day=lambda t: t.occurred_on.min())
    )
    heap = heap.filter(heap.number > parameters["cases"])
    return hits(
        heap, at=heap.person + "/" + heap.minute.cast("string"), level=Level.YELLOW, department=heap.department,
        person=heap.person, day=heap.day, measured=heap.number, allowed=parameters["cases"],
    )  # fmt: skip


def fallen_silent(parameters: Parameters) -> Table:
    """R-O07: an item with many cases in twelve months, and none in the months after them that have ended.

    What departments only report is no case here: where it goes on, the more so. Its day is the first of this month, on
    which the last of the silent months had ended.
    """
    months = parameters["months"]
    today = asof.join(calendar.select(today=calendar.day, this_month=calendar.month), "today")
    starts = calendar.group_by(this_month=calendar.month).agg(since=lambda t: t.day.min())
    today = today.join(starts, "this_month")
    filed = cases.filter(cases.source != "reported").join(
        calendar.select(submitted_on=calendar.day, month=calendar.month), "submitted_on"
    )
    filed = filed.cross_join(today)
    filed = filed.mutate(back=filed.this_month - filed.month)
    counted = (
        filed.filter(filed.back >= 1)
        .group_by("division", "item")
        .agg(
            recent=lambda t: ibis.cases((t.back <= months, 1), else_=0).cast("int32").sum(),
            before=lambda t: ibis.cases(((t.back > months) & (t.back <= months + 12), 1), else_=0).cast("int32").sum(),
        )
    )
    silent = counted.filter(counted.recent == 0, counted.before >= parameters["usual"])
    silent = silent.join(items.filter(items.state == "listed").select("division", "item", "department"),
                         ["division", "item"]).cross_join(today)  # fmt: skip
    return hits(
        silent, at=silent.division + "/" + silent.item, level=Level.YELLOW, department=silent.department,
        item=silent.item, day=silent.since, measured=silent.recent, allowed=silent.before,
    )  # fmt: skip


def numbers_missing(parameters: Parameters) -> Table:
    """R-O08: the numbers of a department's certificates of one form and year leave some out.

    What tells a series apart is all that stands before the last digits of the number.
    """
    numbered = certificates.mutate(rest=certificates.number.re_extract(r"\d+\D*$", 0))
    numbered = numbered.mutate(serial=numbered.rest.re_extract(r"\d+", 0))
    usable = (numbered.serial != "") & (numbered.serial.length() <= 9)
    numbered = numbered.filter(usable.fill_null(False)).select(
        "department", "made_on", "number",
        series=numbered.number.substr(0, numbered.number.length() - numbered.rest.length()),
        serial=numbered.serial.cast("int64"),
    )  # fmt: skip
    once = numbered.group_by("department", "series", "serial").agg(
        number=lambda t: t.number.min(), made_on=lambda t: t.made_on.min()
    )
    series = ibis.window(group_by=["department", "series"], order_by="serial")
    once = once.mutate(missing=once.serial - once.serial.lag().over(series) - 1)
    gaps = once.filter(once.missing > 0)
    return hits(
        gaps, at=gaps.number, level=Level.YELLOW, department=gaps.department, day=gaps.made_on, measured=gaps.missing,
        allowed=0,
    )  # fmt: skip


def withdrawn_and_filed_again(parameters: Parameters) -> Table:
    """R-O09: an accepted case withdrawn when its promise had all but run out, and the same item filed again by the same
    applicant soon after, which starts the limit anew.
    """
    promised = cases.filter(cases.outcome == "withdrawn", cases.accepted_on.notnull(), cases.applicant != "")
    case = promised.join(standards, "standard")
    clocks = reckoned(
        case.select(
            "case_id", "applicant", "division", "item", "closed_on",
            at=ibis.literal("promised"), start=case.accepted_on, amount=case.promised, unit=case.promised_unit,
            extension=ibis.literal(0, "int64"), stopped=case.closed_on,
        )
    )  # fmt: skip
    # working days left when it was withdrawn, none once the promise was broken: that is R-T02's
    spent = only_certain(clocks.filter(clocks.over <= 0, clocks.over >= -parameters["left"]))
    spent = spent.select("applicant", "division", "item", "closed_on", former=spent.case_id, left=-spent.over)
    again = cases.select("case_id", "applicant", "division", "item", "submitted_on")
    pair = again.join(spent, ["applicant", "division", "item"])
    filed = calendar.select(submitted_on=calendar.day, filed=calendar.number)
    gone = calendar.select(closed_on=calendar.day, gone=calendar.number)
    pair = pair.join(filed, "submitted_on").join(gone, "closed_on")
    pair = pair.filter(
        pair.case_id != pair.former, pair.filed >= pair.gone, pair.filed - pair.gone <= parameters["days"]
    )
    return hits(
        pair, at=pair.former, level=Level.YELLOW, day=pair.submitted_on, measured=pair.left,
        allowed=parameters["left"],
    )  # fmt: skip


def suspended_at_the_line(parameters: Parameters) -> Table:
    """R-O10: the first special procedure that stops the clock began when the promise had all but run out. Laid to who
    began it.
    """
    special = surveys.filter(surveys.form == "special", surveys.stops, surveys.started_on.notnull())
    turn = ibis.row_number().over(ibis.window(group_by="case_id", order_by=["started_on", "survey"]))
    special = special.mutate(turn=turn)
    first = begun_by(special.filter(special.turn == 0))
    first = first.select("case_id", "survey", "started_on", "begun_by", "begun_seq")
    case = cases.join(standards.select("standard", "promised", "promised_unit"), "standard")
    case = case.filter(case.promised_unit == WORKDAY, case.promised > parameters["left"])
    late = first.join(case.select("case_id", "accepted_on", "promised"), "case_id")
    begun = calendar.select(started_on=calendar.day, begun=calendar.ordinal, begun_number=calendar.number)
    accepted = calendar.select(accepted_on=calendar.day, accepted=calendar.ordinal, accepted_number=calendar.number)
    late = late.join(begun, "started_on").join(accepted, "accepted_on")
    late = late.mutate(used=late.begun - late.accepted)
    late = late.filter(late.used >= late.promised - parameters["left"], late.used <= late.promised)
    late = in_published_years(late, late.accepted_number + 1, late.begun_number)
    return hits(
        late, at=late.survey, level=Level.YELLOW, person=late.begun_by, day=late.started_on, measured=late.used,
        allowed=late.promised, seq=late.begun_seq,
    )  # fmt: skip
