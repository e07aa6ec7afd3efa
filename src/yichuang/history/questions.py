"""Questions of a mapping: as its YAML gives them, and as a data set keeps them."""

from __future__ import annotations

import re
from typing import Any

from yichuang.history.dataset import Manifest
from yichuang.history.own_columns import CASE_COLUMNS, OwnNames
from yichuang.history.unclear import Unclear
from yichuang.supervision.rules.questions import KINDS, UNITS, Question, Span, load_question
from yichuang.supervision.rules.rule import Level


def load_questions(manifest: Manifest) -> tuple[Question, ...]:
    """The questions with which a data set was imported, or which were in force when it was exported."""
    return tuple(map(load_question, manifest.questions))


def parse_questions(
    content: Any,
    own: OwnNames = OwnNames(),  # noqa: B008
    *,
    tells_ends: bool = True,
) -> tuple[Question, ...]:
    """The questions of a mapping, as YAML gives them; `own` are the names that it gives, `tells_ends` whether its log
    says which cases have ended. Raises Unclear.
    """
    if not isinstance(content, list):
        raise Unclear("questions 要写成清单，每条一个问题。")
    questions = tuple(_parse(one, number, own, tells_ends) for number, one in enumerate(content, 1))
    codes = [question.code for question in questions]
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise Unclear(f"questions 里的代码 {twice} 用了两次。")
    return questions


def _parse(one: Any, number: int, own: OwnNames, tells_ends: bool) -> Question:
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
        () if kind.names_date else groups, ended=name == "without" and tells_ends,
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
