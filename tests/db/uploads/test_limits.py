"""How large a request may be, by route: small unless a view says that it takes files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from yichuang.faces.requests import FILE_BYTES, FORM_BYTES, body_limit

TAKE_FILES = {"materials", "supply", "intake-form", "keep_file", "verify", "begin", "do", "enter-paper", "add"} | {
    "edit-upload",
    "ask",
    "draft-ask",
    "later",
}


def views(patterns: Any) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from views(pattern.url_patterns)


def test_only_the_routes_that_take_files_take_more_than_a_form() -> None:
    larger = {view.name for view in views(get_resolver().url_patterns) if hasattr(view.callback, "most_bytes")}
    assert larger == TAKE_FILES


def test_a_route_nobody_knows_takes_no_more_than_a_form() -> None:
    assert body_limit("/no/such/address") == (FORM_BYTES, False)
    assert body_limit("/items/") == (FORM_BYTES, False)
    assert body_limit("/api/files") == (FILE_BYTES, True)
    assert body_limit("/verify")[1] and body_limit("/verify")[0] < FILE_BYTES
