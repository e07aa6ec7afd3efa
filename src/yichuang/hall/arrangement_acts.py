"""What may be done with the arrangement of a hall, by the office of government services of its division (3.4). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.aggregates.acts import Act, Acts, Asked, Dated, Files, Life
from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.hall.arrangement import (
    HALL_KINDS,
    MAIN,
    SUB,
    Arranged,
    ClassAdded,
    ClassEnded,
    Consent,
    ExceptionEnded,
    Hall,
    HallStage,
    ItemExcepted,
    ItemsMovedOut,
    ItemsPlaced,
    KioskRenewed,
    WindowChanged,
    WindowClosed,
    WindowOpened,
    evolve_hall,
)
from yichuang.ledger.actor import Actor

PRESENCE, WINDOWS = "3.4a", "3.4b"
OFFICE = frozenset({"office"})
LONGEST = 100  # characters of a name, a number or a ground


@dataclass(frozen=True, slots=True)
class HallFacts:
    """What the outside knows. Each question is asked when it matters: `halls` of the office's division without an
    arrangement, `items` on its list and `posts` at windows in no use, in words by id.
    """

    now: datetime
    actor: Actor
    halls: Callable[[], Mapping[str, str]] = dict
    items: Callable[[], Mapping[str, str]] = dict
    posts: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True, slots=True)
class Arrange:
    hall: str
    kind: str
    issuer: str = ""
    number: str = ""
    day: date | None = None
    files: Files = ()


@dataclass(frozen=True, slots=True)
class AddClass:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class EndClass:
    code: str


@dataclass(frozen=True, slots=True)
class PlaceItems:
    code: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoveOutItems:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenWindow:
    number: str
    post: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    number: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CloseWindow:
    number: str


@dataclass(frozen=True, slots=True)
class ExceptItem:
    item: str
    basis: str


@dataclass(frozen=True, slots=True)
class EndException:
    item: str


@dataclass(frozen=True, slots=True)
class RenewKiosk:
    pass


def may(hall: Hall, act: Act, facts: HallFacts, step: str = "") -> None:
    """The office of the hall's division. Raises Refused."""
    actor = facts.actor
    ours = actor.post_kind in act.who and hall.division in ("", actor.division)
    message, next = "大厅、业务类别和窗口由本级政务服务办设置。", "请由政务服务办办理。"
    require(ours, "not-office", message, clause=WINDOWS, next=next, kind=Kind.FORBIDDEN)
    if hall.stage not in act.stages:
        raise Refused("wrong-stage", "这个大厅已经登记过。", clause=WINDOWS, next="请刷新页面。", kind=Kind.STALE)


def _nothing_lapses(hall: Hall, facts: HallFacts) -> tuple[Hall, list[Dated]]:
    return hall, []


HALL_ACTS = Acts()
HALL_LIFE: Life[Hall, HallFacts] = Life(HALL_ACTS, evolve_hall, _nothing_lapses, may)
_OPEN = frozenset({HallStage.OPEN})


def demand_line(text: str, field: str, label: str) -> None:
    """Raises Refused(input) for a line that is empty or too long."""
    fits = 0 < len(text.strip()) <= LONGEST
    require(fits, "no-words", f"请填写“{label}”，最多{LONGEST}个字。", clause=WINDOWS, kind=Kind.INPUT, field=field)


def _demand_known(values: Iterable[str], known: Mapping[str, Any], field: str, label: str) -> None:
    given = list(values)
    good = bool(given) and all(value in known for value in given)
    require(good, "bad-choice", f"请从列出的{label}中选择。", clause=WINDOWS, kind=Kind.INPUT, field=field)


def _unplaced(hall: Hall, facts: HallFacts) -> Mapping[str, str]:
    return {code: name for code, name in facts.items().items() if code not in hall.excepted}


def _placed(hall: Hall, facts: HallFacts) -> Mapping[str, str]:
    names = facts.items()
    return {code: names.get(code, code) for code in hall.items}


def _class_words(hall: Hall, facts: HallFacts) -> Mapping[str, str]:
    return {code: f"{code} {name}" for code, name in sorted(hall.classes.items())}


def _window_words(hall: Hall, facts: HallFacts) -> Mapping[str, str]:
    return {number: f"{number} 号窗口（{'、'.join(w.classes)}）" for number, w in sorted(hall.windows.items())}


