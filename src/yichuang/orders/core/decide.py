"""What may be done with an order, by whom, until when, and what comes of it. Pure.

`decide` lets time act first (`lapse`), then asks `may`, then the act's check. The numbers of days are house defaults
that an administrator changes, not law (domain §4.3); an order keeps those its stages began with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Happened, Life, Text
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.kernel.calendar import WorkingCalendar
from yichuang.kernel.clock import due_on
from yichuang.kernel.localtime import local_day, midnight
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.orders.core.state import (
    CLOSED,
    GONE,
    OFFICE_HEAD,
    REACH,
    THEIRS,
    Appealed,
    AppealRejected,
    Assigned,
    Cancelled,
    Drafted,
    Entrusted,
    Escalated,
    Event,
    Issued,
    Merged,
    Order,
    OrderLevel,
    Raised,
    Replied,
    Restated,
    Returned,
    Revoked,
    Signed,
    Stage,
    Turned,
    Verified,
    evolve,
)

WATCH = frozenset({"supervisor", "office"})  # 市政务办主管; the supervisor's post exists in the city alone
APPEALS = 1
TOP = {OrderLevel.REMINDER: 1, OrderLevel.YELLOW: len(REACH) - 1, OrderLevel.RED: len(REACH) - 1}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the outside knows. `limits`: working days by name (`parameters.LIMITS`)."""

    now: datetime
    calendar: WorkingCalendar
    actor: Actor
    limits: Mapping[str, int]
    holders: frozenset[str] = frozenset()  # persons who work in the order's department today
    watchers: frozenset[str] = frozenset()  # persons of the watch of the order's division today
    department_exists: bool = False  # the one that a card of ours names
    # asked only when a card is sent: persons with the departments where they hold a post of high risk
    high_risk: Callable[[], frozenset[tuple[str, str]]] = frozenset

    @property
    def today(self) -> date:
        return local_day(self.now)


# --- commands ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding becomes a card, or at once a reminder when `send` (system)."""

    draft: Drafted
    send: bool = False
    text: Text = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """The finding says something else (system)."""

    level: str
    department: str
    person: str
    finding: str = ""  # the one that the card is about now; empty: as before
    rule: str = ""


@dataclass(frozen=True, slots=True)
class GroundGone:
    """The finding was withdrawn (system)."""


@dataclass(frozen=True, slots=True)
class Merge:
    """The finding stands under another of the same lapse, which has a card of its own (system)."""

    into: str


@dataclass(frozen=True, slots=True)
class Open:
    """人工发牌: a card without a finding, from a supervisor's own eyes or a complaint, sent at once."""

    draft: Drafted
    text: Text


@dataclass(frozen=True, slots=True)
class Issue:
    text: Text


@dataclass(frozen=True, slots=True)
class Cancel:
    text: Text


@dataclass(frozen=True, slots=True)
class Raise:
    text: Text


@dataclass(frozen=True, slots=True)
class Assign:
    person: str


@dataclass(frozen=True, slots=True)
class Entrust:
    watcher: str


@dataclass(frozen=True, slots=True)
class Sign:
    pass


@dataclass(frozen=True, slots=True)
class Reply:
    text: Text


@dataclass(frozen=True, slots=True)
class Return:
    text: Text


@dataclass(frozen=True, slots=True)
class Verify:
    text: Text = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    text: Text


@dataclass(frozen=True, slots=True)
class RejectAppeal:
    text: Text


@dataclass(frozen=True, slots=True)
class UpholdAppeal:
    text: Text


@dataclass(frozen=True, slots=True)
class Revoke:
    text: Text


SOME = [stage for stage in Stage if stage is not Stage.NEW]
OPEN = [stage for stage in SOME if stage not in CLOSED]
SENT = frozenset({Stage.ISSUED, Stage.SIGNED, Stage.REPLIED, Stage.RETURNED, Stage.APPEALED})

# --- the table of acts ------------------------------------------------------------------------------------------------
# Who may do what, when (a test goes through command × post × stage). Whose an act is: `watch`, `supervised`, `head` or
# `system`.

LONGEST = 1000  # characters of a text (GB/T 39046 table 11: 督办内容 an..1000)
ACTS = Acts()
C = TypeVar("C", bound=Callable[..., list[Event]])


