"""Every address that only takes a form leads back to a page that can be opened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yichuang.people.mfa import page_of

ROUTES = Path(__file__).parents[1] / "doors" / "routes.txt"
EXAMPLES = {"uuid": "0b1f7d5e-25f2-4d5e-9f2a-5c3c1d7a4e10", "int": "7", "slug": "accept", "path": "410100/zwb", "": "x"}
TAKES_NO_FORM_OF_A_PAGE = {"/accounts/demo/"}  # its page is the log-in page itself


def routes(kind: str) -> list[str]:
    lines = [line for line in ROUTES.read_text().splitlines() if line.startswith("/")]
    return [line.split()[0] for line in lines if (re.split(r"\s{2,}", line)[1] == "all 405") == (kind == "forms")]


def pattern(route: str) -> re.Pattern[str]:
    parts = re.split(r"<(?:(\w+):)?\w+>", route)
    return re.compile(
        "".join(re.escape(p) if n % 2 == 0 else ".+" if p == "path" else "[^/]+" for n, p in enumerate(parts))
    )


@pytest.mark.parametrize("route", sorted(set(routes("forms")) - TAKES_NO_FORM_OF_A_PAGE))
def test_after_logging_in_nobody_stands_at_an_address_that_takes_no_look(route: str) -> None:
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES.get(found[1] or "", "x"), route)
    page = page_of(path)
    assert page != path and any(pattern(known).fullmatch(page) for known in routes("pages")), page


def test_a_page_is_its_own() -> None:
    for path in ("/", "/desk/", "/my/", "/desk/case/x", "/account", "/lives/licences/new/enter"):
        assert page_of(path) == path
