"""The working pages of the watch: what they show, whom they show it to, at how many statements, and where they lead."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.db.desk.conftest import at_most
from tests.db.watching import client, finding, officer, read_all
from yichuang.supervision import tailing

pytestmark = [pytest.mark.django_db, pytest.mark.screen]
PAGES = ("/watch/lights", "/watch/durations", "/watch/hours", "/watch/signs")


@pytest.fixture
def lived(city: Any) -> Any:
    """A case that was accepted and reviewed, read by supervision."""
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.service import load_seed_years

    load_seed_years(SYSTEM)
    city.at("2018-03-12 09:30")
    case = city.submit().state.id
    city.do(case, "receive", city.window, originals=[])
    city.do(case, "accept", city.window)
    city.at("2018-03-15 23:30")
    city.do(case, "conclude", city.reviewer, step="S1", verdict="pass", opinion="符合要求", officers=[])
    while tailing.tail().more:
        pass
    city.case = case
    return city


def option(text: str, id: str) -> dict[str, Any]:
    found = re.search(rf'id="{id}-data">(.*?)</script>', text, re.S)
    assert found, id
    return dict(json.loads(found[1]))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_holds_to_who_watches_and_takes_few_statements(lived: Any, page: str) -> None:
    browser = client(officer("supervisor"))
    browser.get(page)
    with at_most(9):
        assert browser.get(page).status_code == 200
    assert client(lived.head).get(page).status_code == 200
    assert client(lived.reviewer).get(page).status_code == 403
    assert client(lived.window).get(page).status_code == 403
    odd = {"days": "x", "department": "410122/scjg", "item": "<b>", "by": "x"}
    assert browser.get(page, odd).status_code == 200


def test_lights_lead_to_a_case_in_three_clicks(lived: Any) -> None:
    browser = client(officer("supervisor"))
    for by, word in (("department", "市场监督管理局"), ("item", "食品经营许可"), ("division", "郑州市")):
        text = browser.get("/watch/lights", {"by": by}).content.decode()
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/desk/\?list=open[^"]*)"', text)]
        assert word in text and links, by
        cases = browser.get(links[0]).content.decode()
        assert f"/desk/case/{lived.case}" in cases, by
    assert browser.get(f"/desk/case/{lived.case}").status_code == 200


def test_every_number_of_the_lights_leads_to_so_many_cases_of_that_light(lived: Any) -> None:
    from yichuang.cases.models import Case

    kept = [lived.case, *(lived.submit().state.id for _ in range(6))]
    states = [(0, ""), (1, ""), (3, ""), (4, ""), (0, "payment"), (0, "collection"), (3, "paused")]
    for id, (level, wait) in zip(kept, states, strict=True):
        Case.objects.filter(pk=id).update(level=level, wait=wait)
    browser = client(officer("supervisor"))
    counted = {"1": 1, "3": 2, "4": 1, "payment": 1, "collection": 1}  # beyond a notified time, a pause is late
    for page in ("/watch/lights", "/watch/"):
        text = browser.get(page).content.decode()
        links = dict(re.findall(r'href="(/desk/\?list=open[^"]*light=\w+)">(\d+)</a>', text))
        assert {re.sub(r".*light=", "", link): int(number) for link, number in links.items()} == counted, page
        for link, number in links.items():
            listed = browser.get(link.replace("&amp;", "&")).content.decode()
            assert len(set(re.findall(r"/desk/case/([0-9a-f-]{36})", listed))) == int(number), link


def test_levels_count_the_divisions_below_and_lead_no_further(lived: Any) -> None:
    from yichuang.cases.models import Case

    office = officer("office", "410122/zwb")
    Case.objects.filter(pk=lived.case).update(division="410122", department="410122/scjg")
    text = client(officer("supervisor")).get("/watch/lights", {"by": "division"}).content.decode()
    assert "中原区" in text and "/desk/?list=open" not in text.split("<main")[1].split("按层级</a>")[1]
    text = client(office).get("/watch/lights", {"by": "division"}).content.decode()
    assert "/desk/?list=open" in text.split("按层级</a>")[1]


def test_durations_stand_against_limits_in_chart_and_table(lived: Any) -> None:
    text = client(officer("supervisor")).get("/watch/durations").content.decode()
    chart = option(text, "spread")
    step = lived.standard.step("S1")
    assert chart["series"][0]["data"] == [3.0] and chart["series"][2]["data"] == [step.limit.value]
    assert step.name in text and "用表格看" in text


def test_hours_show_what_happens_at_night(lived: Any) -> None:
    text = client(officer("supervisor")).get("/watch/hours").content.decode()
    assert [23, 3, 1] in option(text, "heat")["series"][0]["data"]
    assert "在22时至6时" in text and text.count("周四") >= 1


def test_saturdays_of_work_are_told_from_days_of_rest(lived: Any) -> None:
    lived.at("2018-04-08 10:00")  # a Sunday on which everybody works for 清明
    lived.do(lived.case, "conclude", lived.surveyor, step="S2", verdict="pass", officers=[lived.surveyor2.person])
    while tailing.tail().more:
        pass
    text = client(officer("supervisor")).get("/watch/hours").content.decode()
    figures = dict(re.findall(r"<dt[^>]*>([^<]+)</dt>\s*<dd[^>]*>\s*(\d+)", text))
    assert (figures["在休息日"], figures["在调休上班的周六周日"]) == ("0", "2"), (
        "a step concluded, and the next opened by it"
    )


def test_signs_count_by_department_and_rule(lived: Any) -> None:
    browser = client(officer("supervisor"))
    read_all()
    assert "没有体外循环的发现" in browser.get("/watch/signs").content.decode()
    finding(lived.case, rule="R-O02", at="bulk", level="red")
    finding(lived.case, rule="R-P02", at="quick/S1/1", level="red")
    text = browser.get("/watch/signs").content.decode()
    assert [one["data"] for one in option(text, "signs")["series"]] == [[1]]
    assert "/watch/findings?rule=R-O02" in text and "/watch/findings?rule=R-O&amp;department=410100/scjg" in text


def test_a_department_is_shown_whole_to_its_watchers_and_its_head(lived: Any) -> None:
    finding(lived.case, person=lived.reviewer.person)
    browser = client(officer("supervisor"))
    browser.get("/watch/department/410100/scjg")
    with at_most(14):
        text = browser.get("/watch/department/410100/scjg").content.decode()
    account = lived.reviewer.person[2:]
    assert f"/watch/officer/{account}" in text and "环节用时" in text
    assert client(lived.head).get("/watch/department/410100/scjg").status_code == 200
    assert client(lived.head).get("/watch/department/410100/zwb").status_code == 404
    assert browser.get("/watch/department/410122/scjg").status_code == 404
    assert client(lived.reviewer).get("/watch/department/410100/scjg").status_code == 403


def test_an_officer_is_shown_to_who_watches_them(lived: Any) -> None:
    finding(lived.case, person=lived.reviewer.person)
    browser, account = client(officer("supervisor")), lived.reviewer.person[2:]
    browser.get(f"/watch/officer/{account}")
    with at_most(11):
        text = browser.get(f"/watch/officer/{account}").content.decode()
    assert "办理时段" in text and [23, 3, 1] in option(text, "heat")["series"][0]["data"]
    link = next(iter(re.findall(r'href="(/watch/findings\?rule=[^"]*person=[^"]*)"', text)))
    found = browser.get(link.replace("&amp;", "&")).content.decode()
    assert ">1条，1件<" in found and "人员：" in found
    window = lived.window.person[2:]
    assert browser.get(f"/watch/officer/{window}").status_code == 200
    assert client(lived.head).get(f"/watch/officer/{account}").status_code == 200
    assert client(lived.head).get(f"/watch/officer/{window}").status_code == 404
    assert client(officer("office", "410122/zwb")).get(f"/watch/officer/{account}").status_code == 404
    assert browser.get("/watch/officer/999999").status_code == 404
