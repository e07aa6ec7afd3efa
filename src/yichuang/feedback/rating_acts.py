"""What may be done with a rating, by whom (3.5i). Pure.

Whoever was served rates a case once, when it has ended, and nobody makes them. A bad rating: the department speaks with
them and answers, each until a day; the office of government services asks them whether they are content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Happened, Life, Text
from yichuang.aggregates.refusal import Kind, require
from yichuang.feedback.acting import (
    CLAUSE,
    DEPARTMENT,
    OFFICE,
    SERVED,
    FeedbackFacts,
    demand_choice,
    demand_side,
    demand_stage,
    demand_words,
)
from yichuang.feedback.rating import (
    INDICATORS,
    ONLINE,
    WINDOW,
    Contacted,
    ContactMissed,
    Cured,
    CureMissed,
    Rated,
    Rating,
    RatingLevel,
    RatingStage,
    Visited,
    evolve_rating,
)
from yichuang.feedback.served import Served
from yichuang.kernel.localtime import midnight
from yichuang.ledger.actor import SYSTEM

LEVELS = {level.value: level.label for level in RatingLevel}
WAYS = {"phone": "电话", "visit": "当面", "message": "留言、短信"}
REACHED = {"yes": "联系上了", "no": "没有联系上"}
RESULTS = {"content": "满意整改结果", "discontent": "不满意整改结果", "silent": "没有联系上或者不愿回答"}


@dataclass(frozen=True, slots=True)
class Rate:
    case: str
    level: str
    indicators: tuple[str, ...] = ()
    words: Text = ""


@dataclass(frozen=True, slots=True)
class Contact:
    way: str
    reached: str
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Cure:
    answer: Text


@dataclass(frozen=True, slots=True)
class Visit:
    result: str
    note: Text = ""


def may(rating: Rating, act: Act, facts: FeedbackFacts, step: str = "") -> None:
    """The side whose turn it is. Raises Refused."""
    demand_side(act, facts, subject=rating.served.subject, department=rating.served.department)
    demand_stage(rating.stage, act, "这条评价")


def _missed(rating: Rating) -> tuple[date, Any] | None:
    """The day that the department has to keep next, and what its passing is. None when it keeps the office waiting for
    nothing, or when the missed day is on record.
    """
    if rating.stage is RatingStage.OPEN and rating.contact_by and not rating.contact_missed:
        return rating.contact_by, ContactMissed()
    if rating.stage in (RatingStage.OPEN, RatingStage.CONTACTED) and rating.cure_by and not rating.cure_missed:
        return rating.cure_by, CureMissed()
    return None


def next_moment(rating: Rating, facts: FeedbackFacts) -> datetime | None:
    """When a day passes that the department had to keep: the midnight after it."""
    missed = _missed(rating)
    return midnight(missed[0].fromordinal(missed[0].toordinal() + 1)) if missed else None


def lapse(rating: Rating, facts: FeedbackFacts) -> tuple[Rating, list[Dated]]:
    """Days that passed are put on record, once each. A late contact or answer is still one."""
    dated = []
    while (moment := next_moment(rating, facts)) and moment <= facts.now:
        missed = _missed(rating)
        assert missed is not None
        rating = evolve_rating(rating, Happened(missed[1], SYSTEM.person, moment, facts.now))
        dated.append(Dated(missed[1], moment))
    return rating, dated


RATING_ACTS = Acts()
RATING_LIFE: Life[Rating, FeedbackFacts] = Life(RATING_ACTS, evolve_rating, lapse, may)


def list_indicators(served: Served) -> Mapping[str, str]:
    """What can be pointed at in a rating: of the window when the applicant came to one, else of the site."""
    return WINDOW if served.at_window else ONLINE


@RATING_ACTS.register(
    Rate, "评价", stages=frozenset({RatingStage.NEW}), who=SERVED, creates=True, clause=CLAUSE,
    asks={
        "case": Asked("评价哪一件", required=True, choices=lambda rating, facts: facts.cases()),
        "level": Asked("您对这次办理", required=True, choices=lambda rating, facts: LEVELS),
        "indicators": Asked("主要因为（可以多选）", choices=lambda rating, facts: INDICATORS),
        "words": Asked("想说的话", most=500),
    },
)  # fmt: skip
def rate(rating: Rating, command: Rate, facts: FeedbackFacts) -> list[Any]:
    """One rating of each case that has ended (一事一评)."""
    served = facts.find_case(command.case)
    message = "没有可以评价的这件：可能还没有办结，可能已经评价过（每件评价一次），也可能不是您的办件。"
    next = "请从“我的办件”进入已经办结的办件再评价。"
    require(served, "no-such-service", message, clause=CLAUSE, next=next, kind=Kind.STALE, field="case")
    assert served is not None
    demand_choice(command.level, LEVELS, "level", "请从五档中选择一档。")
    for indicator in command.indicators:
        demand_choice(indicator, list_indicators(served), "indicators", "请从列出的方面中选择。")
    bad = RatingLevel(command.level).bad
    contact_by, cure_by = (facts.add_days("contact"), facts.add_days("cure")) if bad else (None, None)
    indicators = tuple(dict.fromkeys(command.indicators))
    return [Rated(served, command.level, indicators, command.words, contact_by, cure_by)]


@RATING_ACTS.register(
    Contact, "记录联系核实", stages=frozenset({RatingStage.OPEN, RatingStage.CONTACTED}), who=DEPARTMENT, clause=CLAUSE,
    asks={
        "way": Asked("怎样联系的", required=True, choices=lambda rating, facts: WAYS),
        "reached": Asked("是否联系上", required=True, choices=lambda rating, facts: REACHED),
        "note": Asked("了解到的情况", most=1000),
    },
)  # fmt: skip
def contact(rating: Rating, command: Contact, facts: FeedbackFacts) -> list[Any]:
    """The first try counts for the day; one who was not reached can be tried again."""
    demand_choice(command.way, WAYS, "way", "请选择怎样联系的。")
    demand_choice(command.reached, REACHED, "reached", "请选择是否联系上。")
    reached = command.reached == "yes"
    if reached:
        demand_words(command.note, "note", "请写明了解到的情况。")
    return [Contacted(command.way, reached, command.note)]


@RATING_ACTS.register(
    Cure, "整改答复", stages=frozenset({RatingStage.CONTACTED}), who=DEPARTMENT, clause=CLAUSE,
    asks={"answer": Asked("整改了什么，或者为什么没有问题（评价人看得到）", required=True, most=1000)},
)  # fmt: skip
def cure(rating: Rating, command: Cure, facts: FeedbackFacts) -> list[Any]:
    demand_words(command.answer, "answer", "请写明整改的结果。")
    return [Cured(command.answer)]


@RATING_ACTS.register(
    Visit, "回访", stages=frozenset({RatingStage.CURED}), who=OFFICE, clause=CLAUSE,
    asks={
        "result": Asked("评价人的意见", required=True, choices=lambda rating, facts: RESULTS),
        "note": Asked("回访记录", most=1000),
    },
)  # fmt: skip
def visit(rating: Rating, command: Visit, facts: FeedbackFacts) -> list[Any]:
    """Who is not content sends it back to the department, with a new day."""
    demand_choice(command.result, RESULTS, "result", "请选择评价人的意见。")
    again = command.result == "discontent"
    if again:
        demand_words(command.note, "note", "评价人不满意的，请写明还有什么没有解决。")
    return [Visited(command.result, command.note, facts.add_days("cure") if again else None)]