def act(
    command: type[Any], label: str, *stages: Stage, whose: str, text: str = "", required: bool = True, **more: Any
) -> Callable[[C], C]:
    """Register the check of an act; `text` is the label of the text that it takes."""
    asks = {"text": Asked(text, required, LONGEST)} if text else {}
    return ACTS.register(
        command, label, stages=frozenset(stages), who=whose, asks=asks, system=whose == "system", **more
    )


# --- time -------------------------------------------------------------------------------------------------------------


def due(order: Order, facts: OrderFacts) -> tuple[date, bool] | None:
    """The last day of what is due now, and whether it is certain; None while nothing is due."""
    clock = order.clock
    if clock is None:
        return None
    last = due_on(clock, facts.calendar, facts.today)
    return last.day, last.certain


def next_moment(order: Order, facts: OrderFacts) -> datetime | None:
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


def lapse(order: Order, facts: OrderFacts) -> tuple[Order, list[Dated]]:
    """What passing time has done. A late sweep changes nothing: the moments are those of the days due."""
    out: list[Dated] = []
    while (moment := next_moment(order, facts)) is not None and moment <= facts.now:
        last, reach = due(order, facts), _higher(order)
        assert last is not None and reach is not None
        event = Escalated(order.stage.value, last[0].isoformat(), reach, last[1])
        out.append(Dated(event, moment))
        order = evolve(order, Happened(event, SYSTEM.person, moment, facts.now))
    return order, out


# --- who may ----------------------------------------------------------------------------------------------------------


def may(order: Order, this: Act, facts: OrderFacts, step: str = "") -> None:
    """Whether the actor may do this to the order now. Raises Refused."""
    _check_whose(order, this, facts.actor)
    if order.stage not in this.stages:
        message = f"这张督办单现在是“{order.stage.label}”，不能“{this.label}”。"
        raise Refused("wrong-stage", message, next="请刷新页面，看它现在办到哪一步。", kind=Kind.STALE)
    if this.command is Raise:
        require(
            order.level is not OrderLevel.RED, "at-the-top", "已经是红牌，不能再升级。", next="可以打回或等待反馈。"
        )
    if this.command is Appeal:
        _may_appeal(order, facts)


def _check_whose(order: Order, this: Act, actor: Actor) -> None:
    if this.system:
        return require(actor.person == SYSTEM.person, "not-yours", "这一步由系统办理。", kind=Kind.FORBIDDEN)
    head = actor.post_kind == "head" and actor.department == order.department
    if this.who == "head":
        return require(head, "not-head", "责任人由被督办部门的负责人指定。", next=_CHANGE, kind=Kind.FORBIDDEN)
    if this.who == "supervised":
        own = bool(actor.post) and actor.person == order.person
        message = "督办单由责任人或其部门负责人签收、反馈和申诉。"
        return require(own or head, "not-supervised", message, next=_CHANGE, kind=Kind.FORBIDDEN)
    ours = actor.post_kind in WATCH and (not order.division or actor.division == order.division)
    message = "发牌、核实和撤牌由本级电子监察岗或政务服务办办理。"
    require(ours, "not-watch", message, next=_CHANGE, kind=Kind.FORBIDDEN)
    concerned = actor.person in (order.person, order.answered_by)
    require(not concerned, "concerned", "您是这张督办单的当事人，应当回避。", next="请由其他监察人员办理。")
    if this.command in (UpholdAppeal, RejectAppeal):
        message = "申诉由发牌人以外的人复核。"
        require(actor.person != order.issuer, "issuer-rechecks", message, clause="4.1b", next="请交其他监察人员复核。")


_CHANGE = "如果您还有其他岗位，请切换后再办。"


def _may_appeal(order: Order, facts: OrderFacts) -> None:
    require(order.level is not OrderLevel.REMINDER, "no-appeal", "提醒不计入考核，不需要申诉。", next="签收即可。")
    require(
        order.appeals < APPEALS, "appealed-before", "已经申诉过一次，复核意见是最后的。", next="请按要求反馈整改情况。"
    )
    start = order.signed_on or order.since
    if order.signed_on is None or start is None:
        return
    last = facts.calendar.add(start, facts.limits["appeal"])
    message = f"申诉应在签收之日起{facts.limits['appeal']}个工作日内提出，已于{last.isoformat()}到期。"
    require(facts.today <= last, "appeal-too-late", message, clause="4.1b", next="请按要求反馈整改情况。")


