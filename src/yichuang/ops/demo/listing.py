"""What the demo city's office does to its list (3.1): three items added, one cancelled since, one merged soon, and one
cancelled soon with its open cases; most of what takes one visit confirmed.

Documents are made up, and so are items but for the last; the others have no standard, so that no case meets them.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.catalog.listing.acts import ACTS
from yichuang.catalog.listing.declared import ITEM, item_id
from yichuang.catalog.models import Item
from yichuang.catalog.search import list_entries
from yichuang.catalog.standard import Standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.org import queries as org
from yichuang.people.models import Account

CITY, OFFICE = "410100", "office"
LEAVES = "ZZ-006"
UNCONFIRMED = frozenset({"ZZ-012", "ZZ-019"})  # of those done in one visit, not confirmed yet
LAWFUL = {"issuer": "示范省人民代表大会常务委员会", "number": "《示范条例》", "article": "第九条"}
DEVOLVED = {"issuer": "示范省人民政府", "number": "示政文第3号"}
DECIDED = {"issuer": "示范省人民政府", "number": "示政文第5号", "transition": "finish"}


def move_list(began: date) -> None:
    """The moves, dated now; those that take effect are counted from `began`, the day the demo is looked at. Once."""
    if Item.objects.filter(division=CITY).exclude(ground="founding").exists():
        return
    actor, day = _office(), {"day": local_day(now()) - timedelta(days=20)}
    parks = f"{CITY}/ghj"
    items = [
        {"code": "SF-01", "name": "再生水经营许可（示范）", "ground": "law", **LAWFUL},
        {"code": "SF-02", "name": "户外招牌设置审批（示范）", "ground": "devolved", **DEVOLVED},
        {"code": "SF-03", "name": "临时占道堆放审批（示范）", "ground": "devolved", **DEVOLVED},
    ]
    department = _department(parks)
    for item in items:
        _do("add", item["code"], {**item, **day, "department": department}, actor)
    soonest = local_day(now()) + timedelta(days=1)  # in a store that is older than its list
    _do("cancel", "SF-02", {**DECIDED, **day, "on": max(began - timedelta(days=60), soonest)}, actor)
    _do("merge", "SF-03", {**DECIDED, **day, "on": began + timedelta(days=30), "into": "SF-01"}, actor)
    for entry in list_entries(CITY):
        if entry.visits <= 1 and entry.item not in UNCONFIRMED:
            _do("confirm_once", entry.item, {}, actor)
    if Item.objects.filter(division=CITY, code=LEAVES).exists():
        _do("cancel", LEAVES, {**DECIDED, **day, "on": began + timedelta(days=45), "transition": "end"}, actor)


def list_standard(standard: Standard) -> None:
    """Put an item that a newer program brings on a list that its office has moved, by the law it rests on."""
    basis, division = standard.bases[0], standard.division
    known = {
        "code": standard.item, "name": standard.name, "department": f"{division}/{standard.department}",
        "ground": "law", "issuer": "见依据", "number": basis.law, "article": basis.article, "day": local_day(now()),
    }  # fmt: skip
    _do("add", standard.item, known, replace(_office(), division=division))


def _department(wanted: str) -> str:
    departments = org.names_of_departments([CITY])
    return wanted if wanted in departments else next(iter(departments))


def _office() -> Actor:
    account, today = Account.objects.get(username=OFFICE), local_day(now())
    return replace(org.actor_at_post(account, org.posts_of(account, today)[0].id, today), source="simulated")


def _do(act: str, code: str, data: dict[str, Any], actor: Actor) -> None:
    prepared = prepare_command(ACTS.by_name[act], data, subject=ITEM.stream(item_id(CITY, code)))
    perform(ITEM, item_id(actor.division, code), prepared, actor, command_id=uuid.uuid4())
