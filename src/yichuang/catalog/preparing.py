"""What somebody has to prepare for an item: a few questions drawn from its standard, and what the answers leave (3.4e,
3.5a). Pure: a standard and answers come in.

The questions are those whose answers change what is asked for: whether the item is needed at all, for whom, which
situation, the fields of the form on which materials or fees depend, and who brings it. Never more than `MOST`: what is
not asked stays on the page with the condition under which it is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from yichuang.catalog.conditions import fields_by_name
from yichuang.catalog.standard import Fee, Field, FieldType, Material, Standard, Unneeded, When

MOST = 4  # questions
SPARED, WHOM = "not-needed", "for-whom"  # names that no field of a form can have
NONE = "none"  # answer to `SPARED`: none of these cases is mine
KINDS = {"corp": "企业或者其他组织", "household": "个体工商户", "person": "个人，没有办过营业执照"}
_ASKED = (FieldType.YES_NO, FieldType.CHOICE)
Answers = Mapping[str, str]  # name of a question → the value chosen; what was not answered is not there


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers as (value, words)."""

    name: str
    words: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the answers leave. With `unneeded` the item is not needed, and nothing else holds; `unable`: who asks cannot
    be its applicant.
    """

    unneeded: Unneeded | None
    unable: bool
    materials: tuple[Material, ...]
    fees: tuple[Fee, ...]
    instant: bool


def list_questions(standard: Standard) -> tuple[Question, ...]:
    """The questions of an item in the order in which they are asked, at most `MOST`."""
    questions = [*_ask_unneeded(standard), *_ask_kind(standard), *_ask_situation(standard)]
    questions += _ask_fields(standard)
    if any(m.when and m.when.field == "agent" for m in standard.materials):
        questions.append(Question("agent", "由谁来办", (("no", "本人（法定代表人、负责人）"), ("yes", "委托别人代办"))))
    return tuple(questions[:MOST])


def read_answers(standard: Standard, given: Mapping[str, str]) -> dict[str, str]:
    """The answers among what was sent: of questions that are asked, values that they offer."""
    asked = {question.name: dict(question.answers) for question in list_questions(standard)}
    return {name: given[name] for name, offered in asked.items() if given.get(name) in offered}


def prepare_for(standard: Standard, answers: Answers) -> Preparation:
    """What somebody with these answers has to bring and pay, and whether they need the item at all."""
    number = answers.get(SPARED, NONE)
    about = {name: value for name, value in answers.items() if name not in (SPARED, WHOM)}
    situation = standard.situation(about.get("situation", ""))
    return Preparation(
        unneeded=standard.unneeded[int(number) - 1] if number != NONE else None,
        unable=answers.get(WHOM) == "person" and "person" not in standard.applicants,
        materials=tuple(m for m in standard.materials if _may_hold(m.when, about)),
        fees=tuple(f for f in standard.fees if _may_hold(f.when, about)),
        instant=standard.instant or bool(situation and situation.instant),
    )


def is_open(when: When | None, answers: Answers) -> bool:
    """Whether a condition depends on what was not answered."""
    return when is not None and when.field not in answers


def list_form_answers(standard: Standard, answers: Answers) -> dict[str, str]:
    """The answers that are fields of the form: an application begins with them, so that nothing is asked twice."""
    return {name: value for name, value in answers.items() if name in fields_by_name(standard)}


def _may_hold(when: When | None, about: Answers) -> bool:
    return when is None or when.field not in about or when.holds(dict(about))


def _ask_unneeded(standard: Standard) -> list[Question]:
    if not standard.unneeded:
        return []
    cases = tuple((str(number), case.asked) for number, case in enumerate(standard.unneeded, start=1))
    return [Question(SPARED, "您是不是属于下面的情形", (*cases, (NONE, "都不是")))]


def _ask_kind(standard: Standard) -> list[Question]:
    """Nothing turns on it where a natural person may apply as such, and a body that is yet to be registered is nobody
    before it is.
    """
    if "person" in standard.applicants or standard.result.kind == "registration":
        return []
    return [Question(WHOM, "以谁的名义办", tuple(KINDS.items()))]


def _ask_situation(standard: Standard) -> list[Question]:
    if len(standard.situations) < 2:
        return []
    return [Question("situation", "办哪一种", tuple((s.code, s.name) for s in standard.situations))]


def _ask_fields(standard: Standard) -> list[Question]:
    """The fields on which most materials and fees depend, first."""
    fields = fields_by_name(standard)
    whens = (*(m.when for m in standard.materials), *(f.when for f in standard.fees))
    depends = Counter(when.field for when in whens if when)
    named = [fields[name] for name, _ in depends.most_common() if name in fields]
    return [Question(field.name, field.label, _offer(field)) for field in named if field.type in _ASKED]


def _offer(field: Field) -> tuple[tuple[str, str], ...]:
    if field.type is FieldType.YES_NO:
        return (("yes", "是"), ("no", "不是"))
    return tuple((choice, choice) for choice in field.choices)
