"""办事指南, 一次性告知单 and 海报: from the standard alone, nothing left out, every one of them printable."""

from __future__ import annotations

from dataclasses import replace

import pytest

from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard
from yichuang.documents.leaflets import GUIDE, KINDS, NOTICE, POSTER, make_leaflet
from yichuang.documents.render import render_leaflet

CITY = [standard for standard in load_standards() if standard.division == "410100"]
FOOD = next(standard for standard in CITY if standard.item == "ZZ-001")
ADDRESS = "https://example.invalid/items/410100/ZZ-001"


def printed(standard: Standard, kind: str) -> str:
    return "\n".join(line for block in make_leaflet(standard, kind, ADDRESS).blocks for line in block.lines)


@pytest.mark.clause("3.2e.2")
@pytest.mark.parametrize("standard", CITY, ids=lambda standard: standard.item)
def test_every_standard_has_its_leaflets_as_files(standard: Standard) -> None:
    for kind in KINDS:
        leaflet = make_leaflet(standard, kind, ADDRESS)
        pdf = render_leaflet(leaflet)
        assert pdf.startswith(b"%PDF-1.7") and render_leaflet(leaflet) == pdf, "the same bytes each time"
        assert all(block.lines for block in leaflet.blocks), kind


@pytest.mark.clause("3.2e.1")
@pytest.mark.parametrize("standard", CITY, ids=lambda standard: standard.item)
def test_a_guide_and_a_notice_leave_nothing_out(standard: Standard) -> None:
    for kind in (GUIDE, NOTICE):
        text = printed(standard, kind)
        assert all(material.name in text and material.acceptance in text for material in standard.materials)
        assert all(condition.text in text for condition in standard.conditions)
    guide = printed(standard, GUIDE)
    assert all(basis.words in guide for basis in standard.bases)
    assert all(fee.standard in guide and fee.basis in guide for fee in standard.fees)
    assert all(material.name in printed(standard, POSTER) for material in standard.materials)


@pytest.mark.clause("3.2e.1")
def test_what_changes_in_the_standard_changes_in_the_leaflet() -> None:
    longer = replace(FOOD, materials=(replace(FOOD.materials[0], copies=7), *FOOD.materials[1:]))
    assert "7份" in printed(longer, GUIDE) and "7份" not in printed(FOOD, GUIDE)
    before, after = (make_leaflet(standard, GUIDE, ADDRESS).digest() for standard in (FOOD, longer))
    assert before != after


def test_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(LookupError):
        make_leaflet(FOOD, "flyer", ADDRESS)
