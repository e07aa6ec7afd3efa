"""What the city's department proposes to the department below it in its line, and what becomes of it (3.2b). Pure.

The county's department answers: it adopts, naming the revision that does so, or declines with its reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Happened, Life
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.consistency.attributes import Attribute
from yichuang.catalog.consistency.words import demand_text
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import SYSTEM, Actor

CLAUSE = "3.2b"
POSTS = frozenset({"reviewer", "head"})
ATTRIBUTES = {attribute.value: attribute.label for attribute in Attribute}
CITY, COUNTY = "city", "county"


class Stage(StrEnum):
    """What a proposal is now."""

    NEW = "new"
    OPEN = "open"
    ADOPTED = "adopted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"new": "未提出", "open": "待答复", "adopted": "已采纳", "declined": "不采纳", "withdrawn": "已撤回"}[
            self.value
        ]

    @property
    def light(self) -> str:
        return {"open": "yellow", "adopted": "green"}.get(self.value, "grey")


@dataclass(frozen=True, slots=True)
class Target:
    """An item of a county, and the department that exercises it."""

    division: str
    item: str
    name: str
    department: str
    place: str  # name of the county


@dataclass(frozen=True, slots=True)
class Proposed:
    """The city's department asks for a change; the county's answers by a day."""

    target: Target
    proposer: str
    attribute: str
    words: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Adopted:
    """The county's department does so, in a revision."""

    revision: str  # its id
    about: str  # its words: item, version
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    answer: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The item was moved: another department of the county answers."""

    department: str


Event = Proposed | Adopted | Declined | Withdrawn | HandedOver


@dataclass(frozen=True, slots=True)
class Proposal:
    id: str
    stage: Stage = Stage.NEW
    target: Target = Target("", "", "", "", "")
    proposer: str = ""
    attribute: str = ""
    words: str = ""
    due_on: date | None = None
    revision: str = ""
    answer: str = ""
    moved_at: datetime | None = None


def evolve(proposal: Proposal, happened: Happened) -> Proposal:
    """The proposal after an entry. Total: a recorded event always applies."""
    proposal = replace(proposal, moved_at=happened.at)
    match happened.event:
        case Proposed() as e:
            return replace(
                proposal, stage=Stage.OPEN, target=e.target, proposer=e.proposer, attribute=e.attribute, words=e.words,
                due_on=e.due_on,
            )  # fmt: skip
        case Adopted() as e:
            answer = f"{e.about}{f'：{e.answer}' if e.answer else ''}"
            return replace(proposal, stage=Stage.ADOPTED, revision=e.revision, answer=answer)
        case Declined(answer=answer):
            return replace(proposal, stage=Stage.DECLINED, answer=answer)
        case Withdrawn():
            return replace(proposal, stage=Stage.WITHDRAWN)
        case HandedOver(department=department):
            return replace(proposal, target=replace(proposal.target, department=department))
    return proposal


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What the outside knows."""

    now: datetime
    actor: Actor
    city: str = ""
    # asked only when an act needs them: the items of the counties that a department of the actor's line exercises, by
    # county and code; revisions of the county's item that are not finished, in words by id; the day of the answer
    targets: Callable[[], Mapping[str, Target]] = dict
    revisions: Callable[[], Mapping[str, str]] = dict
    due_on: Callable[[], date] = lambda: date.max

    @property
    def today(self) -> date:
        return local_day(self.now)


@dataclass(frozen=True, slots=True)
class Propose:
    target: str
    attribute: str
    words: str


@dataclass(frozen=True, slots=True)
class Adopt:
    revision: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Decline:
    answer: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    reason: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """The item was moved to another department of the county."""

    department: str


def may(proposal: Proposal, act: Act, facts: ProposalFacts, step: str = "") -> None:
    """The city's department proposes, the county's answers. Raises Refused."""
    actor = facts.actor
    if act.system:
        return require(actor.person == SYSTEM.person, "not-yours", "这一步由系统办理。", kind=Kind.FORBIDDEN)
    if act.who == CITY:
        ours = actor.division == facts.city and (not proposal.proposer or actor.department == proposal.proposer)
        who = "建议由市级同一系统的部门提出。"
    else:
        ours, who = actor.department == proposal.target.department, "建议由区县的实施部门答复。"
    allowed = actor.post_kind in POSTS and ours
    require(allowed, f"not-{act.who}", who, clause=CLAUSE, next="请由有权的部门办理。", kind=Kind.FORBIDDEN)
    if proposal.stage not in act.stages:
        message = f"这条建议现在是“{proposal.stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, clause=CLAUSE, next="请刷新页面，看它现在的状态。", kind=Kind.STALE)


