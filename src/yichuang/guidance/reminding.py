"""Reminding counsellors and heads of answers that are owed: the day before, on the day, and once it has passed. A
message tells of it and nothing else follows, so no entry is written; each is told once of each.
"""

from __future__ import annotations

from yichuang.catalog.telling import Turn, tell_turn
from yichuang.guidance.acts import POST
from yichuang.guidance.models import Guidance
from yichuang.kernel.localtime import chinese_date, local_day
from yichuang.ledger.service import now
from yichuang.org.queries import get_calendar

TOLD = (POST, "head")  # of what is late the head too: a department may have no counsellor


def remind_counsellors() -> int:
    """Remind of answers due until the next working day, or overdue. Returns how many. Two statements, three each."""
    today = local_day(now())
    owed = list(Guidance.objects.filter(due_on__lte=get_calendar().add(today, 1)).order_by("due_on", "pk"))
    for row in owed:
        assert row.due_on is not None  # it was asked for
        over = row.due_on < today
        day = f"期限是{chinese_date(row.due_on)}（含当日）{'，已经过期' if over else ''}。"
        text = f"请答复就“{row.title}”的咨询（{row.number}）。{day}"
        turn = Turn(row.department, TOLD if over else (POST,))
        title, rung = ("咨询答复已经过期", "over") if over else ("咨询答复将要到期", "near")
        tell_turn(turn, title, text, f"/lives/guidance/{row.pk}", key=f"{rung}/guidance/{row.pk}")
    return len(owed)