# --- what comes of it -------------------------------------------------------------------------------------------------


def reach_of(order: Order, level: OrderLevel, facts: OrderFacts) -> int:
    """Whom a level reaches at once: a reminder the person, a yellow card the head too, a red card the office too.

    Without a person the head of the department stands for them. A post of high risk reaches higher (4.1b), up to the
    head of the office; how much is a house default.
    """
    risky = bool(order.person) and (order.person, order.department) in facts.high_risk()
    return min(max(level.rank, 0 if order.person else 1) + (facts.limits["high_risk"] if risky else 0), OFFICE_HEAD)


@act(Draft, "立牌", Stage.NEW, whose="system", creates=True, needs=("high_risk",))
def draft_card(order: Order, command: Draft, facts: OrderFacts) -> list[Event]:
    """A finding becomes a card, or at once a reminder."""
    sent = [_issued(order, command.draft, command.text, facts)] if command.send else []
    return [command.draft, *sent]


@act(Follow, "更新", *SOME, whose="system", needs=("high_risk",))
def follow_finding(order: Order, command: Follow, facts: OrderFacts) -> list[Event]:
    """A card not sent says what the finding says; one that was sent only grows graver. It is about the finding that
    leads its lapse now.
    """
    level = OrderLevel(command.level)
    turned: list[Event] = [] if command.finding in ("", order.finding) else [Turned(command.finding, command.rule)]
    if order.stage is Stage.DRAFTED:
        same = (order.level, order.department, order.person) == (level, command.department, command.person)
        return turned if same else [*turned, Restated(level.value, command.department, command.person)]
    if order.stage in CLOSED:
        return []
    if level.rank <= order.level.rank or order.stage is Stage.APPEALED:
        return turned
    return [*turned, Raised(level.value, "finding", reach_of(order, level, facts), facts.limits["sign_in"])]


@act(GroundGone, "发现已撤销", *SOME, whose="system")
def take_back(order: Order, command: GroundGone, facts: OrderFacts) -> list[Event]:
    """The finding was withdrawn, and its card goes with it."""
    if order.stage in GONE:
        return []
    return [Cancelled("ground_gone")] if order.stage is Stage.DRAFTED else [Revoked("ground_gone", "")]


@act(Merge, "并入", *SOME, whose="system")
def merge_card(order: Order, command: Merge, facts: OrderFacts) -> list[Event]:
    """Two cards were about one lapse: this one goes into the other. What is closed stays as it is."""
    return [] if order.stage in CLOSED else [Merged(command.into)]


@act(
    Open, "人工发牌", Stage.NEW, whose="watch", text="督办内容", creates=True, needs=("high_risk", "department_exists")
)
def open_order(order: Order, command: Open, facts: OrderFacts) -> list[Event]:
    """人工发牌。"""
    draft, actor = command.draft, facts.actor
    known, message = facts.department_exists, "没有这个部门。"
    require(known, "no-department", message, next="请从列表中选择。", kind=Kind.INPUT, field="department")
    ours = draft.division == actor.division and draft.department.startswith(f"{draft.division}/")
    require(ours, "other-division", "只能督办本级的部门。", next="请选择本级的部门。", kind=Kind.FORBIDDEN)
    require(draft.person != actor.person, "concerned", "不能给自己发牌。", next="请由其他监察人员办理。")
    return [draft, _issued(order, draft, command.text, facts)]


@act(Issue, "发出督办单", Stage.DRAFTED, whose="watch", text="督办内容", needs=("high_risk",))
def issue(order: Order, command: Issue, facts: OrderFacts) -> list[Event]:
    return [Issued("", command.text, reach_of(order, order.level, facts), facts.limits["sign_in"])]


@act(Cancel, "不予发出", Stage.DRAFTED, whose="watch", text="理由")
def cancel(order: Order, command: Cancel, facts: OrderFacts) -> list[Event]:
    return [Cancelled(command.text)]


@act(
    Raise, "升级", Stage.ISSUED, Stage.SIGNED, Stage.RETURNED, Stage.REPLIED,
    whose="watch", text="升级理由", needs=("high_risk",),
)  # fmt: skip
def raise_level(order: Order, command: Raise, facts: OrderFacts) -> list[Event]:
    level = list(OrderLevel)[order.level.rank + 1]
    return [Raised(level.value, command.text, reach_of(order, level, facts), facts.limits["sign_in"])]


