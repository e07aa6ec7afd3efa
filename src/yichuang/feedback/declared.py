"""What the mechanism of every life needs to know of ratings and complaints: their rows, and what their facts are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, get_args

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.settings import reads_of
from yichuang.aggregates.tables import Row, Values
from yichuang.feedback import complaint_acts, rating_acts
from yichuang.feedback.acting import ANSWERING, FeedbackFacts
from yichuang.feedback.complaint import Complaint, ComplaintEvent, Filed
from yichuang.feedback.models import Complaint as ComplaintRow
from yichuang.feedback.models import Rating as RatingRow
from yichuang.feedback.parameters import DAYS, limits_upto
from yichuang.feedback.queries import find_served, list_departments, list_served
from yichuang.feedback.rating import Rating, RatingEvent, RatingStage
from yichuang.ledger.actor import Actor
from yichuang.org import door as org

READS = {"calendar": "(select coalesce(max(id), 0) from org_calendaryear)", **reads_of(DAYS.scope)}
READERS = frozenset({"office", "supervisor", "inspector"})  # of what concerns their division


def _facts(locked: Locked[Any], actor: Actor) -> FeedbackFacts:
    """No statement once calendar and parameters are read; the questions are asked when they matter."""
    reads = locked.reads
    limits = limits_upto(reads["parameters"], reads["announced"])
    return FeedbackFacts(locked.now, actor, org.calendar_upto(reads["calendar"]), limits)


def rating_facts(locked: Locked[Rating], command: Any, actor: Actor) -> FeedbackFacts:
    """Cases that have ended and were not rated."""
    return replace(
        _facts(locked, actor),
        find_case=cache(lambda id: find_served(actor, id, unrated=True)),
        cases=cache(lambda: {row.case: row.words for row in list_served(actor, unrated=True)}),
    )


def complaint_facts(locked: Locked[Complaint], command: Any, actor: Actor) -> FeedbackFacts:
    """Any case of the actor, and every department."""
    return replace(
        _facts(locked, actor),
        find_case=cache(lambda id: find_served(actor, id)),
        cases=cache(lambda: {row.case: row.words for row in list_served(actor)}),
        departments=cache(list_departments),
    )


def _scopes(subject: str, department: str) -> Iterable[tuple[str, str]]:
    """Whoever was served, the department, and those who watch over its division."""
    return (("subject", subject), ("department", department), ("division", department.partition("/")[0]))


def _of_reader(actor: Actor) -> Iterable[tuple[str, str]]:
    if not actor.post_kind:
        return [("subject", subject) for subject in actor.subjects]
    if actor.post_kind in READERS:
        return [("division", actor.division)]
    return [("department", actor.department)] if actor.post_kind in ANSWERING else []


def _rating_row(rating: Rating, facts: FeedbackFacts) -> Values:
    served = rating.served
    due = {RatingStage.OPEN: rating.contact_by, RatingStage.CONTACTED: rating.cure_by}.get(rating.stage)
    return {
        "stage": rating.stage.value,
        "case_id": served.case,
        "receipt": served.receipt,
        "item": served.item,
        "title": served.title,
        "division": served.division,
        "department": served.department,
        "subject": served.subject,
        "level": rating.level,
        "bad": rating.bad,
        "at_window": served.at_window,
        "rated_at": rating.rated_at,
        "contact_by": rating.contact_by,
        "contacted_on": rating.contacted_on,
        "cure_by": rating.cure_by,
        "cured_on": rating.cured_on,
        "due_on": due,
        "visit": rating.visit,
        "contact_missed": rating.contact_missed,
        "cure_missed": rating.cure_missed,
        "moved_at": rating.moved_at,
    }


def _complaint_row(complaint: Complaint, facts: FeedbackFacts) -> Values:
    served = complaint.served
    return {
        "stage": complaint.stage.value,
        "number": complaint.number,
        "case_id": uuid.UUID(served.case) if served else None,
        "receipt": served.receipt if served else "",
        "item": served.item if served else "",
        "title": served.title if served else "",
        "division": complaint.department.partition("/")[0],
        "department": complaint.department,
        "subject": complaint.subject,
        "kind": complaint.kind,
        "filed_on": complaint.filed_on,
        "due_on": complaint.due_on,
        "answered_on": complaint.answered_on,
        "result": complaint.result,
        "late": bool(complaint.missed),
        "closed_on": complaint.closed_on,
        "moved_at": complaint.moved_at,
    }


def _number(event: Any, complaint: Complaint, facts: FeedbackFacts) -> Numbered | None:
    """The number of a complaint: 投诉, division, year, number."""
    if not isinstance(event, Filed):
        return None
    division, year = event.department.partition("/")[0], facts.today.year
    counter = f"complaint/{division}/{year}"
    return Numbered(counter, lambda n: replace(event, number=f"TS{division}{year}{n:05d}"))


def _kinds(events: Any) -> dict[str, type[Any]]:
    return {snake_case(cls.__name__): cls for cls in get_args(events)}


RATING: Aggregate[Rating, FeedbackFacts] = Aggregate(
    kind="rating",
    label="评价",
    life=rating_acts.RATING_LIFE,
    codec=Codec(_kinds(RatingEvent), Rating),
    blank=Rating,
    facts=rating_facts,
    next_moment=rating_acts.next_moment,
    last_moment=lambda rating: rating.moved_at,
    row=Row(RatingRow, _rating_row),
    scopes=Scopes(lambda rating: _scopes(rating.served.subject, rating.served.department), _of_reader),
    alive="stage in ('open', 'contacted')",
    absent=("no-such-rating", "没有这条评价，或者您无权查看。", "请从“我的办件”或者“评价和投诉”重新进入。"),
    reads=READS,
)

COMPLAINT: Aggregate[Complaint, FeedbackFacts] = Aggregate(
    kind="complaint",
    label="投诉",
    life=complaint_acts.COMPLAINT_LIFE,
    codec=Codec(_kinds(ComplaintEvent), Complaint),
    blank=Complaint,
    facts=complaint_facts,
    next_moment=complaint_acts.next_moment,
    last_moment=lambda complaint: complaint.moved_at,
    row=Row(ComplaintRow, _complaint_row),
    scopes=Scopes(lambda complaint: _scopes(complaint.subject, complaint.department), _of_reader),
    alive="closed_on is null",
    absent=("no-such-complaint", "没有这件投诉，或者您无权查看。", "请从“投诉与救济”或者“评价和投诉”重新进入。"),
    number=_number,
    reads=READS,
)
