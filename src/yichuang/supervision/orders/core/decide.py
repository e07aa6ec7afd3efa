"""What may be done with an order, by whom, until when, and what comes of it. Pure.

`decide` lets time act first (`lapse`), then asks `may`, then answers with events. The numbers of days are house
defaults that an administrator changes, not law (domain §4.3); an order keeps those its stages began with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import due_on
from yichuang.kernel.localtime import local_day, midnight
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.supervision.orders.core.state import (
    CLOSED,
    OFFICE_HEAD,
    REACH,
    THEIRS,
    Appealed,
    AppealRejected,
    Assigned,
    Cancelled,
    Drafted,
    Escalated,
    Event,
    Issued,
    Level,
    Order,
    Raised,
    Replied,
    Restated,
    Returned,
    Revoked,
    Signed,
    Stage,
    Verified,
    evolve,
)

WATCH = frozenset({"supervisor", "office"})  # 市政务办主管; the supervisor's post exists in the city alone
APPEALS = 1
TOP = {Level.REMINDER: 1, Level.YELLOW: len(REACH) - 1, Level.RED: len(REACH) - 1}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the outside knows. `limits`: working days by name (`parameters.ORDERS`); `serial` draws a division's next
    number."""

    now: datetime
    calendar: WorkingCalendar
    actor: Actor
    limits: Mapping[str, int]
    serial: Callable[[str], str] = lambda division: ""
    holders: frozenset[str] = frozenset()  # persons who work in the order's department today
    # asked only when a card is sent: persons with the departments where they hold a post of high risk
    high_risk: Callable[[], frozenset[tuple[str, str]]] = frozenset

    @property
    def today(self) -> date:
        return local_day(self.now)


# --- commands ---------------------------------------------------------------------------------------------------------
# `text` is what a person wrote: plain when it comes in, a reference to the vault when it is decided on.


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding becomes a card, or at once a reminder when `send` (system)."""

    draft: Drafted
    send: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """The finding says something else (system)."""

    level: str
    department: str
    person: str


@dataclass(frozen=True, slots=True)
class GroundGone:
    """The finding was withdrawn (system)."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Let time pass (system)."""


@dataclass(frozen=True, slots=True)
class Open:
    """人工发牌: a card without a finding, from a supervisor's own eyes or a complaint, sent at once."""

    draft: Drafted
    text: str


@dataclass(frozen=True, slots=True)
class Issue:
    text: str


@dataclass(frozen=True, slots=True)
class Cancel:
    text: str


@dataclass(frozen=True, slots=True)
class Raise:
    text: str


@dataclass(frozen=True, slots=True)
class Assign:
    person: str


@dataclass(frozen=True, slots=True)
class Sign:
    pass


@dataclass(frozen=True, slots=True)
class Reply:
    text: str


@dataclass(frozen=True, slots=True)
class Return:
    text: str


@dataclass(frozen=True, slots=True)
class Verify:
    text: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    text: str


@dataclass(frozen=True, slots=True)
class RejectAppeal:
    text: str


@dataclass(frozen=True, slots=True)
class UpholdAppeal:
    text: str


@dataclass(frozen=True, slots=True)
class Revoke:
    text: str


Command = (
    Draft
    | Follow
    | GroundGone
    | Tick
    | Open
    | Issue
    | Cancel
    | Raise
    | Assign
    | Sign
    | Reply
    | Return
    | Verify
    | Appeal
    | RejectAppeal
    | UpholdAppeal
    | Revoke
)
SENT = frozenset({Stage.ISSUED, Stage.SIGNED, Stage.REPLIED, Stage.RETURNED, Stage.APPEALED})


@dataclass(frozen=True, slots=True)
class Rule:
    """An act: its label, at which stages, and whose: `watch`, `supervised`, `head` or `system`."""

    label: str
    stages: frozenset[Stage]
    whose: str
    text: str = ""  # the label of the text it takes; empty: none
    needs_text: bool = True


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


