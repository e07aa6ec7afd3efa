"""The same licence begun with paper at the window, gone on with at home, signed for at the window, checked by code."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import (  # noqa: F401 — fixtures
    Eye,
    act,
    demo_city,
    fill_form,
    licence,
    people,
    rows,
    send,
    tell,
)
from tests.browser.test_journey_online import decide, review, upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.screen]
People = Callable[[str], Page]
WINDOW, REVIEWER = "410100/zwb/window/1", "410100/scjg/reviewer/2"
LAYOUT = "M03"  # the layout drawing: a main material, which nobody may promise to bring later


@pytest.fixture
def second_post(demo_city: None) -> None:  # noqa: F811
    """The clerk holds a reviewer's post too, as happens in small places."""
    from datetime import date

    from yichuang.org.models import Holding, Officer, Post

    post = Post.objects.get(pk=REVIEWER)
    Holding.objects.create(officer=Officer.objects.get(name="陈晓窗"), post=post, first_day=date(2017, 1, 1))


def take_in(clerk: Page, number: str, eye: Eye, without: str = LAYOUT) -> tuple[str, str, str]:
    """Five pages of intake; (id, 受理号, 查询码). Everything is handed over on paper but one material."""
    clerk.get_by_role("link", name="窗口收件").click()
    clerk.get_by_label("证件种类").select_option("uscc")
    clerk.get_by_label("证件号码").fill(number)
    eye.look(clerk, "intake-who")
    clerk.get_by_role("button", name="查找").click()
    expect(clerk.get_by_role("main")).to_contain_text("郑州宏源食品有限公司")
    clerk.locator("#item-q").fill("spjy")
    clerk.get_by_role("button", name="查找事项").click()
    expect(clerk.locator(".yc-choice").first).to_be_visible()
    eye.look(clerk, "intake-item")
    clerk.locator(".yc-choice").first.click()
    expect(clerk.get_by_role("button", name="填写申请表")).to_be_visible()
    eye.look(clerk, "intake-start")
    clerk.get_by_role("button", name="填写申请表").click()
    fill_form(clerk)
    for box in clerk.locator("input[name=handed]:visible").all():
        if box.get_attribute("value") != without:
            box.check()
    eye.look(clerk, "intake-form")
    clerk.get_by_role("button", name="提交并收件").last.click()
    expect(clerk.get_by_role("alert")).to_contain_text("缺 1 份材料")
    eye.look(clerk, "intake-lacking")
    clerk.get_by_role("button", name="没有带来，仍然收件").click()
    expect(clerk.get_by_role("heading", name="已收件")).to_be_visible()
    eye.look(clerk, "intake-receipt")
    said = {
        one.locator("dt").inner_text(): one.locator("dd").inner_text() for one in clerk.locator(".yc-data > div").all()
    }
    found = re.search(r"/done/([^/]+)", clerk.url)
    assert found
    return found[1], said["受理号"], said["查询码"]


def switch(clerk: Page, post: str) -> None:
    clerk.get_by_label("切换岗位").select_option(post)
    clerk.get_by_role("button", name="切换岗位").click()


@pytest.mark.clause("3.4b.1", "3.4c.1", "3.5c.4", "3.5f.1", "3.5g.2", "3.6c.1", "3.6c.3")
def test_a_licence_begun_on_paper(people: People, page: Page, second_post: None) -> None:  # noqa: F811
    from yichuang.people.models import Subject

    eye, clerk = Eye("window"), people("陈晓窗")
    switch(clerk, WINDOW)
    number = Subject.objects.get(name__startswith="郑州宏源食品有限公司").uscc
    case, receipt, code = take_in(clerk, number, eye)

    clerk.get_by_role("link", name="核对材料并受理").click()
    expect(clerk.locator(".yc-casehead")).to_contain_text("缺 1 份")
    form = act(clerk, "ask_correction")
    form.get_by_role("checkbox", name="与食品经营相适应").check()
    form.get_by_label("逐项说明缺什么").fill("缺场所布局图，请补交。")
    eye.look(clerk, "check")
    expect(send(form)).to_contain_text("补正告知书")

    # at home: it lies among one's cases, and only what is missing is asked for
    tell()
    owner = people("李四")
    owner.goto("/messages/")
    expect(owner.get_by_role("heading", name="请补正材料")).to_be_visible()
    owner.goto("/my/")
    owner.get_by_role("link", name="食品经营许可", exact=True).click()
    owner.get_by_role("button", name="去补正").click()
    expect(owner.locator(".yc-material")).to_have_count(1)
    upload(owner, LAYOUT, "布局图.pdf")
    owner.get_by_role("button", name="提交补正").click()
    expect(owner.get_by_role("main")).to_contain_text("已补齐")

    # another window goes on with it; who took it in reviews nothing of it, whatever post they sit down on
    other = people("刘书言")
    other.goto(f"/desk/case/{case}")
    expect(send(act(other, "accept"))).to_contain_text("受理通知书")
    switch(clerk, REVIEWER)
    clerk.goto(f"/desk/case/{case}")
    expect(clerk.locator("#act-conclude-S1")).to_have_count(0)
    clerk.get_by_text("现在不能办的").click()
    expect(clerk.locator(".yc-not__item", has_text="办结本环节").first).to_contain_text("受审分离")
    eye.look(clerk, "separation")
    switch(clerk, WINDOW)

    review(people, case, Eye("window", quiet=True))
    decide(people, case, Eye("window", quiet=True))
    clerk.goto(f"/desk/case/{case}")
    form = act(clerk, "deliver")
    form.locator("[value=direct]").check()
    form.get_by_label("收件人").fill("李四")
    eye.look(clerk, "deliver")
    expect(send(form)).to_contain_text("送达")
    expect(clerk.locator(".yc-casehead")).to_contain_text("已办结")

    _, address = licence(case)
    page.goto("/verify")
    eye.look(page, "verify")
    short = re.search(r"code=([A-Z0-9-]+)", address)
    assert short
    page.get_by_label("验证码，或者证照编号").fill(short[1].lower().replace("-", " "))
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("证照有效")
    page.goto("/progress")
    page.get_by_label("办件编号或受理号").fill(receipt)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("main")).to_contain_text("办结")
    assert rows(page, "受理号") == receipt
