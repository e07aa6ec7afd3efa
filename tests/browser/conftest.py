"""A real Chromium against the real pages: `page` (desktop), `phone` (360 × 780), both on `live_server`.

Messages of the console that speak of an error or of the content policy fail the test that caused them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.axe import AXE, ROOT

BUILT = ROOT / "src" / "yichuang" / "faces" / "static" / "built" / "app.css"
SHOTS = ROOT / "var" / "shots"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}
PATIENCE = 300_000  # milliseconds: as long as a busy machine needs, for what is waited for is a state
CHROMIUM = os.environ.get("YICHUANG_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def fonts(folder: Path) -> Path:
    """A font configuration with the Chinese fonts of the documents' wheel: the same picture on every machine."""
    chinese = Path(pylopdf_fonts_zh_cn.__file__).parent
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{chinese}</dir>'
        f"<cachedir>{folder}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    missing = [str(path) for path in (BUILT, AXE) if not path.exists()]
    if missing:
        pytest.exit(f"run `npm ci` and `npm run build` first: no {', '.join(missing)}", returncode=2)
    # Playwright's synchronous interface runs a loop in this thread, which Django takes for asynchronous code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        env = {**os.environ, "FONTCONFIG_FILE": str(fonts(tmp_path_factory.mktemp("fonts")))}
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=env, timeout=PATIENCE)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Makes pages: `open_page(viewport, **options of Browser.new_context)`; addresses are relative to the server."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # a page that answers 4xx or 5xx on purpose says so in the console too: that is no fault of the page
        if message.type == "error" and "the server responded with a status of" not in message.text:
            wrong.append(message.text)

    def make(viewport: dict[str, int], **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        context.set_default_timeout(PATIENCE)  # of the pages it opens too
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page(DESKTOP)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    return open_page(PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def page_without_script(open_page: Callable[..., Page]) -> Page:
    return open_page(DESKTOP, java_script_enabled=False)


def shot(page: Page, name: str) -> Path:
    """The whole page as var/shots/NAME.png, for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
