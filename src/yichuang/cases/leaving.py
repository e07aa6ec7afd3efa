"""Telling who is concerned that an item leaves the list (3.1b): whoever writes an application for it, and applicants
whose cases are open.
"""

from __future__ import annotations

from typing import Any

from yichuang.aggregates.following import Followed
from yichuang.cases.models import Case, Draft
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.listing.queries import describe_end
from yichuang.catalog.listing.state import Cancelled, Ended, Kept, Merged
from yichuang.catalog.models import Item
from yichuang.kernel.localtime import chinese_date
from yichuang.people.messages import notify
from yichuang.people.models import Account
from yichuang.people.notices import MessageKind, make_notice_follower

_DECIDED = MessageKind(
    "您正在填写的事项将不再受理", "{why}需要办理的，请在{last}前（含当日）提交；逾期草稿仍可查看，不能提交。"
)
MESSAGES: dict[type[Any], MessageKind] = {
    Cancelled: _DECIDED,
    Merged: _DECIDED,
    Kept: MessageKind("事项继续受理", "此前通知将不再受理的“{name}”，退出清单的决定已经撤回，可以照常申请。"),
    Ended: MessageKind("您填写的事项已不再受理", "{why}{next}您的草稿不能再提交，填过的内容仍可查看。"),
}
OPEN = MessageKind("您在办的事项退出清单", "{why}您的申请（{receipt}）：{rule}")


def _send(kind: MessageKind, entry: Followed, event: Any, item: Item) -> None:
    """Tell the accounts whose drafts are for the item, and, when it is decided, the applicants of open cases."""
    words = {"name": item.name, "why": "", "next": "", "last": ""}
    if item.ends_on:
        end = describe_end(item)
        words |= {"why": end.why, "next": end.next}
    if isinstance(event, (Cancelled, Merged)):
        words["last"] = chinese_date(event.ending.last_day)
        _tell_open(item, words["why"], entry)
    drafts = Draft.objects.filter(standard__startswith=f"{item.division}/{item.code}/", submitted_as=None)
    persons = {int(account[2:]) for account in drafts.values_list("account", flat=True) if account.startswith("a:")}
    writing = Account.objects.filter(pk__in=persons, kind="citizen")
    if writing:
        text = kind.text.format(**words)
        notify("", kind.title, text, "/my/", item=item.code, also=writing, at=entry.recorded_at)


def _tell_open(item: Item, why: str, entry: Followed) -> None:
    rule = "按原规程继续办理，不受影响。" if item.finishes else item.rule
    for case in Case.objects.filter(division=item.division, item=item.code, closed_on=None).defer("state", "words"):
        text = OPEN.text.format(why=why, receipt=case.receipt, rule=rule)
        link, at = f"/my/{case.pk}", entry.recorded_at
        notify(case.subject, OPEN.title, text, link, case_no=case.receipt, item=case.item, at=at)


FOLLOWER = make_notice_follower("list", ITEM, MESSAGES, _send)
