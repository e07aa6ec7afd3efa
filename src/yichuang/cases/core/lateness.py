"""说明超期原因: what was decided after the last day of the law says why, in public (优化营商环境条例36条2款).

One definition of being late for what an act demands, for the applicant's page and for the public list: beyond the
statutory limit by the office's doing, as the red light and R-T03 have it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yichuang.aggregates.acts import Asked, Text
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.clocks import case_clocks
from yichuang.cases.core.decide import act
from yichuang.cases.core.facts import CaseFacts
from yichuang.cases.core.state import Case, Stage
from yichuang.catalog.standard import PostKind
from yichuang.kernel.clock import due_on, format_day

CLAUSE = "优化营商环境条例第三十六条第二款"
REASON = Asked("超期原因", most=500)
# From the acceptance on; what ended before it never had a statutory limit
STAGES = frozenset(
    {
        Stage.ACCEPTED, Stage.DECIDED, Stage.MADE, Stage.CLOSED, Stage.WITHDRAWN, Stage.TERMINATED,
        Stage.ACCEPTANCE_REVOKED,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lateness:
    """By how much the last day of the law was missed."""

    due: date  # the last day of the law
    until: date  # `Case.answered_on`; today, while nothing has answered
    over: int  # working days after `due` up to and including `until`; 0 when these are rest days alone


def find_lateness(case: Case, facts: CaseFacts) -> Lateness | None:
    """How late a case is, or was decided. None when it is in time, stands still by law, was never accepted, or rests
    on a calendar that is not published.
    """
    clock = next((c.clock for c in case_clocks(case, facts.standard) if c.name == "statutory"), None)
    if clock is None:
        return None
    due, until = due_on(clock, facts.calendar, facts.today), case.answered_on or facts.today
    if due.open_ended or not due.certain or until <= due.day:
        return None
    return Lateness(due.day, until, facts.calendar.count(due.day, until))


def explain_end(case: Case, reason: Text, facts: CaseFacts) -> list[ev.Event]:
    """What a decision, or another end by an officer, puts on record of being late; nothing when it is in time, or when
    the reason was given before. Raises Refused.
    """
    lateness = find_lateness(case, facts)
    if lateness is None:
        if reason:
            raise _not_late()
        return []
    require(
        reason or case.late_reason,
        "late-reason-missing",
        f"法定办理期限已于{format_day(lateness.due)}届满，应当公开说明超期的原因。",
        clause=CLAUSE,
        next="请填写“超期原因”后再提交。申请人和公众都会看到，不要写个人信息。",
        kind=Kind.INPUT,
    )
    return [ev.LatenessExplained(facts.today, lateness.due, reason, at_end=True)] if reason else []


def _not_late() -> Refused:
    message = "本件没有超过法定办理期限，不用说明超期的原因。"
    return Refused("not-late", message, clause=CLAUSE, next="期限届满以后还没有决定的，再说明。", kind=Kind.STALE)


def _late(case: Case, facts: CaseFacts, step: str) -> Lateness:
    """Late; and once it was decided, not explained before: the reason is not rewritten afterwards."""
    lateness = find_lateness(case, facts)
    if lateness is None:
        raise _not_late()
    require(
        case.stage is Stage.ACCEPTED or not case.late_reason,
        "explained-already",
        "超期的原因已经说明并公开。",
        clause=CLAUSE,
        next="不用再说明。",
        kind=Kind.STALE,
    )
    return lateness


@act(
    co.ExplainLateness, "说明超期原因", stages=STAGES, posts={PostKind.HEAD}, within="department", clause=CLAUSE,
    ready=_late, asks={"reason": REASON},
)  # fmt: skip
def explain_lateness(case: Case, command: co.ExplainLateness, facts: CaseFacts) -> list[ev.Event]:
    """说明超期原因:期限届满以后随时可以说明,不等决定;告知申请人,并在超时办件公开中公布。"""
    require(command.reason, "reason-missing", "请写明超期的原因。", clause=CLAUSE, kind=Kind.INPUT)
    return [ev.LatenessExplained(facts.today, _late(case, facts, "").due, command.reason)]
