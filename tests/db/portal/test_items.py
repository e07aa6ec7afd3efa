"""Finding items and reading their guides: everyday words, initials, filters, and how many statements a page takes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yichuang.catalog.search import search
from yichuang.catalog.service import put_in_force
from yichuang.catalog.standard import Condition
from yichuang.ledger.actor import SYSTEM

MOST_STATEMENTS = 12


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("开饭店", "ZZ-001"),
        ("我想开个小饭店", "ZZ-001"),
        ("spjy", "ZZ-001"),
        ("SPJY", "ZZ-001"),
        ("shipinjing", "ZZ-001"),
        ("kfd", "ZZ-001"),
        ("食品经营许可", "ZZ-001"),
        ("zz-003", "ZZ-003"),
        ("开药店", "ZZ-003"),
        ("护士", "ZZ-004"),
        ("挖路", "ZZ-022"),
        ("烟", "ZZ-016"),
        ("sgxk", "ZZ-108"),
    ],
)
def test_everyday_words_find_the_item(town: Any, asked: str, first: str) -> None:
    assert search("410100", asked)[0].item == first


def test_a_department_finds_its_items(town: Any) -> None:
    found = {e.department for e in search("410100", "市场监督管理局")}
    assert "scjg" in found


@pytest.mark.parametrize("asked", ["", "   ", "%", "_", "'; drop table", "\x00", "龘龘龘", "a" * 500])
def test_what_means_nothing_finds_nothing_and_breaks_nothing(town: Any, asked: str) -> None:
    assert search("410100", asked) == ()
    assert Client().get("/search", {"q": asked}).status_code == 200


def test_another_division_has_its_own_list(town: Any) -> None:
    assert search("410122", "开饭店") == ()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search?q=开饭店",
        "/items/",
        "/items/?who=person&how=online",
        "/items/410100/ZZ-001",
        "/items/410100/ZZ-001?situation=renew&agent=yes",
        "/items/410100/ZZ-001/blank",
        "/bases",
    ],
)
def test_public_pages_take_few_statements(town: Any, address: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as statements:
        response = Client().get(address)
    assert response.status_code == 200
    assert len(statements) <= MOST_STATEMENTS


@pytest.mark.clause("3.2e.1")
@pytest.mark.screen
def test_every_standard_has_a_guide_and_a_blank_form(city: Any) -> None:
    """3.2e: guide and form come from the standard, whichever it is."""
    from yichuang.catalog.loading import load_standards
    from yichuang.catalog.service import publish
    from yichuang.ledger.actor import SYSTEM

    browser = Client()
    for standard in load_standards():
        publish(standard, SYSTEM)
        for situation in ("", *(s.code for s in standard.situations)):
            address = f"/items/{standard.division}/{standard.item}"
            text = browser.get(address, {"situation": situation}).content.decode()
            assert standard.name in text and "时需要时" not in text, address
            blank = browser.get(f"{address}/blank", {"situation": situation})
            assert blank.status_code == 200


@pytest.mark.clause("3.2e.1")
@pytest.mark.screen
def test_the_guide_lists_what_a_situation_needs(town: Any) -> None:
    browser = Client()
    everything = browser.get("/items/410100/ZZ-001").content.decode()
    renewal = browser.get("/items/410100/ZZ-001?situation=renew&agent=no").content.decode()
    assert "授权委托书" in everything and "变更事项的证明材料" in everything
    assert 'id="M04"' in everything and 'id="M04"' not in renewal
    assert "变更事项的证明材料" not in renewal
    assert "演示" in everything  # values that are ours say so


def test_a_guide_doubts_only_what_nobody_examined(town: Any) -> None:
    standard = town.city.standard
    conditions = (Condition("有固定场所", "食品安全法33条", ""), Condition("有管理制度", "食品安全法33条", "demo"))
    bases = tuple(replace(basis, law=f"某市条例{n}", confidence="") for n, basis in enumerate(standard.bases))
    put_in_force(replace(standard, version=2, conditions=conditions, bases=bases), SYSTEM)
    page = Client().get(f"/items/410100/{standard.item}").content.decode()
    examined, designed = (re.search(rf"<li>{c.text}.*?</li>", page, re.S) for c in conditions)
    assert examined and designed
    assert "yc-tag" not in examined[0] and "govuk-tag" not in examined[0] and "演示" in designed[0]
    cited = [
        re.search(rf"<li>(?:(?!</li>).)*{basis.law}.*?</li>", page, re.S) for basis in bases if not basis.in_force_to
    ]
    assert cited and all(item and "待核对" in item[0] for item in cited), "only the register says that one was read"


def test_an_item_that_is_not_listed_is_not_found(town: Any) -> None:
    assert Client().get("/items/410100/ZZ-999").status_code == 404
    assert Client().get("/items/410122/ZZ-001").status_code == 404
