"""准备清单: the questions, the list they lead to, what a login spares, and that nothing is asked twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.db.portal.pages import browser
from yichuang.cases.models import Draft

PAGE = "/items/410100/ZZ-001/prepare"
ANSWERED = {"not-needed": "none", "for-whom": "household", "situation": "new", "vending": "yes"}
MOST_STATEMENTS = 12


def part(page: str, id: str) -> str:
    found = re.search(rf'aria-labelledby="{id}".*?</section>', page, re.S)
    assert found, id
    return found[0]


@pytest.mark.parametrize("answers", [{}, ANSWERED])
def test_a_visitor_takes_few_statements(town: Any, answers: dict[str, str]) -> None:
    with CaptureQueriesContext(connection) as statements:
        assert Client().get(PAGE, answers).status_code == 200
    assert len(statements) <= MOST_STATEMENTS


def test_the_list_says_what_when_how_much_and_where(town: Any) -> None:
    town.city.at("2018-03-12 10:00")
    page = Client().get(PAGE, ANSWERED).content.decode()
    assert "自动售货" in part(page, "bring") and "授权委托书" in part(page, "bring").split("有下面情形的再带")[1]
    days = re.findall(r"2018\s*年\s*(\d+)\s*月\s*(\d+)\s*日", part(page, "when"))
    assert days[:2] == [("3", "12"), ("3", "19")], "five working days to be told"
    assert "不收费" in part(page, "cost") and "大厅" in part(page, "where")


def test_what_needs_no_licence_shows_no_list(town: Any) -> None:
    page = Client().get(PAGE, {"not-needed": "1"}).content.decode()
    assert "仅销售预包装食品备案" in page and "要带的" not in page and "食品安全法35条" in page


def test_who_is_not_registered_is_led_to_registration(town: Any) -> None:
    page = Client().get(PAGE, {"for-whom": "person"}).content.decode()
    assert "先办登记" in page and "要带的" not in page


def test_hostile_answers_are_no_answers(town: Any) -> None:
    for answers in ({"not-needed": "99"}, {"situation": "<b>"}, {"subject": "s:1"}, {"vending": "\x00"}):
        page = Client().get(PAGE, answers).content.decode()
        assert "要带的" not in page and "<b>" not in page


def test_who_is_logged_in_is_spared_what_we_hold_and_reads_of_nobody_else(town: Any) -> None:
    someone = browser(town.owner)
    with CaptureQueriesContext(connection) as statements:
        page = someone.get(PAGE, ANSWERED | {"subject": town.firm.pk}).content.decode()
    assert len(statements) <= MOST_STATEMENTS
    assert "已经实名核验" in part(page, "bring").split("不用您准备的")[1]
    unsaid = someone.get(PAGE, ANSWERED).content.decode()
    assert "登录后" not in unsaid and "选定以谁的名义办后" in unsaid
    other = someone.get(PAGE, {"subject": "s:1"}).content.decode()
    assert "要带的" not in other


def test_an_agent_reads_of_the_firm_and_a_stranger_of_nothing(town: Any) -> None:
    asked = ANSWERED | {"subject": town.firm.pk}
    assert town.firm.name in browser(town.agent).get(PAGE, asked).content.decode()
    page = browser(town.stranger).get(PAGE, asked).content.decode()
    assert town.firm.pk not in page and "不用您准备的" in page
    assert "登录后" not in page and "账号绑定申请人后" in page
    assert "已经实名核验" not in part(page, "bring").split("不用您准备的")[1]


def test_an_answer_is_not_asked_again_in_the_form(town: Any) -> None:
    someone = browser(town.owner)
    page = someone.get(PAGE, ANSWERED | {"subject": town.firm.pk}).content.decode()
    begin = re.search(r'href="(/items/410100/ZZ-001/apply\?[^"]+)"', page)
    assert begin
    start = someone.get(begin[1].replace("&amp;", "&")).content.decode()
    sent = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', start))
    sent |= dict(re.findall(r'name="(subject|situation)" type="radio" value="([^"]*)" checked', start))
    answer = someone.post(PAGE.replace("prepare", "apply"), sent)
    assert answer.status_code == 302 and answer["Location"].endswith("/form")
    draft = Draft.objects.get()
    assert draft.situation == "new" and draft.values["form"]["vending"] == "yes"
    form = someone.get(answer["Location"]).content.decode()
    assert re.search(r'name="vending"[^>]*value="yes"[^>]*checked', form)
