"""A restaurant's licence from the first search to the QR code on the wall, all of it in browsers, nobody at a window.

The city is the demo city, everybody has a browser of their own, the worker's tasks run when a worker would run them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import (  # noqa: F401 — fixtures
    GUIDE,
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
from tests.db.portal.pages import PDF
from yichuang.supervision import tailing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.screen]
People = Callable[[str], Page]
REASON = "布局图没有标出洗消和更衣的位置，请补标后重新上传。"


def upload(page: Page, material: str, name: str) -> None:
    page.locator(f"#file-{material}").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": PDF})
    expect(page.get_by_role("link", name=name)).to_be_visible()


def file_it(page: Page, eye: Eye) -> tuple[str, str, str]:
    """From the search to the confirmation; (id, 受理号, 查询码)."""
    page.goto("/search?q=开饭店")
    page.get_by_role("link", name="食品经营许可").first.click()
    expect(page).to_have_url(re.compile(f"{GUIDE}$"))
    expect(page.get_by_role("main")).to_contain_text("与食品经营相适应的主要设备设施布局和操作流程文件")
    eye.look(page, "guide")
    page.get_by_role("button", name="开始办理").click()
    page.get_by_label("新办").check()
    eye.look(page, "start")
    page.get_by_role("button", name="开始填表").click()
    fill_form(page)
    eye.look(page, "form")
    page.get_by_role("button", name="下一步：交材料").click()
    expect(page).to_have_url(re.compile("/materials$"))
    eye.look(page, "materials")
    lacking = page.locator(".yc-material--open")
    while code := (lacking.first.get_attribute("id") if lacking.count() else ""):
        upload(page, code, f"{code}.pdf")
        expect(page.locator(f"#{code}.yc-material--open")).to_have_count(0)
    page.get_by_role("button", name="下一步：核对提交").click()
    page.get_by_label("我对申请材料实质内容的真实性负责").check()
    eye.look(page, "review")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", name="申请已提交")).to_be_visible()
    eye.look(page, "filed")
    found = re.search(r"/my/([^/]+)/filed", page.url)
    assert found
    return found[1], rows(page, "受理号"), rows(page, "查询码")


def ask_and_correct(clerk: Page, owner: Page, case: str, eye: Eye) -> None:
    """网上预审, 收件, one notice of correction, its supply, 受理."""
    clerk.goto("/desk/")
    clerk.get_by_role("link", name="食品经营许可").first.click()
    expect(clerk).to_have_url(re.compile(case))
    form = act(clerk, "pre_review")
    form.get_by_label("通过", exact=True).check()
    eye.look(clerk, "desk-submitted")
    expect(send(form)).to_contain_text("网上预审")
    expect(send(act(clerk, "receive"))).to_contain_text("申请材料接收凭证")
    form = act(clerk, "ask_correction")
    form.get_by_role("checkbox", name="与食品经营相适应").check()
    form.get_by_label("逐项说明缺什么").fill(REASON)
    eye.look(clerk, "desk-correction")
    expect(send(form)).to_contain_text("补正告知书")

    tell()
    owner.goto("/messages/")
    message = owner.locator(".yc-message", has=owner.get_by_role("heading", name="请补正材料"))
    expect(message).to_contain_text(re.compile(r"请在\d{4}年\d+月\d+日前（含当日）补齐"))
    eye.look(owner, "messages")
    owner.goto("/outbox")
    expect(owner.get_by_role("main")).to_contain_text("请补正材料")
    owner.goto("/messages/")
    message.get_by_role("button", name=re.compile("去看看")).click()
    expect(owner).to_have_url(re.compile(f"/my/{case}$"))
    eye.look(owner, "case-correction")
    owner.get_by_role("button", name="去补正").click()
    expect(owner.get_by_role("main")).to_contain_text(REASON)
    upload(owner, "M03", "布局图（补标）.pdf")
    eye.look(owner, "supply")
    owner.get_by_role("button", name="提交补正").click()
    expect(owner.get_by_role("main")).to_contain_text("已补齐")

    # asked once, never again: what was asked is here, so the case must be accepted (3.6c)
    clerk.goto(f"/desk/case/{case}/check")
    expect(clerk.locator("#act-ask_correction")).to_have_count(0)
    refused = clerk.locator(".yc-not__item", has_text=re.compile("^告知补正"))
    expect(refused).to_contain_text("不能再次要求补正")
    expect(refused).to_contain_text("行政许可法第三十二条")
    eye.look(clerk, "desk-check")
    expect(send(act(clerk, "accept"))).to_contain_text("受理通知书")


def review(who: People, case: str, eye: Eye) -> None:
    """Papers and premises at the same time, then both together; who took the case in may do none of it."""
    clerk, reviewer, surveyor = who("陈晓窗"), who("周明审"), who("郑实地")
    clerk.goto(f"/desk/case/{case}")
    expect(clerk.locator("#act-conclude-S1")).to_have_count(0)
    clerk.get_by_text("现在不能办的").click()
    expect(clerk.locator(".yc-not__item", has_text="办结本环节").first).to_contain_text("审查岗")
    reviewer.goto("/desk/")
    reviewer.get_by_role("link", name="食品经营许可").first.click()
    open_steps = reviewer.locator(".yc-steps tr[aria-current=step]")
    expect(open_steps).to_have_count(2)
    eye.look(reviewer, "desk-review")
    surveyor.goto(f"/desk/case/{case}")  # opened before the reviewer concludes: neither waits for the other
    form = act(reviewer, "conclude-S1")
    form.get_by_label("通过", exact=True).check()
    form.get_by_label("意见").fill("材料齐全，内容一致。")
    expect(send(form)).to_contain_text("办结本环节")
    form = act(surveyor, "conclude-S2")
    form.get_by_label("通过", exact=True).check()
    form.get_by_label("意见").fill("现场布局与图纸一致，三防设施齐全。")
    eye.look(surveyor, "desk-survey")
    refusal = send(form).page.locator("#act-conclude-S2 .govuk-error-message, .govuk-error-summary")
    expect(refusal.first).to_contain_text("2名以上")  # one alone is no survey (许可法 34 条)
    form = surveyor.locator("#act-conclude-S2")
    form.get_by_label("王同行").check()
    expect(send(form)).to_contain_text("办结本环节")
    reviewer.goto(f"/desk/case/{case}")
    form = act(reviewer, "conclude-S3")
    form.get_by_label("通过", exact=True).check()
    form.get_by_label("意见").fill("资料和现场均符合，建议准予。")
    expect(send(form)).to_contain_text("办结本环节")


def decide(who: People, case: str, eye: Eye) -> None:
    head, clerk = who("冯定国"), who("陈晓窗")
    head.goto(f"/desk/case/{case}")
    form = act(head, "decide")
    form.get_by_label("准予", exact=True).check()
    eye.look(head, "desk-decide")
    expect(send(form)).to_contain_text("准予行政许可决定书")
    clerk.goto(f"/desk/case/{case}")
    expect(send(act(clerk, "make_certificate"))).to_contain_text("证照")
    eye.look(clerk, "desk-made")


def sign_for_it(owner: Page, case: str, eye: Eye) -> None:
    tell()
    owner.goto("/messages/")
    for title in ("已受理", "准予行政许可", "证照已制作"):
        expect(owner.get_by_role("heading", name=title)).to_be_visible()
    owner.goto("/outbox")
    for title in ("已受理", "准予行政许可"):
        expect(owner.get_by_role("heading", name=title)).to_be_visible()
    eye.look(owner, "outbox")
    owner.goto(f"/my/{case}")
    owner.get_by_role("button", name="签收").click()
    eye.look(owner, "sign")
    owner.get_by_role("button", name="确认签收").click()
    expect(owner.get_by_role("main")).to_contain_text("本件已经结束")
    owner.goto(f"/papers/{case}/")
    expect(owner.get_by_role("link", name="食品经营许可证").first).to_be_visible()
    eye.look(owner, "papers")


@pytest.mark.clause("3.2a.2", "3.2f.1", "3.4c.3", "3.5b.1", "3.5c.1", "3.5c.4", "3.5g.1", "3.5g.2", "3.6c.1", "4.1b.3")
def test_a_licence_without_one_visit(
    people: People,  # noqa: F811
    page: Page,
    demo_city: None,  # noqa: F811
) -> None:
    eye, owner = Eye("online"), people("李四")
    case, receipt, code = file_it(owner, eye)
    ask_and_correct(people("陈晓窗"), owner, case, eye)
    review(people, case, eye)
    decide(people, case, eye)
    sign_for_it(owner, case, eye)
    owner.goto(f"/my/{case}")
    eye.look(owner, "case-closed")

    # anybody: what the licence's QR code leads to, and the progress by number and code without a name
    file, address = licence(case)
    printed = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(file)).pages)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("证照有效")
    assert rows(page, "验证码") in printed
    expect(page.get_by_role("main")).to_contain_text("郑州宏源食品有限公司")
    eye.look(page, "verified")
    page.goto("/progress")
    page.get_by_label("办件编号或受理号").fill(receipt)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("main")).to_contain_text("办结")
    expect(page.get_by_role("main")).not_to_contain_text("宏源")
    eye.look(page, "progress")
    supervise(people("蒋明察"), people("冯定国"), case, eye)


def judged(watcher: Page, case: str, eye: Eye) -> None:
    """What the rules say of it: all of it was done within minutes, and that is why; from the list to the case again."""
    tailing.rebuild()
    while tailing.tail(wait=30).more:
        pass
    watcher.goto("/watch/")
    watcher.get_by_role("link", name="监察发现").first.click()
    eye.look(watcher, "findings")
    watcher.get_by_role("link", name="全部环节在").click()
    expect(watcher.get_by_role("heading", level=1)).to_contain_text("事后补录")
    expect(watcher.get_by_role("main")).to_contain_text("郑政文〔2018〕46号")
    eye.look(watcher, "finding")
    watcher.get_by_role("link", name="打开办件").click()
    expect(watcher).to_have_url(re.compile(f"/desk/case/{case}"))
    expect(watcher.get_by_role("main")).to_contain_text("全部环节在")
    watcher.goto("/watch/rules")
    expect(watcher.get_by_role("main")).to_contain_text("待数据")
    eye.look(watcher, "rules")


def ordered(watcher: Page, head: Page, eye: Eye) -> None:
    """From the finding an order, which the head signs and answers on the desk, and the watch closes."""
    watcher.goto("/watch/findings")
    watcher.get_by_role("link", name="全部环节在").click()
    watcher.get_by_role("link", name="待发的牌").click()
    expect(watcher.get_by_role("button", name="发出督办单")).to_be_visible()
    eye.look(watcher, "order")
    watcher.get_by_role("button", name="发出督办单").click()
    expect(watcher.get_by_role("main")).to_contain_text("待签收")
    head.goto("/desk/")
    head.get_by_role("link", name="督办").click()
    head.get_by_role("link", name="全部环节在").click()
    head.get_by_role("button", name="签收").click()
    expect(head.get_by_role("main")).to_contain_text("待反馈")
    eye.look(head, "order-answered")
    head.get_by_role("textbox", name="整改情况").fill("已查明：当日补录，今后当场录入。")
    head.get_by_role("button", name="反馈整改情况").click()
    watcher.reload()
    expect(watcher.get_by_role("main")).to_contain_text("今后当场录入")
    watcher.get_by_role("button", name="核实销号").click()
    expect(watcher.get_by_role("main")).to_contain_text("已销号")
    watcher.goto("/watch/orders")
    eye.look(watcher, "orders")
    watcher.goto("/watch/orders/new")
    eye.look(watcher, "order-new")
    watcher.goto("/watch/reconcile")
    eye.look(watcher, "reconcile")
    worked(watcher, eye)
    wall(watcher, eye)


def worked(watcher: Page, eye: Eye) -> None:
    """The working pages, one after the other from the navigation; their charts are drawn, their tables open."""
    for name, drawn in (
        ("亮灯", 0),
        ("三率", 1),
        ("环节用时", 1),
        ("办理时段", 1),
        ("体外循环迹象", 1),
        ("廉政风险点", 0),
    ):
        watcher.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()
        expect(watcher.get_by_role("heading", level=1)).to_have_text(name)
        expect(watcher.locator("[data-drawn]")).to_have_count(drawn)
        if drawn:
            watcher.get_by_text("用表格看").first.click()
            expect(watcher.locator(".yc-figure-chart table").first).to_be_visible()
        eye.look(watcher, name)
    watcher.goto("/watch/department/410100/scjg")
    eye.look(watcher, "department")
    watcher.get_by_role("link", name="周明审").click()
    expect(watcher.get_by_role("main")).to_contain_text("初审岗")
    expect(watcher.locator("[data-drawn]")).to_have_count(1)
    eye.look(watcher, "officer")
    watcher.goto("/watch/risks/410100/scjg")
    eye.look(watcher, "risk-points")


# Texts that a person reads on the wall and that are smaller than 24 px
SMALL = """[...document.querySelectorAll('#wall *')].filter(e => !e.closest('.govuk-visually-hidden')
  && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
  && parseFloat(getComputedStyle(e).fontSize) < 24).map(e => e.textContent.trim())"""


def wall(watcher: Page, eye: Eye) -> None:
    """It fits the screen it is made for, and can be read from across the room."""
    usual = watcher.viewport_size
    watcher.goto("/watch/")
    watcher.get_by_role("link", name="监察大屏").click()
    watcher.set_viewport_size({"width": 1920, "height": 1080})
    expect(watcher.locator(".yc-wall__tile")).not_to_have_count(0)
    size = watcher.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [1920, 1080], "it scrolls"
    assert watcher.evaluate(SMALL) == []
    assert usual
    watcher.set_viewport_size(usual)
    eye.look(watcher, "wall")


def supervise(watcher: Page, head: Page, case: str, eye: Eye) -> None:
    """The day's page counts what was done; the case lies open with its marks, and nothing can be done to it."""
    watcher.goto("/watch/")
    done = watcher.locator(".yc-figure", has_text="作出决定")
    expect(done).to_contain_text("1")
    eye.look(watcher, "watch")
    watcher.goto(f"/desk/case/{case}")
    expect(watcher.locator(".yc-act")).to_have_count(0)
    expect(watcher.get_by_role("main")).to_contain_text("周明审")
    eye.look(watcher, "watch-case")
    judged(watcher, case, eye)
    ordered(watcher, head, eye)
    watcher.goto("/studio/410100/ZZ-001")
    points: Any = watcher.get_by_role("heading", name="监察节点")
    expect(points).to_be_visible()
    eye.look(watcher, "standard")
