"""What is compressed: HTML, and with a session only what no other site has asked for."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.conf import settings
from django.http import FileResponse, HttpResponse, JsonResponse
from django.test import RequestFactory

from yichuang.faces.compressing import compress

PAGE = "<p>办事指南</p>" * 100


def answer(response: Any, *, session: bool = False, **headers: str) -> Any:
    request = RequestFactory().get("/search?q=x", headers={"Accept-Encoding": "gzip, br", **headers})
    if session:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "of somebody"
    return compress(lambda _: response)(request)


@pytest.mark.parametrize(
    ("session", "site", "compressed"),
    [
        (False, None, True),
        (False, "cross-site", True),
        (True, "same-origin", True),
        (True, "none", True),
        (True, "same-site", False),  # a page of a sister host is a stranger too
        (True, "cross-site", False),
        (True, None, False),
    ],
)
def test_a_secret_beside_words_of_a_stranger_is_not_compressed(
    session: bool, site: str | None, compressed: bool
) -> None:
    response = answer(HttpResponse(PAGE), session=session, **({"Sec-Fetch-Site": site} if site else {}))
    assert response.has_header("Content-Encoding") is compressed
    assert (gzip.decompress(response.content) if compressed else response.content).decode() == PAGE


def test_a_page_never_has_the_same_size_twice() -> None:
    assert len({len(answer(HttpResponse(PAGE)).content) for _ in range(50)}) > 10


@pytest.mark.parametrize(
    "make",
    [
        lambda: JsonResponse({"text": PAGE}),
        lambda: HttpResponse(PAGE.encode(), content_type="application/pdf"),
        lambda: FileResponse([PAGE.encode()], content_type="text/html"),
        lambda: HttpResponse(gzip.compress(PAGE.encode()), headers={"Content-Encoding": "gzip"}),
    ],
)
def test_files_data_and_what_is_compressed_stay_as_they_are(make: Any) -> None:
    response = make()
    before = response.get("Content-Encoding")
    assert answer(response).get("Content-Encoding") == before


def test_who_cannot_read_it_gets_it_plain() -> None:
    assert not answer(HttpResponse(PAGE), **{"Accept-Encoding": "identity"}).has_header("Content-Encoding")
