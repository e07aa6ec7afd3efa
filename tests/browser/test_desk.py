"""An officer's day in a real browser: lists, a case and its acts, two officers at once; on a desktop and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import shot
from tests.db.desk.conftest import conclude_steps
from tests.db.desk.test_case import accepted
from tests.db.desk.test_read import file_with

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(transactional_db: None) -> Iterator[Any]:
    from django.db import connection
    from django.db.backends.signals import connection_created

    from tests.db.world import build
    from yichuang.ledger.service import set_shift
    from yichuang.org.models import Officer, Post
    from yichuang.people.models import Account, Subject

    world = build()
    names = {"window1": "陈晓窗", "window2": "刘书言", "reviewer1": "周明审", "head1": "冯定国", "surveyor1": "郑实地"}
    for username, name in names.items():
        Account.objects.filter(username=username).update(real_name=name)
        Officer.objects.filter(number=username).update(name=name)
    posts = {"window": "综合窗口", "reviewer": "初审岗", "head": "机关负责人", "surveyor": "现场核查岗"}
    for kind, name in posts.items():
        Post.objects.filter(kind=kind).update(name=name)
    Subject.objects.create(
        id="s:1",
        kind="person",
        name="张三丰",
        id_type="111",
        id_number="11010519491231002X",
        phone="13800000000",
        address="郑州市中原区中原西路233号",
    )
    plain = world.at

    def at(moment: str) -> None:
        plain(moment)
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('yichuang.shift')")
            shift["by"] = cursor.fetchone()[0]

    def follow(connection: Any, **kwargs: Any) -> None:
        """The server's threads have connections of their own: their clock is shifted as the test's is."""
        if shift:
            with connection.cursor() as cursor:
                cursor.execute("select set_config('yichuang.shift', %s, false)", [shift["by"]])

    shift: dict[str, str] = {}
    world.at = at
    connection_created.connect(follow)
    yield world
    connection_created.disconnect(follow)
    set_shift(None)


@pytest.fixture
def sit(live_server: Any) -> Callable[[Page, Any], Page]:
    """Logs an officer in: the page acts from their post."""

    def login(page: Page, actor: Any) -> Page:
        from django.conf import settings
        from django.test import Client

        from yichuang.people.models import Account

        client = Client()
        client.force_login(Account.objects.get(pk=int(actor.person[2:])))
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return login


def test_the_lists_of_a_window(page: Page, phone: Page, city: Any, sit: Any) -> None:
    city.at("2018-03-05 09:30")
    for n in range(28):
        id = city.submit().state.id
        if n % 3:
            city.do(id, "receive", city.window, originals=[])
        if n % 3 == 2:
            city.do(id, "accept", city.window)
    city.at("2018-03-09 09:30")
    sit(page, city.window).goto("/desk/")
    expect(page.get_by_role("heading", level=1)).to_have_text("全部待办")
    shot(page, "desk-home-1280")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("阶段").select_option(label="已收件，待受理")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("阶段：已收件，待受理")).to_be_visible()
    shot(page, "desk-home-filtered-1280")
    assert_accessible(page)
    page.goto("/desk/?list=closed")
    shot(page, "desk-home-empty-1280")
    assert_accessible(page)
    sit(phone, city.window).goto("/desk/")
    shot(phone, "desk-home-360")
    assert_accessible(phone)
    assert_fits(phone)


def test_a_clerk_and_a_reviewer_work_on_a_case(page: Page, phone: Page, city: Any, sit: Any) -> None:
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    sit(page, city.window).goto(f"/desk/case/{id}")
    shot(page, "desk-case-submitted-1280")
    assert_accessible(page)
    page.locator("#act-receive > summary").click()
    page.locator("#act-receive").get_by_role("button", name="收件").click()
    expect(page.get_by_role("status")).to_contain_text("申请材料接收凭证")
    for summary in page.locator(".yc-act > summary").all():
        summary.click()
    shot(page, "desk-case-received-1280")
    assert_accessible(page)
    assert_fits(page)
    page.locator("#act-decline").get_by_role("button", name="不予受理").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    shot(page, "desk-case-errors-1280")
    assert_accessible(page)
    page.locator("#act-accept > summary").click()
    page.locator("#act-accept").get_by_role("button", name="受理").click()
    expect(page.get_by_role("status")).to_contain_text("受理通知书")
    city.at("2018-03-14 10:00")
    sit(page, city.reviewer).goto(f"/desk/case/{id}")
    for summary in page.locator(".yc-act > summary, .yc-not > summary").all():
        summary.click()
    shot(page, "desk-case-accepted-1280")
    assert_accessible(page)
    assert_fits(page)
    sit(phone, city.reviewer).goto(f"/desk/case/{id}")
    shot(phone, "desk-case-accepted-360")
    assert_accessible(phone)
    assert_fits(phone)


@pytest.mark.screen
def test_papers_are_read_beside_their_criteria(
    page: Page, phone: Page, city: Any, sit: Any, settings: Any, tmp_path: Any
) -> None:
    """What is written in a form stays while one reads on."""
    settings.MEDIA_ROOT = tmp_path
    id, _, _ = file_with(city)
    for own in (page, phone):
        sit(own, city.window).goto(f"/desk/case/{id}")
        own.get_by_role("link", name="对照标准看材料").click()
        act = own.locator("#act-decline")
        act.locator("summary").first.click()
        act.get_by_label("理由").fill("营业执照已经注销")
        own.locator("img.yc-read__page").scroll_into_view_if_needed()
        own.wait_for_function("document.querySelector('img.yc-read__page').naturalWidth === 300")
        expect(act.get_by_label("理由")).to_have_value("营业执照已经注销")
        shot(own, f"desk-read-{own.evaluate('innerWidth')}")
        assert_accessible(own)
        assert_fits(own)


@pytest.mark.clause("3.5c.4")
@pytest.mark.screen
def test_a_notice_is_read_before_it_goes(
    page: Page, page_without_script: Page, phone: Page, city: Any, sit: Any
) -> None:
    """In a window of its own, so that what was filled in stays; the same without script."""
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    for own in (page, page_without_script, phone):
        sit(own, city.window).goto(f"/desk/case/{id}")
        act = own.locator("#act-ask_correction")
        act.locator("summary").first.click()
        act.get_by_label("营业执照", exact=True).check()
        why = act.get_by_label("原因：营业执照", exact=True)
        expect(why).to_be_visible()
        why.fill("缺副本页")
        expect(act.get_by_label("原因：").locator("visible=true")).to_have_count(
            act.get_by_role("checkbox", checked=True).count()
        )
        with own.expect_popup() as opened:
            act.get_by_role("button", name="预览文书").click()
        expect(opened.value.get_by_text("预览 · 尚未出具")).to_be_visible()
        expect(opened.value.get_by_text("《营业执照》缺副本页。")).to_be_visible()
        expect(why).to_have_value("缺副本页")
        if own is not page_without_script:
            shot(opened.value, f"desk-preview-{opened.value.evaluate('innerWidth')}")
            assert_accessible(opened.value)
            assert_fits(opened.value)
            assert_accessible(own)


@pytest.mark.screen
def test_certificates_are_made_and_handed_over_in_bulk(page: Page, phone: Page, city: Any, sit: Any) -> None:
    """Ticked in the list, looked over, sent; what lies ready is then under 等申请人, where handing over is offered."""
    city.at("2018-03-12 09:30")
    ids = [str(accepted(city)) for _ in range(2)]
    for id in ids:
        conclude_steps(city, id)
        city.do(id, "decide", city.head, granted=True)
    sit(page, city.window).goto("/desk/")
    for tick in page.locator(".yc-picked label").all():
        tick.click()
    page.get_by_role("button", name="制证").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("成批制证")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="制证").click()
    expect(page.get_by_role("status")).to_contain_text("“制证”办好2件")
    page.get_by_role("link", name=re.compile("^待领取")).click()
    for tick in page.locator(".yc-picked label").all():
        tick.click()
    page.get_by_role("button", name="送达").click()
    page.get_by_role("button", name="送达").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert_accessible(page)
    address = f"/desk/bulk?act=deliver&case={ids[0]}&case={ids[1]}"
    sit(phone, city.window).goto(address)
    shot(phone, "desk-bulk-360")
    assert_accessible(phone)
    assert_fits(phone)


@pytest.mark.screen
def test_keys_of_the_work_list(page: Page, city: Any, sit: Any) -> None:
    """j and k go through the list, Enter opens, n goes on after an act; switched off, they do nothing."""
    city.at("2018-03-12 09:30")
    ids = [str(city.submit().state.id) for _ in range(3)]
    sit(page, city.window).goto("/desk/?sort=oldest")
    items = page.locator("[data-keys-item]")
    page.keyboard.press("j")
    expect(items.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jk")
    expect(page.get_by_role("searchbox")).to_have_value("jk")
    items.nth(0).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/case/{ids[0]}")
    page.locator("#act-receive > summary").click()
    page.locator("#act-receive").get_by_role("button", name="收件").click()
    expect(page.get_by_text("下一件待办：")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("n")
    page.wait_for_url(re.compile(f"/desk/case/({ids[1]}|{ids[2]})$"))
    page.goto("/desk/")
    page.get_by_text("键盘快捷键").click()
    page.get_by_label("在这台电脑上使用快捷键").uncheck()
    assert_accessible(page)
    page.goto("/desk/")
    page.keyboard.press("j")
    expect(items.nth(0)).not_to_be_focused()


def test_a_list_saves_its_filters_without_script(page_without_script: Page, city: Any, sit: Any) -> None:
    city.at("2018-03-12 09:30")
    city.submit()
    page = sit(page_without_script, city.window)
    page.goto("/desk/?list=open&stage=submitted")
    page.get_by_text("保存这组筛选").click()
    page.get_by_label("名称").fill("刚提交的")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto("/desk/")
    page.get_by_role("link", name="刚提交的").click()
    expect(page.get_by_text("阶段：")).to_be_visible()
    page.get_by_role("button", name=re.compile("删去")).click()
    expect(page.get_by_role("link", name="刚提交的")).to_have_count(0)


def test_a_place_in_the_address_opens_its_tab(page: Page, city: Any, sit: Any) -> None:
    """The course and the steps lie in tabs; a link to one of their lines shows it, folded or not."""
    city.at("2018-03-12 09:30")
    id = city.submit().state.id
    city.do(id, "receive", city.window, originals=[])
    city.do(id, "accept", city.window)
    sit(page, city.reviewer).goto(f"/desk/case/{id}")
    expect(page.locator("#materials-title")).to_be_visible()
    expect(page.locator("#entry-1")).to_be_hidden()
    for number in (1, 4):  # 4 was opened by the acceptance, and is folded
        page.goto(f"/desk/case/{id}/check")
        page.goto(f"/desk/case/{id}#entry-{number}")
        expect(page.locator(f"#entry-{number}")).to_be_visible()
    assert_accessible(page)


@pytest.mark.clause("3.4e.1")
def test_a_question_without_script_and_the_notice_it_gets(
    page_without_script: Page, page: Page, phone: Page, city: Any, sit: Any
) -> None:
    from tests.db.watching import officer
    from yichuang.ledger.actor import Actor
    from yichuang.people.models import Account, Membership

    city.at("2018-03-12 09:30")
    account = Account.objects.create_user("zhangsanfeng", real_name="张三丰", verified_at="2018-01-01T00:00Z")
    Membership.objects.create(account=account, subject_id="s:1", role="self")
    owner, counsellor = Actor(account.person), officer("counsellor", "410100/scjg")
    asker = sit(page_without_script, owner)
    asker.goto("/items/410100/ZZ-001")
    asker.get_by_role("link", name="问辅导员").click()
    asker.get_by_label("受理前预审（看材料）").check()
    asker.get_by_label("想问什么").fill("布局图画到什么程度？")
    asker.get_by_role("button", name="提交").click()
    expect(asker.get_by_text("待答复").first).to_be_visible()
    address = asker.url
    sit(page, counsellor).goto("/desk/guidance")
    expect(page.get_by_text("还有 5 个工作日")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="食品经营许可").click()
    page.locator("#act-issue_notice > summary").click()
    assert_accessible(page)
    notice = page.locator("#act-issue_notice")
    notice.get_by_role("group", name="种类不齐：缺哪几份").get_by_label("从业人员健康证明").check()
    notice.get_by_role("button", name="发辅导告知单").click()
    expect(page.get_by_role("status")).to_contain_text("已办理")
    page.goto("/desk/guidance/new")
    assert_accessible(page)
    sit(phone, owner)
    for place in (address, "/my/guidance", "/items/410100/ZZ-001/ask"):
        phone.goto(place)
        assert_accessible(phone)
        assert_fits(phone)