@HALL_ACTS.register(
    Arrange, "登记大厅设置", stages=frozenset({HallStage.NEW}), who=OFFICE, creates=True, clause=PRESENCE,
    asks={
        "hall": Asked("大厅", required=True, choices=lambda hall, facts: facts.halls()),
        "kind": Asked("是什么大厅", required=True, choices=lambda hall, facts: HALL_KINDS),
        "issuer": Asked("同意设分大厅的政府", demanded="分大厅必填"),
        "number": Asked("同意文件的文号", demanded="分大厅必填"),
        "day": Asked("同意文件的日期", demanded="分大厅必填"),
        "files": Asked("同意文件"),
    },
)  # fmt: skip
def arrange(hall: Hall, command: Arrange, facts: HallFacts) -> list[Any]:
    """同级政务服务大厅；设分大厅须经政府同意(3.4a)。"""
    names = facts.halls()
    _demand_known([command.hall], names, "hall", "大厅")
    _demand_known([command.kind], HALL_KINDS, "kind", "大厅种类")
    consent = None
    if command.kind == SUB:
        consented = command.issuer.strip() and command.number.strip() and command.day
        message = "分大厅要经本级人民政府同意才能设立，请写明同意的政府、文号和日期。"
        next = "没有同意文件的，事项应当进驻政务服务大厅。"
        require(consented, "no-consent", message, clause=PRESENCE, next=next, field="number")
        assert command.day is not None
        future = command.day <= facts.now.date()
        require(future, "bad-day", "同意文件的日期不能在今天以后。", clause=PRESENCE, kind=Kind.INPUT, field="day")
        demand_line(command.issuer, "issuer", "同意设分大厅的政府")
        demand_line(command.number, "number", "同意文件的文号")
        consent = Consent(command.issuer.strip(), command.number.strip(), command.day)
    files = command.files if command.kind != MAIN else ()
    return [Arranged(int(command.hall), names[command.hall], facts.actor.division, command.kind, consent, files)]


@HALL_ACTS.register(
    AddClass, "增加业务类别", stages=_OPEN, who=OFFICE, clause=WINDOWS,
    asks={"code": Asked("字母（票号以它开头）", required=True), "name": Asked("类别名称", required=True)},
)  # fmt: skip
def add_class(hall: Hall, command: AddClass, facts: HallFacts) -> list[Any]:
    """分类设置综合受理窗口(3.4b)。"""
    letter = bool(re.fullmatch("[A-Z]", command.code))
    require(letter, "bad-code", "字母是一个大写字母。", clause=WINDOWS, kind=Kind.INPUT, field="code")
    free = command.code not in hall.classes
    require(free, "exists", "这个字母已经用于另一个类别。", clause=WINDOWS, kind=Kind.INPUT, field="code")
    demand_line(command.name, "name", "类别名称")
    return [ClassAdded(command.code, command.name.strip())]


@HALL_ACTS.register(
    EndClass, "撤销业务类别", stages=_OPEN, who=OFFICE, clause=WINDOWS,
    asks={"code": Asked("类别", required=True, choices=_class_words)},
)  # fmt: skip
def end_class(hall: Hall, command: EndClass, facts: HallFacts) -> list[Any]:
    """Only one that no item is in and no window serves: no item is left without a window unnoticed."""
    _demand_known([command.code], hall.classes, "code", "类别")
    used = command.code in hall.items.values() or hall.windows_of(command.code)
    message, next = "还有事项在这个类别里，或者有窗口受理它。", "请先把事项和窗口改到别的类别。"
    require(not used, "in-use", message, clause=WINDOWS, next=next)
    return [ClassEnded(command.code)]


@HALL_ACTS.register(
    PlaceItems, "把事项放进类别", stages=_OPEN, who=OFFICE, clause=PRESENCE,
    asks={
        "code": Asked("类别", required=True, choices=_class_words),
        "items": Asked("事项（已在别的类别的，改到这个类别）", required=True, choices=_unplaced),
    },
)  # fmt: skip
def place_items(hall: Hall, command: PlaceItems, facts: HallFacts) -> list[Any]:
    """事项一律进驻(3.4a)。"""
    _demand_known([command.code], hall.classes, "code", "类别")
    _demand_known(command.items, _unplaced(hall, facts), "items", "事项")
    moved = tuple(sorted({item for item in command.items if hall.items.get(item) != command.code}))
    require(moved, "nothing-new", "这些事项已经在这个类别里。", clause=PRESENCE, kind=Kind.STALE)
    return [ItemsPlaced(command.code, moved)]


