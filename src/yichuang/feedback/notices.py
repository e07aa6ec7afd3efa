"""Telling whoever rated or complained what came of it. What was written is read on the linked page."""

from __future__ import annotations

from typing import Any

from yichuang.aggregates.following import Followed
from yichuang.feedback import complaint as co
from yichuang.feedback import rating as ra
from yichuang.feedback.declared import COMPLAINT, RATING
from yichuang.feedback.models import Complaint, Rating
from yichuang.kernel.localtime import chinese_date
from yichuang.people.messages import notify
from yichuang.people.notices import MessageKind, make_notice_follower

RATING_MESSAGES: dict[type[Any], MessageKind] = {
    ra.Rated: MessageKind(
        "已收到您的评价", "您对“{title}”（受理号{receipt}）的评价已收到，记录在案，任何人不能更改、删除。"
    ),
    ra.Cured: MessageKind(
        "您的评价有了整改答复", "您对“{title}”（受理号{receipt}）的评价，部门已经答复，请查看；政务服务办将回访您。"
    ),
}
COMPLAINT_MESSAGES: dict[type[Any], MessageKind] = {
    co.Filed: MessageKind("已收到您的投诉", "投诉{number}已收到，{day}前（含当日）决定是否受理。"),
    co.Accepted: MessageKind("投诉已受理", "投诉{number}已受理，部门应当在{day}前（含当日）答复。"),
    co.Declined: MessageKind("投诉不予受理", "投诉{number}没有受理，请查看理由。"),
    co.Answered: MessageKind("投诉已答复", "投诉{number}已经答复，请查看。不认可的，可以在{day}前（含当日）申请复核。"),
    co.Rechecked: MessageKind("投诉复核的结果", "投诉{number}已经复核，请查看复核意见。"),
}
_DAYS = ("decide_by", "answer_by", "appeal_until")
FINAL = "投诉{number}已经重新答复，请查看；这是复核后的答复。"


def _send_rating(kind: MessageKind, entry: Followed, event: Any, rating: Rating) -> None:
    words = {"title": rating.title, "receipt": rating.receipt}
    notify(
        rating.subject, kind.title, kind.text.format(**words), f"/lives/ratings/{rating.pk}", case_no=rating.receipt,
        item=rating.item, by=entry.actor, at=entry.recorded_at,
    )  # fmt: skip


def _send_complaint(kind: MessageKind, entry: Followed, event: Any, complaint: Complaint) -> None:
    day = next((day for name in _DAYS if (day := getattr(event, name, None))), None)
    final = isinstance(event, co.Answered) and complaint.stage == co.ComplaintStage.CLOSED
    words = (FINAL if final else kind.text).format(number=complaint.number, day=chinese_date(day) if day else "")
    notify(
        complaint.subject, kind.title, words, f"/lives/complaints/{complaint.pk}", case_no=complaint.receipt,
        item=complaint.item, by=entry.actor, at=entry.recorded_at,
    )  # fmt: skip


RATINGS = make_notice_follower("rating_notices", RATING, RATING_MESSAGES, _send_rating)
COMPLAINTS = make_notice_follower("complaint_notices", COMPLAINT, COMPLAINT_MESSAGES, _send_complaint)
