"""Telling holders: before their licence ends, when it is moved, and at each step of a revocation.

What a case decides is told by the case; here is what no case tells.
"""

from __future__ import annotations

from typing import Any

from yichuang.aggregates.following import Followed
from yichuang.kernel.localtime import chinese_date
from yichuang.licences.core import events as ev
from yichuang.licences.core.revoking import SERVED, WORDS
from yichuang.licences.declared import LICENCE
from yichuang.licences.models import Licence
from yichuang.people.messages import notify
from yichuang.people.notices import MessageKind, make_notice_follower

# {licence}: type and number; {day}: a date of the event; {word}: 撤销 or 撤回
MESSAGES: dict[type[Any], MessageKind] = {
    ev.Reminded: MessageKind(
        "证照即将到期", "{licence}有效期至{day}。需要延续的，请在申请期内提出，在“我的证照”里可以办理。"
    ),
    ev.Renewed: MessageKind(
        "视为准予延续", "{licence}的延续申请在有效期届满前没有作出决定，依法视为准予延续，有效期至{day}。"
    ),
    ev.Corrected: MessageKind("证照已更正", "{licence}的记载有误，已作更正并另出新版，编号不变。"),
    ev.RevocationOpened: MessageKind(
        "拟{word}证照的告知", "本机关拟{word}{licence}。请查看并签收告知书，您可以陈述申辩、要求听证。"
    ),
    ev.NoticeServed: MessageKind(
        "告知书已送达",
        "就{licence}的告知书记录为{on}送达（{method}）。陈述申辩、要求听证的期限到{day}（含当日）；"
        "没有收到的，请尽快到综合窗口提出。",
    ),
    ev.Answered: MessageKind(
        "已收到陈述申辩", "就{licence}的陈述申辩已收到，记录在案。不是您提出的，请到综合窗口核对。"
    ),
    ev.HearingAsked: MessageKind(
        "已收到听证要求",
        "就{licence}的听证要求已收到，应当在{day}前（含当日）举行，届时另行通知。不是您提出的，请到综合窗口核对。",
    ),
    ev.HearingArranged: MessageKind("听证通知", "就{licence}的处理定于{day}举行听证，请查看通知书。"),
    ev.RevocationDropped: MessageKind(
        "终止{word}程序", "对{licence}的{word}程序已终止，没有{word}；证照现在的状态请看证照页面。"
    ),
    ev.Revoked: MessageKind("证照已被{word}", "{licence}已被{word}，请查看决定书、理由和救济途径。"),
    ev.Cancelled: MessageKind("证照已注销", "{licence}已依法注销，请查看决定书。"),
    ev.EntryUndone: MessageKind("补记已撤销", "{licence}的补记有误，已从名册撤出，理由请看证照页面。原件请妥善保管。"),
    ev.Suspended: MessageKind("证照被暂扣", "{licence}被暂扣至{day}，期间不得从事所许可的活动，请查看决定书。"),
    ev.Restored: MessageKind("证照已恢复", "{licence}已恢复有效。"),
}
_DAYS = ("valid_to", "day", "until", "respond_by", "hold_by")


def _send(kind: MessageKind, entry: Followed, event: Any, licence: Licence) -> None:
    """Tell the holder, unless a case tells the same."""
    by_case = isinstance(event, ev.Cancelled) and event.case
    silent = isinstance(event, ev.Renewed) and not event.deemed
    moot = isinstance(event, ev.RevocationDropped) and not event.reason
    if by_case or silent or moot:
        return
    day = next((day for name in _DAYS if (day := getattr(event, name, None))), None)
    words = {
        "licence": f"{licence.type}（{licence.number}）",
        "day": chinese_date(day) if day else "",
        "word": WORDS.get(getattr(event, "kind", ""), ""),
        "on": chinese_date(event.on) if isinstance(event, ev.NoticeServed) else "",
        "method": SERVED[event.method] if isinstance(event, ev.NoticeServed) else "",
    }
    notify(
        licence.subject,
        kind.title.format(**words),
        kind.text.format(**words),
        f"/lives/licences/{licence.pk}",
        case_no=licence.number,
        item=licence.item,
        by=entry.actor,
        at=entry.recorded_at,
    )


FOLLOWER = make_notice_follower("licence_notices", LICENCE, MESSAGES, _send)
