"""What is on the screen stays where it is while the rest of the page arrives (cumulative layout shift, CLS)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.db.portal.pages import begin
from tests.db.portal.pages import browser as client_of
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"width": 360, "height": 740}
MOST = 0.05  # share of the screen that moves × how far; 0.1 is called good
GUIDE = "/items/410100/ZZ-001"
PAINTED = "performance.getEntriesByName('first-contentful-paint').length"
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput)
      window.shifts.push([entry.value, entry.sources.map((s) => `${s.node?.nodeName}.${s.node?.className} ` +
        `${s.previousRect.y}+${s.previousRect.height} > ${s.currentRect.y}+${s.currentRect.height}`)]);
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def town(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Any]:
    from tests.db.portal.towns import found
    from tests.db.world import build
    from yichuang.ledger.service import set_shift

    settings.MEDIA_ROOT = tmp_path
    yield found(build())
    set_shift(None)


def address_of(name: str, page: Page, town: Any, server: str) -> str:
    if name not in ("start", "form"):
        return {"home": "/", "search": "/search?q=开饭店", "guide": GUIDE}[name]
    client = client_of(town.owner)
    cookie = client.cookies["yichuang"]
    page.context.add_cookies([{"name": "yichuang", "value": cookie.value, "url": server}])
    return f"{GUIDE}/apply" if name == "start" else begin(client, town.firm) + "/form"


@pytest.mark.parametrize("name", ["home", "search", "guide", "start", "form"])
def test_content_does_not_jump(open_page: Callable[..., Page], town: Any, live_server: Any, name: str) -> None:
    page = open_page(SMALL, is_mobile=True, has_touch=True)
    page.add_init_script(WATCH)
    # scripts come after the page is painted, as on a slow line
    painted, held = threading.Event(), list[Route]()
    page.route("**/*.mjs", lambda route: route.continue_() if painted.is_set() else held.append(route))
    page.goto(address_of(name, page, town, live_server.url), wait_until="commit")
    until(lambda: page.evaluate(PAINTED) or page.wait_for_timeout(20))
    painted.set()
    for route in held:
        route.continue_()
    page.wait_for_selector(".govuk-service-navigation__toggle:visible")
    page.wait_for_timeout(300)
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) <= MOST, shifts


def test_the_menu_opens_by_itself_where_the_script_is_lost(open_page: Callable[..., Page], town: Any) -> None:
    page = open_page(SMALL)
    page.route("**/*.mjs", lambda route: route.fulfill(status=200, content_type="text/javascript", body=""))
    page.goto("/help")
    link = page.get_by_role("navigation", name="主导航").get_by_role("link", name="办到哪了")
    expect(link).to_be_hidden()
    expect(link).to_be_visible()


def test_the_menu_opens_and_closes(phone: Page, town: Any) -> None:
    phone.goto("/help")
    link = phone.get_by_role("navigation", name="主导航").get_by_role("link", name="办到哪了")
    button = phone.get_by_role("button", name="显示或隐藏菜单")
    expect(link).to_be_hidden()
    button.click()
    expect(link).to_be_visible()
    button.click()
    expect(link).to_be_hidden()