@HALL_ACTS.register(
    MoveOutItems, "把事项移出大厅", stages=_OPEN, who=OFFICE, clause=PRESENCE,
    asks={"items": Asked("事项（移出后算作没有进驻，直到放进本级另一个大厅）", required=True, choices=_placed)},
)  # fmt: skip
def move_out_items(hall: Hall, command: MoveOutItems, facts: HallFacts) -> list[Any]:
    _demand_known(command.items, hall.items, "items", "事项")
    return [ItemsMovedOut(tuple(sorted(set(command.items))))]


@HALL_ACTS.register(
    OpenWindow, "开设窗口", stages=_OPEN, who=OFFICE, clause=WINDOWS,
    asks={
        "number": Asked("窗口号", required=True),
        "post": Asked("坐在窗口的岗位", required=True, choices=lambda hall, facts: facts.posts()),
        "classes": Asked("受理哪些类别", required=True, choices=_class_words),
    },
)  # fmt: skip
def open_window(hall: Hall, command: OpenWindow, facts: HallFacts) -> list[Any]:
    """任何同类窗口都受理本类的全部事项(3.4b): a window serves whole classes, never single items."""
    good = bool(re.fullmatch("[1-9][0-9]{0,3}", command.number))
    require(good, "bad-number", "窗口号是1到9999的数字。", clause=WINDOWS, kind=Kind.INPUT, field="number")
    free = command.number not in hall.windows
    require(free, "exists", "这个窗口号已经在用。", clause=WINDOWS, kind=Kind.INPUT, field="number")
    _demand_known([command.post], facts.posts(), "post", "岗位")
    _demand_known(command.classes, hall.classes, "classes", "类别")
    return [WindowOpened(command.number, command.post, tuple(dict.fromkeys(command.classes)))]


@HALL_ACTS.register(
    ChangeWindow, "改窗口的类别", stages=_OPEN, who=OFFICE, clause=WINDOWS,
    asks={
        "number": Asked("窗口", required=True, choices=_window_words),
        "classes": Asked("改为受理哪些类别", required=True, choices=_class_words),
    },
)  # fmt: skip
def change_window(hall: Hall, command: ChangeWindow, facts: HallFacts) -> list[Any]:
    _demand_known([command.number], hall.windows, "number", "窗口")
    _demand_known(command.classes, hall.classes, "classes", "类别")
    return [WindowChanged(command.number, tuple(dict.fromkeys(command.classes)))]


@HALL_ACTS.register(
    CloseWindow, "关闭窗口", stages=_OPEN, who=OFFICE, clause=WINDOWS,
    asks={"number": Asked("窗口", required=True, choices=_window_words)},
)  # fmt: skip
def close_window(hall: Hall, command: CloseWindow, facts: HallFacts) -> list[Any]:
    _demand_known([command.number], hall.windows, "number", "窗口")
    return [WindowClosed(command.number)]


@HALL_ACTS.register(
    ExceptItem, "登记不进驻的涉密事项", stages=_OPEN, who=OFFICE, clause=PRESENCE,
    asks={
        "item": Asked("事项", required=True, choices=_unplaced),
        "basis": Asked("定密的机关、文号和日期", required=True),
    },
)  # fmt: skip
def except_item(hall: Hall, command: ExceptItem, facts: HallFacts) -> list[Any]:
    """涉密事项除外(3.4a): the only exception, and only with the decision that classified it."""
    _demand_known([command.item], _unplaced(hall, facts), "item", "事项")
    placed = command.item not in hall.items
    next = "确实涉密的，请先把它移出大厅。"
    require(placed, "placed", "这个事项正在大厅受理，不能又说它涉密不进驻。", clause=PRESENCE, next=next)
    demand_line(command.basis, "basis", "定密的机关、文号和日期")
    return [ItemExcepted(command.item, command.basis.strip())]


@HALL_ACTS.register(
    EndException, "取消涉密不进驻", stages=_OPEN, who=OFFICE, clause=PRESENCE,
    asks={"item": Asked("事项", required=True, choices=lambda hall, facts: {c: c for c in hall.excepted})},
)  # fmt: skip
def end_exception(hall: Hall, command: EndException, facts: HallFacts) -> list[Any]:
    _demand_known([command.item], hall.excepted, "item", "事项")
    return [ExceptionEnded(command.item)]


@HALL_ACTS.register(RenewKiosk, "更换取号机地址", stages=_OPEN, who=OFFICE, clause=WINDOWS)
def renew_kiosk(hall: Hall, command: RenewKiosk, facts: HallFacts) -> list[Any]:
    """When the address of the machines has become known elsewhere."""
    return [KioskRenewed()]
