"""Which window takes which item (3.4b): a window takes every item of its classes, and none of another. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from yichuang.aggregates.refusal import Refused

MOST = 5  # window numbers that a refusal names


@dataclass(frozen=True, slots=True)
class Counter:
    """What a post at a window may take of one item: `hall` is the hall it sits in, empty when that has no windows in
    use; `number` and `classes` of its window; `code` and `name` of the item's class there, `elsewhere` where else.
    """

    hall: str
    number: str
    classes: tuple[str, ...]
    code: str
    name: str
    windows: tuple[str, ...]
    elsewhere: str


def judge_item_at_window(known: Counter) -> Refused | None:
    """The refusal, or None when the window takes the item. Pure."""
    if not known.number:
        message = f"您的岗位在{known.hall}没有窗口，不能在窗口收件。"
        return Refused("no-window", message, clause="3.4b", next="请政务服务办把岗位登记到窗口。")
    if not known.code:
        message = f"这个事项没有放进{known.hall}的任何业务类别。"
        next = f"请引导办事人到{known.elsewhere}办理。" if known.elsewhere else "请政务服务办把它放进类别后再收件。"
        return Refused("not-in-hall", message, clause="3.4a", next=next)
    if known.code not in known.classes:
        message = f"本窗口（{known.number}号）不受理“{known.name}”类，这个事项属于这一类。"
        numbers = "、".join(known.windows[:MOST])
        next = (
            f"请引导办事人到{numbers}号窗口，或者取{known.code}类的号。"
            if numbers
            else "请政务服务办开设这一类的窗口。"
        )
        return Refused("other-class", message, clause="3.4b", next=next)
    return None
