"""Searching on the desk: closed cases by any number, names in letters, one character, pinyin, a person's number; and
what an officer who is away sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.db.desk.conftest import Browser
from tests.db.world import City
from yichuang.aggregates.models import Paper
from yichuang.cases.models import Case, Look
from yichuang.kernel.codes import resident_id
from yichuang.org.models import Absence, Delegation, Officer
from yichuang.people.models import Subject

Desk = Callable[..., Browser]
ID = "11010519491231002X"


def rows(answer: Any) -> list[str]:
    return re.findall(r'yc-number">(410100SCJ\d{11})<', answer.content.decode())


@pytest.fixture
def shop(city: City, desk: Desk) -> Any:
    """A case that was refused and one that is open, and a clerk's browser."""
    city.at("2018-03-12 09:30")
    return city, desk(city.window).client


def named(city: City, name: str) -> Case:
    id = city.submit(applicant=name).state.id
    return Case.objects.get(pk=id)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Siemens Energy (Zhengzhou) Trading Limited", "siemens"),
        ("Siemens Energy (Zhengzhou) Trading Limited", "Energy Trading"),
        ("InternationalTradingCompany", "InternationalTradingCompany"),  # as long as a number, and none
        ("郑州王小面餐饮有限公司", "王"),
        ("郑州王小面餐饮有限公司", "司"),  # the last character too
        ("郑州王小面餐饮有限公司", "wangxiaomian"),
        ("郑州王小面餐饮有限公司", "wxm"),
        ("郑州王小面餐饮有限公司", "zzwxm"),
        ("王五", "王"),
    ],
)
def test_an_applicant_is_found_by_what_a_clerk_types(shop: Any, name: str, text: str) -> None:
    city, browser = shop
    case, other = named(city, name), named(city, "洛阳甲乙丙商行")
    assert rows(browser.get("/desk/", {"list": "open", "q": text})) == [case.receipt]
    assert other.receipt not in browser.get("/desk/", {"list": "open", "q": text}).content.decode()


def test_a_closed_case_is_found_from_any_list_by_any_number(shop: Any) -> None:
    city, browser = shop
    case = named(city, "郑州王小面餐饮有限公司")
    city.do(case.pk, "receive", city.window, originals=[])
    city.do(
        case.pk,
        "decline",
        city.window,
        outcome="not_accepted",
        reason="不属于",
        bases=[city.standard.bases_on(None)[0]],
    )
    case.refresh_from_db()
    assert case.closed_on
    paper = Paper.objects.filter(stream=f"case/{case.pk}").exclude(kind="receipt").get()
    for number in (case.number, case.receipt, paper.number):
        answer = browser.get("/desk/", {"q": number})
        assert rows(answer) == [case.receipt], number
        assert "在您可以查看的全部办件里找到" in answer.content.decode()
    assert rows(browser.get("/desk/", {"q": "没有的编号第00001号"})) == []


def test_a_person_is_found_by_number_on_record_and_the_number_stays_in_no_address(shop: Any) -> None:
    city, browser = shop
    subject = Subject.objects.create(id="s:1", kind="person", name="张三丰", id_type="111", id_number=ID)
    case = named(city, "张三丰")
    assert case.subject == subject.pk
    answer = browser.get("/desk/", {"q": ID})
    assert answer.status_code == 302 and ID not in answer.url and "subject=s%3A1" in answer.url
    assert rows(browser.get(answer.url)) == [case.receipt]
    assert Look.objects.filter(kind="looked_up", subject=subject.pk, person=city.window.person).count() == 1
    answer = browser.get("/desk/", {"q": resident_id.build("410105", date(1990, 1, 1), 997)}, follow=True)
    assert "没有您可以查看的、这个证件号码的办件" in answer.content.decode()


def test_who_is_away_sees_their_own_cases_and_why_they_cannot_act(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "accept", city.window)
    city.do(id, "assign", city.head, step="S1", person=city.reviewer.person, reason="分工")
    browser = desk(city.reviewer).client
    away = Officer.objects.get(account_id=int(city.reviewer.person[2:]))
    other = Officer.objects.exclude(pk=away.pk).first()
    days = {"first_day": date(2018, 3, 12), "last_day": date(2018, 3, 16)}
    absence = Absence.objects.create(officer=away, reason="leave", **days)
    Delegation.objects.create(post_id=city.reviewer.post, absence=absence, absent=away, stand_in=other, **days)
    page = browser.get("/desk/").content.decode()
    assert Case.objects.get(pk=id).receipt in page
    assert "您已登记缺席（休假），自2018年3月12日（周一）起至2018年3月16日（周五）止" in page
    assert f"由{other.name}代班" in page
    refused = browser.get(f"/desk/case/{id}")
    assert refused.status_code == 403 and "您已登记缺席" in refused.content.decode()


def test_what_is_found_in_other_lists_is_pointed_to(shop: Any) -> None:
    """Open cases found do not hide that there are ended ones, and the other way round."""
    city, browser = shop
    ended = named(city, "郑州王小面餐饮有限公司")
    city.do(ended.pk, "withdraw", city.citizen)
    named(city, "郑州王小面餐饮有限公司")
    page = browser.get("/desk/", {"list": "open", "q": "王小面"}).content.decode()
    assert "另有1件已办结" in page and "list=closed" in page
    page = browser.get("/desk/", {"list": "closed", "q": "王小面"}).content.decode()
    assert "另有1件在办" in page
    assert "另有" not in browser.get("/desk/", {"list": "open"}).content.decode()
