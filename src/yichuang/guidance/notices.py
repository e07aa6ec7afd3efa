"""Telling whoever asked what came of it, and the counsellors that somebody asks. And the end of a guidance whose
application came in. What was written is read on the linked page.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.door import perform
from yichuang.aggregates.following import Followed, Follower
from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.refusal import Refused
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case
from yichuang.catalog.telling import Turn, tell_turn
from yichuang.guidance import state as st
from yichuang.guidance.acts import POST, Close
from yichuang.guidance.declared import GUIDANCE
from yichuang.guidance.models import Guidance
from yichuang.kernel.localtime import chinese_date
from yichuang.ledger.actor import SYSTEM
from yichuang.people.messages import notify
from yichuang.people.notices import MessageKind, make_notice_follower

MESSAGES: dict[type[Any], MessageKind] = {
    st.Asked: MessageKind("已收到您的咨询", "您就“{title}”的咨询（{number}）已收到，最迟{day}（含当日）答复。"),
    st.TakenAsHard: MessageKind(
        "咨询需要时间答复", "您就“{title}”的咨询（{number}）不能当场告知，原因请查看，最迟{day}（含当日）答复。"
    ),
    st.Answered: MessageKind("您的咨询有了答复", "您就“{title}”的咨询（{number}）已经答复，请查看。"),
    st.NoticeIssued: MessageKind(
        "您有一份辅导告知单", "“{title}”的辅导告知单（{number}）已发出，材料要求一次列全，请查看、下载。"
    ),
}


def _send(kind: MessageKind, entry: Followed, event: Any, row: Guidance) -> None:
    link = f"/lives/guidance/{row.pk}"
    words = kind.text.format(title=row.title, number=row.number, day=chinese_date(row.answer_by))
    notify(row.subject, kind.title, words, link, item=row.item, by=entry.actor, at=entry.recorded_at)
    if isinstance(event, st.Asked) and not row.at_desk:
        asked = f"有人就“{row.title}”咨询（{row.number}），最迟{chinese_date(row.answer_by)}（含当日）答复。"
        turn, key = Turn(row.department, (POST,)), f"guidance/{row.pk}"
        tell_turn(turn, "有人咨询", asked, link, key=key, by=(entry.actor,), at=entry.recorded_at)


TOLD = make_notice_follower("guidance_notices", GUIDANCE, MESSAGES, _send)


def _close(entries: Sequence[Followed]) -> int:
    """End what was guided and came in: the same item for the same subject."""
    ids = [entry.stream.partition("/")[2] for entry in entries if entry.kind == "submitted"]
    closed = 0
    for case in Case.objects.filter(pk__in=ids):
        about = {"subject": case.subject, "division": case.division, "item": case.item}
        for id in Guidance.objects.filter(stage__in=sorted(st.DONE), **about).values_list("pk", flat=True):
            closed += _close_one(GUIDANCE, id, str(case.pk))
    return closed


def _close_one(aggregate: Aggregate[Any, Any], id: uuid.UUID, case: str) -> bool:
    try:
        perform(aggregate, id, Prepared(Close(case)), SYSTEM, command_id=uuid.uuid5(id, case))
    except Refused:
        return False  # it was withdrawn at the same moment
    return True


FILED = Follower("guidance_filed", (CASE.stream(""),), _close)
