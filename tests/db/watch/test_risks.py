"""廉政风险点: the register by post and step with level and holder, its gaps, and what a level does to a card."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.db.desk.conftest import at_most
from tests.db.supervision.tables import put_calendar
from tests.db.watching import client, finding, officer
from yichuang.supervision import risks, tailing
from yichuang.supervision.reach import Reach

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1b.1")]
DAY = date(2018, 3, 12)
SCJG = "410100/scjg"


@pytest.fixture
def rated(city: Any) -> Any:
    """The reviewer's post is of high risk, the head's of low; a third of high risk stands empty."""
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.models import Department, Post
    from yichuang.org.structure import add_post, rate_risk

    city.at("2018-03-12 10:00")
    put_calendar()
    rate_risk(Post.objects.get(pk=city.reviewer.post), "high", SYSTEM)
    rate_risk(Post.objects.get(pk=city.head.post), "low", SYSTEM)
    add_post(Department.objects.get(pk=SCJG), "reviewer", "空着的岗", SYSTEM, "high")
    while tailing.tail().more:
        pass
    return city


@pytest.mark.door
def test_posts_carry_levels_holders_and_steps(rated: Any) -> None:
    points = {point.post: point for point in risks.register(SCJG, DAY, "410100")}
    mine, head = points[rated.reviewer.post], points[rated.head.post]
    assert mine.level == "high" and rated.reviewer.person in mine.holders and mine.findings == 0
    assert {step.name for step in mine.steps} and all(step.item == rated.standard.item for step in mine.steps)
    assert [step.step for step in head.steps] == ["decide"] and head.level == "low"
    assert next(iter(points.values())).level == "high", "the highest risk first"
    (total,) = [one for one in risks.totals(Reach(("410100",)), DAY) if one.department == SCJG]
    assert (total.high, total.low, total.vacant) == (2, 1, 1) and total.unrated > 0
    case = rated.submit().state.id
    finding(case, person=rated.reviewer.person)
    points = {point.post: point for point in risks.register(SCJG, DAY, "410100")}
    assert points[rated.reviewer.post].findings == 1
    assert all(point.findings == 0 for point in risks.register(SCJG, DAY, "410122")), "of whom the reader sees none"


@pytest.mark.screen
def test_the_pages_show_gaps_and_hold_to_ones_reach(rated: Any) -> None:
    browser = client(officer("supervisor"))
    browser.get("/watch/risks")
    with at_most(8):
        text = browser.get("/watch/risks").content.decode()
    assert "1个高风险岗位空岗" in text and f"/watch/risks/{SCJG}" in text
    with at_most(9):
        text = browser.get(f"/watch/risks/{SCJG}").content.decode()
    assert "空着的岗" in text and "空岗" in text and "个监察节点" in text
    assert browser.get("/watch/risks/410122/scjg").status_code == 404
    assert browser.get("/watch/risks/410100/none").status_code == 404
    head = client(rated.head)
    assert "空着的岗" in head.get("/watch/risks").content.decode()
    assert head.get("/watch/risks/410100/zwb").status_code == 404
    assert client(rated.reviewer).get("/watch/risks").status_code == 403


@pytest.mark.door
@pytest.mark.breach
def test_a_card_on_a_post_of_high_risk_reaches_higher(rated: Any) -> None:
    import uuid

    from yichuang.aggregates.settings import set_parameter
    from yichuang.ledger.actor import SYSTEM
    from yichuang.orders import service
    from yichuang.orders.core.state import REACH
    from yichuang.orders.models import Order
    from yichuang.orders.parameters import LIMITS
    from yichuang.org.models import Post
    from yichuang.org.structure import rate_risk

    def reached(person: str) -> str:
        row = finding(rated.submit().state.id, person=person, level="yellow")
        service.follow([("found", row)])
        order = Order.objects.get(finding=row.id)
        service.perform(order.id, "issue", {"text": "请说明。"}, supervisor, command_id=uuid.uuid4())
        return REACH[Order.objects.get(pk=order.id).reach]

    supervisor = officer("supervisor")
    assert reached(rated.reviewer2.person) == "机关负责人"
    assert reached(rated.reviewer.person) == "政务服务办"
    set_parameter(LIMITS, "high_risk", 2, SYSTEM)
    assert reached(rated.reviewer.person) == "政务服务办主要负责人"
    rate_risk(Post.objects.get(pk=rated.reviewer.post), "medium", SYSTEM)
    assert reached(rated.reviewer.person) == "机关负责人"


@pytest.mark.screen
def test_the_security_administrator_rates_a_post_on_record(city: Any) -> None:
    from yichuang.ledger.models import Entry
    from yichuang.org.models import Post

    browser = client(officer("secadmin"))
    post = city.reviewer.post
    assert browser.get(f"/house/post/{post}").status_code == 200
    assert browser.post(f"/house/post-risk/{post}", {"risk": "high"}, follow=True).status_code == 200
    assert Post.objects.get(pk=post).risk == "high"
    assert "没有这个风险等级" in browser.post(f"/house/post-risk/{post}", {"risk": "x"}, follow=True).content.decode()
    entry = Entry.objects.get(stream=f"org/post/{post}", kind="risk_rated")
    assert entry.actor == officer_of(browser) and '"before":""' in entry.body
    assert client(city.head).post(f"/house/post-risk/{post}", {"risk": ""}).status_code == 403


def officer_of(browser: Any) -> str:
    return f"a:{browser.session['_auth_user_id']}"
