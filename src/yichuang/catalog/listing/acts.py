"""What may be done with an item of the list, by whom, and what comes of it (3.1). Pure.

The government-service office of the division keeps its list. Nothing is added without a new law or a document of
devolution (3.1d); what has ended never comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Files, Happened, Life, Text
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.listing.facts import ListFacts
from yichuang.catalog.listing.naming import demand_judgement, demand_new_name
from yichuang.catalog.listing.state import (
    Cancelled,
    Ended,
    Ending,
    Ground,
    Item,
    Kept,
    Listed,
    Merged,
    Moved,
    OnceConfirmed,
    OnceDropped,
    Renamed,
    Shared,
    Source,
    Stage,
    Transition,
    evolve,
)
from yichuang.kernel.localtime import chinese_date, midnight
from yichuang.ledger.actor import SYSTEM

LONGEST_NAME = 60  # characters
ADDED_BY = {ground.value: ground.label for ground in (Ground.LAW, Ground.DEVOLVED, Ground.SPLIT)}
TRANSITIONS = {transition.value: transition.label for transition in Transition}
ISSUER, NUMBER, DAY, ARTICLE = "制定或者决定机关", "文件名称或者文号", "公布日期", "条款"
EVIDENCE, PUBLIC = "文件扫描件", "文件已经公开，任何人可以在清单变动台账打开"


# --- commands ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """An item that was on the list when the platform began."""

    division: str
    code: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Add:
    code: str
    name: str
    department: str
    ground: str
    issuer: str
    number: str
    day: date
    article: str = ""
    part_of: str = ""
    judgement: Text = ""  # why it is not the cancelled item that it resembles
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    department: str
    issuer: str
    number: str
    day: date
    article: str = ""
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    name: str
    issuer: str
    number: str
    day: date
    article: str = ""
    judgement: Text = ""  # as in Add
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    counties: tuple[str, ...]
    issuer: str
    number: str
    day: date
    article: str = ""
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    issuer: str
    number: str
    day: date
    on: date
    transition: str
    rule: str = ""
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    into: str
    issuer: str
    number: str
    day: date
    on: date
    transition: str
    rule: str = ""
    evidence: Files = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    reason: Text


@dataclass(frozen=True, slots=True)
class ConfirmOnce:
    """The item is done in one visit at most, as its standard says."""


@dataclass(frozen=True, slots=True)
class DropOnce:
    reason: Text


# --- who may, and what time does --------------------------------------------------------------------------------------


def may(item: Item, act: Act, facts: ListFacts, step: str = "") -> None:
    """The office of the division, and nobody for it. Raises Refused."""
    if act.system:
        return require(facts.actor.person == SYSTEM.person, "not-yours", "这一步由系统办理。", kind=Kind.FORBIDDEN)
    actor = facts.actor
    ours = actor.post_kind == "office" and (not item.division or actor.division == item.division)
    message = "审批事项清单由本级政务服务办管理。"
    require(ours, "not-office", message, clause="3.1d", next="请由本级政务服务办办理。", kind=Kind.FORBIDDEN)
    if act.command is Share:
        message = "一个事项由哪些区县同步实施，由市级政务服务办确定。"
        next = "请由市级政务服务办在市级事项上确定。"
        require(facts.counties(), "not-city", message, clause="3.2b", next=next, kind=Kind.FORBIDDEN)
    if item.stage not in act.stages:
        message = f"这个事项现在是“{item.stage.label}”，不能“{act.label}”。"
        raise Refused("wrong-stage", message, next="请刷新页面，看它现在的状态。", kind=Kind.STALE)
    if act.command is ConfirmOnce:
        _demand_one_visit(item, facts)
    if act.command is DropOnce:
        require(item.once, "not-confirmed", "这个事项不在“一次办妥”清单上。", next="请刷新页面。", kind=Kind.STALE)


def _demand_one_visit(item: Item, facts: ListFacts) -> None:
    """3.5a: one visit at most by the standard in force, and not confirmed for it yet. Raises Refused."""
    known = facts.in_force()
    require(
        known is not None,
        "no-standard",
        "这个事项还没有施行的办事规程，算不出到场次数。",
        clause="3.5a",
        next="请先由实施部门编制规程，审定施行以后再确认。",
    )
    assert known is not None
    key, visits = known
    require(
        visits <= 1,
        "many-visits",
        f"规程写明要到现场{visits}次，不能列入“一次办妥”清单。",
        clause="3.5a",
        next="请实施部门减少到场次数，修订的规程施行以后再确认。",
    )
    require(item.once != key, "confirmed-already", "这一版规程已经确认过。", next="请刷新页面。", kind=Kind.STALE)


def next_moment(item: Item, facts: ListFacts) -> datetime | None:
    """The midnight from which nothing is taken in."""
    return midnight(item.ending.on) if item.stage is Stage.ENDING and item.ending else None


def lapse(item: Item, facts: ListFacts) -> tuple[Item, list[Dated]]:
    """An item ends at the midnight of its day, whoever asks first."""
    moment = next_moment(item, facts)
    if moment is None or moment > facts.now or item.ending is None:
        return item, []
    event = Ended(item.ending.on)
    return evolve(item, Happened(event, SYSTEM.person, moment, facts.now)), [Dated(event, moment)]


# --- acts -------------------------------------------------------------------------------------------------------------

ACTS = Acts()
LIFE: Life[Item, ListFacts] = Life(ACTS, evolve, lapse, may)
C = TypeVar("C", bound=Callable[[Any, Any, Any], list[Any]])
_SOURCE = {
    "issuer": Asked(ISSUER, required=True),
    "number": Asked(NUMBER, required=True),
    "day": Asked(DAY, required=True),
}
_EVIDENCE = {"evidence": Asked(EVIDENCE, required=True), "public": Asked(PUBLIC)}
_SHOWN = {"article": Asked(ARTICLE), **_EVIDENCE}
_END = {
    **_SOURCE,
    "on": Asked("自哪一天起不再受理", required=True),
    "transition": Asked("在办件的处理", required=True, choices=lambda item, facts: TRANSITIONS),
    "rule": Asked("决定对在办件的规定", demanded="按决定规定办理的必填"),
    **_EVIDENCE,
}


@ACTS.register(Found, "列入首批清单", stages=frozenset({Stage.NEW}), who="system", creates=True, system=True)
def list_at_founding(item: Item, command: Found, facts: ListFacts) -> list[Any]:
    """What was on the list when the platform began. Once the office has moved the list, only it adds to it (3.1d)."""
    if facts.is_closed():
        raise refuse_founding(command.name)
    return [Listed(command.division, command.code, command.name, command.department, Ground.FOUNDING)]


def refuse_founding(name: str) -> Refused:
    """The refusal of an item that comes onto a list which the office has moved, without a ground."""
    message = f"清单已经启用，“{name}”不在清单上，不能直接列入。"
    next = "请政务服务办凭新设定的法律法规或者下放文件先列入清单，再发布规程。"
    return Refused("list-closed", message, clause="3.1d", next=next)


@ACTS.register(
    Add, "列入清单", stages=frozenset({Stage.NEW}), who="office", creates=True,
    asks={
        "code": Asked("事项编码（本级清单自己的编号；31位的实施编码在编制规程时填）", required=True),
        "name": Asked("事项名称", required=True),
        "department": Asked("实施部门", required=True, choices=lambda item, facts: facts.departments()),
        "ground": Asked("列入的理由", required=True, choices=lambda item, facts: ADDED_BY),
        **_SOURCE,
        "article": Asked(ARTICLE, demanded="法律法规新设定的必填"),
        "part_of": Asked("由哪个事项拆分", demanded="拆分的必填", choices=lambda item, facts: _wholes(facts)),
        "judgement": Asked("与已退出事项的区别", demanded="名称与已退出的事项相近的必填"),
        **_EVIDENCE,
    },
)  # fmt: skip
def add(item: Item, command: Add, facts: ListFacts) -> list[Any]:
    """3.1d: only what a law newly sets, or a higher level devolves; a part of a listed item is not counted anew."""
    ground = _choose(Ground, command.ground, "ground", "请选择列入的理由。")
    require(
        ground is not Ground.FOUNDING,
        "no-ground",
        "清单只减不增：新增事项应当有法律法规的新设定，或者上级下放的文件。",
        clause="3.1d",
        next="请选择理由，并写明文件。",
        kind=Kind.INPUT,
        field="ground",
    )
    code, name = command.code.strip(), command.name.strip()
    _demand_text(code, "code", "请写明事项编码。", most=40)
    _demand_text(name, "name", f"请写明事项名称，不超过{LONGEST_NAME}个字。", most=LONGEST_NAME)
    require(
        all(other.code != code for other in facts.others()),
        "code-taken",
        f"编码{code}已经用过；退出清单的编码也不再使用。",
        next="请换一个编码。",
        kind=Kind.INPUT,
        field="code",
    )
    demand_new_name(name, facts)
    _demand_department(command.department, facts)
    if ground is Ground.LAW:
        _demand_text(command.article, "article", "法律法规新设定的，请写明条款。")
    part_of = _demand_whole(command.part_of, facts) if ground is Ground.SPLIT else ""
    source = _source(command, facts)
    alike = demand_judgement(name, command.judgement, facts)
    known = (facts.actor.division, code, name, command.department, ground, source, part_of, _shown(command, facts))
    judgement = command.judgement if alike else ""
    return [Listed(*known, resembles=alike, judgement=judgement, public=command.public)]


def _wholes(facts: ListFacts) -> dict[str, str]:
    """The other items on the list that are no part of another, by code."""
    alive = (other for other in facts.others() if other.alive and not other.part_of)
    return {other.code: f"{other.code} {other.name}" for other in alive}


def _demand_whole(part_of: str, facts: ListFacts) -> str:
    message = "请选择由哪个在列事项拆分；拆分出来的事项不能再拆分。"
    require(part_of in _wholes(facts), "no-whole", message, kind=Kind.INPUT, field="part_of")
    return part_of


@ACTS.register(
    Move, "调整实施部门", stages=frozenset({Stage.LISTED}), who="office",
    asks={
        "department": Asked("改由哪个部门实施", required=True, choices=lambda item, facts: facts.departments()),
        **_SOURCE,
        **_SHOWN,
    },
)  # fmt: skip
def move(item: Item, command: Move, facts: ListFacts) -> list[Any]:
    """The next standard of the item must be that department's; until then the one in force is carried out."""
    _demand_department(command.department, facts)
    require(
        command.department != item.department,
        "same-department",
        "这个事项已经由该部门实施。",
        kind=Kind.INPUT,
        field="department",
    )
    _demand_no_revision(item, facts)
    return [Moved(command.department, _source(command, facts), _shown(command, facts), command.public)]