# The table of who may do what, when (a test goes through command × post × stage)
ACTS: dict[type[Any], Rule] = {
    Draft: Rule("立牌", _at(Stage.NEW), "system"),
    Follow: Rule("更新", frozenset(Stage) - {Stage.NEW}, "system"),
    GroundGone: Rule("发现已撤销", frozenset(Stage) - {Stage.NEW}, "system"),
    Tick: Rule("计时", frozenset(Stage) - {Stage.NEW}, "system"),
    Open: Rule("人工发牌", _at(Stage.NEW), "watch", "督办内容"),
    Issue: Rule("发出督办单", _at(Stage.DRAFTED), "watch", "督办内容"),
    Cancel: Rule("不予发出", _at(Stage.DRAFTED), "watch", "理由"),
    Raise: Rule("升级", _at(Stage.ISSUED, Stage.SIGNED, Stage.RETURNED, Stage.REPLIED), "watch", "升级理由"),
    Assign: Rule("指定责任人", _at(Stage.ISSUED, Stage.SIGNED, Stage.RETURNED), "head"),
    Sign: Rule("签收", _at(Stage.ISSUED), "supervised"),
    Reply: Rule("反馈整改情况", _at(Stage.SIGNED, Stage.RETURNED), "supervised", "整改情况"),
    Appeal: Rule("申诉", _at(Stage.ISSUED, Stage.SIGNED, Stage.RETURNED), "supervised", "申诉理由"),
    Verify: Rule("核实销号", _at(Stage.REPLIED), "watch", "核实意见", needs_text=False),
    Return: Rule("打回", _at(Stage.REPLIED), "watch", "打回理由"),
    UpholdAppeal: Rule("申诉成立，撤牌", _at(Stage.APPEALED), "watch", "复核意见"),
    RejectAppeal: Rule("申诉不成立", _at(Stage.APPEALED), "watch", "复核意见"),
    Revoke: Rule("撤牌", SENT, "watch", "撤牌理由"),
}


# --- time -------------------------------------------------------------------------------------------------------------


def due(order: Order, facts: Facts) -> tuple[date, bool] | None:
    """The last day of what is due now, and whether it is certain; None while nothing is due."""
    clock = order.clock
    if clock is None:
        return None
    found = due_on(clock, facts.calendar, facts.today)
    return found.day, found.certain


def next_moment(order: Order, facts: Facts) -> datetime | None:
    """When the order escalates next, should nobody act: the midnight after the day due, and after each further step."""
    last = due(order, facts)
    if last is None or _higher(order) is None:
        return None
    day = last[0]
    if order.escalations:
        day = facts.calendar.add(day, order.escalations * facts.limits["step"])
    return midnight(day + timedelta(days=1))


def _higher(order: Order) -> int | None:
    """How far the next escalation reaches; None at the top. Where the watch itself is late its own head is told."""
    if order.stage in THEIRS:
        reach = order.reach + 1
        return reach if reach <= TOP[order.level] else None
    return OFFICE_HEAD if order.reach < OFFICE_HEAD else None


@dataclass(frozen=True, slots=True)
class Dated:
    """An event; `at` is the moment by the calendar of what time did, None: now, by the actor."""

    event: Event
    at: datetime | None = None


def lapse(order: Order, facts: Facts) -> tuple[Order, list[Dated]]:
    """What passing time has done. A late sweep changes nothing: the moments are those of the days due."""
    out: list[Dated] = []
    while (moment := next_moment(order, facts)) is not None and moment <= facts.now:
        last, reach = due(order, facts), _higher(order)
        assert last is not None and reach is not None
        event = Escalated(order.stage.value, last[0].isoformat(), reach, last[1])
        out.append(Dated(event, moment))
        order = evolve(order, event, SYSTEM.person, moment)
    return order, out


# --- who may ----------------------------------------------------------------------------------------------------------


