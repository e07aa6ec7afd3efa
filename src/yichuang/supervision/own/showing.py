"""What a hit of a question rests on, on a line: the acts it names, when they were done, and what was counted. Read from
the contract's tables, as the rule read them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db import connection

from yichuang.kernel.localtime import SHANGHAI, chinese_date, local_day
from yichuang.supervision.contract_activities import FROM_EVENTS, READ
from yichuang.supervision.rules.questions import UNITS, Question


@dataclass(frozen=True, slots=True)
class Done:
    """An activity of a case."""

    seq: int
    name: str
    at: datetime
    recorded_at: datetime | None
    due_on: date | None


class Hit(Protocol):
    """What a finding and an example of a trial both say."""

    @property
    def day(self) -> date | None: ...
    @property
    def measured(self) -> int | None: ...
    @property
    def allowed(self) -> int | None: ...
    @property
    def seq(self) -> int | None: ...
    @property
    def other(self) -> int | None: ...


def read_activities(cases: Collection[str]) -> dict[str, list[Done]]:
    """The activities of these cases in order. One statement."""
    shadows = ", ".join(f"{name} as (select * from {name} where case_id = any(%(cases)s))" for name in READ)
    done: dict[str, list[Done]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            f"with {shadows} select case_id, seq, activity, occurred_at, recorded_at, due_on from ({FROM_EVENTS}) a"
            " order by case_id, seq",
            {"cases": list(cases)},
        )
        for case, *row in cursor.fetchall():
            done[case].append(Done(*row))
    return done


def explain_hit(question: Question, hit: Hit, done: Sequence[Done]) -> list[str]:
    """The parts of the line; none where the log no longer has an act that it rests on."""
    by_seq = {act.seq: act for act in done}
    if hit.seq not in by_seq or (hit.other is not None and hit.other not in by_seq):
        return []
    return _EXPLAIN[question.kind](_Told(question, hit, done, by_seq))


@dataclass(frozen=True, slots=True)
class _Told:
    question: Question
    hit: Hit
    done: Sequence[Done]
    by_seq: Mapping[int, Done]

    def name_activity(self, n: int) -> str:
        return self.question.spoken[n]

    @property
    def last(self) -> Done:
        return self.by_seq[self.hit.seq or 0]

    @property
    def first(self) -> Done | None:
        return self.by_seq.get(self.hit.other or 0)

    def tell(self, act: Done) -> str:
        words = dict(zip(self.question.names, self.question.spoken, strict=True))
        return f"{_clock_time(act.at)}第{act.seq}条“{words.get(act.name, act.name)}”"

    def list_named(self, n: int) -> list[Done]:
        return [act for act in self.done if act.name == self.question.names[n]]


def _clock_time(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())}{local:%H:%M:%S}"


def _same_person(told: _Told) -> list[str]:
    acts = sorted((act for act in (told.first, told.last) if act), key=lambda act: act.seq)
    return [*map(told.tell, acts), "办理的是同一人"]


def _without(told: _Told) -> list[str]:
    return [told.tell(told.last), f"到办件了结没有“{told.name_activity(1)}”"]


def _before(told: _Told) -> list[str]:
    late = f"到{told.tell(told.first)}才有" if told.first else "至今没有"
    return [told.tell(told.last), f"此前没有“{told.name_activity(0)}”，{late}"]


def _at_most(told: _Told) -> list[str]:
    return [
        *map(told.tell, (act for act in told.list_named(0) if act.seq <= told.last.seq)),
        f"共{told.hit.measured}次，至多{told.hit.allowed}次",
    ]


def _apart(told: _Told) -> list[str]:
    assert told.first and told.question.span
    unit = UNITS[told.question.span.unit]
    bound = "至多" if told.question.kind == "within" else "至少"
    counted = f"相隔{told.hit.measured}{unit}（当日不计），应当{bound}{told.hit.allowed}{unit}"
    if told.question.span.unit == "hour":
        counted = f"相隔{_duration(told.first.at, told.last.at)}，应当{bound}{told.hit.allowed}{unit}"
    return [told.tell(told.first), told.tell(told.last), counted]


def _duration(begun: datetime, ended: datetime) -> str:
    minutes, seconds = divmod(int((ended - begun).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}小时{minutes}分{seconds}秒"


def _recorded(told: _Told) -> list[str]:
    assert told.question.span and told.last.recorded_at
    unit = UNITS[told.question.span.unit]
    late = f"隔了{told.hit.measured}{unit}，至多{told.hit.allowed}{unit}"
    if told.question.span.unit == "hour":
        late = f"隔了{_duration(told.last.at, told.last.recorded_at)}，至多{told.hit.allowed}{unit}"
    return [told.tell(told.last), f"{_clock_time(told.last.recorded_at)}记入", late]


def _due(told: _Told) -> list[str]:
    due = told.last.due_on
    if due is None:
        return []
    done = f"{told.tell(told.last)}，晚{(local_day(told.last.at) - due).days}天"
    return [f"告知到{chinese_date(due)}（含当日，遇休息日已顺延）完成", done]


_EXPLAIN: Mapping[str, Callable[[_Told], list[str]]] = {
    "same_person": _same_person,
    "without": _without,
    "before": _before,
    "at_most": _at_most,
    "within": _apart,
    "at_least": _apart,
    "recorded_late": _recorded,
    "after_due": _due,
}
