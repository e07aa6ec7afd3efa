"""Comparing a county's standard with the city's over the seven attributes (3.2c)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from yichuang.catalog.consistency.attributes import (
    Attribute,
    CountyDifference,
    attribute_of,
    compare_with_base,
    written_of,
)
from yichuang.catalog.drafting.parts import PARTS
from yichuang.catalog.loading import CITY, load_deviations, load_standards
from yichuang.catalog.standard import Condition, Standard

BASES = {standard.item: standard for standard in load_standards() if standard.division == CITY}
COUNTY = [standard for standard in load_standards() if standard.division != CITY]


def differences(base: Standard, county: Standard) -> list[CountyDifference]:
    return compare_with_base(written_of(base), written_of(county))


FOOD = next(standard for standard in COUNTY if standard.item == "ZZ-001")


def test_every_line_of_the_seven_and_nothing_else_has_an_attribute() -> None:
    heads = {table.key for part in PARTS for table in part.tables} | {f.key for part in PARTS for f in part.fields}
    none = {head for head in heads if attribute_of(head) is None}
    assert none == {
        "item_code", "task_type", "hall_class", "channels", "visits", "keywords", "uses_project_code",
        "assigns_project_code", "confidence", "bases", "statutory_note", "promised_confidence", "points",
        *(head for head in heads if head.startswith("result/")),
    }  # fmt: skip
    assert attribute_of("materials/M03/confidence") is None is attribute_of("rows:materials")
    assert attribute_of("materials/M03/copies") is Attribute.MATERIALS


@pytest.mark.parametrize("county", COUNTY, ids=lambda standard: standard.key)
def test_the_packaged_counties_differ_only_where_it_was_approved(county: Standard) -> None:
    found = {(d.attribute, d.line) for d in differences(BASES[county.item], county)}
    approved = {d.attribute for d in load_deviations() if (d.item, d.division) == (county.item, county.division)}
    assert found == {(Attribute.LIMITS, line) for line in approved}


def test_one_condition_more_is_one_difference() -> None:
    more = replace(FOOD, conditions=(Condition("另行具备消防验收意见。", "消防法"), *FOOD.conditions))
    (found,) = differences(BASES["ZZ-001"], more)
    assert found.attribute is Attribute.CONDITIONS and found.difference.words.startswith("新增条件1")


def test_a_difference_names_the_words_that_differ_and_changes_its_mark_with_them() -> None:
    first, *rest = FOOD.materials
    base = BASES["ZZ-001"]
    two, three = (
        differences(base, replace(FOOD, materials=(replace(first, copies=copies), *rest))) for copies in (7, 8)
    )
    assert [d.line for d in two] == [f"materials/{first.code}/copies"] == [d.line for d in three]
    assert two[0].mark != three[0].mark
    assert two[0].difference.pieces == ([(str(first.copies), True)], [("7", True)])


def test_the_county_is_not_asked_for_the_citys_name() -> None:
    base = BASES["ZZ-001"]
    first, *rest = base.materials
    asks = replace(base, materials=(replace(first, format=f"向{base.department_name}提交原件"), *rest))
    own, *others = FOOD.materials
    same = replace(FOOD, materials=(replace(own, format=f"向{FOOD.department_name}提交原件"), *others))
    assert differences(asks, same) == []


def test_another_name_is_a_difference_of_its_own() -> None:
    (found,) = differences(BASES["ZZ-001"], replace(FOOD, name="食品许可"))
    assert (found.attribute, found.difference.after) == (Attribute.NAME, "食品许可")