def may(order: Order, command: type[Any], facts: Facts) -> None:
    """Whether the actor may do this to the order now. Raises Refused."""
    rule, actor = ACTS[command], facts.actor
    _mine(order, command, rule, actor)
    if order.stage not in rule.stages:
        told = f"这张督办单现在是“{order.stage.label}”，不能“{rule.label}”。"
        raise Refused("wrong-stage", told, next="请刷新页面，看它现在办到哪一步。", kind=Kind.STALE)
    if command is Raise:
        require(order.level is not Level.RED, "at-the-top", "已经是红牌，不能再升级。", next="可以打回或等待反馈。")
    if command is Appeal:
        _may_appeal(order, facts)


def _mine(order: Order, command: type[Any], rule: Rule, actor: Actor) -> None:
    if rule.whose == "system":
        return require(actor.person == SYSTEM.person, "not-yours", "这一步由系统办理。", kind=Kind.FORBIDDEN)
    head = actor.post_kind == "head" and actor.department == order.department
    if rule.whose == "head":
        return require(head, "not-head", "责任人由被督办部门的负责人指定。", next=_CHANGE, kind=Kind.FORBIDDEN)
    if rule.whose == "supervised":
        own = bool(actor.post) and actor.person == order.person
        told = "督办单由责任人或其部门负责人签收、反馈和申诉。"
        return require(own or head, "not-supervised", told, next=_CHANGE, kind=Kind.FORBIDDEN)
    ours = actor.post_kind in WATCH and (not order.division or actor.division == order.division)
    told = "发牌、核实和撤牌由本级电子监察岗或政务服务办办理。"
    require(ours, "not-watch", told, next=_CHANGE, kind=Kind.FORBIDDEN)
    concerned = actor.person in (order.person, order.answered_by)
    require(not concerned, "concerned", "您是这张督办单的当事人，应当回避。", next="请由其他监察人员办理。")
    if command in (UpholdAppeal, RejectAppeal):
        told = "申诉由发牌人以外的人复核。"
        require(actor.person != order.issuer, "issuer-rechecks", told, clause="4.1b", next="请交其他监察人员复核。")


_CHANGE = "如果您还有其他岗位，请切换后再办。"


def _may_appeal(order: Order, facts: Facts) -> None:
    require(order.level is not Level.REMINDER, "no-appeal", "提醒不计入考核，不需要申诉。", next="签收即可。")
    require(
        order.appeals < APPEALS, "appealed-before", "已经申诉过一次，复核意见是最后的。", next="请按要求反馈整改情况。"
    )
    start = order.signed_on or order.since
    if order.signed_on is None or start is None:
        return
    last = facts.calendar.add(start, facts.limits["appeal"])
    told = f"申诉应在签收之日起{facts.limits['appeal']}个工作日内提出，已于{last.isoformat()}到期。"
    require(facts.today <= last, "appeal-too-late", told, clause="4.1b", next="请按要求反馈整改情况。")


@dataclass(frozen=True, slots=True)
class Offer:
    """An act as a page or a program sees it: open, or why not."""

    command: type[Any]
    rule: Rule
    refusal: Refused | None

    @property
    def allowed(self) -> bool:
        return self.refusal is None


def offers(order: Order, facts: Facts) -> list[Offer]:
    """Every act of a person on this order, with what keeps it closed."""
    order, _ = lapse(order, facts)
    out = []
    for command, rule in ACTS.items():
        if rule.whose == "system" or command is Open:
            continue
        try:
            may(order, command, facts)
        except Refused as refused:
            out.append(Offer(command, rule, refused))
        else:
            out.append(Offer(command, rule, None))
    return out


# --- what comes of it -------------------------------------------------------------------------------------------------


def decide(order: Order, command: Command, facts: Facts) -> tuple[Order, list[Dated]]:
    """The order after the command, and the events to record. Raises Refused with what time did in `lapsed`."""
    order, out = lapse(order, facts)
    try:
        may(order, type(command), facts)
        events = _check(order, command, facts)
    except Refused as refused:
        refused.details["lapsed"] = (order, out)
        raise
    for event in events:
        order = evolve(order, event, facts.actor.person, facts.now)
        out.append(Dated(event))
    return order, out


