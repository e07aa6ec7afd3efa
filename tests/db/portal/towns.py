"""A town with a few listed items, a person with a firm, and an agent of that firm."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.db.kept import Kept

ITEMS = ("ZZ-002", "ZZ-003", "ZZ-004", "ZZ-009", "ZZ-016", "ZZ-022", "ZZ-108")


@dataclass
class Town:
    city: Any
    owner: Any  # account: 张三丰, heads the firm
    person: Any  # subject of the owner
    firm: Any
    agent: Any  # account: 李代办, holds a mandate of the firm
    stranger: Any  # account without anything


def found(city: Any) -> Town:
    """Fill the database of the running test, in which the city of `world.build` stands already."""
    return replace(deepcopy(_town()), city=city)


def _found() -> Town:
    from yichuang.catalog.loading import load_standards
    from yichuang.catalog.service import publish
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.models import Department
    from yichuang.people.models import Account, Mandate, Membership, Subject

    for standard in load_standards():
        if standard.item in ITEMS and standard.division == "410100":
            publish(standard, SYSTEM)
            Department.objects.get_or_create(
                id=f"410100/{standard.department}",
                defaults={
                    "division_id": "410100",
                    "code": standard.department,
                    "name": standard.department_name,
                    "short": standard.department,
                    "uscc": standard.item_code[:18],
                },
            )

    def person(login: str, name: str, number: str) -> tuple[Any, Any]:
        account = Account.objects.create_user(login, "a-long-password", real_name=name, verified_at="2018-01-01T00:00Z")
        subject = Subject.objects.create(kind="person", name=name, id_type="111", id_number=number, phone="13800000001")
        Membership.objects.create(account=account, subject=subject, role="self")
        return account, subject

    owner, own = person("zhangsanfeng", "张三丰", "11010519491231002X")
    agent, other = person("lidaiban", "李代办", "410105198001010017")
    firm = Subject.objects.create(
        kind="organisation",
        name="郑州一窗餐饮有限公司",
        uscc="91350100M000100Y43",
        legal_name="张三丰",
        phone="0371-60000000",
    )
    Membership.objects.create(account=owner, subject=firm, role="legal")
    Mandate.objects.create(
        principal=firm, agent=other, all_items=True, first_day=date(2017, 1, 1), last_day=date(2040, 1, 1),
        granted_by=owner.person,
    )  # fmt: skip
    return Town(None, owner, own, firm, agent, Account.objects.create_user("shui", "a-long-password"))


_town = Kept(_found)
