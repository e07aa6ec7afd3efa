"""What people do with a licence they hold, in a real browser: renew, change, lose and reissue, show, give back; and
what the code of an old paper says afterwards. What officers decide meanwhile goes through the doors.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import shot
from tests.db.portal.holders import granted, licences_of
from tests.samples import PDF
from yichuang.kernel.clock import format_day
from yichuang.licences.queries import read_licence

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.screen]
DEVICES = pytest.mark.parametrize("device", ["desktop", "phone"])
PASSWORD = "a-long-password"
NEW_PLACE = "河南省郑州市金水区文化路1号2层"


@pytest.fixture
def town(transactional_db: None, settings: Any, tmp_path: Path, live_server: Any) -> Iterator[Any]:
    from tests.db.portal.towns import found
    from tests.db.world import build
    from yichuang.ledger.service import set_shift

    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_URL = live_server.url
    yield found(build())
    set_shift(None)


@pytest.fixture
def page_of(request: pytest.FixtureRequest) -> Callable[[str], Page]:
    def of(device: str) -> Page:
        page: Page = request.getfixturevalue("page" if device == "desktop" else "phone")
        return page

    return of


def held_by(town: Any, **values: Any) -> uuid.UUID:
    """A licence of the firm that ends in two months: renewal may be asked for. The pages' own day is today."""
    from yichuang.ledger.service import set_shift

    day = date.today() + timedelta(days=60)
    licence = granted(town, f"{day.replace(year=day.year - 5, day=min(day.day, 28))} 09:30", **values)
    set_shift(None)
    return licence


def look(page: Page, name: str) -> None:
    """Every page on the way: seen by people later, by axe now, and as wide as its window."""
    shot(page, f"licence-{name}")
    assert_accessible(page)
    assert_fits(page)


def open_wallet(page: Page) -> None:
    page.goto("/my/licences")
    if "/login" in page.url:
        page.get_by_label("用户名").fill("zhangsanfeng")
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="我的证照", level=1)).to_be_visible()


def file_it(page: Page, name: str) -> str:
    """From the form on: every material on paper, then filed. The id of the case."""
    page.get_by_role("button", name="下一步：交材料").click()
    expect(page).to_have_url(re.compile("/materials$"))
    lacking = page.locator(".yc-material--open")
    while before := lacking.count():
        lacking.first.get_by_role("button", name=re.compile("到窗口交原件")).click()
        expect(lacking).to_have_count(before - 1)
    page.get_by_role("button", name="下一步：核对提交").click()
    expect(page.get_by_role("main")).to_contain_text("针对的证照")
    look(page, f"review-{name}")
    page.get_by_label("我对申请材料实质内容的真实性负责").check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", name="申请已提交")).to_be_visible()
    found = re.search(r"/my/([0-9a-f-]{36})", page.url)
    assert found
    return found[1]


def begin(page: Page, name: str) -> None:
    """Press what the wallet offers for the licence; the form opens, filled from it, and nobody types its number."""
    open_wallet(page)
    page.locator(".yc-licence").first.get_by_role("button", name=re.compile(f"^{name}")).click()
    expect(page.get_by_role("heading", name="填写申请表")).to_be_visible()
    expect(page.locator("#section-original")).to_contain_text("第00001号")
    expect(page.locator("[name=old_no], [name=old_valid_to]")).to_have_count(0)


def code_of(licence: uuid.UUID, version: int) -> str:
    """The code on the paper of a version."""
    from yichuang.aggregates.models import Paper

    held = read_licence(licence)
    assert held
    paper = held.licence.versions[version - 1].paper
    assert paper
    return Paper.objects.get(stream=paper[0], seq=paper[1]).code


