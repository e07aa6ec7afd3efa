"""容缺受理 as people use it: a promise signed at the window, the paper sent from home, the check at another window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import Eye, act, demo_city, people, send, tell  # noqa: F401 — fixtures
from tests.browser.test_journey_online import upload
from tests.browser.test_journey_window import take_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.screen]
People = Callable[[str], Page]
HEALTH = "M08"  # the staff's health certificates: not a main material


@pytest.mark.clause("3.6a.1", "3.6b.1")
def test_accepted_on_a_promise_and_made_good_from_home(
    people: People,  # noqa: F811
    page: Page,
    demo_city: None,  # noqa: F811
) -> None:
    from yichuang.people.models import Subject

    eye, clerk = Eye("gaps"), people("陈晓窗")
    number = Subject.objects.get(name__startswith="郑州宏源食品有限公司").uscc
    case, _, _ = take_in(clerk, number, Eye("window", quiet=True), without=HEALTH)

    clerk.goto(f"/desk/case/{case}")
    clerk.get_by_role("link", name="打印容缺受理告知承诺书").click()
    clerk.get_by_label("自受理之日起几个工作日内补齐").select_option("1")
    clerk.get_by_role("button", name="换成这样").click()
    expect(clerk.locator(".yc-slip")).to_contain_text("从业人员健康证明")
    eye.look(clerk, "promise")
    clerk.goto(f"/desk/case/{case}")
    form = act(clerk, "promise_gaps")
    form.get_by_label("2个工作日").check()
    form.get_by_label("已核对身份，收存了签名的承诺书").check()
    form.get_by_label("签名人").fill("李四")
    eye.look(clerk, "promise-form")
    expect(send(form)).to_contain_text("容缺受理告知承诺书")
    expect(send(act(clerk, "accept"))).to_contain_text("受理通知书")
    eye.look(clerk, "accepted")

    tell()
    owner = people("李四")
    owner.goto("/messages/")
    expect(owner.get_by_role("heading", name="容缺受理，请按期补交")).to_be_visible()
    owner.goto("/my/")
    eye.look(owner, "mine")
    owner.get_by_role("link", name="去补交").first.click()
    upload(owner, HEALTH, "健康证明.pdf")
    eye.look(owner, "supply")
    owner.get_by_role("button", name="提交补交的材料").click()
    expect(owner.get_by_role("main")).to_contain_text("补交的材料已经收到，等窗口核对")
    eye.look(owner, "supplied")

    other = people("刘书言")
    other.goto(f"/desk/case/{case}")
    form = act(other, "check_gap")
    form.get_by_label("合格", exact=True).check()
    eye.look(other, "check-gap")
    expect(send(form)).to_be_visible()
    expect(other.locator("#act-check_gap")).to_have_count(0)

    page.goto("/later")
    expect(page.get_by_role("main")).to_contain_text("从业人员健康证明")
    eye.look(page, "later")
