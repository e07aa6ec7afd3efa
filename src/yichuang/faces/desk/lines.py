"""A case as a line of a work list: its light, the step it is at, who has it, the days left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from yichuang.cases.core.decide import POST_LABELS
from yichuang.cases.core.lights import OF_APPLICANT
from yichuang.cases.core.state import Stage
from yichuang.cases.queries import CasePage, Held, Row
from yichuang.cases.view import names_of_applicants
from yichuang.catalog.queries import standard as read_standard
from yichuang.catalog.standard import PostKind
from yichuang.faces.telling import light_of_row
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.ledger.actor import Actor
from yichuang.org.door import calendar_upto


def make_lines(found: CasePage, actor: Actor, names: Mapping[str, str], today: date) -> list[dict[str, Any]]:
    """The rows of a page as the table shows them to this reader; `names` of departments by id."""
    shown = names_of_applicants(found.rows, actor)
    calendar = calendar_upto(found.calendar) if found.rows else None
    out = []
    for row in found.rows:
        step, holder = say_place(row, found.held.get(row.id))
        out.append(
            {
                "row": row,
                "applicant": shown[row.id],
                "department": names.get(row.department, row.department),
                "light": light_of_row(row, today),
                "step": step,
                "holder": holder,
                "left": say_left(row, today, calendar) if calendar else "",
            }
        )
    return out


def say_place(row: Row, held: Held | None) -> tuple[str, str]:
    """The step a case is at, or its stage, and who has it: the officer it is assigned to, a kind of post, or the
    applicant. Nobody has a case that ended.
    """
    if not row.stage.open:
        return row.stage.label, ""
    if row.stage is not Stage.ACCEPTED:
        holder = "申请人" if row.wait in OF_APPLICANT else POST_LABELS[PostKind.WINDOW]
        return row.stage.label, holder
    if held is None or not held.steps:
        return "待决定", POST_LABELS[PostKind.HEAD]
    known = {step.code: step for step in read_standard(held.standard).steps}
    steps = [(known.get(code), code, person) for code, person in held.steps]
    names = _once(step.name if step else code for step, code, _ in steps)
    holders = _once(person or (POST_LABELS[step.post] if step else "") for step, _, person in steps)
    return "、".join(names), "、".join(holders)


def say_left(row: Row, today: date, calendar: WorkingCalendar) -> str:
    """Working days to the date of a case in words; nothing for one without a date, for one that ended, and where the
    holidays in between are not published.
    """
    due = row.due_on
    if due is None or not row.stage.open or not calendar.is_certain(today, due):
        return ""
    if due == today:
        return "今天到期"
    left = calendar.count(today, due)
    return f"还剩{left}个工作日" if due > today else f"已过{-left}个工作日" if left else "已过期"


def _once(words: Any) -> Sequence[str]:
    return [word for word in dict.fromkeys(words) if word]
