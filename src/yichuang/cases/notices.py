"""Telling applicants: a message and a mail when a correction is asked, a case accepted, decided, and when somebody else
files, supplies, pays, signs or withdraws in their name.

Fed from the ledger by position, so nothing is told twice and nothing skipped; it may run late, never in the door.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from yichuang.aggregates.following import Followed
from yichuang.cases.codec import load_case
from yichuang.cases.core import events as ev
from yichuang.cases.core.decide import POST_LABELS
from yichuang.cases.declared import CASE
from yichuang.cases.models import Case
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import PostKind
from yichuang.org.models import Post
from yichuang.people.face import mask_name
from yichuang.people.messages import notify
from yichuang.people.models import Account
from yichuang.people.notices import MessageKind, make_notice_follower
from yichuang.people.queries import may_speak

# {title}: the item; {receipt}: the 受理号; {due}, {until}: dates of the event; {did}: by whom
MESSAGES: dict[type[Any], MessageKind] = {
    ev.Submitted: MessageKind(
        "已提交申请", "“{title}”（受理号{receipt}）已{did}，下一步由窗口收件并告知是否受理。", ("提交", "录入提交")
    ),
    ev.Received: MessageKind("已收到您的材料", "“{title}”（受理号{receipt}）已收件，5个工作日内告知是否受理。"),
    ev.CorrectionAsked: MessageKind(
        "请补正材料", "“{title}”（受理号{receipt}）需要补正，请在{due}前补齐，逾期未补将终止办理。"
    ),
    ev.Supplied: MessageKind("已提交补正", "“{title}”（受理号{receipt}）的补正材料已{did}。", ("提交", "收取")),
    ev.Accepted: MessageKind("已受理", "“{title}”（受理号{receipt}）已受理，正在审查。"),
    ev.Declined: MessageKind("不予受理告知", "“{title}”（受理号{receipt}）的受理结果已作出，请查看理由和救济途径。"),
    ev.SpecialStarted: MessageKind(
        "特别程序告知", "“{title}”（受理号{receipt}）进入特别程序，预计{until}前完成，期间不计入时限。"
    ),
    ev.Extended: MessageKind("延期通知", "“{title}”（受理号{receipt}）经批准延期，请查看理由和新的期限。"),
    ev.FeeCharged: MessageKind("请缴费", "“{title}”（受理号{receipt}）有费用待缴，请在我的办件中缴纳。"),
    ev.FeePaid: MessageKind(
        "已缴费", "“{title}”（受理号{receipt}）的费用已{did}，请在我的办件中查看。", ("缴纳", "登记缴清")
    ),
    ev.Decided: MessageKind("已作出决定", "“{title}”（受理号{receipt}）已作出决定，请查看决定书。"),
    ev.CertificateMade: MessageKind("证照已制作", "“{title}”（受理号{receipt}）的证照已制作，请签收。"),
    ev.Delivered: MessageKind("已送达", "“{title}”（受理号{receipt}）的结果已{did}，请查看。", ("签收", "送达")),
    ev.Withdrawn: MessageKind(
        "申请已撤回", "“{title}”（受理号{receipt}）已{did}，本次办理终止；需要时可以重新申请。", ("撤回", "办理撤回")
    ),
    ev.Terminated: MessageKind(
        "办理已终止", "“{title}”（受理号{receipt}）已终止办理，请查看原因；备齐材料后可以重新申请。"
    ),
    ev.AcceptanceRevoked: MessageKind(
        "受理已撤销", "“{title}”（受理号{receipt}）的受理已撤销，本次办理终止，请查看决定书的理由和救济途径。"
    ),
    ev.OpinionCorrected: MessageKind(
        "审查意见已更正", "“{title}”（受理号{receipt}）的“{step}”环节的意见已更正，原意见留存在案；决定尚未作出。"
    ),
    ev.ApplicantCorrected: MessageKind(
        "申请人信息已更正", "“{title}”（受理号{receipt}）登记的申请人信息有误，现已更正，请核对更正通知书。"
    ),
    ev.FeeRefunded: MessageKind("已退费", "“{title}”（受理号{receipt}）的费用{fen}已退还，请查看退费通知书。"),
}
# To whom a case was entered under by mistake: nothing of whose it is, and no link, for they see it no more
NOT_YOURS = MessageKind(
    "一件办件不再记在您名下",
    "“{title}”（受理号{receipt}）此前误登记在您名下，现已更正。本件与您无关，您不需要办理，也不再显示。",
)


def _send(kind: MessageKind, entry: Followed, event: Any, case: Case) -> None:
    """Tell the applicant, and the agent who filed while the mandate holds; not whoever did it themselves. What silence
    decided is told by the licence.
    """
    if isinstance(event, ev.Decided) and event.deemed:
        return
    payer = entry.actor.startswith("provider:")
    by = entry.on_behalf_of if payer and entry.on_behalf_of.startswith("a:") else entry.actor
    if isinstance(event, ev.ApplicantCorrected) and event.former:
        told = NOT_YOURS.text.format(title=case.title, receipt=case.receipt)
        notify(event.former, NOT_YOURS.title, told, by=entry.actor, at=entry.recorded_at)
    text = kind.text.format(
        title=case.title,
        receipt=case.receipt,
        due=_day(getattr(event, "due", None)),
        until=_day(getattr(event, "until", None)),
        did=_did(kind.did, by, entry.post, case.subject) if kind.did else "",
        step=_step(case.standard, event) if isinstance(event, ev.OpinionCorrected) else "",
        fen=f"{event.amount / 100:,.2f}元" if isinstance(event, ev.FeeRefunded) else "",
    )
    agent = load_case(case.state).agent
    also = Account.objects.filter(pk=int(agent[2:])) if agent and may_speak(agent, case.subject, case.item) else ()
    link, numbers = f"/my/{case.pk}", {"case_no": case.receipt, "item": case.item}
    notify(case.subject, kind.title, text, link, **numbers, also=also, by=by, at=entry.recorded_at)


def _did(did: tuple[str, str], person: str, post: str, subject: str) -> str:
    """由综合窗口送达, 由代理人王*签收: who did what, an agent by a masked name. Up to two statements."""
    by_applicant, by_officer = did
    if post:
        held = Post.objects.filter(pk=post).values_list("kind", flat=True).first()
        return f"由{POST_LABELS[PostKind(held)] if held else '窗口'}{by_officer}"
    account = Account.objects.filter(pk=int(person[2:])).first() if person.startswith("a:") else None
    if account is None:
        return by_applicant
    own = account.memberships.filter(subject=subject, ended_at=None).exists()
    return f"由{'申请人' if own else f'代理人{mask_name(account.real_name)}'}{by_applicant}"


def _step(key: str, event: ev.OpinionCorrected) -> str:
    """The name of the step in the standard that the case runs on now."""
    return next((s.name for s in published_standard(key).steps if s.code == event.step), event.step)


def _day(on: date | None) -> str:
    """2026年3月2日, as people write it."""
    return f"{on.year}年{on.month}月{on.day}日" if on else ""


FOLLOWER = make_notice_follower("notices", CASE, MESSAGES, _send)
