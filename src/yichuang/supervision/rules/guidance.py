"""The rules on guidance before an application (R-T07, R-P15): answered in its days, and told once."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from yichuang.supervision.rules.hit import hits
from yichuang.supervision.rules.laws import reckon
from yichuang.supervision.rules.rule import Level, Parameters
from yichuang.supervision.rules.tables import asof, cases, guidance_lines, guidances, materials, notices
from yichuang.supervision.rules.timing import not_excused


def answered_late(parameters: Parameters) -> Table:
    """R-T07: the day of the answer has passed, and there was none by then (policy 3.4e). Laid to the department. Who
    asked and gave up in time accuses nobody; nor does a day set before the holidays of its year were published.
    `measured`: working days beyond the day, `allowed`: from the question to the day.
    """
    owed = guidances.cross_join(asof)
    owed = owed.mutate(ended=ibis.coalesce(owed.done_on, owed.withdrawn_on, owed.today))
    late = reckon(reckon(owed.filter(owed.ended > owed.due_on), "asked_on", "begun"), "due_on", "due")
    late = reckon(late, "ended", "over")
    late = not_excused(late.filter(late.begun_published, late.due_published), late.due_on, late.ended)
    return hits(
        late, at=late.number, level=Level.YELLOW, department=late.department, item=late.item, day=late.due_on,
        person=late.done_by, measured=late.over - late.due, allowed=late.due - late.begun,
    )  # fmt: skip


def left_out(parameters: Parameters) -> Table:
    """R-P15: the last notice before the application said of a material that it is not needed, and a correction asked
    for it (policy 3.4e). Of the same applicant, item and version of the standard; of listed materials that the
    standard calls for in the situation of both, so that no answer given since can be why. Laid to the department and
    the counsellor of the notice.
    """
    told = guidances.filter(guidances.noticed_at.notnull())
    told = told.select(
        "guidance", "applicant", "item", "standard", "noticed_at", counsellor=told.done_by, house=told.department,
        noticed_on=told.done_on,
    )  # fmt: skip
    filed = cases.select("case_id", "applicant", "item", "standard", "situation", "submitted_at", "submitted_on")
    before = filed.join(told, ["applicant", "item", "standard"])
    before = before.filter(before.noticed_at <= before.submitted_at)
    before = before.filter(
        before.submitted_on.delta(before.noticed_on, unit="day") <= parameters["days"]
    )  # an old notice is of another attempt
    last = before.mutate(turn=ibis.row_number().over(ibis.window(group_by="case_id", order_by=ibis.desc("noticed_at"))))
    spared = guidance_lines.filter(guidance_lines.state == "spared", guidance_lines.sure)
    spared = last.filter(last.turn == 0).join(
        spared.select("guidance", "material", "situation"), ["guidance", "situation"]
    )
    demanded = materials.filter(materials.listed, materials.needed, materials.demands > 0)
    demanded = spared.join(demanded.select("case_id", "material"), ["case_id", "material"])
    asked = notices.filter(notices.kind == "correction_asked").group_by("case_id")
    asked = asked.agg(seq=lambda t: t.seq.min(), asked_on=lambda t: t.issued_on.min())
    late = demanded.join(asked, "case_id")
    return hits(
        late, at=late.material, level=Level.YELLOW, department=late.house, person=late.counsellor, day=late.asked_on,
        measured=late.asked_on.delta(late.noticed_on, unit="day"), seq=late.seq,
    )  # fmt: skip
