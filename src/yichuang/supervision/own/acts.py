"""What may be done with a rule as data, by whom, and what comes of it (4.1b). Pure.

Who supervises writes it: the post of electronic supervision or the government-service office, who read the findings of
their division already. Another person of them puts it into force. The three administrators read no case, and write no
rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Life, Text
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.kernel.localtime import chinese_date, local_day
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.supervision.own import state as st
from yichuang.supervision.own.state import Addressee, Content, Gravity, OwnRule, Stage, Standing, Trial
from yichuang.supervision.own.words import ACTIVITIES, CHANNELS, DUE, KINDS
from yichuang.supervision.rights import OWN_RULES
from yichuang.supervision.rules.questions import UNITS

LONGEST, LONGEST_BASIS = 30, 200  # characters of a title, of a basis
AHEAD = 366  # days within which a version comes into force
_NEXT = "请改正后重新提交。"
_WRITTEN = frozenset({Stage.DRAFT, Stage.ON, Stage.OFF})


@dataclass(frozen=True, slots=True)
class OwnRuleFacts:
    """What the outside knows; each list is read when an act asks for it."""

    now: datetime
    actor: Actor
    divisions: Callable[[], tuple[str, ...]]  # where a rule of the division judges
    departments: Callable[[], Mapping[str, str]]
    items: Callable[[], Mapping[str, str]]

    @property
    def today(self) -> date:
        return local_day(self.now)


# --- commands ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Write:
    title: str
    kind: str
    first: str
    gravity: str
    addressee: str
    basis: str
    second: str = ""
    most: int = 0
    unit: str = ""
    item: str = ""
    department: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite(Write):
    pass


@dataclass(frozen=True, slots=True)
class Try:
    pass


@dataclass(frozen=True, slots=True)
class Tell:
    """What a trial of a draft found."""

    number: int
    trial: Trial


@dataclass(frozen=True, slots=True)
class Enforce:
    since: date


@dataclass(frozen=True, slots=True)
class SwitchOff:
    standing: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Drop:
    reason: Text


# --- who may, and what time does --------------------------------------------------------------------------------------


def may(rule: OwnRule, act: Act, facts: OwnRuleFacts, step: str = "") -> None:
    """Who supervises the division; who wrote a draft does not put it into force. Raises Refused."""
    actor = facts.actor
    if act.system:
        return require(actor.person == SYSTEM.person, "not-yours", "这一步由系统办理。", kind=Kind.FORBIDDEN)
    OWN_RULES.demand(actor)
    ours = act.creates or actor.division == rule.division
    require(ours, "not-your-division", "规则由编写它的区划管理。", next="请由该区划办理。", kind=Kind.FORBIDDEN)
    if rule.stage not in act.stages:
        message = f"这条规则现在“{rule.stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, next="请刷新页面，看它现在的状态。", kind=Kind.STALE)
    if act.command in (Try, Enforce, Drop):
        require(rule.draft, "no-draft", "这条规则没有草稿。", next="请先编写或者修改。", kind=Kind.STALE)
    if act.command is Enforce:
        _demand_tried_by_another(rule, actor)


def _demand_tried_by_another(rule: OwnRule, actor: Actor) -> None:
    assert rule.draft is not None
    message = "编写规则的人不能自己启用。"
    another = actor.person not in rule.draft.authors
    require(another, "own-draft", message, clause="4.1b", next="请由没有参与编写的另一人启用。", kind=Kind.FORBIDDEN)
    trial = rule.draft.trial
    require(trial, "untried", "这份草稿还没有试算。", clause="4.1b", next="请先试算，看过结果再启用。")
    assert trial is not None
    message = "试算没有评判任何办件，看不出这条规则会找到什么。"
    require(trial.judged, "nothing-judged", message, next="请看没有评判的原因，修改后再试算。")


def lapse(rule: OwnRule, facts: OwnRuleFacts) -> tuple[OwnRule, list[Dated]]:
    """Time does nothing: a version judges by the days of what happened."""
    return rule, []


# --- acts -------------------------------------------------------------------------------------------------------------

ACTS = Acts()
LIFE: Life[OwnRule, OwnRuleFacts] = Life(ACTS, st.evolve, lapse, may)
CONTENT = {
    "title": Asked("规则名称", required=True),
    "kind": Asked("查什么", required=True, choices=lambda rule, facts: {k: v.title for k, v in KINDS.items()}),
    "first": Asked("动作甲", required=True, choices=lambda rule, facts: ACTIVITIES),
    "second": Asked("动作乙", choices=lambda rule, facts: ACTIVITIES, demanded="涉及两个动作的必填"),
    "most": Asked("次数或者时长", demanded="查次数、时长的必填"),
    "unit": Asked("时长的单位", choices=lambda rule, facts: UNITS, demanded="查时长的必填"),
    "gravity": Asked("查到的作为", required=True, choices=lambda rule, facts: {g.value: g.label for g in Gravity}),
    "addressee": Asked(
        "牌发给哪个部门", required=True, choices=lambda rule, facts: {a.value: a.label for a in Addressee}
    ),
    "basis": Asked("依据的法律、文件和条款", required=True),
    "item": Asked("只查这个事项", choices=lambda rule, facts: facts.items()),
    "department": Asked("只查这个部门的事项", choices=lambda rule, facts: facts.departments()),
    "channel": Asked("只查这个渠道提交的", choices=lambda rule, facts: {"": "不限", **CHANNELS}),
}


@ACTS.register(
    Write, "编写规则", stages=frozenset({Stage.NEW}), who="supervisor、office", creates=True, clause="4.1b",
    asks=CONTENT,
)  # fmt: skip
def write(rule: OwnRule, command: Write, facts: OwnRuleFacts) -> list[Any]:
    """A draft: it judges nothing until it was tried and another person puts it into force."""
    return [st.Written(facts.actor.division, read_content(command, facts))]


@ACTS.register(Rewrite, "修改规则", stages=_WRITTEN, who="supervisor、office", clause="4.1b", asks=CONTENT)
def rewrite(rule: OwnRule, command: Rewrite, facts: OwnRuleFacts) -> list[Any]:
    """The draft says something else, and is untried again; of a rule in force a draft of the next version begins."""
    content = read_content(command, facts)
    now = rule.draft.content if rule.draft else None
    require(content != now, "nothing-changed", "内容与现在的草稿一样。", kind=Kind.INPUT, next="请改动后再提交。")
    return [st.Rewritten(content)]


@ACTS.register(Try, "用历史办件试算", stages=_WRITTEN, who="supervisor、office", clause="4.1b")
def begin_trial(rule: OwnRule, command: Try, facts: OwnRuleFacts) -> list[Any]:
    """A worker reckons what the draft would have found."""
    return [st.TrialBegun()]


@ACTS.register(Tell, "记下试算结果", stages=_WRITTEN, who="system", system=True)
def tell_trial(rule: OwnRule, command: Tell, facts: OwnRuleFacts) -> list[Any]:
    """Of the draft that was tried; of one that has been changed meanwhile it says nothing."""
    fits = rule.draft is not None and rule.draft.number == command.number
    require(fits, "draft-changed", "试算的草稿已经改动。", kind=Kind.STALE, next="请重新试算。")
    return [st.Tried(command.trial)]


@ACTS.register(
    Enforce, "启用", stages=_WRITTEN, who="supervisor、office，编写人除外", clause="4.1b",
    asks={"since": Asked("自哪一天起评判", required=True)},
)  # fmt: skip
def enforce(rule: OwnRule, command: Enforce, facts: OwnRuleFacts) -> list[Any]:
    """It judges what happens from a day on. Nobody is accused of what was done before it was there."""
    first, last = facts.today, facts.today + timedelta(days=AHEAD)
    message = f"请填写{chinese_date(first)}至{chinese_date(last)}之间的一天：规则不评判启用以前的动作。"
    fits = first <= command.since <= last
    require(fits, "bad-day", message, clause="4.1b", kind=Kind.INPUT, field="since", next=_NEXT)
    later = all(version.void or version.since <= command.since for version in rule.versions)
    message = "上一版从更晚的一天起评判。"
    require(later, "before-last", message, kind=Kind.INPUT, field="since", next="请填写不早于上一版起始日的一天。")
    return [st.Enforced(command.since, facts.divisions())]


@ACTS.register(
    SwitchOff, "停用", stages=frozenset({Stage.ON}), who="supervisor、office", clause="4.1b",
    asks={
        "standing": Asked(
            "已有的发现", required=True, choices=lambda rule, facts: {s.value: s.label for s in Standing}
        ),
        "reason": Asked("为什么停用", required=True),
    },
)  # fmt: skip
def switch_off(rule: OwnRule, command: SwitchOff, facts: OwnRuleFacts) -> list[Any]:
    """It judges nothing that happens from tomorrow on; a rule that was wrong takes its findings back."""
    require(command.reason, "no-reason", "请写明为什么停用。", kind=Kind.INPUT, field="reason", next=_NEXT)
    return [st.SwitchedOff(_choose(Standing, command.standing, "standing"), command.reason)]


@ACTS.register(
    Drop, "草稿作废", stages=_WRITTEN, who="supervisor、office", clause="4.1b",
    asks={"reason": Asked("为什么作废", required=True)},
)  # fmt: skip
def drop(rule: OwnRule, command: Drop, facts: OwnRuleFacts) -> list[Any]:
    """The draft is given up; a version in force goes on."""
    require(command.reason, "no-reason", "请写明为什么作废。", kind=Kind.INPUT, field="reason", next=_NEXT)
    return [st.Dropped(command.reason)]


# --- what a rule asks -------------------------------------------------------------------------------------------------


def read_content(command: Write, facts: OwnRuleFacts) -> Content:
    """What is asked, with what its kind has and nothing else. Raises Refused(input)."""
    title, basis = command.title.strip(), command.basis.strip()
    _demand(0 < len(title) <= LONGEST, "title", f"请写明规则名称，不超过{LONGEST}个字。")
    _demand(0 < len(basis) <= LONGEST_BASIS, "basis", f"请写明依据的法律、文件和条款，不超过{LONGEST_BASIS}个字。")
    _demand(command.kind in KINDS, "kind", "请从列出的里面选择查什么。")
    kind = KINDS[command.kind]
    known = DUE if command.kind == "after_due" else ACTIVITIES
    _demand(command.first in known, "first", f"请选择“{kind.first}”：{'、'.join(known.values())}。")
    names: tuple[str, ...] = (command.first,)
    if kind.second:
        _demand(command.second in ACTIVITIES, "second", f"请选择“{kind.second}”。")
        different = command.kind == "same_person" or command.first != command.second
        _demand(different, "second", "两个动作要不同。")
        names = (command.first, command.second)
    least, most = kind.limit
    fits = not kind.most or least <= command.most <= most
    _demand(fits, "most", f"请填写“{kind.most}”，{least}到{most}的整数。")
    _demand(not kind.timed or command.unit in UNITS, "unit", "请选择时长的单位。")
    _demand(command.channel in ("", *CHANNELS), "channel", "请从列出的渠道选择。")
    _demand(not command.item or command.item in facts.items(), "item", "请从列出的事项选择。")
    known_department = not command.department or command.department in facts.departments()
    _demand(known_department, "department", "请从列出的部门选择。")
    return Content(
        title, command.kind, names, tuple(ACTIVITIES[name] for name in names), command.most if kind.most else 0,
        command.unit if kind.timed else "", _choose(Gravity, command.gravity, "gravity"),
        _choose(Addressee, command.addressee, "addressee"), basis, command.item, command.department, command.channel,
    )  # fmt: skip


def _demand(fits: object, name: str, message: str) -> None:
    require(fits, "bad-value", message, kind=Kind.INPUT, field=name, next=_NEXT)


def _choose(kind: type[Any], value: str, name: str) -> Any:
    known = [member for member in kind if member.value == value]
    _demand(known, name, "请从列出的里面选择。")
    return known[0]
