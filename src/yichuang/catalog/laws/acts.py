"""What may be done with a law of the register, by whom, and what comes of it (3.5h). Pure.

The government-service office of the city keeps the register: it is the legal desk of the city. The head of a department
judges what a change asks of the department's own standards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Files, Life, Text
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.laws import state as st
from yichuang.catalog.laws.citing import read_articles, title_of
from yichuang.catalog.laws.register import Change, Citing, open_tasks
from yichuang.catalog.laws.state import Cause, Law, Publication, Rank, Stage, Task
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.localtime import chinese_date, local_day
from yichuang.ledger.actor import SYSTEM, Actor

LONGEST = 100  # characters of a title
WHOLE = "全文"
RANKS = {rank.value: rank.label for rank in Rank}
PUBLICATIONS = {publication.value: publication.label for publication in Publication}
KEPT_BACK = {value: label for value, label in PUBLICATIONS.items() if value != Publication.PUBLISHED}
HELD = frozenset({Stage.HELD})


@dataclass(frozen=True, slots=True)
class LawFacts:
    """What the outside knows. `days`: working days to follow a change. `citing` is found for the acts that ask it."""

    now: datetime
    actor: Actor
    city: str
    calendar: WorkingCalendar
    days: int
    citing: tuple[Citing, ...] = ()
    names: Callable[[], frozenset[str]] = frozenset  # under which other laws are cited

    @property
    def today(self) -> date:
        return local_day(self.now)

    def due(self, since: date) -> date:
        """By when a change is to be followed: so many working days after it was entered, but not before it holds."""
        return max(self.calendar.add(self.today, self.days), since)


# --- commands ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A law that was cited when the register began, with the versions and articles that were known of it."""

    law: st.Described
    versions: tuple[st.Version, ...] = ()
    checked: tuple[st.Checked, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    title: str
    rank: str
    issuer: str
    number: str
    publication: str
    place: str = ""
    label: str = ""
    since: date | None = None
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class Amend:
    label: str
    since: date
    changed: str
    source: str
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class Repeal:
    since: date
    source: str
    evidence: Files = ()


@dataclass(frozen=True, slots=True)
class Hide:
    publication: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Publish:
    place: str


@dataclass(frozen=True, slots=True)
class Compare:
    version: str
    articles: str


@dataclass(frozen=True, slots=True)
class Retract:
    reason: Text


@dataclass(frozen=True, slots=True)
class Judge:
    number: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Follow:
    """A standard was published: it ends tasks of its item, and cites what is to change."""

    standard: str
    ended: tuple[int, ...]
    ahead: tuple[tuple[Change, Citing], ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    """The item of these tasks was moved to another department."""

    numbers: tuple[int, ...]
    department: str


# --- who may, and what time does --------------------------------------------------------------------------------------


def may(law: Law, act: Act, facts: LawFacts, step: str = "") -> None:
    """The office of the city for the register, the head of a department for its own task. Raises Refused."""
    actor = facts.actor
    if act.system:
        return require(actor.person == SYSTEM.person, "not-yours", "这一步由系统办理。", kind=Kind.FORBIDDEN)
    if act.command is Judge:
        _demand_head(law, actor)
    else:
        message = "法规库由市政务服务办（法制）管理。"
        ours = actor.post_kind == "office" and actor.division == facts.city
        require(ours, "not-legal-desk", message, clause="3.5h", next="请由市政务服务办办理。", kind=Kind.FORBIDDEN)
    if law.stage not in act.stages:
        message = f"这部法规现在“{law.stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, next="请刷新页面，看它现在的状态。", kind=Kind.STALE)


def _demand_head(law: Law, actor: Actor) -> None:
    """The head of a department with an open task that a judgement may end. Raises Refused."""
    mine = [task for task in law.tasks if task.department == actor.department and task.done is None]
    message = "是否需要修订，由引用该法规的部门负责人判断。"
    asked = actor.post_kind == "head" and mine
    require(asked, "not-head", message, clause="3.5h", next="请由有任务的部门负责人办理。", kind=Kind.FORBIDDEN)
    message = "法规已经废止或者没有公布，不能判断为不需修订。"
    next = "请修订规程：改引现行有效的依据，没有依据的条件、材料和收费删去。"
    require(any(task.judgeable for task in mine), "not-judgeable", message, clause="3.5h", next=next)


def lapse(law: Law, facts: LawFacts) -> tuple[Law, list[Dated]]:
    """Time does nothing: what a day changes is read from the days."""
    return law, []


def list_judgeable(law: Law, department: str) -> tuple[Task, ...]:
    """The open tasks of a department that a judgement may end."""
    return tuple(task for task in law.tasks if task.department == department and task.judgeable)


# --- acts -------------------------------------------------------------------------------------------------------------

ACTS = Acts()
LIFE: Life[Law, LawFacts] = Life(ACTS, st.evolve, lapse, may)
C = TypeVar("C", bound=Callable[[Any, Any, Any], list[Any]])
_EVIDENCE = Asked("公布文本或者文件扫描件", required=True)
_SINCE = "自哪一天起"
_NEXT = "请改正后重新提交。"


@ACTS.register(Found, "列入首批法规库", stages=frozenset(Stage), who="system", creates=True, system=True)
def hold_at_founding(law: Law, command: Found, facts: LawFacts) -> list[Any]:
    """What standards cited when the register began."""
    return [st.Founded(command.law, command.versions, command.checked)]


@ACTS.register(
    Register, "登记法规", stages=frozenset({Stage.NEW}), who="office", creates=True, clause="3.5h",
    asks={
        "title": Asked("名称（不带年份和修正版次）", required=True),
        "rank": Asked("位阶", required=True, choices=lambda law, facts: RANKS),
        "issuer": Asked("制定机关", required=True),
        "number": Asked("文号"),
        "publication": Asked("公布状态", required=True, choices=lambda law, facts: PUBLICATIONS),
        "place": Asked("公布在哪里（公报期号或者网址）", demanded="已公布的必填"),
        "label": Asked("现行版次，如2021修正"),
        "since": Asked("现行版次自哪一天起施行"),
        "evidence": _EVIDENCE,
    },
)  # fmt: skip
def register(law: Law, command: Register, facts: LawFacts) -> list[Any]:
    """A law comes into the register. Published is what everybody can find where it says."""
    title = command.title.strip()
    _demand_text(title, "title", f"请写明名称，不超过{LONGEST}个字。", LONGEST)
    taken = title != title_of(title) or title in facts.names()
    require(not taken, "title-taken", f"法规库里已经有《{title_of(title)}》，或者名称带着版次。", field="title",
            next="新的版次请在该法规的页面登记修改；名称里的版次请另填。", kind=Kind.INPUT)  # fmt: skip
    _demand_text(command.issuer, "issuer", "请写明制定机关。")
    rank, publication = _choose(Rank, command.rank, "rank"), _choose(Publication, command.publication, "publication")
    if publication is Publication.PUBLISHED:
        _demand_text(command.place, "place", "已公布的，请写明公布在哪里，人人可以查到。")
    _demand_evidence(command.evidence, facts)
    about = st.Described(title, rank, command.issuer.strip(), command.number.strip(), command.place.strip())
    versions = (st.Version(_version_name(title, command.label), command.since),) if command.label.strip() else ()
    return [st.Registered(about, versions, publication, command.evidence)]


@ACTS.register(
    Amend, "登记修改", stages=HELD, who="office", needs=("citing",), clause="3.5h",
    asks={
        "label": Asked("修改后的版次，如2026修正", required=True),
        "since": Asked(f"{_SINCE}施行", required=True),
        "changed": Asked(f"修改了哪些条，如“35条、36条”；全文修订的写“{WHOLE}”", required=True),
        "source": Asked("修改决定的名称和文号", required=True),
        "evidence": _EVIDENCE,
    },
)  # fmt: skip
def amend(law: Law, command: Amend, facts: LawFacts) -> list[Any]:
    """A new version comes into force. Each standard that cites an article it changes gets a task."""
    _demand_not_gone(law)
    _demand_text(command.label, "label", "请写明修改后的版次。")
    _demand_text(command.source, "source", "请写明修改决定的名称和文号。")
    name = _version_name(law.title, command.label)
    require(all(v.name != name for v in law.versions), "version-known", f"“{name}”已经登记。", kind=Kind.INPUT,
            field="label", next="请核对版次。")  # fmt: skip
    last = max((v.since for v in law.versions if v.since), default=date.min)
    require(command.since > last, "day-before", f"施行日期应当在现有各版之后（{chinese_date(last)}以后）。",
            kind=Kind.INPUT, field="since", next=_NEXT)  # fmt: skip
    articles = read_articles(command.changed)
    whole = command.changed.strip() == WHOLE
    require(bool(articles) or whole, "no-articles", f"请写明修改了哪些条，或者写“{WHOLE}”。", kind=Kind.INPUT,
            field="changed", next="没有逐条核对以前，不要登记：按条才知道涉及哪些规程。")  # fmt: skip
    _demand_evidence(command.evidence, facts)
    number = law.changes + 1
    version = st.Version(name, command.since, changed=articles, change=number)
    tasks = _tasks(law, Change(number, Cause.AMENDED, command.since, articles), facts)
    return [st.Amended(version, command.source.strip(), tasks, command.evidence)]


@ACTS.register(
    Repeal, "登记废止", stages=HELD, who="office", needs=("citing",), clause="3.5h",
    asks={
        "since": Asked(f"{_SINCE}废止", required=True),
        "source": Asked("废止文件的名称和文号", required=True),
        "evidence": _EVIDENCE,
    },
)  # fmt: skip
def repeal(law: Law, command: Repeal, facts: LawFacts) -> list[Any]:
    """From its day on nothing rests on it."""
    _demand_not_gone(law)
    _demand_text(command.source, "source", "请写明废止文件的名称和文号。")
    _demand_evidence(command.evidence, facts)
    change = Change(law.changes + 1, Cause.REPEALED, command.since)
    tasks = _tasks(law, change, facts)
    return [st.Repealed(command.since, command.source.strip(), change.number, tasks, command.evidence)]


@ACTS.register(
    Hide, "登记为未公布", stages=HELD, who="office", needs=("citing",), clause="3.5h",
    asks={
        "publication": Asked("公布状态", required=True, choices=lambda law, facts: KEPT_BACK),
        "reason": Asked("怎么查明的", required=True),
    },
)  # fmt: skip
def hide(law: Law, command: Hide, facts: LawFacts) -> list[Any]:
    """It turned out that the public cannot read it: from now on no act cites it."""
    publication = _choose(Publication, command.publication, "publication")
    fine = publication not in (Publication.PUBLISHED, law.publication)
    require(fine, "same-publication", "请选择与现在不同的状态。", kind=Kind.INPUT, field="publication", next=_NEXT)
    require(command.reason, "no-reason", "请写明怎么查明的。", kind=Kind.INPUT, field="reason", next=_NEXT)
    known = law.publication is not Publication.PUBLISHED  # its tasks are open already
    change = Change(law.changes + 1, Cause.HIDDEN, facts.today)
    tasks = () if known else _tasks(law, change, facts)
    return [st.Hidden(publication, command.reason, change.number, tasks)]


@ACTS.register(
    Publish, "登记公布", stages=HELD, who="office", clause="3.5h",
    asks={"place": Asked("公布在哪里（公报期号或者网址）", required=True)},
)  # fmt: skip
def publish(law: Law, command: Publish, facts: LawFacts) -> list[Any]:
    """Everybody can read it there. What waited for that is done."""
    _demand_text(command.place, "place", "请写明公布在哪里，人人可以查到。")
    return [st.Published(command.place.strip())]


@ACTS.register(
    Compare, "核对条文", stages=HELD, who="office", clause="3.5h",
    asks={
        "version": Asked("核对的是哪一版", required=True, choices=lambda law, facts: _names(law)),
        "articles": Asked("与公布文本核对一致的条，如“35条、36条”", required=True),
    },
)  # fmt: skip
def compare(law: Law, command: Compare, facts: LawFacts) -> list[Any]:
    """A person read the article in the published text: citations of it are sure from now on."""
    require(command.version in _names(law), "no-version", "请选择法规库里的一版。", kind=Kind.INPUT, field="version",
            next=_NEXT)  # fmt: skip
    articles = read_articles(command.articles)
    require(articles, "no-articles", "请写明核对了哪些条，如“35条、36条”。", kind=Kind.INPUT, field="articles",
            next=_NEXT)  # fmt: skip
    return [st.Compared(st.Checked(command.version, articles))]


@ACTS.register(
    Retract, "撤回最近的修改或者废止登记", stages=HELD, who="office", clause="3.5h",
    asks={"reason": Asked("为什么撤回", required=True)},
)  # fmt: skip
def retract(law: Law, command: Retract, facts: LawFacts) -> list[Any]:
    """It was entered wrongly. The open tasks of the change fall away."""
    require(law.last is not None, "nothing-to-retract", "没有可以撤回的修改或者废止登记。",
            next="请看这部法规的变动。")  # fmt: skip
    assert law.last is not None
    require(command.reason, "no-reason", "请写明为什么撤回。", kind=Kind.INPUT, field="reason", next=_NEXT)
    return [st.Retracted(law.last[0], command.reason)]


@ACTS.register(
    Judge, "判断不需修订", stages=HELD, who="head", clause="3.5h",
    asks={
        "number": Asked("哪一份规程", required=True, choices=lambda law, facts: _choices(law, facts)),
        "reason": Asked("对照新旧条文，为什么不需修订", required=True),
    },
)  # fmt: skip
def judge(law: Law, command: Judge, facts: LawFacts) -> list[Any]:
    """What the standard takes from the article is the same under the new text. Said by the head, kept on record."""
    known = command.number in _choices(law, facts)
    require(known, "no-such-task", "请选择本部门未完成的任务。", kind=Kind.INPUT, field="number", next=_NEXT)
    require(command.reason, "no-reason", "请对照新旧条文写明理由，记录在案。", kind=Kind.INPUT, field="reason",
            next=_NEXT)  # fmt: skip
    return [st.Judged(int(command.number), facts.today, command.reason)]


@ACTS.register(Follow, "随规程发布了结任务", stages=HELD, who="system", system=True)
def follow(law: Law, command: Follow, facts: LawFacts) -> list[Any]:
    """The published standard no longer cites what lapsed; what it cites that is to change is a task anew."""
    opened: list[Task] = []
    for change, citing in command.ahead:
        due = facts.due(change.since)
        opened += open_tasks(len(law.tasks) + len(opened), change, (citing,), facts.today, due)
    return [st.Followed(command.standard, command.ended, facts.today, tuple(opened))]


@ACTS.register(HandOver, "任务随事项移交", stages=HELD, who="system", system=True)
def hand_over(law: Law, command: HandOver, facts: LawFacts) -> list[Any]:
    """Whoever exercises the item now has as many days as anybody who is asked."""
    open_still = {task.number for task in law.tasks if task.done is None}
    numbers = tuple(number for number in command.numbers if number in open_still)
    return [st.HandedOver(numbers, command.department, facts.due(facts.today))] if numbers else []


def _tasks(law: Law, change: Change, facts: LawFacts) -> tuple[Task, ...]:
    return open_tasks(len(law.tasks), change, facts.citing, facts.today, facts.due(change.since))


def _names(law: Law) -> dict[str, str]:
    return {v.name: v.name for v in law.versions} or {law.title: law.title}


def _choices(law: Law, facts: LawFacts) -> dict[str, str]:
    return {str(task.number): task.name for task in list_judgeable(law, facts.actor.department)}


def _version_name(title: str, label: str) -> str:
    return f"{title}（{label.strip().strip('（）()')}）"


def _demand_not_gone(law: Law) -> None:
    message = f"《{law.title}》已经登记自{chinese_date(law.gone)}起废止。" if law.gone else ""
    require(law.gone is None, "law-gone", message, next="登记有误的，请先撤回废止登记。")


def _demand_evidence(files: Files, facts: LawFacts) -> None:
    """The text itself, where a person acts."""
    shown = bool(files) or facts.actor.source != "self"
    message = f"请附上“{_EVIDENCE.label}”。"
    require(shown, "no-paper", message, clause="3.5h", kind=Kind.INPUT, field="evidence", next=_NEXT)


def _demand_text(text: str, name: str, message: str, most: int = 200) -> None:
    require(0 < len(text.strip()) <= most, "bad-text", message, kind=Kind.INPUT, field=name, next=_NEXT)


def _choose(kind: type[Any], value: str, name: str) -> Any:
    message = "请从列出的里面选择。"
    known = [member for member in kind if member.value == value]
    require(known, "bad-choice", message, kind=Kind.INPUT, field=name, next=_NEXT)
    return known[0]