def _demand_no_revision(item: Item, facts: ListFacts) -> None:
    """A version that is being written, or waits for its day, bears the name and the department of today."""
    stage = facts.revising()
    require(
        not stage,
        "revision-open",
        f"“{item.name}”有一份规程正在编制或者等待施行（{stage}），名称和部门已经写在里面。",
        clause="3.2d",
        next="请先审定施行，或者撤回它（底稿可以下载留用），再调整清单。",
    )


@ACTS.register(
    Rename, "更名", stages=frozenset({Stage.LISTED}), who="office",
    asks={
        "name": Asked("新的事项名称", required=True),
        **_SOURCE,
        "article": Asked(ARTICLE),
        "judgement": Asked("与已退出事项的区别", demanded="名称与已退出的事项相近的必填"),
        **_EVIDENCE,
    },
)  # fmt: skip
def rename(item: Item, command: Rename, facts: ListFacts) -> list[Any]:
    """The item stays the same one; its next standard is under the new name, and the name of no other ever."""
    name = command.name.strip()
    _demand_text(name, "name", f"请写明事项名称，不超过{LONGEST_NAME}个字。", most=LONGEST_NAME)
    require(name != item.name, "same-name", "这个事项已经叫这个名称。", kind=Kind.INPUT, field="name")
    demand_new_name(name, facts)
    _demand_no_revision(item, facts)
    source = _source(command, facts)
    alike = demand_judgement(name, command.judgement, facts)
    judgement = command.judgement if alike else ""
    return [Renamed(name, item.name, source, _shown(command, facts), alike, judgement, command.public)]


