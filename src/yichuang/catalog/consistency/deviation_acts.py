"""What may be done with a county's deviation from the base, by whom (3.2c). Pure.

The county's department says why it differs, the city's department of the same line may remark on it, the county's
government-service office approves it or does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Life
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.consistency.deviation import (
    Approved,
    Declined,
    Deviation,
    Explained,
    Found,
    HandedOver,
    Remarked,
    Stage,
    Withdrawn,
    evolve,
)
from yichuang.catalog.consistency.words import demand_text
from yichuang.kernel.localtime import chinese_date, local_day
from yichuang.ledger.actor import SYSTEM, Actor

CLAUSE = "3.2c"
DRAFTERS = frozenset({"reviewer", "head"})
DEPARTMENT, CITY, OFFICE = "department", "city", "office"
VIEWS = {"agree": "同意", "disagree": "不同意"}


@dataclass(frozen=True, slots=True)
class DeviationFacts:
    """What the outside knows."""

    now: datetime
    actor: Actor
    city: str = ""  # code of the city
    # asked only when an act needs them: the differences of the actor's department that nobody answers for, by key; the
    # day so many working days from today as a parameter says; the name of the actor's office
    differences: Callable[[], Mapping[str, Found]] = dict
    remarks_until: Callable[[], date] = lambda: date.max
    office: Callable[[], str] = str

    @property
    def today(self) -> date:
        return local_day(self.now)


@dataclass(frozen=True, slots=True)
class Explain:
    difference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Enter:
    """A deviation that was approved on paper before the platform began."""

    found: Found
    reason: str
    by: str
    document: str
    on: date


@dataclass(frozen=True, slots=True)
class MakeRemark:
    view: str
    text: str


@dataclass(frozen=True, slots=True)
class Approve:
    document: str = ""


@dataclass(frozen=True, slots=True)
class Decline:
    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    reason: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """The item was moved to another department of the county."""

    department: str


def may(deviation: Deviation, act: Act, facts: DeviationFacts, step: str = "") -> None:
    """The department of the county, that of the city, the office of the county. Raises Refused."""
    actor = facts.actor
    if act.system:
        return require(actor.person == SYSTEM.person, "not-yours", "这一步由系统办理。", kind=Kind.FORBIDDEN)
    theirs = deviation.found.department
    match act.who:
        case "department":
            ours = actor.post_kind in DRAFTERS and actor.division != facts.city
            ours = ours and (not theirs or actor.department == theirs)
            who = "与市级基准的不同，由区县的实施部门说明理由。"
        case "city":
            same_line = actor.department == f"{facts.city}/{theirs.partition('/')[2]}"
            ours, who = actor.post_kind in DRAFTERS and same_line, "意见由市级同一系统的部门提出。"
        case _:
            ours = actor.post_kind == "office" and actor.division == deviation.found.division
            who = "偏差由区县政务服务办审定。"
    next = "请由有权的部门办理。"
    require(ours, f"not-{act.who}", who, clause=CLAUSE, next=next, kind=Kind.FORBIDDEN)
    if deviation.stage not in act.stages:
        message = f"这处偏差现在是“{deviation.stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, clause=CLAUSE, next="请刷新页面，看它现在的状态。", kind=Kind.STALE)


def lapse(deviation: Deviation, facts: DeviationFacts) -> tuple[Deviation, list[Dated]]:
    """Time alone changes nothing."""
    return deviation, []


ACTS = Acts()
LIFE: Life[Deviation, DeviationFacts] = Life(ACTS, evolve, lapse, may)
_OPEN = frozenset({Stage.EXPLAINED})
STANDING = frozenset({Stage.EXPLAINED, Stage.APPROVED})


@ACTS.register(
    Explain, "说明偏差理由", stages=frozenset({Stage.NEW}), who=DEPARTMENT, creates=True, clause=CLAUSE,
    asks={
        "difference": Asked("哪一处不同", required=True, choices=lambda deviation, facts: _words(facts)),
        "reason": Asked("理由（向社会公开）", required=True),
    },
)  # fmt: skip
def explain(deviation: Deviation, command: Explain, facts: DeviationFacts) -> list[Any]:
    """Of a difference that there is now, and that nobody answers for yet."""
    found = facts.differences().get(command.difference)
    message = "没有这处不同，或者它已经说明过理由。"
    next = "请刷新页面，从现在的不同之处选择。"
    require(found, "no-difference", message, clause=CLAUSE, next=next, kind=Kind.INPUT, field="difference")
    assert found is not None
    demand_text(command.reason, "reason", "请写明与市级基准不同的理由。")
    return [Explained(found, command.reason.strip(), facts.remarks_until())]


def _words(facts: DeviationFacts) -> dict[str, str]:
    return {key: f"{found.item} {found.name}：{found.words}" for key, found in facts.differences().items()}


@ACTS.register(Enter, "补记偏差", stages=frozenset({Stage.NEW}), who="system", creates=True, system=True)
def enter(deviation: Deviation, command: Enter, facts: DeviationFacts) -> list[Any]:
    """What was approved on paper stands as it was."""
    approved = Approved(command.by, command.on, command.document)
    return [Explained(command.found, command.reason, command.on), approved]


@ACTS.register(HandOver, "偏差随事项移交", stages=STANDING, who="system", system=True)
def hand_over(deviation: Deviation, command: HandOver, facts: DeviationFacts) -> list[Any]:
    """Whoever exercises the item now answers for the difference."""
    stands = deviation.stage in STANDING and deviation.found.department != command.department
    return [HandedOver(command.department)] if stands else []


@ACTS.register(
    MakeRemark, "提出意见", stages=_OPEN, who=CITY, name="remark", clause=CLAUSE,
    asks={
        "view": Asked("意见", required=True, choices=lambda deviation, facts: VIEWS),
        "text": Asked("说明（向社会公开）", required=True),
    },
)  # fmt: skip
def remark(deviation: Deviation, command: MakeRemark, facts: DeviationFacts) -> list[Any]:
    """3.2b: the city's department guides its line."""
    require(command.view in VIEWS, "bad-choice", "请选择“同意”或者“不同意”。", kind=Kind.INPUT, field="view")
    demand_text(command.text, "text", "请写明意见。")
    return [Remarked(command.text.strip(), command.view == "agree")]


