"""What a holder is told of a licence, once each, and nothing that a case tells already."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.db.licences.lives import Licences
from yichuang.aggregates.door import tick
from yichuang.cases.declared import CASE
from yichuang.cases.notices import FOLLOWER as of_cases
from yichuang.licences.declared import LICENCE
from yichuang.licences.notices import FOLLOWER as of_licences
from yichuang.people.models import Account, Membership, Message, Subject


@pytest.fixture
def owner(licences: Licences) -> Account:
    account = Account.objects.create_user("owner", real_name="陈镕")
    Membership.objects.create(account=account, subject=Subject.objects.get(pk="s:1"), role="legal")
    return account


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is visible here counts as settled: the test is one transaction."""
    from tests.db.conftest import newest
    from yichuang.aggregates import following

    monkeypatch.setattr(following, "find_settled_position", newest)


def told() -> list[str]:
    """The titles of messages that came since the last look."""
    for follower in (of_cases, of_licences):
        follower.follow(0)
    titles = list(Message.objects.order_by("id").values_list("title", flat=True))
    Message.objects.all().delete()
    return titles


def test_each_step_of_a_revocation_is_told(licences: Licences, owner: Account) -> None:
    licence, city = licences.granted(), licences.city
    told()
    city.at("2018-06-04 09:00")
    licences.do(licence, "open_revocation", city.reviewer, ground="procedure", reason="查明的事实。")
    assert told() == ["拟撤销证照的告知"]
    licences.do(licence, "ask_hearing", licences.citizen)
    licences.do(licence, "arrange_hearing", city.head, day="2018-06-20", place="上午九时")
    assert told() == ["告知书已送达", "已收到听证要求", "听证通知"]
    city.at("2018-06-20 10:00")
    licences.do(licence, "hold_hearing", city.reviewer2, record="笔录")
    licences.do(licence, "revoke", city.head, reason="事实清楚。", compensation="另行协商。")
    assert told() == ["证照已被撤销"]
    assert told() == []


def test_before_the_end_and_at_it(licences: Licences, owner: Account) -> None:
    licence = licences.granted()
    told()
    for at in ("2022-11-11 08:00", "2023-01-10 08:00", "2023-03-12 08:00"):
        licences.city.at(at)
        tick(LICENCE, licence)
    assert told() == ["证照即将到期", "证照即将到期", "证照已注销"]


def test_what_silence_did_is_told_once_and_not_as_a_decision(licences: Licences, owner: Account) -> None:
    licence = licences.granted()
    licences.city.at("2023-01-10 10:00")
    case = licences.file("renew", licence)
    told()
    licences.city.at("2023-03-12 08:00")
    tick(LICENCE, licence)
    tick(CASE, uuid.UUID(case))
    titles = told()  # taken up late, it was received and accepted by silence before
    assert titles.count("视为准予延续") == 1 and not any("准予" in t for t in titles if "视为" not in t)


def test_what_a_case_decides_is_told_by_the_case_alone(licences: Licences, owner: Account) -> None:
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    case = licences.file("cancel", licence)
    told()
    licences.grant(case)
    titles: Any = told()
    assert "准予注销" in titles and not {"证照已注销", "证照已更正"} & set(titles)
