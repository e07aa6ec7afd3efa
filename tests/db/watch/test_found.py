"""What is handled past the door is found, and its page says what, on what ground and where in the record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.db.breaches import DUTIES, breach
from tests.db.watching import client, officer
from yichuang.supervision.rules.catalogue import BY_CODE

pytestmark = [pytest.mark.django_db, pytest.mark.screen]

# What each page says on a line of what it rests on
EVIDENCE = {
    "R-O05": "部门系统2018年3月11日受理；大厅（",
    "R-P02": "办结；用时",
    "R-O02": "最后一个环节办结，共",
    "R-O03": "写明的日期是2018年3月9日；系统记录在2018年3月12日。",
    "R-O04": "在2018年3月11日，由部门系统scjg-old报送；本件2018年3月12日受理。",
}


@pytest.mark.parametrize("rule", [pytest.param(rule, marks=pytest.mark.clause(duty)) for duty, rule in DUTIES.items()])
def test_it_is_on_the_list_and_its_page_tells_the_ground(city: Any, rule: str) -> None:
    found = breach(city, rule)
    browser = client(officer("supervisor"))
    assert f"/watch/finding/{found.id}" in browser.get("/watch/findings", {"rule": rule}).content.decode()
    text = browser.get(f"/watch/finding/{found.id}").content.decode()
    for told in (BY_CODE[rule].title, "郑政文〔2018〕46号", "打开办件", "待发的牌", "怎么看出来的", EVIDENCE[rule]):
        assert told in text, told
    assert client(city.window2).get(f"/watch/finding/{found.id}").status_code == 404


@pytest.mark.clause("4.1c.2")
def test_what_a_system_reported_is_told_as_nobodys_act(city: Any) -> None:
    """A report names no person: it is not the applicant's."""
    from yichuang.orders.models import Order

    found = breach(city, "R-O05")
    order, reader = Order.objects.get(finding=found.id), client(officer("office"))
    for path in (f"/watch/order/{order.id}", f"/watch/finding/{found.id}"):
        text = reader.get(path).content.decode()
        rows = text[text.index("第1条") :]
        assert "申请人" not in rows[: rows.index("</table>")], path
