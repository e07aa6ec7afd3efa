"""What may be done with a revision of a standard, by whom, and what comes of it (3.2d). Pure.

The department drafts and signs, the government-service office of the same level examines; whoever drafted or signed a
version does not examine it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Happened, Life, Text
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.drafting.compare import name_line, name_missing
from yichuang.catalog.revising.facts import RevisionFacts, Work
from yichuang.catalog.revising.state import (
    WRITTEN,
    Answered,
    Approved,
    Begun,
    Commented,
    EnteredForce,
    Followed,
    Judged,
    Returned,
    Reviewed,
    Revision,
    SentBack,
    Settled,
    Signed,
    Stage,
    Submitted,
    Superseded,
    Told,
    Withdrawn,
    evolve,
)
from yichuang.kernel.clock import months_after
from yichuang.kernel.localtime import chinese_date, midnight
from yichuang.ledger.actor import SYSTEM, Actor

CLAUSE = "3.2d"
FARTHEST = 24  # months from an approval to the first day in force
MOST_FAULTS = 10  # that a refusal names: more would bury the first
DEPARTMENT, HEAD, OFFICE = "department", "head", "office"
_SHARED = "请刷新页面，看它现在的状态。"


# --- commands ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begin:
    item: str


@dataclass(frozen=True, slots=True)
class Follow:
    """The city's base changed: its county carries that out, in the revision that this begins."""

    begun: Begun


