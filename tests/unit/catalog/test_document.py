"""The canonical document of a standard: fields that came later change no digest of what was published before."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from yichuang.catalog.document import load_document, write_document
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard

CITY = {s.item: s for s in load_standards() if s.division == "410100"}


def before(standard: Standard) -> Standard:
    """The standard as it was before any later field: each holds its default."""
    materials = tuple(replace(m, generated=False, declares="", fields=(), rows=0) for m in standard.materials)
    articles = {rule: article for rule, article in standard.procedure.articles.items() if rule != "accept"}
    return replace(
        standard,
        materials=materials,
        procedure=replace(standard.procedure, articles=articles),
        bases=tuple(replace(b, in_force_from="", in_force_to="") for b in standard.bases),
        result=replace(standard.result, fields=()),
    )


def test_a_later_field_that_holds_its_default_is_not_written() -> None:
    text = write_document(before(CITY["ZZ-001"]))
    for name in ("generated", "declares", "examples", '"rows"', "in_force_from", "in_force_to"):
        assert name not in text


def test_a_later_field_that_says_something_is_written_and_read_back() -> None:
    first = json.loads(write_document(CITY["ZZ-001"]))["materials"][0]
    assert first["generated"] is True
    assert "generated" not in json.loads(write_document(CITY["ZZ-001"]))["materials"][1]


@pytest.mark.parametrize("standard", CITY.values(), ids=CITY)
def test_what_is_published_is_read_back_whole(standard: Standard) -> None:
    assert load_document(write_document(standard)) == standard
    assert write_document(load_document(write_document(standard))) == write_document(standard)


def test_an_old_document_is_lifted_to_what_is_read_from_it_today() -> None:
    """Which material the form is, was said in the 填报须知 alone; what the certificate states, nowhere."""
    old = load_document(write_document(before(CITY["ZZ-001"])))
    assert [m.code for m in old.materials if m.generated] == ["M01"]
    assert old.procedure.basis("accept") == ("行政许可法第三十二条第一款第（五）项",)
    assert {"business_type", "premises_address"} <= set(old.result.fields)
    assert not any(m.generated for m in load_document(write_document(before(CITY["ZZ-009"]))).materials)