@ACTS.register(Approve, "批准偏差", stages=_OPEN, who=OFFICE, clause=CLAUSE, asks={"document": Asked("审定文件的文号")})
def approve(deviation: Deviation, command: Approve, facts: DeviationFacts) -> list[Any]:
    """After the city's department has spoken, or had its days to."""
    if refusal := refuse_early(deviation, facts.today):
        raise refusal
    demand_text(command.document, "document", "文号不超过100个字。", least=0, most=100)
    return [Approved(facts.office(), facts.today, command.document.strip())]


def refuse_early(deviation: Deviation, today: date) -> Refused | None:
    """The refusal of an approval on which the city's department can still remark."""
    until = deviation.remarks_until
    if deviation.remarks or until is None or today > until:
        return None
    message = f"市级部门在{chinese_date(until)}前（含当日）可以提出意见，还没有提出。"
    return Refused("remarks-open", message, clause=CLAUSE, next="请等意见提出或者期满后再审定。")


@ACTS.register(
    Decline, "不批准", stages=_OPEN, who=OFFICE, clause=CLAUSE, asks={"reason": Asked("理由", required=True)}
)
def decline(deviation: Deviation, command: Decline, facts: DeviationFacts) -> list[Any]:
    demand_text(command.reason, "reason", "请写明不批准的理由。")
    return [Declined(command.reason.strip())]


@ACTS.register(
    Withdraw, "撤回说明", stages=_OPEN, who=DEPARTMENT, clause=CLAUSE, asks={"reason": Asked("理由", required=True)}
)
def withdraw(deviation: Deviation, command: Withdraw, facts: DeviationFacts) -> list[Any]:
    demand_text(command.reason, "reason", "请写明撤回的理由。")
    return [Withdrawn(command.reason.strip())]
