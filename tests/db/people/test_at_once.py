"""Two at once: one person at several windows, one document for several accounts. Nobody sees a fault."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from tests.waiting import HANGS
from yichuang.aggregates.refusal import Invalid
from yichuang.kernel.codes import resident_id
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.people import binding, first_login, identity, mailing, service
from yichuang.people.models import Account, Membership, Subject

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")
NUMBER = resident_id.build("410105", date(1985, 5, 5), 997)
MANY = 4


def at_once(act: Callable[[int], T]) -> list[T]:
    start = Barrier(MANY)

    def run(number: int) -> T:
        try:
            start.wait(HANGS)
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


def test_one_code_binds_one_account(production_store: None) -> None:
    window = Actor("a:99", post="410100/zwb/window/1", post_kind="window")
    person = service.register_subject(kind="person", name="张三", id_type="111", number=NUMBER, actor=window)
    code = binding.issue_code(person, "original", window)
    accounts = [Account.objects.create_user(f"user{n}", None) for n in range(MANY)]

    def redeem(number: int) -> bool:
        try:
            binding.redeem_code(accounts[number], NUMBER, code, service.own_actor(accounts[number]))
        except Invalid:
            return False
        return True

    assert sorted(at_once(redeem)) == [False, False, False, True]
    assert Membership.objects.filter(ended_at=None).count() == 1


def test_first_sign_ins_of_one_person_at_once_make_one_account(production_store: None) -> None:
    claims = [identity.Claims("tyrz", f"u-{n}", "张三", "111", NUMBER) for n in range(MANY)]
    assert len(set(at_once(lambda n: identity.admit(claims[n], None).pk))) == 1
    assert Account.objects.count() == 1 and Membership.objects.count() == 1


def test_one_link_sets_one_password() -> None:
    account = Account.objects.create_user("window09", None, kind="officer")
    token = first_login.issue_first_link(account, Actor("a:99", post_kind="secadmin")).rsplit("/", 1)[1]
    done = at_once(lambda n: first_login.set_first_password(token, f"a-long-password-{n}") is not None)
    assert sorted(done) == [False, False, False, True]


def test_several_workers_send_one_mail_once(production_store: None) -> None:
    mailing.queue_mail("a@example.cn", "一", "二")
    assert len([mail for mail in at_once(lambda _: mailing._claim("email")) if mail is not None]) == 1
