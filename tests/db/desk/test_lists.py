"""The lists of the desk: what waits for whom, search and filters, counts, and names masked for who only watches."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.db.desk.conftest import Browser, at_most, conclude_steps
from tests.db.desk.test_case import accepted
from tests.db.world import City
from yichuang.cases.models import Case

Desk = Callable[..., Browser]


def rows(answer: Any) -> list[str]:
    return re.findall(r'yc-number">(410100SCJ\d{11})<', answer.content.decode())


def test_a_window_finds_its_cases(city: City, desk: Desk) -> None:
    city.at("2018-03-05 09:30")
    ids = [city.submit().state.id for _ in range(3)]
    city.do(ids[1], "receive", city.window, originals=[])
    city.do(ids[2], "receive", city.window, originals=[])
    city.do(ids[2], "accept", city.window)
    receipt = {str(c.id): c.receipt for c in Case.objects.all()}
    browser = desk(city.window)
    assert len(rows(browser.get("/desk/"))) == 2  # an accepted case waits for the reviewer, not for the window
    assert len(rows(browser.get("/desk/", list="open"))) == 3
    assert rows(browser.get("/desk/", stage="received")) == [receipt[ids[1]]]
    assert rows(browser.get("/desk/", list="open", q=receipt[ids[0]])) == [receipt[ids[0]]]
    assert len(rows(browser.get("/desk/", list="open", q="张三丰"))) == 3
    assert len(rows(browser.get("/desk/", list="open", q="食品经营"))) == 3
    assert len(rows(browser.get("/desk/", list="open", q="张三丰 食品经营"))) == 3
    assert not rows(browser.get("/desk/", list="open", q="李四"))
    assert not rows(browser.get("/desk/", list="open", q="李四 食品经营"))
    assert not rows(browser.get("/desk/", list="open", light="4"))
    assert browser.get("/desk/", list="nothing").status_code == 404
    for odd in ({"page": "x"}, {"page": "99999999"}, {"level": "x"}, {"stage": "x"}, {"q": "%_'\x00"}):
        assert browser.get("/desk/", **odd).status_code == 200, odd
    assert rows(desk(city.reviewer).get("/desk/")) == [receipt[ids[2]]]


def test_the_nearest_date_stands_first_and_a_passed_one_shows(city: City, desk: Desk) -> None:
    city.at("2018-03-05 09:30")
    early = city.submit().state.id
    city.at("2018-03-08 09:30")
    city.submit()
    city.at("2018-03-13 09:30")
    answer = desk(city.window).get("/desk/")
    assert rows(answer)[0] == Case.objects.get(pk=early).receipt
    assert "已过期" in answer.content.decode()


def test_of_ended_cases_the_latest_stands_first(city: City, desk: Desk) -> None:
    ended = []
    for day in ("2018-03-05", "2018-03-07", "2018-03-06"):
        city.at(f"{day} 09:30")
        id = city.submit().state.id
        city.do(id, "withdraw", city.citizen)
        ended.append((day, Case.objects.get(pk=id).receipt))
    latest_first = [receipt for _, receipt in sorted(ended, reverse=True)]
    assert rows(desk(city.window).get("/desk/", list="closed")) == latest_first


@pytest.mark.breach
def test_who_only_watches_sees_names_masked(city: City, desk: Desk) -> None:
    from yichuang.org.models import Holding, Officer, Post
    from yichuang.people.models import Account

    post = Post.objects.create(
        id="410100/zwb/supervisor/1", department_id="410100/zwb", kind="supervisor", name="电子监察岗"
    )
    account = Account.objects.create_user("supervisor", kind="officer")
    officer = Officer.objects.create(account=account, name="蒋明察", number="1")
    Holding.objects.create(officer=officer, post=post, first_day=date(2017, 1, 1))
    city.submit()
    watcher = replace(city.window, person=f"a:{account.pk}", post=post.id, post_kind="supervisor")
    page = desk(watcher).get("/desk/").content.decode()
    assert "张**" in page and "张三丰" not in page
    case = desk(watcher).case(Case.objects.get().id).content.decode()
    assert "张三丰" not in case


def test_days_left_step_and_holder_stand_in_the_list(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    assert "还剩5个工作日" in desk(city.window).get("/desk/").content.decode()
    city.do(id, "accept", city.window)
    city.do(id, "assign", city.head, step="S1", person=city.reviewer.person)
    page = desk(city.window).get("/desk/", list="others").content.decode()
    step = next(step.name for step in city.standard.steps if step.code == "S1")
    assert step in page and "reviewer1" in page
    assert not rows(desk(city.window).get("/desk/", list="applicant"))


def test_the_three_queues_hold_every_open_case_once(city: City, desk: Desk) -> None:
    city.at("2018-03-05 09:30")
    ids = [city.submit().state.id for _ in range(3)]
    for id in ids[1:]:
        city.do(id, "receive", city.window, originals=[])
    city.do(ids[1], "ask_correction", city.window, materials=["M02"], reason="缺营业执照")
    city.do(ids[2], "accept", city.window)
    browser = desk(city.window)
    queues = [rows(browser.get("/desk/", list=key)) for key in ("todo", "applicant", "others")]
    assert sorted(receipt for queue in queues for receipt in queue) == sorted(rows(browser.get("/desk/", list="open")))
    assert [len(queue) for queue in queues] == [1, 1, 1]


def test_what_lies_ready_waits_for_the_applicant_alone(city: City, desk: Desk) -> None:
    city.at("2018-03-05 09:30")
    made, refused = (str(accepted(city)) for _ in range(2))
    for id in (made, refused):
        conclude_steps(city, id)
    city.do(made, "decide", city.head, granted=True)
    browser = desk(city.window)
    assert (counts := side_counts(browser))["待制证"] == 1 and counts["待领取"] == 0
    city.do(made, "make_certificate", city.window)
    basis = list(city.standard.bases_on(None)[:1])
    city.do(refused, "decide", city.head, granted=False, reason="不符合条件", bases=basis)
    assert (counts := side_counts(browser))["待制证"] == 0 and counts["待领取"] == 2 and counts["全部待办"] == 0
    assert not rows(browser.get("/desk/"))
    assert len(rows(browser.get("/desk/", list="applicant", light="collection"))) == 2


def side_counts(browser: Browser) -> dict[str, int]:
    """What the navigation says of each list."""
    page = browser.get("/desk/").content.decode()
    side = re.findall(r'<span>([^<]+)</span><span class="yc-count">(\d+)', page)
    return {text: int(count) for text, count in side}


def test_a_list_is_sorted_as_asked(city: City, desk: Desk) -> None:
    for day in ("2018-03-05", "2018-03-07", "2018-03-06"):
        city.at(f"{day} 09:30")
        city.submit()
    oldest = [case.receipt for case in Case.objects.order_by("submitted_at")]
    browser = desk(city.window)
    assert rows(browser.get("/desk/", sort="oldest")) == oldest
    assert rows(browser.get("/desk/", list="open", sort="newest")) == oldest[::-1]
    assert rows(desk(city.reviewer).get("/desk/", list="open", sort="oldest")) == oldest


def test_filters_are_saved_under_a_name_without_words_of_a_search(city: City, desk: Desk) -> None:
    browser = desk(city.window)
    sent = {"name": "我的食品件", "query": "item=ZZ-001&stage=received&q=张三丰&subject=s:1"}
    assert browser.client.post("/desk/saved", sent).url == "/desk/?stage=received&item=ZZ-001"
    page = browser.get("/desk/").content.decode()
    assert 'href="/desk/?stage=received&amp;item=ZZ-001">我的食品件</a>' in page and "张三丰" not in page
    assert "我的食品件" not in desk(city.window2).get("/desk/").content.decode()
    assert "名称写1至20个字" in browser.client.post("/desk/saved", {"query": ""}, follow=True).content.decode()
    browser.client.post("/desk/saved", {"drop": "我的食品件"})
    assert 'stage=received&amp;item=ZZ-001">' not in browser.get("/desk/").content.decode()


def test_the_next_case_is_offered_after_an_act(city: City, desk: Desk) -> None:
    city.at("2018-03-12 09:30")
    first, second = (str(city.submit().state.id) for _ in range(2))
    browser = desk(city.window)
    shown = browser.client.get(browser.act(first, "receive").url)
    assert f'data-keys-next href="/desk/case/{second}"' in shown.content.decode()
    assert "data-keys-next" not in browser.case(first).content.decode()


def test_queues_and_the_page_after_an_act_cost_few_statements(city: City, desk: Desk) -> None:
    id = str(city.submit().state.id)
    browser = desk(city.window)
    browser.get("/desk/"), browser.case(id)  # published standards and calendars are read once a process
    for address, most in (("/desk/?list=others", 5), ("/desk/?list=applicant", 5), (f"/desk/case/{id}?done=1", 10)):
        with at_most(most):
            assert browser.client.get(address).status_code == 200
