"""The three administrators of the small city, logged in: `house.sysadmin` and the others are browsers at their post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest


@dataclass
class House:
    """The city, a browser for each administrator, and one for any actor by `sit`."""

    city: Any
    sysadmin: Any
    secadmin: Any
    auditadmin: Any
    sit: Any


@pytest.fixture
def house(city: Any) -> House:
    from django.test import Client

    from yichuang.ledger.actor import Actor
    from yichuang.org.models import Holding, Officer, Post
    from yichuang.people.models import Account

    def officer(kind: str) -> Actor:
        post = Post.objects.create(
            id=f"410100/zwb/{kind}/1", department_id="410100/zwb", kind=kind, name=f"{kind}的岗位"
        )
        account = Account.objects.create_user(kind, kind="officer")
        made = Officer.objects.create(account=account, name=f"管理员{kind}", number=kind)
        Holding.objects.create(officer=made, post=post, first_day=date(2017, 1, 1))
        return Actor(f"a:{account.pk}", post.id, kind, "410100/zwb", "410100")

    def sit(actor: Actor) -> Client:
        client = Client()
        client.force_login(Account.objects.get(pk=int(actor.person[2:])))
        return client

    return House(city, *(sit(officer(kind)) for kind in ("sysadmin", "secadmin", "auditadmin")), sit)