@dataclass(frozen=True, slots=True)
class Tell:
    """The same, in one that is under way. `lifted`: as of `Told`."""

    follows: Followed
    lifted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand it to the head of the department."""


@dataclass(frozen=True, slots=True)
class Sign:
    opinion: Text = ""


@dataclass(frozen=True, slots=True)
class SendBack:
    reason: Text


@dataclass(frozen=True, slots=True)
class MakeComment:
    line: str
    text: Text


@dataclass(frozen=True, slots=True)
class Answer:
    comment: str
    reply: Text


@dataclass(frozen=True, slots=True)
class Settle:
    comment: str


@dataclass(frozen=True, slots=True)
class Return:
    reason: Text


@dataclass(frozen=True, slots=True)
class Judge:
    question: str
    answer: Text


@dataclass(frozen=True, slots=True)
class Approve:
    on: date
    opinion: Text = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Review:
    conclusion: Text
    review_on: date


@dataclass(frozen=True, slots=True)
class Withdraw:
    reason: Text


@dataclass(frozen=True, slots=True)
class Supersede:
    """The next version has come into force."""

    by: str


# --- who may, and what time does --------------------------------------------------------------------------------------


def may(revision: Revision, act: Act, facts: RevisionFacts, step: str = "") -> None:
    """The department drafts, its head signs, the office of the same level examines. Raises Refused."""
    if act.system:
        return require(facts.actor.person == SYSTEM.person, "not-yours", "这一步由系统办理。", kind=Kind.FORBIDDEN)
    whose = _whose_turn(revision, act)
    if whose == OFFICE:
        _demand_office(revision, act, facts.actor)
    else:
        _demand_department(revision, facts.actor, head=whose == HEAD)
    if revision.stage not in act.stages:
        message = f"这份规程现在是“{revision.stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, clause=CLAUSE, next=_SHARED, kind=Kind.STALE)
    if act.command is Withdraw:
        _demand_own_beginning(revision, facts)
    if whose == OFFICE:
        _demand_other_hands(revision, facts.actor)
    if act.command in (Answer, Settle):
        message = "没有还没有了结的意见。"
        require(revision.open_comments, "no-comments", message, clause=CLAUSE, next=_SHARED, kind=Kind.STALE)
    if act.command is Judge:
        message = "没有还没有回答的核对问题。"
        require(_open_questions(revision, facts), "no-questions", message, clause=CLAUSE, next=_SHARED, kind=Kind.STALE)


def _whose_turn(revision: Revision, act: Act) -> str:
    """Who does the act now: what the office has approved, only the office withdraws."""
    if act.command is Withdraw and revision.stage is Stage.APPROVED:
        return OFFICE
    return str(act.who)


def _demand_department(revision: Revision, actor: Actor, *, head: bool) -> None:
    posts = {"head"} if head else {"reviewer", "head"}
    ours = actor.post_kind in posts and (not revision.department or actor.department == revision.department)
    who = "部门负责人签署" if head else "实施部门的审查岗或者负责人起草"
    message = f"办事规程由{who}，同级政务服务办审定。"
    require(ours, "not-drafter", message, clause=CLAUSE, next="请由实施部门办理。", kind=Kind.FORBIDDEN)


def _demand_office(revision: Revision, act: Act, actor: Actor) -> None:
    ours = actor.post_kind == "office" and actor.division == revision.division
    message = f"“{act.label}”由同级政务服务办办理。"
    require(ours, "not-office", message, clause=CLAUSE, next="请由同级政务服务办办理。", kind=Kind.FORBIDDEN)


def _demand_own_beginning(revision: Revision, facts: RevisionFacts) -> None:
    """3.2b: what follows the city's base is not put aside by the county while there is something to follow. Raises
    Refused.
    """
    free = revision.follows is None or revision.stage is Stage.APPROVED
    require(
        free or not facts.base_binds(),
        "follows-base",
        "这份规程随市级基准的变动编制，不能撤回。",
        clause="3.2b",
        next="请按基准修订；确需与基准不同的，请说明偏差理由。",
    )


def _demand_other_hands(revision: Revision, actor: Actor) -> None:
    """Who drafted never examines: by person, and whoever stands in for one who did. Raises Refused."""
    require(
        not {actor.person, actor.on_behalf_of} & set(revision.hands),
        "own-draft",
        "您（或者您代行的人）参与起草或者签署了这份规程，不能审定。",
        clause=CLAUSE,
        next="请由政务服务办的其他人员审定。",
        kind=Kind.FORBIDDEN,
    )


def next_moment(revision: Revision, facts: RevisionFacts) -> datetime | None:
    """The midnight of its first day in force; the moment of its approval, when that is later."""
    if revision.stage is not Stage.APPROVED or revision.effective_on is None or revision.since is None:
        return None
    return max(midnight(revision.effective_on), revision.since)


def lapse(revision: Revision, facts: RevisionFacts) -> tuple[Revision, list[Dated]]:
    """An approved version comes into force on its day, whoever asks first."""
    moment = next_moment(revision, facts)
    if moment is None or moment > facts.now:
        return revision, []
    event = EnteredForce(revision.key)
    return evolve(revision, Happened(event, SYSTEM.person, moment, facts.now)), [Dated(event, moment)]


# --- acts -------------------------------------------------------------------------------------------------------------

ACTS = Acts()
LIFE: Life[Revision, RevisionFacts] = Life(ACTS, evolve, lapse, may)
_REASON = {"reason": Asked("原因和要求", required=True)}
_COMMENT = Asked("哪一条意见", required=True, choices=lambda revision, facts: _open_comments(revision, facts))


@ACTS.register(
    Begin, "开始编制", stages=frozenset({Stage.NEW}), who=DEPARTMENT, creates=True, clause=CLAUSE,
    asks={"item": Asked("事项", required=True, choices=lambda revision, facts: facts.items())},
)  # fmt: skip
def begin(revision: Revision, command: Begin, facts: RevisionFacts) -> list[Any]:
    """The first standard of a listed item, or the next version of the one in force."""
    beginning = facts.beginning(command.item)
    require(
        beginning is not None and command.item in facts.items(),
        "not-on-list",
        "这个事项不在本部门的清单上，不能编制规程。",
        clause="3.1d",
        next="请从审批事项清单选择由本部门实施的在列事项。",
        kind=Kind.INPUT,
        field="item",
    )
    assert beginning is not None
    require(
        not beginning.open,
        "revision-open",
        f"“{beginning.name}”已经有一份规程在编制（{beginning.open}）。",
        clause=CLAUSE,
        next="请在那一份上继续，或者先撤回它。",
        kind=Kind.STALE,
        field="item",
    )
    actor = facts.actor
    known = (actor.division, command.item, beginning.name, actor.department)
    return [Begun(*known, beginning.version, beginning.base, beginning.former)]


@ACTS.register(Follow, "随市级基准编制", stages=frozenset({Stage.NEW}), who="system", creates=True, system=True)
def follow(revision: Revision, command: Follow, facts: RevisionFacts) -> list[Any]:
    """3.2b: a county implements the city's base."""
    return [command.begun]


@ACTS.register(Tell, "告知市级基准变动", stages=WRITTEN, who="system", system=True)
def tell(revision: Revision, command: Tell, facts: RevisionFacts) -> list[Any]:
    return [Told(command.follows, command.lifted)] if revision.stage in WRITTEN else []


@ACTS.register(Submit, "提交部门负责人", stages=frozenset({Stage.DRAFTING}), who=DEPARTMENT, clause=CLAUSE)
def submit(revision: Revision, command: Submit, facts: RevisionFacts) -> list[Any]:
    """3.2a: only what has all eight parts. The manuscript is closed from now on."""
    work = facts.work()
    _demand_sound(work)
    return [Submitted(work.digest, work.editors)]


@ACTS.register(
    Sign, "签署并报审定", stages=frozenset({Stage.HEAD}), who=HEAD, clause=CLAUSE, asks={"opinion": Asked("意见")}
)
def sign(revision: Revision, command: Sign, facts: RevisionFacts) -> list[Any]:
    return [Signed(command.opinion)]


