"""What somebody has to prepare for an item, for programs: its few questions, and what the answers leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.catalog import preparing
from yichuang.catalog.conditions import describe_condition
from yichuang.catalog.queries import standard
from yichuang.catalog.standard import Fee, Material, Standard, Unneeded
from yichuang.faces.api import shapes
from yichuang.faces.api.catalogue import PROBLEMS, Segment, find_listed
from yichuang.faces.api.problems import Problem, ProblemBody
from yichuang.faces.api.reads import known_only
from yichuang.faces.preparing import reckon_dates
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.org.queries import get_calendar

router = Router(tags=["公开"])
Answer = Annotated[str, Field(max_length=200, pattern=r"^[a-z_][a-z0-9_-]*:.+$")]


class PreparationQuery(shapes.Body):
    answer: list[Answer] = Field(
        [], max_length=preparing.MOST, description="回答，写成 名称:值；没有回答的按都有可能算"
    )


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    words: str
    answers: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MaterialLine:
    code: str
    name: str
    copies: int
    format: str
    replaced_by: str  # certificate that spares it; empty: none
    generated: bool
    condition: str  # under which it is needed, where that was not answered


@dataclass(frozen=True, slots=True)
class FeeLine:
    name: str
    standard: str
    condition: str


@dataclass(frozen=True, slots=True)
class LastDays:
    """Last days of an application that is filed today."""

    told: date
    decided: date
    delivered: date
    certain: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    standard: str
    name: str
    questions: tuple[Question, ...]
    unneeded: Unneeded | None
    unable: bool
    instant: bool
    materials: tuple[MaterialLine, ...]
    fees: tuple[FeeLine, ...]
    days: LastDays | None


@router.get(
    "/items/{division}/{item}/preparation",
    response={200: Prepared, PROBLEMS: ProblemBody},
    operation_id="read_preparation",
    summary="准备清单",
    description="一个事项先问的几个问题；按回答给出要带的材料、收费，以及今天提交的话最迟哪天告知受理、决定、送达。"
    "法律规定不用办的情形，unneeded 写明这时怎么办。",
)
def preparation(request: HttpRequest, division: Segment, item: Segment, query: Query[PreparationQuery]) -> Prepared:
    """The questions of an item and what the answers leave. One statement for the day."""
    known_only(request, PreparationQuery)
    key = find_listed(division, item)
    rules = standard(key)
    given = dict(answer.split(":", 1) for answer in query.answer)
    answers = preparing.read_answers(rules, given)
    if unknown := [name for name in given if name not in answers]:
        next = "请按 questions 里的 name 和 value 回答。"
        raise Problem(422, "unknown-answer", f"没有这样的回答：{'、'.join(unknown)}。", next=next)
    found = preparing.prepare_for(rules, answers)
    if found.unneeded or found.unable:
        return Prepared(key, rules.name, _questions(rules), found.unneeded, found.unable, False, (), (), None)
    materials = tuple(_material(rules, material, answers) for material in found.materials)
    fees = tuple(_fee(rules, fee, answers) for fee in found.fees)
    days = None if found.instant else _days(rules, local_day(now()))
    return Prepared(key, rules.name, _questions(rules), None, False, found.instant, materials, fees, days)


def _questions(rules: Standard) -> tuple[Question, ...]:
    return tuple(
        Question(q.name, q.words, tuple(Choice(value, words) for value, words in q.answers))
        for q in preparing.list_questions(rules)
    )


def _material(rules: Standard, material: Material, answers: preparing.Answers) -> MaterialLine:
    condition = describe_condition(rules, material.when) if preparing.is_open(material.when, answers) else ""
    return MaterialLine(
        material.code, material.name, material.copies, material.format, material.replaced_by or "", material.generated,
        condition,
    )  # fmt: skip


def _fee(rules: Standard, fee: Fee, answers: preparing.Answers) -> FeeLine:
    condition = describe_condition(rules, fee.when) if preparing.is_open(fee.when, answers) else ""
    return FeeLine(fee.name, fee.standard, condition)


def _days(rules: Standard, today: date) -> LastDays:
    dates = reckon_dates(rules, today, get_calendar())
    return LastDays(dates.told.day, dates.decided.day, dates.delivered.day, dates.certain)
