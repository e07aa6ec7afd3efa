"""Whom the window opens for a binding code or for the mandates given, reads who looked and why; also without a look-up
by number before it, as from a kept address.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.db.desk.conftest import Browser
from yichuang.cases import looking
from yichuang.cases.models import Look
from yichuang.kernel.codes import resident_id, uscc
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.people.models import Account, Mandate, Membership, Subject, Tries

Desk = Callable[[Actor], Browser]
NUMBER = "410105198505059973"
SAID = {
    "/desk/binding/{}": ("binding_opened", "为发放实名绑定码看了您的登记信息"),
    "/desk/intake/mandates/{}": ("mandates_opened", "看了您给出的授权"),
}
PAGES = tuple(SAID)
NOBODY_LOOKED = "还没有人看过"


def enter(name: str, number: str = NUMBER) -> Subject:
    return Subject.objects.create(kind="person", name=name, id_type="111", id_number=number)


def own_account(subject: Subject, username: str, role: str = "self") -> Account:
    account, _ = Account.objects.get_or_create(username=username)
    Membership.objects.create(account=account, subject=subject, role=role)
    return account


def looks_shown(account: Account, of: str = "") -> str:
    """What 谁看过我的信息 says to this account, once the worker has made the looks entries."""
    looking.record_looks()
    client = Client()
    client.force_login(account)
    return str(client.get("/account/looked", {"of": of} if of else {}).content.decode())


@pytest.fixture
def person(city: Any) -> Subject:
    city.at("2018-03-12 09:30")
    return enter("钱多多")


@pytest.fixture
def owner(person: Subject) -> Account:
    return own_account(person, "qianduoduo")


def sent_to(address: str, subject: Subject) -> dict[str, str]:
    """What the page's form sends: a code is issued, a mandate is ended."""
    if "mandates" not in address:
        return {"document": "original"}
    days = {"first_day": date(2018, 3, 1), "last_day": date(2018, 3, 31)}
    mandate = Mandate.objects.create(principal=subject, agent_name="李四", all_items=True, **days)
    return {"mandate": str(mandate.pk)}


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_opened_reads_which_post_looked_when_and_why(
    city: Any, desk: Desk, person: Subject, owner: Account, address: str, method: str
) -> None:
    assert NOBODY_LOOKED in looks_shown(owner)
    client = desk(city.window).client
    sent = sent_to(address, person) if method == "post" else {}
    assert getattr(client, method)(address.format(person.pk), sent).status_code in (200, 302)
    shown = looks_shown(owner)
    assert shown.count("yc-message__title") == 1
    assert "政务服务办公室 window</h2>" in shown and "2018年3月12日（周一） 09:30" in shown
    kind, said = SAID[address]
    assert said in shown and "综合窗口收件、受理、制证和送达" in shown
    assert "window1" not in shown  # the officer's name
    (entry,) = Entry.objects.filter(stream=f"looked/{person.pk}")
    assert (entry.kind, entry.actor, entry.post) == (kind, city.window.person, city.window.post)
    assert entry.body == "{}"


@pytest.mark.parametrize("address", PAGES)
def test_each_officer_s_look_is_a_line_and_one_again_after_ten_minutes(
    city: Any, desk: Desk, person: Subject, owner: Account, address: str
) -> None:
    for actor in (city.window, city.window, city.window2):
        assert desk(actor).get(address.format(person.pk)).status_code == 200
    assert looks_shown(owner).count("yc-message__title") == 2
    city.at("2018-03-12 09:40")
    assert desk(city.window).get(address.format(person.pk)).status_code == 200
    assert looks_shown(owner).count("yc-message__title") == 3


@pytest.mark.parametrize("address", PAGES)
def test_a_firm_s_looks_are_read_by_its_head(
    city: Any, desk: Desk, person: Subject, owner: Account, address: str
) -> None:
    number = uscc.build("9", "1", "410105", "DEM09999")
    firm = Subject.objects.create(kind="organisation", name="甲公司", uscc=number, legal_id_number=NUMBER)
    own_account(firm, owner.username, "legal")
    assert desk(city.window).get(address.format(firm.pk)).status_code == 200
    assert "政务服务办公室 window</h2>" in looks_shown(owner, firm.pk)
    assert NOBODY_LOOKED in looks_shown(owner, person.pk)


@pytest.mark.parametrize("address", PAGES)
def test_who_is_turned_away_has_seen_nothing(city: Any, desk: Desk, person: Subject, address: str) -> None:
    for actor in (city.reviewer, city.head):
        assert desk(actor).get(address.format(person.pk)).status_code == 403
    assert not Look.objects.exists()


def test_a_number_nobody_has_leaves_nothing_that_tells_so(city: Any, desk: Desk, person: Subject) -> None:
    """Neither in the ledger nor among the looks; and who has that number later is shown no look from before."""
    numbers = [resident_id.build("410105", date(1980, 1, day), 997) for day in (1, 2)]
    browser, entries = desk(city.window), Entry.objects.count()
    for number in numbers:
        answer = browser.client.post("/desk/intake", {"type": "111", "number": number})
        assert answer.status_code == 200 and person.name not in answer.content.decode()
    for address in PAGES:
        assert browser.get(address.format("s:nobody")).status_code == 404
    assert looking.record_looks() == 0 and not Look.objects.exists()
    assert Entry.objects.count() == entries and Subject.objects.count() == 1
    assert [row.tries for row in Tries.objects.all()] == [2]  # one counter, the officer's: it is of no number
    assert NOBODY_LOOKED in looks_shown(own_account(enter("后来人", numbers[0]), "houlairen"))


def test_a_refusal_that_tells_a_number_is_on_record_is_a_look_at_whose_it_is(
    city: Any, desk: Desk, person: Subject, owner: Account
) -> None:
    other, client = enter("孙小美", resident_id.build("410105", date(1980, 1, 1), 997)), desk(city.window).client
    sent = {"type": "111", "number": NUMBER, "name": "李四"}
    assert "不一致" in client.post("/desk/intake", sent).content.decode()
    assert looks_shown(owner).count("按证件号码查到了您的登记信息") == 1
    city.at("2018-03-12 09:40")
    answer = client.post(f"/desk/binding/{other.pk}", {"document": "original", "number": NUMBER})
    assert "登记在另一个人名下" in answer.content.decode()
    assert looks_shown(owner).count("按证件号码查到了您的登记信息") == 2


def test_an_agent_whose_number_is_on_record_under_another_name_is_told_too(
    city: Any, desk: Desk, person: Subject, owner: Account
) -> None:
    firm = Subject.objects.create(kind="organisation", name="甲公司", uscc=uscc.build("9", "1", "410105", "DEM09999"))
    agent = {"agent": "yes", "agent_name": "李四", "agent_type": "111", "agent_number": NUMBER}
    sent = {"situation": "new", **agent, "agent_until": "2018-12-31"}
    client, address = desk(city.window).client, f"/desk/intake/for/{firm.pk}/ZZ-001"
    answer = client.post(address, sent)
    assert answer.status_code == 422 and "不一致" in answer.content.decode() and not Mandate.objects.exists()
    assert "按证件号码查到了您的登记信息" in looks_shown(owner)
    # nor are names tried out on a number without end
    assert [client.post(address, sent).status_code for _ in range(5)] == [422] * 4 + [429]
    right = client.post(address, {**sent, "agent_name": person.name})
    assert right.status_code == 429 and "分钟后再查" in right.content.decode()
