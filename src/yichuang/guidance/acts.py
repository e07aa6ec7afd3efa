"""What may be done with a guidance, by whom (3.4c, 3.4d, 3.4e). Pure.

Whoever wants to apply asks online, or a counsellor takes the question at the desk; a counsellor of the department
answers at once, or says why that takes until the day. Nothing asks for a verdict on substance, so none can be given: an
answer is words, a notice says of each material whether it is there, in legal form, and free of evident problems.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Files, Happened, Life, Text
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.guidance import state as st
from yichuang.guidance.state import Guidance, GuidanceStage, Line, Matter
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.localtime import local_day, midnight
from yichuang.ledger.actor import SYSTEM, Actor

SCOPE, ONCE = "3.4d", "3.4e"  # what a counsellor looks at, and that it is told once and in time
ASKER, COUNSELLOR = "asker", "counsellor"
POST = "counsellor"
_NOT_YOURS = {
    ASKER: "这一步由提问的人（或者有效的代理人）办理。",
    COUNSELLOR: "这一步由承办部门的辅导员办理。",
}


@dataclass(frozen=True, slots=True)
class Need:
    """A material that this application needs, or, where that is not `sure` yet, may need. `lacked`: the draft does not
    have it; without a draft nobody knows. `situation`: the one of the application, where that alone calls for it.
    """

    name: str
    lacked: bool = False
    sure: bool = True
    situation: str | None = None


def _nobody(*_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class GuidanceFacts:
    """What the outside knows; each question is asked when it matters. `find_matter` answers with what an item in a
    division and a situation is now, `find_draft` with whose draft it is and what it is about, `needs` with the
    materials that the guidance is about, `knows` whether there is such a subject.
    """

    now: datetime
    actor: Actor
    calendar: WorkingCalendar
    limits: Mapping[str, int]  # of `guidance.parameters.DAYS`
    find_matter: Callable[[str, str], Matter | None] = _nobody
    find_draft: Callable[[str], tuple[str, Matter] | None] = _nobody
    needs: Callable[[], Mapping[str, Need]] = dict
    knows: Callable[[str], bool] = bool

    @property
    def today(self) -> date:
        return local_day(self.now)


@dataclass(frozen=True, slots=True)
class Ask:
    """`item` is 410100/ZZ-001; with a `draft`, item and subject are the draft's own. Without a `subject` it is whoever
    asks.
    """

    topic: str
    words: Text
    item: str = ""
    situation: str = ""
    draft: str = ""
    subject: str = ""
    files: Files = ()


@dataclass(frozen=True, slots=True)
class Take:
    """At the desk, for a subject that the counsellor found by number."""

    subject: str
    item: str
    topic: str
    words: Text
    situation: str = ""


@dataclass(frozen=True, slots=True)
class TakeAsHard:
    kind: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Answer:
    answer: Text
    whom: Text = ""


@dataclass(frozen=True, slots=True)
class IssueNotice:
    """Materials by code, each named once at most; those not named are right, where they are needed for sure."""

    missing: tuple[str, ...] = ()
    flawed: tuple[str, ...] = ()
    evident: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    notes: Text = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    pass


@dataclass(frozen=True, slots=True)
class Close:
    """By the system: what it was about came in."""

    case: str


def is_counsellor(actor: Actor, department: str) -> bool:
    return actor.post_kind == POST and actor.department == department


def is_asker(actor: Actor, subject: str, item: str) -> bool:
    """Whoever asked, or an agent whose mandate holds for the item."""
    return not actor.post_kind and (subject in actor.subjects or (subject, item) in actor.limited)


def may(guidance: Guidance, act: Act, facts: GuidanceFacts, step: str = "") -> None:
    """The side whose turn it is, at the stage for it. Raises Refused."""
    actor, matter = facts.actor, guidance.matter
    if matter is None:
        allowed = not actor.post_kind if act.who == ASKER else actor.post_kind == POST
    elif act.who == ASKER:
        allowed = is_asker(actor, guidance.subject, matter.item)
    else:
        allowed = is_counsellor(actor, matter.department)
    if not act.system:
        next = "请由有权的一方办理。"
        require(allowed, f"not-{act.who}", _NOT_YOURS[act.who], clause=SCOPE, next=next, kind=Kind.FORBIDDEN)
    if guidance.stage not in act.stages:
        message = f"这件辅导现在是“{guidance.stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, clause=ONCE, next="请刷新页面，看它现在的状态。", kind=Kind.STALE)
    if act.command is Answer:
        _demand_words_suffice(guidance)


def _demand_words_suffice(guidance: Guidance) -> None:
    """Guidance on a form and pre-review end in a notice; what is only answered ends in words. Raises Refused."""
    by_notice = guidance.topic in st.BY_NOTICE and guidance.hard not in st.ONLY_ANSWERED
    message = f"“{st.TOPICS.get(guidance.topic, '')}”要填写辅导告知单，一次告知清楚，不能只作答复。"
    require(not by_notice, "notice-wanted", message, clause=ONCE, next="请改办“发辅导告知单”。")


def next_moment(guidance: Guidance, facts: GuidanceFacts) -> datetime | None:
    """The midnight after the day of an answer that is not there."""
    if guidance.stage not in st.WAITING or guidance.late or guidance.answer_by is None:
        return None
    return midnight(guidance.answer_by + timedelta(days=1))


def lapse(guidance: Guidance, facts: GuidanceFacts) -> tuple[Guidance, list[Dated]]:
    """A day that passed without an answer is put on record, once; the answer is owed all the same."""
    moment = next_moment(guidance, facts)
    if moment is None or moment > facts.now:
        return guidance, []
    missed = st.AnswerMissed()
    return st.evolve(guidance, Happened(missed, SYSTEM.person, moment, facts.now)), [Dated(missed, moment)]


ACTS = Acts()
LIFE: Life[Guidance, GuidanceFacts] = Life(ACTS, st.evolve, lapse, may)
_TOPIC = Asked("问哪一类", required=True, choices=lambda guidance, facts: st.TOPICS)
_WORDS = Asked("想问什么", required=True)


def _names(guidance: Guidance, facts: GuidanceFacts) -> Mapping[str, str]:
    return {code: need.name for code, need in facts.needs().items()}


def _judgeable(guidance: Guidance, facts: GuidanceFacts) -> Mapping[str, str]:
    """None for what is only answered: its form has nothing to judge by."""
    return {} if guidance.hard in st.ONLY_ANSWERED else _names(guidance, facts)


def _begin(facts: GuidanceFacts, subject: str, matter: Matter, topic: str, **more: Any) -> st.Asked:
    require(topic in st.TOPICS, "bad-choice", "请选择问哪一类。", clause=SCOPE, kind=Kind.INPUT, field="topic")
    require(more["words"], "no-words", "请写明想问什么。", clause=SCOPE, kind=Kind.INPUT, field="words")
    by = facts.calendar.add(facts.today, facts.limits["answer"])
    return st.Asked("", subject, matter, topic, by, **more)


def _matter(facts: GuidanceFacts, item: str, situation: str) -> Matter:
    """The item as it is in force. Raises Refused."""
    matter = facts.find_matter(item, situation)
    message = "没有这个事项，或者没有这种办理情形。"
    require(matter, "no-such-item", message, clause=SCOPE, next="请从办事指南重新选择。", kind=Kind.INPUT, field="item")
    assert matter is not None
    return matter


@ACTS.register(
    Ask, "咨询辅导", stages=frozenset({GuidanceStage.NEW}), who=ASKER, creates=True, clause=SCOPE,
    asks={
        "item": Asked("事项（区划/事项代码；针对草稿的不填）"),
        "situation": Asked("办理情形代码"),
        "draft": Asked("草稿的编号"),
        "subject": Asked("以谁的名义问"),
        "topic": _TOPIC,
        "words": _WORDS,
        "files": Asked("请辅导员看的材料"),
    },
)  # fmt: skip
def ask(guidance: Guidance, command: Ask, facts: GuidanceFacts) -> list[Any]:
    """About an item in general, or about a draft of the actor's."""
    if command.draft:
        found = facts.find_draft(command.draft)
        message = "没有这份草稿，或者不是您的。"
        require(
            found, "no-such-draft", message, clause=SCOPE, next="请从“我的办件”进入。", kind=Kind.INPUT, field="draft"
        )
        assert found is not None
        subject, matter = found
    else:
        matter = _matter(facts, command.item, command.situation)
        subject = _speaks_as(facts.actor, command.subject, matter.item)
    return [_begin(facts, subject, matter, command.topic, words=command.words, files=command.files)]