@ACTS.register(SendBack, "退回起草", stages=frozenset({Stage.HEAD}), who=HEAD, clause=CLAUSE, asks=_REASON)
def send_back(revision: Revision, command: SendBack, facts: RevisionFacts) -> list[Any]:
    _demand_text(command.reason, "reason", "请写明退回的原因和要求。")
    return [SentBack(command.reason)]


@ACTS.register(
    MakeComment, "提出意见", stages=frozenset({Stage.EXAMINATION}), who=OFFICE, name="comment", clause=CLAUSE,
    asks={
        "line": Asked("对哪一处", required=True, choices=lambda revision, facts: facts.lines()),
        "text": Asked("意见", required=True),
    },
)  # fmt: skip
def comment(revision: Revision, command: MakeComment, facts: RevisionFacts) -> list[Any]:
    """On the very line: a row or a single value, or a field of a row (`materials/M03/copies`)."""
    line, known = command.line.strip(), facts.lines()
    there = line in known or line.rpartition("/")[0] in known
    require(there, "no-line", "请写明对规程的哪一处提出意见。", kind=Kind.INPUT, field="line")
    _demand_text(command.text, "text", "请写明意见。")
    return [Commented(len(revision.comments) + 1, line, command.text)]


@ACTS.register(
    Answer, "答复意见", stages=WRITTEN, who=DEPARTMENT, clause=CLAUSE,
    asks={
        "comment": _COMMENT,
        "reply": Asked("答复", required=True),
    },
)  # fmt: skip
def answer(revision: Revision, command: Answer, facts: RevisionFacts) -> list[Any]:
    number = _choose_comment(revision, command.comment)
    _demand_text(command.reply, "reply", "请写明答复。")
    return [Answered(number, command.reply)]


@ACTS.register(
    Settle, "了结意见", stages=frozenset({Stage.EXAMINATION}), who=OFFICE, clause=CLAUSE,
    asks={"comment": _COMMENT},
)  # fmt: skip
def settle(revision: Revision, command: Settle, facts: RevisionFacts) -> list[Any]:
    return [Settled(_choose_comment(revision, command.comment))]


@ACTS.register(
    Return, "退回修改", stages=frozenset({Stage.EXAMINATION}), who=OFFICE, name="return", clause=CLAUSE, asks=_REASON
)
def return_revision(revision: Revision, command: Return, facts: RevisionFacts) -> list[Any]:
    """Back to the department. Comments stay open until the office settles them; what it follows has its days again."""
    _demand_text(command.reason, "reason", "请写明退回的原因和要求。")
    return [Returned(command.reason, facts.follow_by() if revision.follows else None)]


@ACTS.register(
    Judge, "回答核对问题", stages=frozenset({Stage.EXAMINATION}), who=OFFICE, clause=CLAUSE,
    asks={
        "question": Asked("问题", required=True, choices=lambda revision, facts: _open_questions(revision, facts)),
        "answer": Asked("核对结论和理由", required=True),
    },
)  # fmt: skip
def judge(revision: Revision, command: Judge, facts: RevisionFacts) -> list[Any]:
    """What the program cannot know, a named person judges on record."""
    open_questions = _open_questions(revision, facts)
    known = command.question in open_questions
    require(known, "no-question", "请选择还没有回答的问题。", kind=Kind.INPUT, field="question")
    _demand_text(command.answer, "answer", "请写明核对结论和理由。")
    return [Judged(command.question, open_questions[command.question], command.answer)]


@ACTS.register(
    Approve, "审定发布", stages=frozenset({Stage.EXAMINATION}), who=OFFICE, clause=CLAUSE,
    asks={
        "on": Asked("自哪一天起施行", required=True),
        "opinion": Asked("意见"),
        "review_on": Asked("最迟哪一天复审（不填的按规定的周期）"),
    },
)  # fmt: skip
def approve(revision: Revision, command: Approve, facts: RevisionFacts) -> list[Any]:
    """The version is published, and in force from its day on."""
    require(
        command.on >= facts.today,
        "day-past",
        "施行日期不能早于今天：此前收下的申请按当时的规程办理。",
        clause=CLAUSE,
        next=f"最早可以写今天（{chinese_date(facts.today)}）。",
        kind=Kind.INPUT,
        field="on",
    )
    farthest = months_after(facts.today, FARTHEST)
    require(
        command.on <= farthest,
        "day-far",
        f"施行日期最迟是{chinese_date(farthest)}。",
        clause=CLAUSE,
        next="请核对日期；更晚施行的，请到时再审定。",
        kind=Kind.INPUT,
        field="on",
    )
    _demand_none_waiting(facts)
    waiting = "、".join(f"第{c.number}条" for c in revision.open_comments)
    message = f"还有意见没有了结：{waiting}。"
    require(not waiting, "comments-open", message, clause=CLAUSE, next="请逐条了结，或者退回修改。")
    unanswered = _open_questions(revision, facts)
    message = f"还有{len(unanswered)}个要由人核对的问题没有回答：{'；'.join(unanswered.values())}"
    next = "请先逐个“回答核对问题”，结论和理由记录在案。"
    require(not unanswered, "questions-open", message, clause=CLAUSE, next=next)
    work = facts.work()
    _demand_sound(work)
    assert work.standard is not None  # it is sound
    if refusal := facts.deviating():
        raise refusal
    latest = months_after(command.on, facts.review_months())
    review_on = command.review_on or latest
    _demand_later(review_on, command.on, "复审日期应当在施行日期以后。")
    _demand_not_late(review_on, latest, "最迟")
    return [Approved(command.on, work.standard.key, work.document, command.opinion, review_on)]