def lapse(proposal: Proposal, facts: ProposalFacts) -> tuple[Proposal, list[Dated]]:
    """Time alone changes nothing: a late answer is still one."""
    return proposal, []


ACTS = Acts()
LIFE: Life[Proposal, ProposalFacts] = Life(ACTS, evolve, lapse, may)
_OPEN = frozenset({Stage.OPEN})


@ACTS.register(
    Propose, "提出建议", stages=frozenset({Stage.NEW}), who=CITY, creates=True, clause=CLAUSE,
    asks={
        "target": Asked("对哪个区县的哪个事项", required=True, choices=lambda p, facts: _targets(facts)),
        "attribute": Asked("对哪个方面", required=True, choices=lambda p, facts: ATTRIBUTES),
        "words": Asked("意见和建议", required=True),
    },
)  # fmt: skip
def propose(proposal: Proposal, command: Propose, facts: ProposalFacts) -> list[Any]:
    """3.2b: the city's departments coordinate and guide their line."""
    target = facts.targets().get(command.target)
    message = "请选择本系统区县部门实施的事项。"
    require(target, "no-target", message, clause=CLAUSE, kind=Kind.INPUT, field="target")
    assert target is not None
    message = "请选择七个方面之一。"
    require(command.attribute in ATTRIBUTES, "bad-choice", message, kind=Kind.INPUT, field="attribute")
    demand_text(command.words, "words", "请写明意见和建议。")
    return [Proposed(target, facts.actor.department, command.attribute, command.words.strip(), facts.due_on())]


def _targets(facts: ProposalFacts) -> dict[str, str]:
    return {key: f"{target.place} {target.item} {target.name}" for key, target in facts.targets().items()}


@ACTS.register(
    Adopt, "采纳", stages=_OPEN, who=COUNTY, clause=CLAUSE,
    asks={
        "revision": Asked("在哪一份规程编制里采纳", required=True, choices=lambda p, facts: facts.revisions()),
        "answer": Asked("答复"),
    },
)  # fmt: skip
def adopt(proposal: Proposal, command: Adopt, facts: ProposalFacts) -> list[Any]:
    """It names what carries it out: a revision that is being made."""
    about = facts.revisions().get(command.revision)
    message = "请选择这个事项正在编制的规程；还没有开始编制的，请先开始。"
    require(about, "no-revision", message, clause=CLAUSE, kind=Kind.INPUT, field="revision")
    demand_text(command.answer, "answer", "", least=0)
    return [Adopted(command.revision, str(about), command.answer.strip())]


@ACTS.register(
    Decline, "不采纳", stages=_OPEN, who=COUNTY, clause=CLAUSE, asks={"answer": Asked("不采纳的理由", required=True)}
)
def decline(proposal: Proposal, command: Decline, facts: ProposalFacts) -> list[Any]:
    demand_text(command.answer, "answer", "请写明不采纳的理由。")
    return [Declined(command.answer.strip())]


@ACTS.register(HandOver, "建议随事项移交", stages=_OPEN, who="system", system=True)
def hand_over(proposal: Proposal, command: HandOver, facts: ProposalFacts) -> list[Any]:
    """Whoever exercises the item now answers, by the same day."""
    stands = proposal.stage in _OPEN and proposal.target.department != command.department
    return [HandedOver(command.department)] if stands else []


@ACTS.register(
    Withdraw, "撤回建议", stages=_OPEN, who=CITY, clause=CLAUSE, asks={"reason": Asked("撤回的原因", required=True)}
)
def withdraw(proposal: Proposal, command: Withdraw, facts: ProposalFacts) -> list[Any]:
    demand_text(command.reason, "reason", "请写明撤回的原因。")
    return [Withdrawn(command.reason.strip())]
