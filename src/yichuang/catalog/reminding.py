"""Reminding officers of days: that a task of a department nears its day or has passed it, that the days for a remark
are over, that a standard is to be looked at again.

A message tells of it and nothing else follows, so no entry is written. Each officer whose turn it is is told once of
each day and once that it has passed, whoever comes to the post later too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from yichuang.aggregates.settings import all_values
from yichuang.catalog.consistency import deviation, proposal
from yichuang.catalog.consistency.notices import name_proposal
from yichuang.catalog.consistency.tasks import list_following, list_missing
from yichuang.catalog.laws.notices import name_standards, say_asked, say_change
from yichuang.catalog.laws.state import Cause
from yichuang.catalog.laws.waiting import list_waiting_tasks
from yichuang.catalog.listing.queries import name_items
from yichuang.catalog.models import Deviation, Proposal
from yichuang.catalog.parameters import REMINDING
from yichuang.catalog.revising.notices import find_turn, name_version
from yichuang.catalog.revising.queries import list_reviews
from yichuang.catalog.revising.state import Stage
from yichuang.catalog.telling import DRAFTERS, HEADS, OFFICE, Turn, tell_turn
from yichuang.kernel.localtime import chinese_date, local_day
from yichuang.ledger.service import now
from yichuang.org.queries import get_calendar


@dataclass(frozen=True, slots=True)
class Reminder:
    """What somebody is to do, and by when it was or is due. `about` is the matter: with the day, what is told once."""

    turn: Turn
    title: str
    text: str
    link: str
    about: str
    due_on: date


def remind_officers() -> int:
    """Remind of what nears its day or has passed it; who was told before is not told again. Returns how many matters
    there are. A handful of statements, and three a matter.
    """
    today = local_day(now())
    days = all_values(REMINDING)
    reminders = [
        *_list_missing(today, get_calendar().add(today, days["due"])),
        *_list_followings(today, get_calendar().add(today, days["due"])),
        *_list_law_tasks(today, get_calendar().add(today, days["due"])),
        *_list_proposals(today, get_calendar().add(today, days["due"])),
        *_list_remarks(today),
        *_list_reviews(today, today + timedelta(days=days["review"])),
    ]
    for one in reminders:
        rung = "over" if one.due_on < today else "near"
        tell_turn(one.turn, one.title, one.text, one.link, key=f"{rung}/{one.about}/{one.due_on}")
    return len(reminders)


def _list_missing(today: date, until: date) -> Iterator[Reminder]:
    """Listed items without a standard in force, while their departments have it to write (3.2a)."""
    tasks = [task for task in list_missing(today) if task.due_on <= until]
    names = name_items(task.item for task in tasks)
    for task in tasks:
        name = names[task.division, task.item]
        text = f"“{name}”已经列入清单，还没有施行的规程，请编制后报审。{_say_day(task.due_on, today)}"
        title, about = f"首版规程{_say_rung(task.due_on, today)}", f"publish/{task.base}"
        yield Reminder(Turn(task.department, DRAFTERS), title, text, "/desk/revisions", about, task.due_on)


def _list_followings(today: date, until: date) -> Iterator[Reminder]:
    """Revisions that carry out a change of the city's base, while their departments have them (3.2b)."""
    for row in list_following(today):
        turn = find_turn(row) if row.owes and row.stage in (Stage.DRAFTING, Stage.HEAD) else None
        if turn and row.due_on and row.due_on <= until:
            text = f"{name_version(row)}随市级基准变动编制，请报审。{_say_day(row.due_on, today)}"
            title, link = f"跟进市级基准{_say_rung(row.due_on, today)}", f"/lives/revision/{row.pk}"
            yield Reminder(turn, title, text, link, f"follow/{row.pk}", row.due_on)


def _list_law_tasks(today: date, until: date) -> Iterator[Reminder]:
    """What changes of laws ask, one a department and change (3.5h)."""
    waiting = [(task, due_on) for task, due_on in list_waiting_tasks(open_only=True) if due_on <= until]
    waiting.sort(key=lambda row: (str(row[0].law_id), row[0].department, row[0].change, row[1], row[0].number))
    groups = groupby(waiting, key=lambda row: (row[0].law_id, row[0].department, row[0].change, row[1]))
    for (law, department, change, due_on), tasks in groups:
        some = [task for task, _ in tasks]
        cause, names = Cause(some[0].cause), name_standards([task.name for task in some])
        changed = f"《{some[0].title}》{say_change(cause, some[0].since)}"
        text = f"{changed}，涉及本部门的{names}，请{say_asked(cause)}。{_say_day(due_on, today)}"
        title, link = f"法规变动后的修订{_say_rung(due_on, today)}", f"/lives/laws/{law}"
        turn = Turn(department, DRAFTERS)
        yield Reminder(turn, title, text, link, f"law/{law}/{department}/{change}", due_on)


def _list_proposals(today: date, until: date) -> Iterator[Reminder]:
    """What the city's departments propose and nobody has answered (3.2b)."""
    for row in Proposal.objects.filter(stage=proposal.Stage.OPEN, due_on__lte=until):
        text = f"请答复市级部门对{name_proposal(row)}的建议。{_say_day(row.due_on, today)}"
        title, link = f"答复建议{_say_rung(row.due_on, today)}", f"/lives/proposals/{row.pk}"
        yield Reminder(Turn(row.department, DRAFTERS), title, text, link, f"proposal/{row.pk}", row.due_on)


def _list_remarks(today: date) -> Iterator[Reminder]:
    """The deviations that the county's office can decide on, because the city's department has had its days (3.2c)."""
    waiting = Deviation.objects.filter(stage=deviation.Stage.EXPLAINED, remarks=0, remarks_until__lt=today)
    for row in waiting:
        text = f"市级部门在期限内没有提出意见：{row.item}，{row.words}。请批准或者不批准。"
        turn, link = Turn(row.division, OFFICE), f"/lives/deviations/{row.pk}"
        yield Reminder(turn, "偏差待审定", text, link, f"remark/{row.pk}", row.remarks_until)


def _list_reviews(today: date, until: date) -> Iterator[Reminder]:
    """The versions in force that their departments are to look at again (3.2a)."""
    for row in list_reviews().filter(review_on__lte=until):
        assert row.review_on is not None  # it was asked for
        asked = f"请复审{name_version(row)}：不需修订的，写明结论；需要修订的，开始编制新版。"
        title, text = f"规程复审{_say_rung(row.review_on, today)}", asked + _say_day(row.review_on, today)
        link, about = f"/lives/revision/{row.pk}", f"review/{row.pk}"
        yield Reminder(Turn(row.department, HEADS), title, text, link, about, row.review_on)


def _say_rung(due_on: date, today: date) -> str:
    return "已经过期" if due_on < today else "将要到期"


def _say_day(due_on: date, today: date) -> str:
    return f"期限是{chinese_date(due_on)}（含当日）{'，已经过期' if due_on < today else ''}。"
