"""Rules as data: a question to a log, which is judged like the packaged rules. Pure.

A question names activities as the log does, once completed (`contract_activities`). What may be one row written twice
is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from yichuang.cases.core.events import LABELS
from yichuang.catalog.standard import StepKind
from yichuang.supervision.rules.rule import Level, Parameters, Rule

STEPS = {kind.value: f"{kind.label}（环节）" for kind in StepKind}  # activities of our own history that are steps
ACT_KINDS = frozenset(LABELS)
ENDS = frozenset({"closed", "declined", "withdrawn", "terminated", "acceptance_revoked"})
RUN_OUT = ("", "granted", "refused")  # outcomes of cases that were not cut short
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


class Unanswered(StrEnum):
    """Why a question leaves a case unjudged."""

    SOURCE = "source"
    PERSON = "person"
    RUNNING = "running"
    CUT_SHORT = "cut_short"
    CALENDAR = "calendar"
    RECORDED = "recorded"
    DUE = "due"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {
            "source": "是迁移来的或者部门报送的，动作不全", "person": "动作没有记到工作人员",
            "running": "还在办理，没有到可以评判的时候",
            "cut_short": "没有走到后面的动作就结束了（撤回、不予受理、终止、撤销受理）",
            "calendar": "跨到放假安排没有公布的年份", "recorded": "没有记录时间",
            "due": "没有告知应当完成的日期，或者这个日期不能确定", "failed": "试算没有算成",
        }[self.value]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, such as `5 workday`."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which activities, and of which cases."""

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
    words: tuple[str, ...] = ()  # what people call the activities; empty: by their names
    basis: str = ""  # law or policy, in Chinese, of a question of this platform
    since: date | None = None  # the first day whose hits count, and the first whose no longer do
    until: date | None = None
    ended: bool = False  # the history tells which cases have ended, and only those can lack something
    of_post: bool = False  # a hit belongs to the department of the post it was done from
    sign: bool = False  # what it finds is a sign to look into, no breach

    def activities_of(self, name: str) -> tuple[str, ...]:
        """The activities that this name stands for."""
        return dict(self.groups).get(name, (name,))

    def list_activities(self) -> tuple[str, ...]:
        """All activities that the question is about; none when it is about all."""
        names = () if KINDS[self.kind].names_date else self.names
        return tuple(activity for name in names for activity in self.activities_of(name))

    @property
    def spoken(self) -> tuple[str, ...]:
        """The activities as people call them."""
        return self.words or self.names


@dataclass(frozen=True, slots=True)
class AskedRule(Rule):
    """A question as a rule."""

    question: Question | None = field(default=None)

    @property
    def policy(self) -> str:
        return super(AskedRule, self).policy if self.question and self.question.basis else "映射文件的 questions"

    def find_hits(self, parameters: Parameters) -> Any:
        """The cases that the question finds, as an Ibis table with the columns of a hit."""
        from yichuang.supervision.rules.asking import FIND  # only who judges loads Ibis

        question = self.question
        assert question is not None
        found = FIND[question.kind](question)
        if question.since:
            found = found.filter(found.day >= question.since)
        if question.until:
            found = found.filter(found.day < question.until)
        return found


def make_rules(questions: Sequence[Question]) -> tuple[AskedRule, ...]:
    """The questions as rules, in their order."""
    return tuple(map(make_rule, questions))


def make_rule(question: Question) -> AskedRule:
    """A question as a rule."""
    return AskedRule(
        question.code, question.title, "4.1b", question.basis or "由提问的人负责", _write_sentence(question),
        wakes=_list_wakes(question), find="asking", everywhere=True, of_post=question.of_post, sign=question.sign,
        question=question,
    )  # fmt: skip


def dump_question(question: Question) -> dict[str, Any]:
    """A question as JSON."""
    days = {name: day and day.isoformat() for name in ("since", "until") for day in (getattr(question, name),)}
    tuples = {name: _listed(getattr(question, name)) for name in ("names", "words", "where", "kept", "groups")}
    return {**asdict(question), **days, **tuples}


def _listed(value: Any) -> Any:
    """Tuples as the lists that JSON has."""
    return list(map(_listed, value)) if isinstance(value, tuple) else value


def load_question(content: dict[str, Any]) -> Question:
    """A question from its JSON."""
    return Question(
        **{
            **content,
            "names": tuple(content["names"]),
            "words": tuple(content.get("words", ())),
            "span": content["span"] and Span(**content["span"]),
            "where": tuple((column, tuple(values)) for column, values in content["where"]),
            "kept": tuple((name, of_case, tuple(values)) for name, of_case, values in content.get("kept", ())),
            "groups": tuple((name, tuple(activities)) for name, activities in content.get("groups", ())),
            **{name: content.get(name) and date.fromisoformat(content[name]) for name in ("since", "until")},
        }
    )


def describe_question(question: Question) -> str:
    """What a question finds, in Chinese, with what is allowed."""
    a, b = (*question.spoken, "", "")[:2]
    unit = UNITS[question.span.unit] if question.span else ""
    most = question.span.amount if question.span else question.times
    return {
        "same_person": f"同一人做了“{a}”和“{b}”",
        "without": f"有“{a}”而{'到办件了结' if question.ended else ''}没有“{b}”",
        "before": f"“{b}”之前没有“{a}”",
        "at_most": f"“{a}”超过{most}次",
        "within": f"从“{a}”到“{b}”超过{most}{unit}",
        "at_least": f"从“{a}”到“{b}”不足{most}{unit}",
        "recorded_late": f"“{a}”之后超过{most}{unit}才记录",
        "after_due": f"“{a}”超过告知的日期才完成",
    }[question.kind]


def _write_sentence(question: Question) -> str:
    a, b = (*(name.replace("{", "").replace("}", "") for name in question.spoken), "", "")[:2]
    unit = UNITS[question.span.unit] if question.span else ""
    due = f"“{question.due.replace('{', '').replace('}', '')}”" if question.due else "应当完成之日"
    says = KINDS[question.kind].says
    return says.replace("{a}", a).replace("{b}", b).replace("{unit}", unit).replace("{due}", due)


def _list_wakes(question: Question) -> frozenset[str]:
    """The kinds of event after which it is asked again: those of its activities, and what ends a case."""
    own = {"step_concluded" if name in STEPS else name for name in question.list_activities()} or ACT_KINDS
    return frozenset(own | (ENDS if question.ended else set()))