@ACTS.register(
    Share, "确定县级同步实施", stages=frozenset({Stage.LISTED}), who="office", clause="3.2b",
    asks={
        "counties": Asked("同步实施的区县", choices=lambda item, facts: facts.counties()),
        **_SOURCE,
        "article": Asked(ARTICLE),
        **_EVIDENCE,
    },
)  # fmt: skip
def share(item: Item, command: Share, facts: ListFacts) -> list[Any]:
    """3.2b: the counties that carry out the city's base. Each is then expected to have the item on its list (3.2c)."""
    unknown = set(command.counties) - facts.counties().keys()
    require(not unknown, "no-county", "请选择本市的区县。", kind=Kind.INPUT, field="counties")
    counties = tuple(sorted(set(command.counties)))
    return [Shared(counties, _source(command, facts), _shown(command, facts), command.public)]


@ACTS.register(Cancel, "取消事项", stages=frozenset({Stage.LISTED}), who="office", asks=_END)
def cancel(item: Item, command: Cancel, facts: ListFacts) -> list[Any]:
    """3.1b: who decided it, by which document, from which day, and what becomes of open cases."""
    return [Cancelled(_ending(item, command, facts), _shown(command, facts), command.public)]


@ACTS.register(
    Merge, "并入其他事项", stages=frozenset({Stage.LISTED}), who="office",
    asks={"into": Asked("并入哪个事项", required=True, choices=lambda item, facts: _wholes(facts)), **_END},
)  # fmt: skip
def merge(item: Item, command: Merge, facts: ListFacts) -> list[Any]:
    """Its matter is handled under another item from then on."""
    known = command.into in _wholes(facts)
    require(known, "no-such-item", "请选择清单上的在列事项。", kind=Kind.INPUT, field="into")
    return [Merged(_ending(item, command, facts, command.into), _shown(command, facts), command.public)]