@act(Assign, "指定责任人", Stage.ISSUED, Stage.SIGNED, Stage.RETURNED, whose="head", needs=("holders",))
def assign(order: Order, command: Assign, facts: OrderFacts) -> list[Event]:
    message = "请从本部门今天在岗的人员中指定。"
    here = command.person in facts.holders
    require(here, "not-here", message, next="请重新选择责任人。", kind=Kind.INPUT, field="person")
    return [Assigned(command.person)]


@act(Entrust, "分派跟进", *OPEN, whose="watch", needs=("watchers",))
def entrust(order: Order, command: Entrust, facts: OrderFacts) -> list[Event]:
    """A member of the watch follows the card up; the others may act on it as before."""
    here = command.watcher in facts.watchers
    message = "请从本级今天在岗的监察人员中选择跟进人。"
    require(here, "not-in-watch", message, next="请重新选择。", kind=Kind.INPUT, field="watcher")
    concerned = command.watcher in (order.person, order.answered_by)
    message = "这个人是这张督办单的当事人，应当回避。"
    require(not concerned, "watcher-concerned", message, next="请选择其他监察人员。", kind=Kind.INPUT, field="watcher")
    return [] if command.watcher == order.watcher else [Entrusted(command.watcher)]


@act(Sign, "签收", Stage.ISSUED, whose="supervised")
def sign(order: Order, command: Sign, facts: OrderFacts) -> list[Event]:
    return [Signed(0 if order.level is OrderLevel.REMINDER else answer_days(order, facts))]


@act(Reply, "反馈整改情况", Stage.SIGNED, Stage.RETURNED, whose="supervised", text="整改情况")
def reply(order: Order, command: Reply, facts: OrderFacts) -> list[Event]:
    return [Replied(command.text, facts.limits["verify"])]


@act(Appeal, "申诉", Stage.ISSUED, Stage.SIGNED, Stage.RETURNED, whose="supervised", text="申诉理由")
def appeal(order: Order, command: Appeal, facts: OrderFacts) -> list[Event]:
    """Who appeals before signing has signed."""
    signed = [Signed(answer_days(order, facts))] if order.stage is Stage.ISSUED else []
    return [*signed, Appealed(command.text, facts.limits["recheck"])]


@act(Verify, "核实销号", Stage.REPLIED, whose="watch", text="核实意见", required=False)
def verify(order: Order, command: Verify, facts: OrderFacts) -> list[Event]:
    return [Verified(command.text)]


@act(Return, "打回", Stage.REPLIED, whose="watch", text="打回理由")
def return_reply(order: Order, command: Return, facts: OrderFacts) -> list[Event]:
    return [Returned(command.text, answer_days(order, facts))]


@act(UpholdAppeal, "申诉成立，撤牌", Stage.APPEALED, whose="watch", text="复核意见", name="uphold")
def uphold_appeal(order: Order, command: UpholdAppeal, facts: OrderFacts) -> list[Event]:
    return [Revoked("appeal", command.text)]


@act(RejectAppeal, "申诉不成立", Stage.APPEALED, whose="watch", text="复核意见", name="reject")
def reject_appeal(order: Order, command: RejectAppeal, facts: OrderFacts) -> list[Event]:
    return [AppealRejected(command.text, answer_days(order, facts))]


@act(Revoke, "撤牌", *SENT, whose="watch", text="撤牌理由")
def revoke(order: Order, command: Revoke, facts: OrderFacts) -> list[Event]:
    return [Revoked("decision", command.text)]


def answer_days(order: Order, facts: OrderFacts) -> int:
    """Working days to answer an order of this level."""
    return facts.limits["reply_red" if order.level is OrderLevel.RED else "reply_yellow"]


def _issued(order: Order, draft: Drafted, text: str, facts: OrderFacts) -> Issued:
    drafted = evolve(order, Happened(draft, facts.actor.person, facts.now, facts.now))
    return Issued("", text, reach_of(drafted, drafted.level, facts), facts.limits["sign_in"])


LIFE: Life[Order, OrderFacts] = Life(ACTS, evolve, lapse, may)
decide, list_offers = LIFE.decide, LIFE.list_offers
