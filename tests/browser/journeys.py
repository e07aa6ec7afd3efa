"""What the journeys share: the demo city as `bin/serve` loads it, people's acts on pages, the worker's part, the eye.

No expectation of a case is here: the journeys say what must be seen.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import assert_accessible, assert_fits
from tests.browser.conftest import DESKTOP, PHONE, shot

GUIDE = "/items/410100/ZZ-001"  # 食品经营许可


@dataclass
class Eye:
    """Looks at every distinct page: axe, 360 px without scrolling sideways; pictures of both with YICHUANG_SHOTS=1."""

    journey: str
    quiet: bool = False  # these pages were looked at on another journey
    seen: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str) -> None:
        if self.quiet:
            return
        self.seen.append(name)
        number = f"journey-{self.journey}-{len(self.seen):02d}-{name}"
        take = shot if os.environ.get("YICHUANG_SHOTS") else lambda page, name: None
        assert_accessible(page)
        take(page, f"{number}-1280")
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        assert_fits(page)
        take(page, f"{number}-360")
        page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})


@pytest.fixture
def demo_city(transactional_db: None, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[None]:
    """The demo city without a history, with the one standard the journeys need."""
    from yichuang.catalog.loading import load_standards
    from yichuang.catalog.service import publish
    from yichuang.ledger.service import create_store
    from yichuang.ops.demo import LOADER, city

    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.PUBLIC_URL = live_server.url
    create_store("demo")
    city.build_city(LOADER)
    publish(next(s for s in load_standards() if (s.division, s.item) == ("410100", "ZZ-001")), LOADER)
    yield


@pytest.fixture
def people(open_page: Callable[..., Page]) -> Callable[[str], Page]:
    """`people("陈晓窗")`: a browser of their own in which that person of the demo city is logged in."""
    known: dict[str, Page] = {}

    def of(name: str) -> Page:
        if name not in known:
            known[name] = enter(open_page(DESKTOP), name)
        return known[name]

    return of


def enter(page: Page, name: str) -> Page:
    """Log in by the person's button on the login page of a demo store."""
    page.goto("/accounts/login/")
    page.get_by_role("main").get_by_role("button", name=re.compile(f"^{name}")).click()
    expect(page.locator("body")).to_contain_text("退出")
    return page


def act(page: Page, key: str) -> Locator:
    """The form of an act on the case page, opened. `key` is the command with its step: `conclude-S1`."""
    form = page.locator(f"#act-{key}")
    form.locator("summary").click()
    return form


def send(form: Locator) -> Locator:
    """Press the button of an opened act; the notice of what was done."""
    page = form.page
    form.locator("form button.govuk-button").click()
    return page.get_by_role("status").first


def fill_form(page: Page) -> None:
    """The application form of a small restaurant; who manages food safety in it too."""
    page.get_by_role("group", name="主体业态").get_by_label("餐饮服务经营者").check()
    page.get_by_label("热食类食品制售").check()
    questions = ("是否连锁门店", "是否通过网络经营", "是否设中央厨房或者集体用餐配送", "是否利用自动售货设备经营")
    for question in questions:
        page.get_by_role("group", name=question).get_by_label("否", exact=True).check()
    page.get_by_label("经营场所地址").fill("郑州市金水区示范路 1 号 1 层")
    page.get_by_label("经营场所面积").fill("120.5")
    page.get_by_label("食品处理区面积").fill("40")
    page.get_by_role("group", name="用水来源").get_by_label("市政供水").check()
    page.get_by_label("就餐座位数").fill("30")
    page.get_by_label("从业人员数").fill("6")
    page.get_by_label("其中持有效健康证明人数").fill("6")
    page.get_by_label("拟开业日期").fill("2030-12-01")
    page.locator("#id_managers-0-manager_name").fill("孟安全")
    page.locator("#id_managers-0-manager_id").fill("11010519491231002X")
    page.locator("#section-managers").get_by_label("食品安全员").check()
    page.locator("#id_managers-0-manager_phone").fill("13800000001")
    page.locator("#id_managers-0-manager_trained_on").fill("2018-01-05")


def rows(page: Page, label: str) -> str:
    """The value beside a label in a summary list."""
    row = page.locator(".govuk-summary-list__row", has=page.locator("dt", has_text=re.compile(f"^\\s*{label}\\s*$")))
    return row.first.locator("dd").first.inner_text().strip()


def elsewhere(work: Callable[[], Any]) -> Any:
    """What the worker does, in a thread as there: signing runs a loop of its own, and Playwright has one here."""

    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as worker:
        return worker.submit(run).result()


def tell() -> None:
    """The worker's task that sends messages and mails."""
    from yichuang.aggregates.tasks import follow as task

    elsewhere(lambda: task.func(0))


def licence(case: str) -> tuple[bytes, str]:
    """The file of the case's licence, made by the worker's task, and the address its QR code holds."""
    from yichuang.aggregates.models import Paper
    from yichuang.documents import service
    from yichuang.documents.models import File
    from yichuang.documents.render import qr_payload
    from yichuang.documents.tasks import make_paper

    paper = Paper.objects.get(stream=f"case/{case}", kind="licence")
    elsewhere(lambda: make_paper.func(paper.stream, paper.seq))
    made = File.objects.get(stream=paper.stream, seq=paper.seq)
    found = service.gather(paper.stream, paper.seq, made.calendar)
    with default_storage.open(made.key) as stored:
        return stored.read(), qr_payload(found.say())
