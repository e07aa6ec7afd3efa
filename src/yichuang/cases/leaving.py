"""What it means for applications that an item leaves the list (3.1b): whoever writes one is told, and applicants whose
cases are open; where the decision ends open cases, each case is told so by an entry of its own, and ends by itself.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection

from yichuang.aggregates.following import Followed
from yichuang.aggregates.prepare import Prepared
from yichuang.cases import service
from yichuang.cases.core import commands as co
from yichuang.cases.core.state import BEFORE_DECISION
from yichuang.cases.models import Case, Draft
from yichuang.catalog.listing.declared import ITEM
from yichuang.catalog.listing.queries import describe_end, describe_transition
from yichuang.catalog.listing.state import Cancelled, Ended, Kept, Merged, Transition
from yichuang.catalog.models import Item
from yichuang.kernel.localtime import chinese_date
from yichuang.ledger.actor import SYSTEM
from yichuang.people.messages import notify
from yichuang.people.models import Account
from yichuang.people.notices import MessageKind, make_notice_follower

log = logging.getLogger("yichuang.cases")
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
STAYS = MessageKind("事项继续办理", "“{name}”退出清单的决定已经撤回，您的申请（{receipt}）照常办理。")
_STAGES = sorted(stage.value for stage in BEFORE_DECISION)
# open cases that end with their item and are not told so, or of an earlier day
UNTOLD = """
select c.id, i.id from cases_case c join catalog_item i on i.division = c.division and i.code = c.item
where i.transition = 'end' and c.closed_on is null and c.stage = any(%(stages)s)
and (c.leaves_on is null or c.leaves_on < i.ends_on) order by c.id
"""
# cases that are told that they end, of an item that stays
KEPT = """
select c.id, null from cases_case c where c.leaves_on is not null and not exists (
  select 1 from catalog_item i where i.division = c.division and i.code = c.item and i.transition = 'end')
order by c.id
"""


# --- cases that end with their item -----------------------------------------------------------------------------------


def tell_cases() -> tuple[int, int]:
    """Tell every open case that it ends with its item, or that it does not after all: once each, each in a transaction
    of its own. Returns how many were told and how many failed; what failed is found again the next time.
    """
    told = failed = 0
    for case_id, command in list(_list_untold()):
        try:
            service.perform(case_id, Prepared(command), SYSTEM, command_id=uuid.uuid4())
            told += 1
        except Exception:
            failed += 1
            log.exception("case %s could not be told what becomes of its item", case_id)
    return told, failed


def _list_untold() -> Iterator[tuple[uuid.UUID, co.EndWithItem | co.StayWithItem]]:
    """Three statements at most for each item that ends."""
    with connection.cursor() as cursor:
        cursor.execute(UNTOLD, {"stages": _STAGES})
        untold = cursor.fetchall()
        cursor.execute(KEPT)
        kept = cursor.fetchall()
    items = Item.objects.filter(pk__in={item_id for _, item_id in untold})
    commands = {
        item.pk: co.EndWithItem(item.ends_on, item.ended_by, describe_end(item).instead)
        for item in items
        if item.ends_on
    }
    yield from ((case_id, commands[item_id]) for case_id, item_id in untold)
    yield from ((case_id, co.StayWithItem()) for case_id, _ in kept)


# --- messages ---------------------------------------------------------------------------------------------------------


def _send(kind: MessageKind, entry: Followed, event: Any, item: Item) -> None:
    """Tell the accounts whose drafts are for the item, and, when it is decided or taken back, the applicants of open
    cases.
    """
    words = {"name": item.name, "why": "", "next": "", "last": ""}
    if item.ends_on:
        end = describe_end(item)
        words |= {"why": end.why, "next": end.next}
    if isinstance(event, (Cancelled, Merged)):
        words["last"] = chinese_date(event.ending.last_day)
        _tell_open(OPEN, item, entry, why=words["why"], rule=describe_transition(item) if item.ends_on else "")
    if isinstance(event, Kept):
        _tell_open(STAYS, item, entry, name=item.name)
    drafts = Draft.objects.filter(standard__startswith=f"{item.division}/{item.code}/", submitted_as=None)
    persons = {int(account[2:]) for account in drafts.values_list("account", flat=True) if account.startswith("a:")}
    writing = Account.objects.filter(pk__in=persons, kind="citizen")
    if writing:
        text = kind.text.format(**words)
        notify("", kind.title, text, "/my/", item=item.code, also=writing, at=entry.recorded_at)


def _tell_open(kind: MessageKind, item: Item, entry: Followed, **words: str) -> None:
    """Those that end with the item are told so by an entry of their own (`tell_cases`)."""
    cases = Case.objects.filter(division=item.division, item=item.code, closed_on=None).defer("state", "words")
    for case in cases.exclude(stage__in=_STAGES) if item.transition == Transition.END else cases:
        text = kind.text.format(receipt=case.receipt, **words)
        link, at = f"/my/{case.pk}", entry.recorded_at
        notify(case.subject, kind.title, text, link, case_no=case.receipt, item=case.item, at=at)


FOLLOWER = make_notice_follower("list", ITEM, MESSAGES, _send)
