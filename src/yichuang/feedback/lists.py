"""Lists of ratings and complaints, each beginning from what the reader may see: what waits for them first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from yichuang.feedback.acting import ANSWERING
from yichuang.feedback.complaint import ComplaintStage
from yichuang.feedback.declared import COMPLAINT, RATING
from yichuang.feedback.models import Rating
from yichuang.feedback.rating import RatingStage
from yichuang.ledger.actor import Actor

PAGE = 25
NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """A page of ratings or complaints."""

    rows: tuple[Any, ...]
    total: int
    number: int


def list_ratings(actor: Actor, number: int = 1, *, bad: bool = True) -> FeedbackPage:
    """The bad ratings that exist for the reader, or all of them. Two statements."""
    rows = RATING.visible(actor).filter(bad=True) if bad else RATING.visible(actor)
    return _page(rows, _rating_turn(actor), number)


def list_complaints(actor: Actor, number: int = 1) -> FeedbackPage:
    """The complaints that exist for the reader. Two statements."""
    return _page(COMPLAINT.visible(actor), _complaint_turn(actor), number)


def find_rating(actor: Actor, case: uuid.UUID) -> Rating | None:
    """The rating of a case, when it exists for the reader. One statement."""
    rating: Rating | None = RATING.visible(actor).filter(case_id=case).first()
    return rating


def _page(rows: QuerySet[Any], turn: Q, number: int) -> FeedbackPage:
    total = rows.count()
    number = max(1, min(number, -(-total // PAGE) or 1))
    rank = Case(When(turn, then=Value(0)), default=Value(1), output_field=IntegerField())
    listed = rows.order_by(rank, F("due_on").asc(nulls_last=True), "-moved_at", "pk")
    return FeedbackPage(tuple(listed[(number - 1) * PAGE : number * PAGE]), total, number)


def _rating_turn(actor: Actor) -> Q:
    """The department speaks with the one who rated and answers; the office makes the return visit."""
    if actor.post_kind == "office":
        return Q(stage=RatingStage.CURED, division=actor.division)
    if actor.post_kind in ANSWERING:
        return Q(stage__in=[RatingStage.OPEN, RatingStage.CONTACTED], department=actor.department)
    return NOTHING


def _complaint_turn(actor: Actor) -> Q:
    """The office takes up, the department answers, the watch rechecks; whoever complained reads the answer."""
    match actor.post_kind:
        case "office":
            return Q(stage=ComplaintStage.FILED, division=actor.division)
        case "supervisor":
            return Q(stage=ComplaintStage.APPEALED, division=actor.division)
        case kind if kind in ANSWERING:
            return Q(stage=ComplaintStage.ACCEPTED, department=actor.department)
        case _:
            return NOTHING


def sql_waiting(actor: Actor) -> tuple[str, list[Any]]:
    """SQL that counts what waits for the reader, for the numbers beside a navigation (`cases.queries.tally`)."""
    sql, values = _sql_waiting(actor.post_kind, actor.department, actor.division)
    return sql, [*values]


@lru_cache(maxsize=1024)
def _sql_waiting(kind: str, department: str, division: str) -> tuple[str, tuple[Any, ...]]:
    """Kept by what it hangs on, as that of orders is."""
    reader = Actor("", post_kind=kind, department=department, division=division)
    parts: list[str] = []
    values: list[Any] = []
    for rows in (
        RATING.visible(reader).filter(_rating_turn(reader)),
        COMPLAINT.visible(reader).filter(_complaint_turn(reader)),
    ):
        try:
            sql, given = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(select count(*) from ({sql}) w)")
        values += given
    return (f"select {' + '.join(parts)}" if parts else "select 0"), tuple(values)
