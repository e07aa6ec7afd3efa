"""What a certificate states is what its standard lists, in that order, for every item."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from yichuang.catalog.conditions import fields_by_name
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard
from yichuang.documents.granted import scope
from yichuang.documents.sheets import sample_values

CITY = {s.item: s for s in load_standards() if s.division == "410100"}


def context(standard: Standard, values: dict[str, Any] | None) -> Any:
    return SimpleNamespace(standard=standard, values=values, form_field=fields_by_name(standard).get)


@pytest.mark.parametrize("standard", CITY.values(), ids=CITY)
def test_every_certificate_states_what_its_standard_lists(standard: Standard) -> None:
    stated = scope(context(standard, sample_values(standard, "new")))
    labels = [fields_by_name(standard)[name].label for name in standard.result.fields]
    assert stated and [label for label, _ in stated] == [label for label in labels if label in dict(stated)]


def test_values_are_written_for_people() -> None:
    road = CITY["ZZ-022"]
    values = {"kind": "挖掘", "dig_area": 12.0, "begin_on": "2018-03-12", "purpose": "管线敷设", "occupy_area": None}
    assert scope(context(road, values)) == [
        ("申请类型", "挖掘"),
        ("挖掘面积", "12平方米"),
        ("开始日期", "2018年3月12日"),
        ("事由", "管线敷设"),
    ]


def test_a_destroyed_form_states_nothing() -> None:
    assert scope(context(CITY["ZZ-001"], None)) == []
