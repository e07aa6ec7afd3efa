"""How an item of the list is shown to the officers of its division: what it is now, and the acts of the office that
keeps the list. The public reads the same moves on the page of the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from yichuang.catalog.consistency.tasks import reckon_publishing
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.listing.queries import list_by_codes
from yichuang.catalog.listing.state import Item, Stage, words_of_move
from yichuang.catalog.revising.queries import find_open, may_begin
from yichuang.faces.shown import Panel, Shown, Sight, Way, color_stages, name_stages, show
from yichuang.kernel.clock import format_day
from yichuang.ledger.actor import Actor
from yichuang.org.queries import names_of_departments, names_of_divisions

EVENTS = {
    "listed": "列入清单",
    "moved": "调整实施部门",
    "renamed": "更名",
    "shared": "确定县级同步实施",
    "cancelled": "决定取消",
    "merged": "决定并入其他事项",
    "kept": "撤回退出决定",
    "once_confirmed": "确认为“一次办妥”",
    "once_dropped": "移出“一次办妥”",
    "ended": "停止受理",
}


def panels(sight: Sight) -> Iterator[Panel]:
    """What the item is, what it was told apart from, and how it ends when that is decided. Three statements; four more
    where it has no standard yet.
    """
    item: Item = sight.state
    names = names_of_departments([item.division])
    rows = [
        ("事项名称", item.name + (f"（原名{'、'.join(item.former)}）" if item.former else "")),
        ("事项编码", item.code),
        ("实施部门", names.get(item.department, item.department)),
        ("列入的理由", item.ground.label + (f"，由{item.part_of}拆分，不另计数" if item.part_of else "")),
    ]
    if item.source:
        rows.append(("文件", item.source.words))
    if item.shared_with is not None:
        places = names_of_divisions(item.shared_with)
        rows.append(("同步实施的区县", "、".join(places.get(code, code) for code in item.shared_with) or "没有"))
    if item.listed_on:
        rows.append(("列入日期", format_day(item.listed_on)))
    if item.stage is Stage.LISTED and item.listed_on:
        rows.append(_standing_of_standard(item, item.listed_on, sight))
    yield Panel("清单上的记载", tuple(rows), state=True)
    if item.resembles:
        yield _alike(item)
    if item.ending:
        yield _ending(item)


def _standing_of_standard(item: Item, listed_on: date, sight: Sight) -> tuple[str, str]:
    """How often its standard makes people come, and whether the office has confirmed that; without a standard until
    when there is to be one.
    """
    known = sight.facts.in_force()
    if known is None:
        _, due_on = reckon_publishing()((item.division, item.code), listed_on)
        late = "，已经过期" if sight.facts.today > due_on else ""
        return "办事规程", f"还没有施行的，编制报审的期限是{format_day(due_on)}{late}"
    key, visits = known
    if visits > 1:
        return "到场次数", f"规程写明{visits}次，不能列入“一次办妥”清单"
    confirmed = "已确认列入" if item.once == key else "还没有确认列入"
    return "到场次数", f"规程写明{visits}次，{confirmed}“一次办妥”清单"


def _alike(item: Item) -> Panel:
    """The item beside the ended ones that its name resembles; the judgement stands in its course."""
    known = list_by_codes(item.division, item.resembles)
    lines = [("本事项", item.name, item.code, item.source.words if item.source else "")]
    lines += [("已退出", row.name, row.code, row.ended_by) for row in known]
    return Panel("与名称相近的已退出事项核对", headings=("", "事项名称", "编码", "文件"), lines=tuple(lines))


def _ending(item: Item) -> Panel:
    ending = item.ending
    assert ending is not None
    rows = [
        ("自哪一天起", f"{format_day(ending.on)}零时起不再受理"),
        ("最后的受理日", format_day(ending.last_day)),
        ("决定", ending.source.words),
        ("在办件", ending.rule or ending.transition.label),
    ]
    if ending.into:
        rows.insert(0, ("并入", ending.into))
    return Panel(ending.word, tuple(rows), state=True)


def list_ways(sight: Sight) -> Iterator[Way]:
    """Where everybody reads of it, and where its department revises its standard."""
    item: Item = sight.state
    if item.stage is not Stage.ENDED and may_begin(sight.reader, item.department):
        yield _way_to_revision(sight.reader, item)
    yield Way("清单变动台账", f"{reverse('portal:list')}?at={item.division}")


def _way_to_revision(reader: Actor, item: Item) -> Way:
    """To the revision under way, else to the beginning of one. One statement."""
    if under_way := find_open(reader, item.division, item.code):
        return Way("看正在编制的规程", reverse("lives:life", args=["revision", under_way.pk]))
    return Way("修订这个规程", f"{reverse('lives:begin', args=['revision', 'begin'])}?{urlencode({'item': item.code})}")


ITEMS = Shown(
    ITEM,
    "list",
    lambda item: item.name,
    name_stages(Stage),
    EVENTS,
    panels=panels,
    ways=list_ways,
    trail=lambda sight: (("审批事项清单", reverse("desk:list")), (sight.state.name, "")),
    place="desk:list",
    lights=color_stages(Stage),
    exact=words_of_move,
)


def show_items() -> None:
    """Give the items of the list their page and their operations."""
    show(ITEMS)
