"""Telling departments what a change of a law asks of their standards (3.5h): one message a department, with the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from yichuang.aggregates.following import Followed as Entry
from yichuang.catalog.laws import state as st
from yichuang.catalog.laws.declared import LAW
from yichuang.catalog.laws.state import Cause
from yichuang.catalog.models import Law as LawRow
from yichuang.catalog.models import LawTask
from yichuang.catalog.telling import DRAFTERS, Turn, tell_turn
from yichuang.kernel.localtime import chinese_date
from yichuang.people.notices import MessageKind, make_notice_follower

_CHANGED = MessageKind(
    "法规变动，请修订规程", "《{law}》{change}，涉及本部门的{standards}。请在{due}前（含当日）{asked}。"
)
_HANDED_OVER = MessageKind(
    "事项移交，请修订规程",
    "移交本部门实施的事项，有法规变动后还没有修订的规程：《{law}》{change}，涉及{standards}。"
    "请在{due}前（含当日）{asked}。",
)
MESSAGES: dict[type[Any], MessageKind] = {
    **dict.fromkeys((st.Amended, st.Repealed, st.Hidden, st.Followed), _CHANGED),
    st.HandedOver: _HANDED_OVER,
}
_CHANGES = {
    Cause.AMENDED: "自{since}起修改了引用的条款",
    Cause.REPEALED: "自{since}起废止",
    Cause.HIDDEN: "查明没有公布",
}
_MOST_NAMED = 5  # standards told by name; the page of the law lists all


def name_standards(names: Sequence[str]) -> str:
    """Standards in a message: by name as far as they fit, with their number."""
    more = f"等{len(names)}份规程" if len(names) > _MOST_NAMED else "规程"
    return "、".join(f"“{name}”" for name in names[:_MOST_NAMED]) + more


def say_change(cause: Cause, since: date) -> str:
    """What happened to the law, behind its title."""
    return _CHANGES[cause].format(since=chinese_date(since))


def say_asked(cause: Cause) -> str:
    """What a department is asked to do."""
    judged = "，或者由负责人书面判断不需修订" if cause is Cause.AMENDED else ""
    return f"发布修订后的规程{judged}"


def _send(kind: MessageKind, entry: Entry, event: Any, row: LawRow) -> None:
    """To the departments that an entry asks, of the tasks that are still open and theirs. One statement, and three a
    department.
    """
    asked = _list_asked(event)
    rows = LawTask.objects.filter(law_id=row.pk, number__in=asked, done="").order_by("number") if asked else ()
    of_department: dict[tuple[str, int], list[LawTask]] = defaultdict(list)
    for task in rows:
        if task.department == asked[task.number]:
            of_department[task.department, task.change].append(task)
    for (department, change), tasks in of_department.items():
        one = tasks[0]  # cause and days are those of the change
        cause = Cause(one.cause)
        words = {
            "law": row.title,
            "change": say_change(cause, one.since),
            "standards": name_standards([task.name for task in tasks]),
            "due": chinese_date(one.due_on),
            "asked": say_asked(cause),
        }
        link, key = f"/lives/laws/{row.pk}", f"entry/{entry.position}/{department}/{change}"
        turn = Turn(department, DRAFTERS)
        tell_turn(turn, kind.title, kind.text.format(**words), link, key=key, by=[entry.actor], at=entry.recorded_at)


def _list_asked(event: Any) -> dict[int, str]:
    """The department that an event asks, by the number of the task."""
    match event:
        case st.HandedOver(numbers=numbers, department=department):
            return dict.fromkeys(numbers, department)
        case st.Followed(opened=tasks):
            return {task.number: task.department for task in tasks}
    return {task.number: task.department for task in event.tasks}


FOLLOWER = make_notice_follower("law_notices", LAW, MESSAGES, _send)
