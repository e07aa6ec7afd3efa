"""Questions to a log as data: each becomes a rule that is judged like the packaged ones. Pure.

A question names activities as the log does, once completed. What may be one row written twice is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from yichuang.history.dataset import Manifest
from yichuang.history.own_columns import CASE_COLUMNS, OwnNames
from yichuang.history.unclear import Unclear
from yichuang.supervision.rules.rule import Level, Parameters, Rule

UNITS = {"workday": "个工作日", "day": "天", "hour": "小时"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question: how many activities it names, what else it needs, and what it says of a hit."""

    names: int  # 0: any number, none is all
    needs: str  # times | span | due (may be named) | nothing
    says: str  # with the activities {a} and {b}, {measured}, {allowed} and {unit}
    absence: bool = False  # whether an activity that was not read can make a hit of a case that is none
    names_date: bool = False  # it names a date of the case, no activity


KINDS: dict[str, Kind] = {
    "same_person": Kind(2, "nothing", "同一人做了“{a}”和“{b}”。"),
    "without": Kind(2, "nothing", "有“{a}”而没有“{b}”。", absence=True),
    "before": Kind(2, "nothing", "“{b}”之前没有“{a}”。", absence=True),
    "at_most": Kind(1, "times", "“{a}”有{measured}次，至多{allowed}次。"),
    "within": Kind(2, "span", "从“{a}”到“{b}”有{measured}{unit}，超过{allowed}{unit}。", absence=True),
    "at_least": Kind(2, "span", "从“{a}”到“{b}”只有{measured}{unit}，不足{allowed}{unit}。", absence=True),
    "recorded_late": Kind(0, "span", "动作之后{measured}{unit}才记录，超过{allowed}{unit}。"),
    "after_due": Kind(0, "due", "在{due}后{measured}天才完成。"),
    "closed_after": Kind(1, "nothing", "在{due}后{measured}天才了结。", names_date=True),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, such as `5 workday`."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the mapping: what is asked, of which activities, and of which cases."""

    code: str
    title: str
    kind: str  # a key of `KINDS`
    names: tuple[str, ...]  # of activities, in the order that the kind wants
    level: str = Level.YELLOW.value
    times: int = 0
    span: Span | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()  # column of the case, values
    kept: tuple[tuple[str, bool, tuple[str, ...]], ...] = ()  # attribute, whether it is the case's, values
    due: str = ""  # which date something is due on; empty: the one that is mapped as `due`
    due_of_case: bool = False
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()  # name, activities that count as it

    def activities_of(self, name: str) -> tuple[str, ...]:
        """The activities that this name stands for."""
        return dict(self.groups).get(name, (name,))

    def list_activities(self) -> tuple[str, ...]:
        """All activities that the question is about; none when it is about all."""
        names = () if KINDS[self.kind].names_date else self.names
        return tuple(activity for name in names for activity in self.activities_of(name))


@dataclass(frozen=True, slots=True)
class AskedRule(Rule):
    """A question as a rule."""

    question: Question | None = field(default=None)

    @property
    def policy(self) -> str:
        return "映射文件的 questions"

    def hits(self, parameters: Parameters | None = None) -> Any:
        """The cases that the question finds, as an Ibis table with the columns of a hit."""
        from yichuang.history.asking import FIND  # only who judges loads Ibis

        assert self.question is not None
        return FIND[self.question.kind](self.question)


def make_rules(questions: Sequence[Question]) -> tuple[AskedRule, ...]:
    """The questions as rules, in their order."""
    return tuple(
        AskedRule(
            question.code, question.title, "4.1b", "由提问的人负责", _write_sentence(question), everywhere=True,
            find="asking", question=question,
        )
        for question in questions
    )  # fmt: skip


def _write_sentence(question: Question) -> str:
    a, b = (*(name.replace("{", "").replace("}", "") for name in question.names), "", "")[:2]
    unit = UNITS[question.span.unit] if question.span else ""
    due = f"“{question.due.replace('{', '').replace('}', '')}”" if question.due else "应当完成之日"
    says = KINDS[question.kind].says
    return says.replace("{a}", a).replace("{b}", b).replace("{unit}", unit).replace("{due}", due)


def load_questions(manifest: Manifest) -> tuple[Question, ...]:
    """The questions with which a data set was imported."""
    return tuple(
        Question(
            **{
                **one,
                "names": tuple(one["names"]),
                "span": one["span"] and Span(**one["span"]),
                "where": tuple((column, tuple(values)) for column, values in one["where"]),
                "kept": tuple((name, of_case, tuple(values)) for name, of_case, values in one.get("kept", ())),
                "groups": tuple((name, tuple(activities)) for name, activities in one.get("groups", ())),
            }
        )
        for one in manifest.questions
    )


def parse_questions(content: Any, own: OwnNames = OwnNames()) -> tuple[Question, ...]:  # noqa: B008
    """The questions of a mapping, as YAML gives them; `own` are the names that it gives. Raises Unclear."""
    if not isinstance(content, list):
        raise Unclear("questions 要写成清单，每条一个问题。")
    questions = tuple(_parse(one, number, own) for number, one in enumerate(content, 1))
    codes = [question.code for question in questions]
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise Unclear(f"questions 里的代码 {twice} 用了两次。")
    return questions


def _parse(one: Any, number: int, own: OwnNames) -> Question:
    where = f"questions 第{number}条"
    kinds = [key for key in one if key in KINDS] if isinstance(one, dict) else []
    if len(kinds) != 1:
        raise Unclear(f"{where}要写一种问法：{'、'.join(KINDS)}。")
    name = kinds[0]
    kind = KINDS[name]
    known = {name, "code", "title", "level", "where", *(() if kind.needs == "nothing" else (kind.needs,))}
    if unknown := [str(key) for key in one if key not in known]:
        raise Unclear(f"{where}不认识：{'、'.join(unknown)}。{name} 可以写：{'、'.join(sorted(known))}。")
    names = one[name] if isinstance(one[name], list) else [one[name]]
    counted = not kind.names or len(names) == kind.names
    if not counted or not all(isinstance(activity, str) and activity for activity in names):
        raise Unclear(f"{where}的 {name} 要写{f'{kind.names}个' if kind.names else ''}动作的名称。")
    level = str(one.get("level", Level.YELLOW.value))
    if level not in {known_level.value for known_level in Level}:
        raise Unclear(f"{where}的 level 写 red 或 yellow。")
    times = one.get("times", 0)
    if kind.needs == "times" and not (type(times) is int and times >= 0 and "times" in one):
        raise Unclear(f"{where}要写 times：至多几次。")
    span = _parse_span(one.get("span"), where) if kind.needs == "span" else None
    title = str(one.get("title", "")) or f"{name} {'、'.join(names)}"
    code = str(one.get("code", "")) or f"Q-{number:02}"
    if not re.fullmatch(r"Q-[A-Za-z0-9]{1,12}", code):
        raise Unclear(f"{where}的 code 要写如 Q-01。")
    due = str(names[0] if kind.names_date else one.get("due", ""))
    due_of_case = own.has_date(due, of_case=True)
    if due and not (due_of_case or (not kind.names_date and own.has_date(due, of_case=False))):
        raise Unclear(f"{where}的日期“{due}”不在映射的 dates{'.case' if kind.names_date else ''} 里。")
    columns, kept = _parse_where(one.get("where", {}), where, own)
    groups = tuple((group, tuple(own.groups[group])) for group in dict.fromkeys(names) if group in own.groups)
    return Question(
        code, title, name, tuple(names), level, times, span, columns, kept, due, due_of_case,
        () if kind.names_date else groups,
    )  # fmt: skip


def _parse_span(text: Any, where: str) -> Span:
    match = re.fullmatch(r"(\d{1,5}) (\w+)", str(text).strip())
    if not match or match[2] not in UNITS:
        raise Unclear(f"{where}的 span 要写如 5 workday；单位有 {'、'.join(UNITS)}。")
    return Span(int(match[1]), match[2])


def _parse_where(
    where: Any, place: str, own: OwnNames
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], tuple[tuple[str, bool, tuple[str, ...]], ...]]:
    """Which cases are meant: columns of the case, and attributes that the mapping keeps. Raises Unclear."""
    kept = {column.name: column.of_case for column in own.columns() if not column.dated}
    if not isinstance(where, dict) or set(where) - {*CASE_COLUMNS, *kept}:
        raise Unclear(f"{place}的 where 只认办件的 {'、'.join(CASE_COLUMNS)}，和映射的 keep 里的名称。")
    values = {name: tuple(map(str, value if isinstance(value, list) else [value])) for name, value in where.items()}
    return (
        tuple((name, some) for name, some in values.items() if name not in kept),
        tuple((name, kept[name], some) for name, some in values.items() if name in kept),
    )
