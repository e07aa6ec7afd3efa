"""Two at once: one person at several windows, one document for several accounts. Nobody sees a fault."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from yichuang.kernel.codes import resident_id
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.people import service
from yichuang.people.models import Account, Subject

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")
NUMBER = resident_id.build("410105", date(1985, 5, 5), 997)
MANY = 4


def at_once(act: Callable[[int], T]) -> list[T]:
    start = Barrier(MANY)

    def run(number: int) -> T:
        try:
            start.wait(timeout=10)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


def test_several_windows_enter_one_person_once() -> None:
    def enter(window: int) -> str:
        actor = Actor(f"a:{window}", post=f"410100/zwb/window/{window}", post_kind="window")
        return service.register_subject(kind="person", name="张三", id_type="111", number=NUMBER, actor=actor).id

    assert set(at_once(enter)) == {Subject.objects.get().id}
    assert Entry.objects.filter(kind="subject_entered").count() == 1


def test_one_document_ends_with_one_account(demo_store: None) -> None:
    accounts = [Account.objects.create_user(f"user{n}", None) for n in range(MANY)]

    def verify(number: int) -> str:
        mine = accounts[number]
        return service.verify_real_name(mine, "张三", "111", NUMBER, service.own_actor(mine)).reason

    assert sorted(at_once(verify)) == ["", "bound", "bound", "bound"]