@ACTS.register(
    Keep, "撤回退出决定", stages=frozenset({Stage.ENDING}), who="office",
    asks={"reason": Asked("撤回的原因和依据", required=True)},
)  # fmt: skip
def keep(item: Item, command: Keep, facts: ListFacts) -> list[Any]:
    """Before its day: the deciding authority took it back, or it was entered wrongly. Not afterwards."""
    require(command.reason, "no-reason", "请写明原因和依据。", kind=Kind.INPUT, field="reason")
    return [Kept(command.reason)]


@ACTS.register(ConfirmOnce, "确认为“一次办妥”", stages=frozenset({Stage.LISTED}), who="office")
def confirm_once(item: Item, command: ConfirmOnce, facts: ListFacts) -> list[Any]:
    """3.5a: computed from the standard, confirmed by the office; a new version is confirmed anew."""
    known = facts.in_force()
    assert known is not None  # `may` has asked
    return [OnceConfirmed(*known)]


@ACTS.register(
    DropOnce, "移出“一次办妥”", stages=frozenset({Stage.LISTED, Stage.ENDING}), who="office",
    asks={"reason": Asked("移出的原因", required=True)},
)  # fmt: skip
def drop_once(item: Item, command: DropOnce, facts: ListFacts) -> list[Any]:
    """Whoever still has to come twice was promised too much."""
    require(command.reason, "no-reason", "请写明移出的原因。", kind=Kind.INPUT, field="reason")
    return [OnceDropped(command.reason)]


def _ending(item: Item, command: Cancel | Merge, facts: ListFacts, into: str = "") -> Ending:
    source = _source(command, facts)
    require(
        command.on > facts.today,
        "day-past",
        "停止受理的日期应当在今天以后：当天已经收下的申请不能倒回去。",
        next=f"最早可以写{chinese_date(date.fromordinal(facts.today.toordinal() + 1))}。",
        kind=Kind.INPUT,
        field="on",
    )
    transition = _choose(Transition, command.transition, "transition", "请选择在办件的处理。")
    if transition is Transition.AS_DECIDED:
        _demand_text(command.rule, "rule", "请写明决定对在办件的规定，申请人会看到。", most=500)
    parts = [other.code for other in facts.others() if other.alive and other.part_of == item.code]
    require(
        not parts,
        "has-parts",
        f"由它拆分出来的事项（{'、'.join(parts)}）还在清单上。",
        next="请先取消或者并入这些事项。",
    )
    return Ending(command.on, source, transition, command.rule.strip(), into)


def _source(command: Any, facts: ListFacts) -> Source:
    _demand_text(command.issuer, "issuer", f"请写明“{ISSUER}”。", most=100)
    _demand_text(command.number, "number", f"请写明“{NUMBER}”。", most=100)
    require(command.day <= facts.today, "day-ahead", f"{DAY}不能晚于今天。", kind=Kind.INPUT, field="day")
    article = getattr(command, "article", "")
    return Source(command.issuer.strip(), command.number.strip(), command.day, article.strip())


def _shown(command: Any, facts: ListFacts) -> Files:
    """The document itself, where a person acts: what is on the list rests on paper that anybody can ask for."""
    require(
        command.evidence or facts.actor.source != "self",
        "no-paper",
        f"请附上“{EVIDENCE}”。",
        clause="3.1d",
        kind=Kind.INPUT,
        field="evidence",
    )
    files: Files = command.evidence
    return files


def _demand_department(department: str, facts: ListFacts) -> None:
    require(
        department in facts.departments(),
        "no-exerciser",
        "实施部门应当是本级行政机关，或者法律、法规授权的组织；不得委托企业、事业单位行使审批权限。",
        clause="3.1a",
        next="请选择本级有权实施审批的部门。",
        kind=Kind.INPUT,
        field="department",
    )


def _demand_text(text: str, name: str, message: str, most: int = 200) -> None:
    require(0 < len(text.strip()) <= most, "bad-text", message, kind=Kind.INPUT, field=name)


def _choose(kind: type[Any], value: str, name: str, message: str) -> Any:
    known = [member for member in kind if member.value == value]
    require(known, "bad-choice", message, kind=Kind.INPUT, field=name)
    return known[0]