def _speaks_as(actor: Actor, subject: str, item: str) -> str:
    """As whom somebody asks: themselves, or whom they may act for. Raises Refused(forbidden)."""
    own = actor.own_subjects or actor.subjects
    message = "咨询辅导要用实名账号提出，以便答复。"
    next = "请先在“账号”里完成实名认证，或者到政务服务大厅咨询。"
    require(own or subject, "no-name", message, clause=SCOPE, next=next, kind=Kind.FORBIDDEN)
    chosen = subject or own[0]
    message, next = "您不能以该申请人的名义咨询。", "请选择本人，或者先办理委托授权。"
    allowed = is_asker(actor, chosen, item)
    require(allowed, "not-your-applicant", message, clause=SCOPE, next=next, kind=Kind.FORBIDDEN)
    return chosen


@ACTS.register(
    Take, "现场接待咨询", stages=frozenset({GuidanceStage.NEW}), who=COUNSELLOR, creates=True, clause=SCOPE,
    asks={
        "subject": Asked("来咨询的人", required=True),
        "item": Asked("事项（区划/事项代码）", required=True),
        "situation": Asked("办理情形代码"),
        "topic": _TOPIC,
        "words": _WORDS,
    },
)  # fmt: skip
def take(guidance: Guidance, command: Take, facts: GuidanceFacts) -> list[Any]:
    """A counsellor speaks for their own department alone."""
    known = facts.knows(command.subject)
    require(known, "no-such-subject", "没有登记这个人。", clause=SCOPE, kind=Kind.INPUT, field="subject")
    matter = _matter(facts, command.item, command.situation)
    own = is_counsellor(facts.actor, matter.department)
    next = "请转告申请人找承办部门的辅导员。"
    require(own, "not-counsellor", "这个事项不由本部门承办。", clause=SCOPE, next=next, kind=Kind.FORBIDDEN)
    return [_begin(facts, command.subject, matter, command.topic, words=command.words, at_desk=True)]


