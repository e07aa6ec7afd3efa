"""Mandates: who may speak for whom, for what and how long; messages to those concerned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from yichuang.aggregates.refusal import Refused
from yichuang.kernel.codes import resident_id, uscc
from yichuang.kernel.localtime import local_day
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.ledger.service import now
from yichuang.people import mandates, messages, queries, service
from yichuang.people.models import Account, Mail, Mandate, Message, Subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_store")]
WINDOW = Actor("a:99", post="410100/zwb/window/1", post_kind="window", channel="window")
START, END = date(2018, 3, 1), date(2018, 3, 31)
LETTER = {"number": "委字 1 号", "note": "原件在卷"}


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda error: error.code == code)


def person(username: str, name: str, day: int) -> tuple[Account, Subject]:
    account = service.register_account(username, None, email=f"{username}@demo.invalid")
    number = resident_id.build("410105", date(1980, 1, day), 997)
    assert service.verify_real_name(account, name, "111", number, service.own_actor(account)).passed
    return account, Subject.objects.get(id_number=number)


@pytest.fixture
def li() -> tuple[Account, Subject]:
    return person("lisi", "李四", 1)


@pytest.fixture
def wang() -> tuple[Account, Subject]:
    return person("wangwu", "王五", 2)


def test_an_agent_acts_within_the_days_of_the_mandate(
    li: tuple[Account, Subject], wang: tuple[Account, Subject]
) -> None:
    (principal, him), (agent, it) = li, wang
    mandates.grant_mandate(
        him, it, items=None, first_day=START, last_day=END, actor=queries.actor_of_applicant(principal, START)
    )
    for day, subjects in (
        (START - timedelta(days=1), (it.id,)),
        (START, (it.id, him.id)),
        (END, (it.id, him.id)),
        (END + timedelta(days=1), (it.id,)),
    ):
        assert queries.subjects_for(agent, day) == subjects
    assert queries.subjects_for(principal, START) == (him.id,)  # not the other way round
    acting = queries.actor_of_applicant(agent, START, subject=him.id)
    assert (acting.on_behalf_of, acting.subjects) == (him.id, (it.id, him.id))
    assert queries.actor_of_applicant(agent, START, subject=it.id).on_behalf_of == ""


def test_a_mandate_for_some_items_opens_those_and_nothing_else(
    li: tuple[Account, Subject], wang: tuple[Account, Subject]
) -> None:
    (principal, him), (agent, it) = li, wang
    actor = queries.actor_of_applicant(principal, START)
    mandates.grant_mandate(him, it, items=["ZZ-002", "ZZ-001"], first_day=START, last_day=END, actor=actor)
    assert queries.subjects_for(agent, START, item="ZZ-001") == (it.id, him.id)
    assert queries.subjects_for(agent, START, item="ZZ-003") == (it.id,)
    assert queries.subjects_for(agent, START) == (it.id,)


def test_nobody_grants_for_another_and_an_agent_passes_nothing_on(
    li: tuple[Account, Subject], wang: tuple[Account, Subject]
) -> None:
    (principal, him), (agent, it) = li, wang
    _, third = person("zhaoliu", "赵六", 3)
    days = {"first_day": START, "last_day": END}
    mandates.grant_mandate(him, it, items=None, **days, actor=queries.actor_of_applicant(principal, START))
    forwarding = queries.actor_of_applicant(agent, START)
    assert him.id in forwarding.subjects
    with refused("forbidden"):
        mandates.grant_mandate(him, third, items=None, **days, actor=forwarding)
    # an officer's post other than a window's is no ground either, though the officer has an account
    with refused("forbidden"):
        mandates.grant_mandate(
            him,
            third,
            items=None,
            **days,
            actor=replace(forwarding, person=principal.person, post="x", post_kind="head"),
        )
    assert Mandate.objects.count() == 1


def test_a_window_enters_a_mandate_only_from_a_letter_which_stays_in_the_vault(
    li: tuple[Account, Subject], wang: tuple[Account, Subject]
) -> None:
    him, it = li[1], wang[1]
    days = {"first_day": START, "last_day": END}
    with refused("evidence"):
        mandates.grant_mandate(him, it, items=None, **days, actor=WINDOW)
    mandate = mandates.grant_mandate(him, it, items=["ZZ-001"], **days, actor=WINDOW, evidence=LETTER)
    assert mandate.evidence is not None and vault.read_row(mandate.evidence) == LETTER
    (entry,) = Entry.objects.filter(kind="mandate_granted")
    assert entry.stream == f"people/subject/{him.id}" and "委字" not in entry.body and "李四" not in entry.body


def test_mandates_that_say_nothing_are_refused(li: tuple[Account, Subject], wang: tuple[Account, Subject]) -> None:
    (principal, him), (_, it) = li, wang
    actor = queries.actor_of_applicant(principal, START)
    with refused("scope"):
        mandates.grant_mandate(him, it, items=[], first_day=START, last_day=END, actor=actor)
    with refused("days"):
        mandates.grant_mandate(him, it, items=None, first_day=END, last_day=START, actor=actor)
    with refused("same"):
        mandates.grant_mandate(him, him, items=None, first_day=START, last_day=END, actor=actor)
    common = {"principal": him, "first_day": START, "last_day": END}
    for row in (
        Mandate(agent=it, all_items=False, items=[], **common),
        Mandate(agent=it, all_items=True, items=["ZZ-001"], **common),
        Mandate(agent=him, all_items=True, items=[], **common),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_principal_agent_and_window_revoke_and_it_ends_at_once(
    li: tuple[Account, Subject], wang: tuple[Account, Subject]
) -> None:
    (principal, him), (agent, it) = li, wang
    other, _ = person("zhaoliu", "赵六", 3)
    by = {
        name: queries.actor_of_applicant(account, START)
        for name, account in (("p", principal), ("a", agent), ("o", other))
    }
    for revoker in (by["p"], by["a"], WINDOW):
        mandate = mandates.grant_mandate(him, it, items=None, first_day=START, last_day=END, actor=by["p"])
        with refused("forbidden"):
            mandates.revoke_mandate(mandate, by["o"])
        mandates.revoke_mandate(mandate, revoker)
        assert mandate.revoked_at is not None
        assert queries.subjects_for(agent, START) == (it.id,)
        with refused("revoked"):
            mandates.revoke_mandate(mandate, revoker)
    assert Entry.objects.filter(kind="mandate_revoked").count() == 3


def test_an_employee_acts_for_the_firm_by_its_heads_mandate(
    li: tuple[Account, Subject], wang: tuple[Account, Subject]
) -> None:
    principal, _ = li
    agent, it = wang
    code = uscc.build("9", "1", "410105", "DEM09999")
    firm = service.verify_organisation(principal, code, "郑州示范有限公司", service.own_actor(principal))
    mandates.grant_mandate(
        firm, it, items=None, first_day=START, last_day=END, actor=queries.actor_of_applicant(principal, START)
    )
    assert queries.subjects_for(agent, START) == (it.id, firm.id)


def test_a_notice_reaches_the_accounts_of_a_subject_and_the_outbox(
    li: tuple[Account, Subject], wang: tuple[Account, Subject]
) -> None:
    (principal, him), (agent, it) = li, wang
    today = local_day(now())
    mandates.grant_mandate(
        him, it, items=None, first_day=today, last_day=today, actor=queries.actor_of_applicant(principal, today)
    )
    Message.objects.all().delete()
    Mail.objects.all().delete()
    messages.notify(him.id, "已受理", "您的申请已受理。", "/cases/1", case_no="C1", also=[agent, principal])
    assert list(Message.objects.order_by("account__username").values_list("account__username", "case_no")) == [
        ("lisi", "C1"),
        ("wangwu", "C1"),
    ]
    assert set(Mail.objects.values_list("channel", "to")) == {
        ("email", "lisi@demo.invalid"),
        ("email", "wangwu@demo.invalid"),
    }
    assert queries.count_unread(principal) == 1
    strange = queries.messages_of(agent).get().pk
    assert messages.mark_read(principal, [strange]) == 0  # another's message stays unread
    assert messages.mark_read(principal) == 1
    assert (queries.count_unread(principal), queries.count_unread(agent)) == (0, 1)


def test_who_has_no_account_gets_a_short_message(db: None) -> None:
    number = resident_id.build("410105", date(1980, 1, 9), 997)
    fields = {"kind": "person", "id_type": "111", "actor": WINDOW}
    walked_in = service.register_subject(name="孙七", number=number, phone="13800000009", **fields)
    messages.notify(walked_in.id, "请补正", "材料不齐。" * 1000)
    sms = Mail.objects.get()
    assert (sms.channel, sms.to, len(sms.body)) == ("sms", "13800000009", messages.LONGEST_SMS)
