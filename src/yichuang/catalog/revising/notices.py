"""Telling whose turn a revision of a standard is: drafters, the head, the office that examines it; and telling its
department what became of it.
"""

from __future__ import annotations

import uuid
from typing import Any

from yichuang.aggregates.door import read_lives
from yichuang.aggregates.following import Followed as Entry
from yichuang.aggregates.replay import read_streams, replay
from yichuang.catalog.models import Revision as RevisionRow
from yichuang.catalog.revising import state as st
from yichuang.catalog.revising.declared import REVISION
from yichuang.catalog.revising.state import WRITTEN, Revision, Stage
from yichuang.catalog.telling import DRAFTERS, HEADS, OFFICE, Turn, tell_turn
from yichuang.kernel.localtime import chinese_date
from yichuang.org.queries import get_department
from yichuang.people.notices import MessageKind, make_notice_follower

# {name}: the item and the version; {due}: by when a county follows the city; all other names: `_say`
MESSAGES: dict[type[Any], MessageKind] = {
    st.Begun: MessageKind("市级基准变动，请跟进", "市级发布了{base}，{name}已随之开始编制，请核对、修改后报审。{due}"),
    st.Told: MessageKind("市级基准变动，请跟进", "市级发布了{base}，编制中的{name}应当一并修订{merge}。{due}"),
    st.Submitted: MessageKind("规程待您签署", "{name}已经起草完成，请审阅后签署并报审定，或者退回起草。{due}"),
    st.SentBack: MessageKind("规程退回起草", "{name}由部门负责人退回，请按退回的原因修改后重新提交。{due}"),
    st.Signed: MessageKind("规程待审定", "{department}报审{name}，请审查：提出意见、退回修改或者审定发布。{comments}"),
    st.Returned: MessageKind("规程退回修改", "{name}由政务服务办退回，请按退回的原因修改后重新提交。{due}"),
    st.Commented: MessageKind("审定意见待答复", "政务服务办对{name}提出第{number}条意见，请答复。"),
    st.Answered: MessageKind("意见已答复，待了结", "{department}答复了{name}的第{number}条意见，请核对后了结。"),
    st.Approved: MessageKind("规程已审定", "{name}已经审定，自{on}零时起施行。"),
    st.EnteredForce: MessageKind("规程已施行", "{name}自{on}零时起施行，各渠道都按这一版办理。{review}"),
    st.Withdrawn: MessageKind("规程编制已撤回", "{name}已经撤回，不再办理，原因请看它的经过。"),
}


def name_version(row: RevisionRow) -> str:
    """What messages call it: the item and the number of the version."""
    return f"“{row.name}”第{row.version}版规程"


def find_turn(row: RevisionRow) -> Turn | None:
    """Whose turn a revision is that is not decided yet. One statement at most."""
    match Stage(row.stage):
        case Stage.DRAFTING:
            return Turn(row.department, DRAFTERS)
        case Stage.HEAD:
            return Turn(row.department, HEADS)
        case Stage.EXAMINATION:
            hands = read_lives(REVISION, [row.pk])[row.pk].state.hands
            return Turn(row.division, OFFICE, frozenset(hands))
    return None


def _list_turns(entry: Entry, event: Any, row: RevisionRow) -> list[Turn]:
    """Who is told of an entry: those who can do now what it asks, none where it is not to be done any more; of what is
    decided, the department that wrote it.
    """
    stage, drafters = Stage(row.stage), Turn(row.department, DRAFTERS)
    match event:
        case st.Begun(follows=None):
            return []
        case st.Begun() | st.Told():
            turn = find_turn(row)
        case st.Submitted():
            turn = find_turn(row) if stage is Stage.HEAD else None
        case st.SentBack() | st.Returned():
            turn = find_turn(row) if stage is Stage.DRAFTING else None
        case st.Signed() | st.Answered():
            turn = find_turn(row) if stage is Stage.EXAMINATION else None
        case st.Commented():
            turn = drafters if stage in WRITTEN and row.comments else None
        case st.Approved():
            turn = drafters if stage is not Stage.WITHDRAWN else None
        case st.EnteredForce():
            turn = drafters if stage is Stage.IN_FORCE else None
        case _:
            return [drafters, *_list_examiners(entry, row)]
    return [turn] if turn else []


def _list_examiners(entry: Entry, row: RevisionRow) -> list[Turn]:
    """The office, where it was examining what was withdrawn. One statement."""
    entries = read_streams(REVISION, [row.pk])[uuid.UUID(str(row.pk))]
    before: Revision = replay(REVISION, row.pk, entries[: entry.seq - 1])
    return [Turn(row.division, OFFICE, frozenset(before.hands))] if before.stage is Stage.EXAMINATION else []


def _say(event: Any, row: RevisionRow) -> dict[str, str]:
    """The words of the names in a message."""
    words = {
        "name": name_version(row),
        "department": get_department(row.department).name,
        "due": f"跟进期限是{chinese_date(row.due_on)}（含当日）。" if row.owes and row.due_on else "",
        "number": str(getattr(event, "number", "")),
        "comments": f"有{row.comments}条意见没有了结。" if row.comments else "",
        "on": chinese_date(row.effective_on) if row.effective_on else "",
        "review": f"请在{chinese_date(row.review_on)}前（含当日）复审。" if row.review_on else "",
        "merge": "" if row.stage == Stage.DRAFTING else "，请退回起草，退回时这一变动并入底稿",
    }
    if follows := getattr(event, "follows", None):
        words["base"] = f"这一事项的第{follows.base.rpartition('/')[2]}版规程"
    return words


def _send(kind: MessageKind, entry: Entry, event: Any, row: RevisionRow) -> None:
    for turn in _list_turns(entry, event, row):
        text = kind.text.format(**{"base": "", **_say(event, row)})
        link, key = f"/lives/revision/{row.pk}", f"entry/{entry.position}"
        tell_turn(turn, kind.title, text, link, key=key, by=[entry.actor], at=entry.recorded_at)


FOLLOWER = make_notice_follower("revision_notices", REVISION, MESSAGES, _send)
