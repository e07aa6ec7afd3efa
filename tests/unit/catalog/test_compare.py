"""Differences of two contents: complete, by line, and in words a clerk reads."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings

from tests.unit.catalog.edits import carry_out, edits
from yichuang.catalog.drafting.compare import list_differences, mark_words, name_line
from yichuang.catalog.drafting.content import content_of
from yichuang.catalog.drafting.lines import list_lines
from yichuang.catalog.drafting.parts import find_field, find_part
from yichuang.catalog.loading import load_standards

FOOD = content_of(next(s for s in load_standards() if s.item == "ZZ-001"))
few = settings(max_examples=60, deadline=None)


def words(after: dict) -> list[str]:
    return [difference.words for difference in list_differences(FOOD, after)]


@pytest.mark.parametrize("standard", load_standards(), ids=lambda s: s.key)
def test_every_line_of_every_standard_has_a_name_a_kind_and_a_part(standard):
    for line, value in list_lines(content_of(standard)).values.items():
        field = find_field(line)
        assert field is not None, line
        assert find_part(line) is not None, line
        assert field.kind.read(field.kind.write(value)) == value, line


@few
@given(edits(FOOD), edits(FOOD))
def test_equal_contents_are_those_without_differences(one, two):
    a, b = carry_out(FOOD, one), carry_out(FOOD, two)
    assert (a == b) == (not list_differences(a, b))


@few
@given(edits(FOOD))
def test_every_changed_line_is_named(script):
    other = carry_out(FOOD, script)
    named = {difference.line for difference in list_differences(FOOD, other)}
    old, new = list_lines(FOOD).values, list_lines(other).values
    for line in old.keys() | new.keys():
        if (line in old) != (line in new) or old[line] != new[line]:
            assert any(line == name or line.startswith(f"{name}/") for name in named), line


def test_words_a_clerk_reads():
    after = copy.deepcopy(FOOD)
    material = after["materials"][2]
    material["necessity"] = "3" if material["necessity"] != "3" else "1"
    was = {"1": "必要", "2": "非必要", "3": "可容缺"}[FOOD["materials"][2]["necessity"]]
    now = {"1": "必要", "3": "可容缺"}[material["necessity"]]
    after["promised"] = {"value": 7, "unit": "workday"}
    after["steps"][2]["after"] = ["S1"]
    after["conditions"].append({"id": "c9", "text": "有合格的人员", "basis": "", "confidence": "demo"})
    del after["situations"][-1]
    last = FOOD["situations"][-1]["name"]
    said = words(after)
    assert f"材料3“{material['name']}”由{was}改为{now}" in said
    assert f"承诺时限由{FOOD['promised']['value']}个工作日改为7个工作日" in said
    assert "环节S3“综合审核”的先后关系由资料审查、现场核查改为资料审查" in said
    assert f"新增条件{len(after['conditions'])}“有合格的人员”" in said
    assert f"删去情形{len(FOOD['situations'])}“{last}”" in said


def test_a_change_of_order_is_one_difference():
    after = copy.deepcopy(FOOD)
    after["conditions"].reverse()
    assert words(after) == ["条件的顺序有调整"]


def test_the_words_that_differ_are_marked():
    before, after = mark_words("办理期限为10个工作日", "办理期限为7个工作日，免费")
    assert before == [("办理期限为", False), ("10", True), ("个工作日", False)]
    assert after == [("办理期限为", False), ("7", True), ("个工作日", False), ("，免费", True)]


def test_lines_have_names():
    assert name_line(FOOD, "promised") == "承诺时限"
    assert name_line(FOOD, "materials/M03/copies").endswith("的份数")
    assert name_line(FOOD, "sections/premises/fields/water/label") == "分组2“经营场所”的栏目5“用水来源”的名称"
    assert name_line(FOOD, "materials") == "材料"
