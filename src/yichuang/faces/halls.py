"""How the arrangement of a hall is shown (3.4a, 3.4b): its classes with their items and windows, and who sits there."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from yichuang.faces.shown import Panel, Shown, Sight, Way, show
from yichuang.hall.arrangement import HALL_KINDS, Hall, HallStage
from yichuang.hall.declared import HALL
from yichuang.hall.kiosk import make_token
from yichuang.kernel.clock import format_day
from yichuang.org.queries import names_of_posts

PLACE = "desk:halls"


def hall_panels(sight: Sight) -> Iterator[Panel]:
    """The classes and the windows. Two statements at most."""
    hall: Hall = sight.state
    names = sight.facts.items()
    rows = [("大厅", hall.name), ("种类", HALL_KINDS[hall.kind])]
    if hall.consent:
        rows.append(("同意文件", f"{hall.consent.issuer}{hall.consent.number}（{format_day(hall.consent.day)}）"))
    yield Panel("大厅", tuple(rows), state=True)
    by_class = {code: [i for i, c in sorted(hall.items.items()) if c == code] for code in hall.classes}
    lines = tuple(
        (code, name, _numbers(hall, code), "、".join(names.get(i, i) for i in by_class[code]) or "还没有事项")
        for code, name in sorted(hall.classes.items())
    )
    yield Panel("业务类别", headings=("字母", "类别", "窗口", "事项"), lines=lines, state=True)
    posts = names_of_posts([w.post for w in hall.windows.values()])
    windows = tuple(
        (w.number, "、".join(w.classes), posts.get(w.post, w.post), format_day(w.since))
        for w in sorted(hall.windows.values(), key=lambda w: int(w.number))
    )
    yield Panel("窗口", headings=("窗口", "类别", "岗位", "自"), lines=windows, state=True)
    if hall.excepted:
        kept_out = tuple((names.get(i, i), basis) for i, basis in sorted(hall.excepted.items()))
        yield Panel("涉密不进驻的事项", headings=("事项", "依据"), lines=kept_out, state=True)


def _numbers(hall: Hall, code: str) -> str:
    return "、".join(sorted((w.number for w in hall.windows_of(code)), key=int)) or "没有窗口"


def hall_ways(sight: Sight) -> Iterator[Way]:
    yield Way("办事的人看到的页面", reverse("portal:hall", args=[sight.id]))
    yield Way("忙闲情况", reverse("desk:hall-load", args=[sight.id]))
    yield Way("叫号屏", reverse("portal:screen", args=[sight.id]))
    if sight.reader.post_kind == "office":  # who has it takes tickets
        token = make_token(sight.id, sight.state.kiosk)
        yield Way("取号机（这个地址只放在大厅的机器上）", reverse("portal:kiosk", args=[sight.id, token]))


HALLS = Shown(
    HALL,
    "halls",
    lambda hall: hall.name,
    {stage.value: stage.label for stage in HallStage},
    {
        "arranged": "登记大厅设置",
        "class_added": "增加业务类别",
        "class_ended": "撤销业务类别",
        "items_placed": "把事项放进类别",
        "items_moved_out": "把事项移出大厅",
        "window_opened": "开设窗口",
        "window_changed": "改窗口的类别",
        "window_closed": "关闭窗口",
        "item_excepted": "登记涉密不进驻",
        "exception_ended": "取消涉密不进驻",
        "kiosk_renewed": "更换取号机地址",
    },
    panels=hall_panels,
    ways=hall_ways,
    trail=lambda sight: (("大厅和窗口", reverse(PLACE)), (sight.state.name, "")),
    place=PLACE,
    lights={"open": "green"},
)


def show_halls() -> None:
    """Give halls their pages and their operations."""
    show(HALLS)
