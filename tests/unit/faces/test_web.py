"""Filters for people's eyes, navigation, and the component library's attributes in Python."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import RequestFactory, override_settings
from jinja2 import Undefined
from markupsafe import Markup

from yichuang.faces import csp, web
from yichuang.kernel.clock import Limit, Unit


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 3, 2), "2026年3月2日（周一）"),
        (datetime(2026, 3, 1, 16, 5, tzinfo=UTC), "2026年3月2日（周一）"),  # past midnight in the city
        ("2026-03-01", "2026年3月1日（周日）"),
        ("2026-03-02T14:05:00+08:00", "2026年3月2日（周一）"),
        (None, ""),
    ],
)
def test_day(value: Any, shown: str) -> None:
    assert web.day(value) == shown


def test_moment_and_iso_are_on_the_citys_clock() -> None:
    at = datetime(2026, 3, 2, 6, 5, 9, tzinfo=UTC)
    assert web.moment(at) == "2026年3月2日（周一） 14:05"
    assert web.moment("2026-03-02") == "2026年3月2日（周一）"
    assert web.iso(at) == "2026-03-02T14:05:09+08:00"
    assert web.iso(date(2026, 3, 2)) == "2026-03-02"


def test_a_datetime_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        web.day(datetime(2026, 3, 2, 14, 5))


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(123450, "1,234.50元"), (0, "0.00元"), (5, "0.05元"), (-123456, "-1,234.56元"), (None, "")],
)
def test_money(fen: int | None, shown: str) -> None:
    assert web.money(fen) == shown


def test_limit() -> None:
    assert web.limit(Limit(20, Unit.WORKDAY)) == "20个工作日"
    assert web.limit(None) == ""


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("郑州市政务服务办公室", 5, "郑州市政务…"),
        ("abcdefghij", 5, "abcdefghij"),
        ("abcdefghijk", 5, "abcdefghij…"),
        ("𠮷𬭊镕", 2, "𠮷𬭊…"),
        ("郑州 市政", 2, "郑州…"),
        (None, 5, ""),
    ],
)
def test_truncate_counts_a_latin_letter_half(text: str | None, width: int, shown: str) -> None:
    assert web.truncate_cn(text, width) == shown


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9]),
        (2, 9, [1, 2, 3, 4, None, 9]),
        (9, 9, [1, None, 7, 8, 9]),
    ],
)
def test_pages(number: int, total: int, shown: list[int | None]) -> None:
    assert web.pages(number, total) == shown


def test_with_query_keeps_the_rest() -> None:
    request = RequestFactory().get("/desk/", {"state": "在办", "page": "2"})
    assert web.with_query(request, page=3) == "/desk/?state=%E5%9C%A8%E5%8A%9E&page=3"
    assert web.with_query(request, page=None, state=None) == "/desk/"


@override_settings(ROOT_URLCONF="tests.unit.faces.urls")
@pytest.mark.parametrize(
    ("path", "current"), [("/", "办事"), ("/progress/", "办到哪了"), ("/progress/410100", "办到哪了")]
)
def test_navigation_has_the_mounted_pages_and_marks_the_current(path: str, current: str) -> None:
    entries = web.navigation(RequestFactory().get(path))
    assert [entry["text"] for entry in entries] == ["办事", "办到哪了"]
    assert [entry["text"] for entry in entries if entry["active"]] == [current]


@pytest.mark.parametrize(
    ("attributes", "html"),
    [
        (None, ""),
        (Undefined(), ""),
        (' data-x="1"', ' data-x="1"'),
        ({"data-x": "<\"'&"}, ' data-x="&lt;&#34;&#39;&amp;"'),
        ({"data-x": True, "data-y": False}, ' data-x="true" data-y="false"'),
        ({"hidden": {"value": True, "optional": True}}, " hidden"),
        ({"hidden": {"value": False, "optional": True}, "title": {"value": None, "optional": True}}, ""),
        ({"title": {"value": "a", "optional": False}}, ' title="a"'),
    ],
)
def test_attributes_are_escaped(attributes: Any, html: str) -> None:
    made = web.fast_attributes(attributes)
    assert made == html and (not made or isinstance(made, Markup))


def test_the_policy_allows_no_inline_style_and_one_inline_script() -> None:
    text = csp.policy()
    assert "unsafe" not in text and text.count("sha256-") == 1
    assert "style-src 'self';" in text and "default-src 'none'" in text and "form-action 'self';" in text


def test_signing_in_elsewhere_may_be_sent_on_there() -> None:
    app = {"provider_id": "tyrz", "settings": {"server_url": "https://login.example.gov.cn:8443/oidc"}}
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        assert "form-action 'self' https://login.example.gov.cn:8443;" in csp.policy(csp.identity_origins())
