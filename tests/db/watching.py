"""Who watches and who is watched, and a finding between them: what tests of findings and orders begin with."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client


def client(actor: Any) -> Client:
    from yichuang.people.models import Account

    out = Client()
    out.force_login(Account.objects.get(pk=int(actor.person[2:])))
    return out


def officer(kind: str, department: str = "410100/zwb") -> Any:
    """One more officer of the city, or of a division made for them."""
    from yichuang.ledger.actor import Actor
    from yichuang.org.models import Department, Division, Holding, Officer, Post
    from yichuang.people.models import Account

    division, _, code = department.partition("/")
    if not Division.objects.filter(code=division).exists():
        Division.objects.create(code=division, name="中原区", level="county", parent_id="410100")
    Department.objects.get_or_create(
        id=department, defaults={"division_id": division, "code": code, "name": "政务办", "short": "政务"}
    )
    number = f"{kind}-{division}"
    post = Post.objects.create(id=f"{department}/{kind}/9", department_id=department, kind=kind, name="监察一岗")
    account = Account.objects.create_user(number, kind="officer")
    made = Officer.objects.create(account=account, name=f"姓名{number}", number=number)
    Holding.objects.create(officer=made, post=post, first_day=date(2017, 1, 1))
    return Actor(f"a:{account.pk}", post.id, kind, department, division)


def finding(case: Any, **values: Any) -> Any:
    """A finding as judging leaves it, its first move in the ledger with it."""
    from yichuang.ledger.actor import SYSTEM
    from yichuang.ledger.service import record
    from yichuang.supervision.models import Finding

    row = Finding(
        **{
            "id": uuid.uuid4(), "rule": "R-P02", "version": "1 least_seconds=60", "case_id": str(case),
            "at": f"quick/S{uuid.uuid4().hex[:4]}/1", "level": "yellow", "division": "410100",
            "department": "410100/scjg", "item": "ZZ-001", "number": "N1", "person": "", "day": date(2018, 3, 12),
            "measured": 12, "allowed": 60, "open": True, "found_at": datetime(2018, 3, 12, 2, tzinfo=UTC),
        }
        | values
    )  # fmt: skip
    row.save()
    body = {"rule": row.rule, "version": row.version, "at": row.at, "measured": row.measured, "allowed": row.allowed}
    record(f"finding/{row.id}", "found", body, SYSTEM)
    return row


def read_all() -> None:
    """Let supervision read and judge everything that is recorded."""
    from yichuang.supervision import tailing

    while tailing.tail().more:
        pass
