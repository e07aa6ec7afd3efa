"""docs/bad-input.md names tests that exist, and every test of the three files of bad input."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
FILES = ("tests/db/portal/test_bad_input.py", "tests/db/desk/test_bad_input.py", "tests/api/test_bad_input.py")
PAGE = (ROOT / "docs/bad-input.md").read_text()
NAMED = set(re.findall(r"`(tests/[a-z_/]+\.py)::(test_\w+)`", PAGE))


def written_in(path: str) -> set[tuple[str, str]]:
    return {(path, name) for name in re.findall(r"^def (test_\w+)\(", (ROOT / path).read_text(), re.MULTILINE)}


def test_what_the_page_names_is_there() -> None:
    assert len(NAMED) > 40
    assert {one for path in {path for path, _ in NAMED} for one in written_in(path)} >= NAMED


def test_what_is_there_is_named() -> None:
    assert {one for path in FILES for one in written_in(path)} <= NAMED
