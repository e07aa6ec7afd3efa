"""The small city with people who let programs act for them, and a way to call as one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """schemathesis's tests all have one node id under this pytest, and xdist's `loadfile` would run one of them: give
    each its operation's."""
    for item in items:
        label = getattr(item, "operation_label", None)
        if label and not item.nodeid.endswith("]"):
            item._id = type(item.id).parse(f"{item.nodeid}[{label}]")


@dataclass
class Town:
    """The city, its firm, and a token per role."""

    city: Any
    firm: str
    values: dict[str, Any]
    needed: list[str]
    tokens: dict[str, str] = field(default_factory=dict)

    def application(self, **more: Any) -> dict[str, Any]:
        given = {code: ["paper"] for code in self.needed}
        about = {"item": "ZZ-001", "division": "410100", "situation": "new", "subject": self.firm}
        return {**about, "form": self.values, "given": given, **more}


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from make()


def make() -> Iterator[Town]:
    from yichuang.faces.api import limits
    from yichuang.ledger.service import set_shift

    limits.forget()
    kept = _town()()
    yield replace(kept, city=replace(kept.city), tokens={**kept.tokens})
    set_shift(None)


@cache
def _town() -> Any:
    """Made late: Django must be set up first."""
    from tests.db.kept import Kept

    return Kept(_build)


def _build() -> Town:
    from tests.db.world import build, food_values
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.models import Account, Membership, Subject
    from yichuang.people.service import issue_client

    city = build()
    owner = Account.objects.create_user("zhangsanfeng", real_name="张三丰", verified_at="2018-01-01T00:00Z")
    firm = Subject.objects.create(
        kind="organisation", name="郑州一窗餐饮有限公司", uscc="91350100M000100Y43", legal_name="张三丰"
    )
    Membership.objects.create(account=owner, subject=firm, role="legal")
    values = food_values()
    needed = city.standard.materials_for({**values, "situation": "new", "agent": "no"})
    town = Town(city, firm.id, values, [m.code for m in needed])
    town.tokens["owner"] = issue_client("owner", owner, SYSTEM)[1]
    stranger = Account.objects.create_user("shui")
    town.tokens["stranger"] = issue_client("stranger", stranger, SYSTEM)[1]
    for role in ("window", "window2", "reviewer", "surveyor", "surveyor2", "head"):
        actor = getattr(city, role)
        account = Account.objects.get(pk=int(actor.person[2:]))
        town.tokens[role] = issue_client(role, account, SYSTEM, actor.post)[1]
    return town


def appoint(town: Town, role: str, department: str, kind: str) -> None:
    """A post of a department with an officer and a program, whose token is that of the role."""
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.models import Holding, Officer, Post
    from yichuang.people.models import Account
    from yichuang.people.service import issue_client

    post = Post.objects.create(id=f"{department}/{kind}/9", department_id=department, kind=kind, name=role)
    account = Account.objects.create_user(role, kind="officer")
    officer = Officer.objects.create(account=account, name=role, number=role)
    Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
    town.tokens[role] = issue_client(role, account, SYSTEM, post.id)[1]


Call = Callable[..., Any]


@pytest.fixture
def call(town: Town) -> Call:
    """`call("window", "POST", "/api/…", body, key=…)` as the role's program; the answer has `.json()`."""
    from django.test import Client

    client = Client(raise_request_exception=False)

    def made(role: str, method: str, path: str, body: Any = None, *, key: Any = None, **headers: str) -> Any:
        more = {"authorization": f"Bearer {town.tokens[role]}"} if role else {}
        if method == "POST":
            more["idempotency-key"] = str(key or uuid.uuid4())
        media = headers.pop("media", "application/json")
        extra = {} if body is None else {"data": body, "content_type": media}
        return getattr(client, method.lower())(path, headers={**more, **headers}, **extra)

    return made