@DEVICES
def test_a_licence_is_kept_alive_changed_replaced_and_given_back(
    town: Any, page_of: Callable[[str], Page], device: str
) -> None:
    licence, lives = held_by(town), licences_of(town)
    page = page_of(device)
    open_wallet(page)
    expect(page.locator(".yc-licence")).to_contain_text("可以申请延续，最迟")
    look(page, f"wallet-{device}")

    begin(page, "延续")
    expect(page.get_by_label("经营场所地址")).to_have_value(re.compile("花园路39号"))
    look(page, f"renew-form-{device}")
    lives.grant(file_it(page, f"renew-{device}"))
    open_wallet(page)
    held = read_licence(licence)
    assert held and held.licence.valid_to and held.licence.valid_to > date.today() + timedelta(days=5 * 365)
    expect(page.locator(".yc-licence")).to_contain_text(format_day(held.licence.valid_to))

    begin(page, "变更")
    page.get_by_label("经营场所地址").fill(NEW_PLACE)
    page.get_by_label("住所（场所）").check()
    page.get_by_label("变更（补办、注销）原因").fill("经营场所搬迁。")
    look(page, f"change-form-{device}")
    lives.grant(file_it(page, f"change-{device}"))
    open_wallet(page)
    expect(page.locator(".yc-licence")).to_contain_text(NEW_PLACE)

    begin(page, "补办")
    page.get_by_label("变更（补办、注销）原因").fill("证照遗失。")
    lives.grant(file_it(page, f"reissue-{device}"))
    page.goto(f"/v/{code_of(licence, 1)}")  # the first paper, found again
    expect(page.get_by_role("main")).to_contain_text("已换新版")
    expect(page.get_by_role("main")).to_contain_text("现行为第4版")
    look(page, f"old-paper-{device}")
    page.goto(f"/v/{code_of(licence, 4)}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("有效")

    begin(page, "注销")
    page.get_by_label("变更（补办、注销）原因").fill("不再经营。")
    lives.grant(file_it(page, f"cancel-{device}"))
    open_wallet(page)
    expect(page.get_by_role("main")).to_contain_text("没有有效的证照")
    page.get_by_text("已经失效的（1）").click()
    expect(page.locator(".yc-licence")).to_contain_text("已注销")
    look(page, f"wallet-ended-{device}")
    for version in (1, 4):
        page.goto(f"/v/{code_of(licence, version)}")
        expect(page.get_by_role("main")).to_contain_text("已注销")
    look(page, f"cancelled-paper-{device}")


@DEVICES
def test_a_licence_is_shown_for_a_while(
    town: Any, page_of: Callable[[str], Page], open_page: Callable[..., Page], device: str
) -> None:
    held_by(town)
    page = page_of(device)
    open_wallet(page)
    page.locator(".yc-licence").get_by_role("link", name=re.compile("^出示")).click()
    page.get_by_label("1 天").check()
    page.get_by_role("button", name="生成出示码").click()
    share = page.locator(".yc-share")
    expect(share).to_contain_text("已被查看 0 次")
    look(page, f"share-{device}")
    address = share.locator(".yc-code--break").inner_text()
    size = page.viewport_size
    assert size
    other = open_page({"width": size["width"], "height": size["height"]})
    other.goto(address)
    expect(other.get_by_role("heading", level=1)).to_contain_text("有效")
    expect(other.get_by_role("main")).to_contain_text("花园路39号")
    look(other, f"shown-{device}")
    page.reload()
    expect(share).to_contain_text("已被查看 1 次")
    share.get_by_role("button", name=re.compile("收回")).click()
    expect(page.get_by_role("status")).to_contain_text("已收回")
    look(page, f"share-ended-{device}")
    other.reload()
    expect(other.get_by_role("heading", name="这次出示已经结束")).to_be_visible()
    look(other, f"shown-over-{device}")
    other.goto("/s/")
    look(other, f"shown-ask-{device}")
    other.get_by_label("出示码").fill("ABCD2345")
    other.get_by_role("button", name="查看").click()
    expect(other.get_by_role("heading", name="没有这个出示码")).to_be_visible()


@DEVICES
def test_the_licence_is_picked_without_script(town: Any, open_page: Callable[..., Page], device: str) -> None:
    from tests.browser.conftest import DESKTOP, PHONE

    held_by(town)
    licences_of(town).file("renew", held_by(town, premises_address=NEW_PLACE), subject=town.firm.pk)
    page = open_page(DESKTOP if device == "desktop" else PHONE, java_script_enabled=False)
    open_wallet(page)
    page.goto("/items/410100/ZZ-001/apply")
    page.get_by_label("郑州一窗餐饮有限公司").check()
    page.get_by_role("radio", name="变更").check()
    page.get_by_role("button", name="开始填表").click()
    page.get_by_role("button", name="下一步：填表").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("请选择要办理的证照")
    shot(page, f"licence-pick-error-{device}")
    page.get_by_label(re.compile("第00002号")).check()
    shot(page, f"licence-pick-{device}")
    page.get_by_role("button", name="下一步：填表").click()
    expect(page.get_by_label("经营场所地址")).to_have_value(NEW_PLACE)
    page.goto("/items/410100/ZZ-001/apply?situation=renew")
    page.get_by_label("郑州一窗餐饮有限公司").check()
    page.get_by_role("button", name="开始填表").click()
    expect(page.get_by_role("main")).to_contain_text("延续申请正在办理，不能重复提出")
    expect(page.get_by_label(re.compile("第00002号"))).to_be_disabled()
    expect(page.get_by_label(re.compile("第00001号"))).to_be_checked()
    shot(page, f"licence-pick-renew-{device}")


def officer_page(open_page: Callable[..., Page], live_server: Any, actor: Any, device: str) -> Page:
    """A browser in which an officer of the small city is logged in."""
    from django.conf import settings
    from django.test import Client

    from tests.browser.conftest import DESKTOP, PHONE
    from yichuang.people.models import Account

    client = Client()
    client.force_login(Account.objects.get(pk=int(actor.person[2:])))
    page = open_page(DESKTOP if device == "desktop" else PHONE)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return page


@DEVICES
def test_a_revocation_is_opened_and_answered(
    town: Any, open_page: Callable[..., Page], page_of: Callable[[str], Page], live_server: Any, device: str
) -> None:
    licence = held_by(town)
    held_by(town, premises_address=NEW_PLACE)
    head = officer_page(open_page, live_server, town.city.head, device)
    head.goto("/desk/licences")
    expect(head.get_by_role("main")).to_contain_text("2张")
    look(head, f"desk-list-{device}")
    head.get_by_label("证照编号或持证人").fill("00001")
    head.get_by_role("button", name="查找").click()
    head.get_by_role("link", name=re.compile("第00001号")).click()
    look(head, f"life-head-{device}")
    form = head.locator("#act-open_revocation")
    form.locator("summary").click()
    form.get_by_label("依据的情形").select_option("procedure")
    form.get_by_label("查明的事实和理由").fill("准予决定作出以前没有进行现场核查。")
    look(head, f"life-act-{device}")
    form.locator("form button").click()
    expect(head.get_by_role("main")).to_contain_text("撤销程序正在进行")
    look(head, f"life-proceeding-{device}")

    owner = page_of(device)
    open_wallet(owner)
    expect(owner.locator(f"#licence-{licence}")).to_contain_text("撤销程序正在进行")
    look(owner, f"wallet-proceeding-{device}")
    owner.locator(f"#licence-{licence}").get_by_role("link", name="陈述申辩").click()
    look(owner, f"life-holder-{device}")
    form = owner.locator("#act-answer")
    form.locator("summary").click()
    form.get_by_label("陈述和申辩").fill("当时已经现场核查，有核查记录。")
    evidence = {"name": "核查记录.pdf", "mimeType": "application/pdf", "buffer": PDF}
    form.get_by_label("证据材料").set_input_files(evidence)
    form.locator("form button").click()
    expect(owner.get_by_role("status").first).to_contain_text("已办理")
    expect(owner.get_by_role("link", name="核查记录.pdf")).to_be_visible()
    owner.locator("#act-ask_hearing summary").click()
    owner.locator("#act-ask_hearing form button").click()
    expect(owner.get_by_role("main")).to_contain_text("要求，应当在")
    look(owner, f"life-hearing-{device}")

    clerk = officer_page(open_page, live_server, town.city.window, device)
    clerk.goto(f"/desk/intake/for/{town.firm.pk}/ZZ-001")
    expect(clerk.get_by_label(re.compile("第00002号"))).to_be_hidden()  # a new licence acts on none
    clerk.get_by_label("变更").check()
    expect(clerk.get_by_label(re.compile("第00002号"))).to_be_visible()
    clerk.get_by_label(re.compile("第00002号")).check()
    look(clerk, f"intake-pick-{device}")
    clerk.get_by_role("button", name="填写申请表").click()
    expect(clerk.get_by_label("经营场所地址")).to_have_value(NEW_PLACE)
    look(clerk, f"intake-form-{device}")
