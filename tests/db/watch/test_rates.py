"""三率: what the page shows to whom, its chart and the table behind it, and setting an exclusion there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.db.desk.conftest import at_most
from tests.db.supervision.tables import put_calendar
from tests.db.watching import client, officer
from yichuang.supervision import judging, tailing
from yichuang.supervision.models import Exclusion, Finding
from yichuang.supervision.rules.catalogue import BY_CODE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1a.1"), pytest.mark.screen]


@pytest.fixture
def short(city: Any) -> Any:
    """A department with nobody in it, and one whose own system tells of an application nobody filed here."""
    from datetime import UTC, datetime

    from yichuang.exchange.service import DepartmentReport, store_report
    from yichuang.org.models import Department

    city.at("2018-03-12 10:00")
    put_calendar()
    Department.objects.create(id="410100/gaj", division_id="410100", code="gaj", name="市公安局", short="公安")
    happened = datetime(2018, 3, 9, 2, 0, tzinfo=UTC)
    store_report("old", DepartmentReport("R-1", "accepted", happened, application="甲", item="ZZ-001"), city.head)
    city.submit()
    read()
    return city


def read() -> None:
    tailing.rebuild()
    while tailing.tail().more:
        pass


def test_the_page_names_what_is_missing_and_how_to_mend_it(short: Any) -> None:
    browser = client(officer("supervisor"))
    read()
    browser.get("/watch/rates")
    with at_most(10):
        text = browser.get("/watch/rates").content.decode()
    for told in ("市公安局", "没有人在岗，也没有对接系统", "1件不在本平台", "50.0%", "登记对接其业务系统"):
        assert told in text, told
    option = json.loads(re.search(r'id="course-data">(.*?)</script>', text, re.S)[1])  # type: ignore[index]
    assert [one["name"] for one in option["series"]] == ["入网率", "系统使用率", "事项上线率"]
    assert option["series"][1]["data"][-1] == 50.0 and len(option["xAxis"]["data"]) == 30
    assert "用表格看“三率的走势”" in text and "2018年3月12日（周一）" in text


@pytest.mark.breach
def test_what_is_missing_becomes_a_finding_of_the_department(short: Any) -> None:
    judging.sweep(tuple(BY_CODE[code] for code in ("R-N01", "R-N02", "R-N03")))
    found = {
        (row.rule, row.department, row.measured, row.allowed) for row in Finding.objects.filter(rule__contains="N0")
    }
    assert ("R-N01", "410100/gaj") in {row[:2] for row in found}
    assert ("R-N02", "410100/scjg", 1, 2) in found


@pytest.mark.breach
def test_a_day_to_come_or_somebody_elses_division_is_refused(short: Any) -> None:
    browser = client(officer("supervisor"))
    for query in ({"day": "2018-03-13"}, {"day": "x"}, {"division": "410122"}):
        assert browser.get("/watch/rates", query).status_code == 422
    assert browser.get("/watch/rates", {"day": "2018-03-01", "division": "410100"}).status_code == 200
    assert client(short.reviewer).get("/watch/rates").status_code == 403
    text = client(short.head).get("/watch/rates").content.decode()
    assert "市公安局" not in text and "1件不在本平台" in text


@pytest.mark.clause("4.1a.2")
def test_the_office_leaves_a_department_out_and_counts_it_again(short: Any) -> None:
    browser = client(officer("office"))
    given = {
        "kind": "department", "department": "410100/gaj", "reason": "secret", "basis": "郑密〔2018〕1号",
        "first_day": "2018-03-12",
    }  # fmt: skip
    for wrong, told in (
        ({"basis": ""}, "请填写“依据”"),
        ({"department": ""}, "请选择例外的部门"),
        ({"first_day": "2018-03-01"}, "不能早于今天"),
        ({"reason": "x"}, "请从“原因”"),
    ):
        answer = browser.post("/watch/rates/exclude", given | wrong)
        assert answer.status_code == 422 and told in answer.content.decode(), wrong
    assert browser.get("/watch/rates/exclude").status_code == 200
    answer = browser.post("/watch/rates/exclude", given, follow=True)
    assert answer.redirect_chain and "郑密〔2018〕1号" in answer.content.decode()
    assert browser.post("/watch/rates/exclude", given).status_code == 422
    read()
    assert "没有人在岗" not in browser.get("/watch/rates").content.decode()
    row = Exclusion.objects.get()
    watcher = client(officer("supervisor"))
    assert "今日后重新计入" not in watcher.get("/watch/rates").content.decode()
    assert watcher.get("/watch/rates/exclude").status_code == 403
    assert watcher.post(f"/watch/rates/count/{row.pk}").status_code == 403
    answer = browser.post(f"/watch/rates/count/{row.pk}", follow=True)
    assert "到2018年3月12日（周一）为止" in answer.content.decode()
    assert "已经结束" in browser.post(f"/watch/rates/count/{row.pk}", follow=True).content.decode()