@ACTS.register(
    Review, "复审", stages=frozenset({Stage.IN_FORCE}), who=HEAD, clause="3.2a",
    asks={
        "conclusion": Asked("复审结论：对照了什么，为什么不用修订", required=True),
        "review_on": Asked("下次最迟哪一天复审", required=True),
    },
)  # fmt: skip
def review(revision: Revision, command: Review, facts: RevisionFacts) -> list[Any]:
    """It was looked at again and stays as it is; what has to change is a revision."""
    _demand_text(command.conclusion, "conclusion", "请写明复审的结论。")
    _demand_later(command.review_on, facts.today, "下次复审日期应当在今天以后。")
    _demand_not_late(command.review_on, months_after(facts.today, facts.review_months()), "下次最迟")
    return [Reviewed(command.conclusion, command.review_on)]


def _demand_none_waiting(facts: RevisionFacts) -> None:
    """One version at a time waits for its day: another would take its place unseen. Raises Refused."""
    if day := facts.waiting_until():
        message = f"这个事项已有一版规程审定，自{chinese_date(day)}起施行，还没有施行。"
        next = "请在它施行以后再审定，或者先撤回它。"
        raise Refused("version-waits", message, clause=CLAUSE, next=next)


def _demand_not_late(day: date, latest: date, word: str) -> None:
    message = f"复审日期{word}是{chinese_date(latest)}。"
    next = "请写更早的日期。"
    require(day <= latest, "review-late", message, clause="3.2a", next=next, kind=Kind.INPUT, field="review_on")


def _demand_later(day: date, than: date, message: str) -> None:
    require(day > than, "review-early", message, clause="3.2a", kind=Kind.INPUT, field="review_on")


@ACTS.register(Withdraw, "撤回", stages=WRITTEN | {Stage.APPROVED}, who=DEPARTMENT, clause=CLAUSE, asks=_REASON)
def withdraw(revision: Revision, command: Withdraw, facts: RevisionFacts) -> list[Any]:
    """The department before the approval, the office afterwards; not once it is in force."""
    _demand_text(command.reason, "reason", "请写明撤回的原因。")
    return [Withdrawn(command.reason)]


@ACTS.register(Supersede, "被替代", stages=frozenset({Stage.IN_FORCE}), who="system", system=True)
def supersede(revision: Revision, command: Supersede, facts: RevisionFacts) -> list[Any]:
    return [Superseded(command.by)] if revision.stage is Stage.IN_FORCE else []


def _demand_sound(work: Work) -> None:
    """3.2a: what has a fault is not published. Raises Refused with every fault by its line."""
    told = "；".join(
        f"{name_line(work.content, fault.line)}：{fault.words}" if fault.line else fault.words
        for fault in work.faults[:MOST_FAULTS]
    )
    more = f"……共{len(work.faults)}处" if len(work.faults) > MOST_FAULTS else ""
    next = "请按所列逐处改正；本页“八化核对”列出全部问题。"
    require(not work.faults, "not-publishable", f"规程还不能发布。{told}{more}", clause="3.2a", next=next)


def _open_comments(revision: Revision, facts: RevisionFacts) -> dict[str, str]:
    names = facts.lines()
    return {str(c.number): f"第{c.number}条：{_name_line(c.line, names)}" for c in revision.open_comments}


def _name_line(line: str, names: Mapping[str, str]) -> str:
    """What people call a line; of a field of a row, the row."""
    return names.get(line) or names.get(line.rpartition("/")[0]) or name_missing(line)


def _choose_comment(revision: Revision, number: str) -> int:
    known = any(number == str(c.number) for c in revision.open_comments)
    require(known, "no-comment", "请选择还没有了结的意见。", kind=Kind.INPUT, field="comment")
    return int(number)


def _open_questions(revision: Revision, facts: RevisionFacts) -> dict[str, str]:
    return {q.code: q.words for q in facts.work().questions if q.code not in revision.judged}


def _demand_text(text: str, name: str, message: str) -> None:
    require(text, "no-text", message, kind=Kind.INPUT, field=name)