def reach_of(order: Order, level: Level, facts: Facts) -> int:
    """Whom a level reaches at once: a reminder the person, a yellow card the head too, a red card the office too.

    Without a person the head of the department stands for them. A post of high risk reaches higher (4.1b), up to the
    head of the office; how much is a house default.
    """
    risky = bool(order.person) and (order.person, order.department) in facts.high_risk()
    return min(max(level.rank, 0 if order.person else 1) + (facts.limits["high_risk"] if risky else 0), OFFICE_HEAD)


def _check(order: Order, command: Command, facts: Facts) -> list[Event]:
    limits = facts.limits
    answer = limits["reply_red" if order.level is Level.RED else "reply_yellow"]
    match command:
        case Draft(draft=draft, send=send, text=text):
            return [draft, *([_issued(order, draft, text, facts)] if send else [])]
        case Open(draft=draft, text=text):
            ours = draft.division == facts.actor.division and draft.department.startswith(f"{draft.division}/")
            require(ours, "other-division", "只能督办本级的部门。", next="请选择本级的部门。", kind=Kind.FORBIDDEN)
            require(draft.person != facts.actor.person, "concerned", "不能给自己发牌。", next="请由其他监察人员办理。")
            return [draft, _issued(order, draft, text, facts)]
        case Follow(level=level, department=department, person=person):
            return _follow(order, Level(level), department, person, facts)
        case GroundGone():
            if order.stage in (Stage.REVOKED, Stage.CANCELLED):
                return []
            return [Cancelled("ground_gone")] if order.stage is Stage.DRAFTED else [Revoked("ground_gone", "")]
        case Tick():
            return []
        case Issue(text=text):
            return [Issued(facts.serial(order.division), text, reach_of(order, order.level, facts), limits["sign_in"])]
        case Cancel(text=text):
            return [Cancelled(text)]
        case Raise(text=text):
            level = list(Level)[order.level.rank + 1]
            return [Raised(level.value, text, reach_of(order, level, facts), limits["sign_in"])]
        case Assign(person=person):
            told = "请从本部门今天在岗的人员中指定。"
            require(
                person in facts.holders, "not-here", told, next="请重新选择责任人。", kind=Kind.INPUT, field="person"
            )
            return [Assigned(person)]
        case Sign():
            return [Signed(0 if order.level is Level.REMINDER else answer)]
        case Reply(text=text):
            return [Replied(text, limits["verify"])]
        case Return(text=text):
            return [Returned(text, answer)]
        case Verify(text=text):
            return [Verified(text)]
        case Appeal(text=text):
            return [*([Signed(answer)] if order.stage is Stage.ISSUED else []), Appealed(text, limits["recheck"])]
        case RejectAppeal(text=text):
            return [AppealRejected(text, answer)]
        case UpholdAppeal(text=text):
            return [Revoked("appeal", text)]
        case Revoke(text=text):
            return [Revoked("decision", text)]


def _issued(order: Order, draft: Drafted, text: str, facts: Facts) -> Issued:
    drafted = evolve(order, draft, facts.actor.person, facts.now)
    return Issued(
        facts.serial(drafted.division), text, reach_of(drafted, drafted.level, facts), facts.limits["sign_in"]
    )


def _follow(order: Order, level: Level, department: str, person: str, facts: Facts) -> list[Event]:
    """A card not sent says what the finding says; one that was sent only grows graver."""
    if order.stage is Stage.DRAFTED:
        same = (order.level, order.department, order.person) == (level, department, person)
        return [] if same else [Restated(level.value, department, person)]
    if order.stage in CLOSED or level.rank <= order.level.rank or order.stage is Stage.APPEALED:
        return []
    return [Raised(level.value, "finding", reach_of(order, level, facts), facts.limits["sign_in"])]