@ACTS.register(
    Answer, "答复", stages=st.WAITING, who=COUNSELLOR, clause=SCOPE,
    asks={
        "answer": Asked("怎样办、依据什么（提问的人看得到；不写能不能批）", required=True),
        "whom": Asked("还可以问谁", most=200),
    },
)  # fmt: skip
def answer(guidance: Guidance, command: Answer, facts: GuidanceFacts) -> list[Any]:
    return [st.Answered(command.answer, command.whom)]


def _lacks_notes(facts: GuidanceFacts, data: Mapping[str, Any]) -> str:
    """What the notice does not say of a material that it finds wanting: each is named in the notes."""
    needs, notes = facts.needs(), str(data.get("notes") or "")
    wanting = [code for name in ("flawed", "evident") for code in data.get(name) or () if code in needs]
    unsaid = [needs[code].name for code in wanting if needs[code].name not in notes]
    return f"请在说明里逐项写明问题和怎样改：{'、'.join(unsaid)}。" if unsaid else ""


@ACTS.register(
    IssueNotice, "发辅导告知单", stages=st.WAITING, who=COUNSELLOR, clause=ONCE, name="issue_notice",
    asks={
        "missing": Asked("种类不齐：缺哪几份", choices=_names),
        "flawed": Asked("不符合法定形式的", choices=_names),
        "evident": Asked("有明显问题的", choices=_judgeable),
        "spared": Asked("这次不用交的", choices=_names),
        "notes": Asked("逐项说明：缺什么、什么问题、怎样改（写材料名称）", judge=_lacks_notes),
    },
)  # fmt: skip
def issue_notice(guidance: Guidance, command: IssueNotice, facts: GuidanceFacts) -> list[Any]:
    """Every material that this application needs, once; what is not named is said to be right."""
    only = guidance.hard in st.ONLY_ANSWERED and command.evident
    message = f"涉及{st.HARD.get(guidance.hard, '')}的，只作解答，不得对申报材料进行实质性审查。"
    require(
        not only, "no-verdict", message, clause=SCOPE, next="请只写种类是否齐全、是否符合法定形式，其余在答复里解答。"
    )
    needs, said = facts.needs(), _said(command)
    unknown = [code for code in said if code not in needs]
    require(not unknown, "unlisted", "告知单只能写本次申请要交的材料。", clause=SCOPE, kind=Kind.INPUT, field="missing")
    left_out = [
        need.name for code, need in needs.items() if need.lacked and said.get(code) not in ("missing", "spared")
    ]
    message = f"草稿里还没有：{'、'.join(left_out)}。告知单要一次列全。"
    next = "请列入“缺哪几份”；确实不用交的，列入“这次不用交的”。"
    require(not left_out, "left-out", message, clause=ONCE, next=next)
    lines = (Line(c, said.get(c, "fine" if n.sure else "open"), n.lacked, n.situation) for c, n in needs.items())
    return [st.NoticeIssued("", tuple(lines), command.notes)]


def _said(command: IssueNotice) -> dict[str, str]:
    """What the command says of each material that it names. Raises Refused for one named twice."""
    said: dict[str, str] = {}
    for state in ("missing", "flawed", "evident", "spared"):
        for code in getattr(command, state):
            message = "同一份材料只能列在一处。"
            require(code not in said, "named-twice", message, clause=ONCE, kind=Kind.INPUT, field=state)
            said[code] = state
    return said


@ACTS.register(
    TakeAsHard, "不能当场告知", stages=frozenset({GuidanceStage.ASKED}), who=COUNSELLOR, clause=ONCE,
    asks={
        "kind": Asked("属于哪一类", required=True, choices=lambda guidance, facts: st.HARD),
        "reason": Asked("为什么不能当场告知（提问的人看得到）", required=True, most=1000),
    },
)  # fmt: skip
def take_as_hard(guidance: Guidance, command: TakeAsHard, facts: GuidanceFacts) -> list[Any]:
    """The day of the answer is that of the question: taking it late as hard gives no more time."""
    require(command.kind in st.HARD, "bad-choice", "请选择属于哪一类。", clause=ONCE, kind=Kind.INPUT, field="kind")
    return [st.TakenAsHard(command.kind, command.reason)]


@ACTS.register(Withdraw, "不问了", stages=st.WAITING | st.DONE, who=ASKER, clause=SCOPE)
def withdraw(guidance: Guidance, command: Withdraw, facts: GuidanceFacts) -> list[Any]:
    return [st.Withdrawn()]


@ACTS.register(Close, "随申请结束", stages=st.DONE, who=COUNSELLOR, clause=SCOPE, system=True)
def close(guidance: Guidance, command: Close, facts: GuidanceFacts) -> list[Any]:
    """What was guided came in as a case."""
    return [st.Filed(command.case)]
