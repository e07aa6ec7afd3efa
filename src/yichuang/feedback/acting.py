"""What the acts of ratings and of complaints share: what they know, who is on which side. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.aggregates.acts import Act
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.feedback.served import Served
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor

CLAUSE = "3.5i"
# Who acts: whoever was served, the department that served them, the office of government services, the watch
SERVED, DEPARTMENT, OFFICE, WATCH = "served", "department", "office", "watch"
ANSWERING = frozenset({"head", "reviewer"})
_NOT_YOURS = {
    SERVED: "这一步由办件的申请人（或者有效的代理人）办理。",
    DEPARTMENT: "这一步由被评价、被投诉部门的审查人员或者负责人办理。",
    OFFICE: "这一步由本级政务服务办办理。",
    WATCH: "这一步由本级监察岗办理。",
}


def _nothing(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class FeedbackFacts:
    """What the outside knows. `find_case` answers with a case of the actor by its id, `cases` with those that can be
    chosen and `departments` with all of them, in words by id; each is asked when it matters.
    """

    now: datetime
    actor: Actor
    calendar: WorkingCalendar
    limits: Mapping[str, int]  # of `feedback.parameters.DAYS`
    find_case: Callable[[str], Served | None] = _nothing
    cases: Callable[[], Mapping[str, str]] = dict
    departments: Callable[[], Mapping[str, str]] = dict

    @property
    def today(self) -> date:
        return local_day(self.now)

    def add_days(self, name: str) -> date:
        """The last day of a limit of working days that begins tomorrow."""
        return self.calendar.add(self.today, self.limits[name])


def is_of(side: str, actor: Actor, *, subject: str, department: str) -> bool:
    """Whether the actor is on this side of what a subject says of a department."""
    match side:
        case "served":
            return not actor.post_kind and (not subject or subject in actor.subjects)
        case "department":
            return actor.post_kind in ANSWERING and actor.department == department
        case "office":
            return actor.post_kind == "office" and actor.division == department.partition("/")[0]
        case _:
            return actor.post_kind == "supervisor" and actor.division == department.partition("/")[0]


def demand_side(act: Act, facts: FeedbackFacts, *, subject: str, department: str) -> None:
    """Raises Refused(forbidden) when the act is not the actor's."""
    allowed = is_of(act.who, facts.actor, subject=subject, department=department)
    words, next = _NOT_YOURS[act.who], "请由有权的一方办理。"
    require(allowed, f"not-{act.who}", words, clause=CLAUSE, next=next, kind=Kind.FORBIDDEN)


def demand_stage(stage: Any, act: Act, what: str) -> None:
    """Raises Refused(stale) when the act is not open at this stage."""
    if stage not in act.stages:
        message = f"{what}现在是“{stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, clause=CLAUSE, next="请刷新页面，看它现在的状态。", kind=Kind.STALE)


def demand_choice(value: str, among: Mapping[str, Any], field: str, message: str) -> None:
    """Raises Refused(input) for a value that cannot be chosen."""
    require(value in among, "bad-choice", message, clause=CLAUSE, kind=Kind.INPUT, field=field)


def demand_words(text: str, field: str, message: str) -> None:
    """Raises Refused(input) for a text that was not written."""
    require(bool(text), "no-words", message, clause=CLAUSE, next="请写明后再提交。", kind=Kind.INPUT, field=field)
