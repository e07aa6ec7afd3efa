"""Absence, delegation and handing over assigned steps, from the head's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.db.desk.conftest import Browser, at_most
from tests.db.world import City
from yichuang.cases.service import replay_case
from yichuang.org.models import Absence, Delegation, Officer

Desk = Callable[..., Browser]


def officer(actor: Any) -> Officer:
    return Officer.objects.get(account_id=int(actor.person[2:]))


def test_an_absent_reviewers_step_goes_to_a_colleague(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "accept", city.window)
    head = desk(city.head)
    assert head.act(id, "assign", "S1", person=city.reviewer.person, reason="由其办理").status_code == 302
    sent = {
        "absence-officer": officer(city.reviewer).pk,
        "absence-reason": "leave",
        "absence-first_day": "2018-03-12",
        "absence-last_day": "2018-03-20",
    }
    assert head.client.post("/desk/handover/absence", sent).status_code == 302
    page = head.get("/desk/handover").content.decode()
    assert "reviewer1" in page and "没有代理人" in page and f"/desk/case/{id}#acts-title" in page
    assert "现有待办1件，包括没有指派给个人的" in page
    # who is away acts from no post, and sees why
    away = desk(city.reviewer)
    assert away.get(f"/desk/case/{id}").status_code == 403
    assert "您已登记缺席" in away.get("/desk/").content.decode()
    # handed over, the colleague may conclude it
    assert desk(city.reviewer2).act(id, "conclude", "S1", verdict="pass").status_code == 403
    assert head.act(id, "assign", "S1", person=city.reviewer2.person).status_code == 302
    assert desk(city.reviewer2).act(id, "conclude", "S1", verdict="pass", opinion="符合").status_code == 302
    assert replay_case(id).steps["S1"].status == "done"
    absence = Absence.objects.get()
    stand_in = {"post": city.reviewer.post, "officer": officer(city.reviewer2).pk}
    assert head.client.post(f"/desk/handover/delegate/{absence.pk}", stand_in).status_code == 302
    assert Delegation.objects.get().stand_in == officer(city.reviewer2)
    assert "由reviewer2代理" in head.get("/desk/handover").content.decode()
    assert "切换岗位" in desk(city.reviewer2).get("/desk/").content.decode()
    city.at("2018-03-15 09:00")
    assert head.client.post(f"/desk/handover/absence/{absence.pk}/end").status_code == 302
    assert desk(city.reviewer).get("/desk/").status_code == 200


def test_a_post_is_switched_and_only_to_ones_own(city: City, desk: Desk) -> None:
    from datetime import date

    from yichuang.org.models import Holding

    Holding.objects.create(officer=officer(city.window), post_id=city.head.post, first_day=date(2017, 1, 1))
    browser = desk(city.window)
    assert "窗口收件" in browser.get("/desk/").content.decode()
    browser.client.post("/desk/post", {"post": city.head.post})
    page = browser.get("/desk/").content.decode()
    assert "缺席与交接" in page and "窗口收件" not in page
    browser.client.post("/desk/post", {"post": city.reviewer.post})
    assert "缺席与交接" in browser.get("/desk/").content.decode()


def test_the_page_is_the_heads_and_of_the_own_department(city: City, desk: Desk) -> None:
    assert desk(city.reviewer).get("/desk/handover").status_code == 403
    head = desk(city.head)
    sent = {
        "absence-officer": officer(city.window).pk,
        "absence-reason": "leave",
        "absence-first_day": "2018-03-12",
        "absence-last_day": "2018-03-20",
    }
    assert head.client.post("/desk/handover/absence", sent).status_code == 422
    away = Absence.objects.create(
        officer=officer(city.window), first_day="2018-03-12", last_day="2018-03-20", reason="leave"
    )
    assert head.client.post(f"/desk/handover/absence/{away.pk}/end").status_code == 404


def test_days_in_the_wrong_order_are_said_beside_their_field(city: City, desk: Desk) -> None:
    sent = {
        "absence-officer": officer(city.reviewer).pk,
        "absence-reason": "leave",
        "absence-first_day": "2018-03-20",
        "absence-last_day": "2018-03-12",
    }
    answer = desk(city.head).client.post("/desk/handover/absence", sent)
    assert answer.status_code == 422
    assert "结束日期不能早于开始日期" in answer.content.decode()


def test_what_the_page_costs(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    for actor in (city.reviewer, city.reviewer2, city.surveyor):
        Absence.objects.create(officer=officer(actor), first_day="2018-03-12", last_day="2018-03-20", reason="duty")
    head = desk(city.head)
    with at_most(10):
        assert head.get("/desk/handover").status_code == 200
