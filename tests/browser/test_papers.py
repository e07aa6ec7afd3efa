"""Documents in a real browser: the public check by code and by file, one's own papers, and the page that waits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import shot

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lives(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Any]:
    from tests.db.documents.lives import Lives  # Django must be set up first
    from tests.db.world import build
    from yichuang.ledger.service import set_shift

    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"
    yield Lives(build())
    set_shift(None)


def make(case: str, seq: int) -> str:
    """What the worker does, in a thread as there: signing runs a loop of its own, and Playwright has one here."""
    from yichuang.documents import service

    def run() -> str:
        try:
            return service.make(f"case/{case}", seq).key
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as worker:
        return worker.submit(run).result()


def log_in(page: Page, address: str) -> None:
    """As the head of the shop, by session: logging in has its own tests."""
    from yichuang.people.models import Account, Membership, Subject

    account = Account.objects.create_user("laochen", real_name="陈镕")
    Membership.objects.create(account=account, subject=Subject.objects.get(pk="s:1"), role="legal")
    client = Client()
    client.force_login(account)
    name = configured.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


@pytest.mark.clause("3.5c.4")
@pytest.mark.screen
def test_anybody_checks_a_certificate_by_code(page: Page, phone: Page, lives: Any) -> None:
    from tests.db.licences.lives import Licences
    from yichuang.aggregates.models import Paper

    Licences(lives.city).granted(f"{date.today() - timedelta(days=365)} 09:30")  # the pages' own day is today
    code = Paper.objects.get(kind="licence").code
    for where, name in ((page, "desktop"), (phone, "phone")):
        where.goto("/verify")
        shot(where, f"verify-{name}")
        assert_accessible(where)
        assert_fits(where)
        where.get_by_label("验证码，或者证照编号").fill(code.lower().replace("-", " "))
        where.get_by_role("button", name="查询").click()
        expect(where.get_by_role("heading", level=1)).to_contain_text("本系统出具，证照有效")
        shot(where, f"verify-code-{name}")
        assert_accessible(where)
        assert_fits(where)
        where.goto("/v/AAAA-AAAA-AAAA-AAAA")
        expect(where.get_by_role("heading", level=1)).to_contain_text("没有查到")
        assert_accessible(where)


@pytest.mark.clause("3.5c.4")
@pytest.mark.screen
def test_anybody_checks_a_file(page: Page, phone: Page, lives: Any, tmp_path: Path) -> None:
    from tests.db.documents.lives import one

    case = lives.granted()
    with default_storage.open(make(case, one(case, "grant").seq)) as stored:
        whole = stored.read()
    original, altered = tmp_path / "决定书.pdf", tmp_path / "改过的.pdf"
    original.write_bytes(whole)
    altered.write_bytes(whole.replace(b"/FlateDecode", b"/FlateDecodf", 1))
    for where, name in ((page, "desktop"), (phone, "phone")):
        for file, said in ((original, "是原件，没有被改动"), (altered, "文件在签名之后被改动")):
            where.goto("/verify")
            where.get_by_label("上传PDF文件").set_input_files(file)
            where.get_by_role("button", name="核验文件").click()
            expect(where.get_by_role("heading", level=1)).to_contain_text(said)
            shot(where, f"verify-file-{'whole' if file is original else 'altered'}-{name}")
            assert_accessible(where)
            assert_fits(where)
    page.goto("/verify")
    page.get_by_role("button", name="核验文件").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert_accessible(page)


@pytest.mark.clause("3.5c.4")
@pytest.mark.screen
def test_ones_own_papers_and_the_page_that_waits(page: Page, lives: Any, live_server: Any) -> None:
    from tests.db.documents.lives import one

    case = lives.granted()
    log_in(page, live_server.url)
    page.goto(f"/papers/{case}/")
    shot(page, "papers-desktop")
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 780})
    shot(page, "papers-phone")
    assert_accessible(page)
    assert_fits(page)
    grant = one(case, "grant").seq
    page.goto(f"/papers/{case}/{grant}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("正在生成准予行政许可决定书")
    shot(page, "papers-making")
    assert_accessible(page)
    assert_fits(page)
    with page.expect_response(lambda r: r.url.endswith(f"/{grant}") and r.headers["content-type"] == "application/pdf"):
        make(case, grant)
