"""The content of a standard: made from every standard of the city and its counties, and read back as the same."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.catalog.drafting.content import (
    LISTS,
    BadContent,
    Content,
    content_of,
    head_of,
    new_id,
    read_content,
    value_at,
)
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Standard
from yichuang.kernel.canonical import canonical, parse

CITY = {s.item: s for s in load_standards() if s.division == "410100"}
FOOD = CITY["ZZ-001"]


def faults_of(content: Content) -> dict[str, str]:
    with pytest.raises(BadContent) as raised:
        read_content(content, head_of(FOOD))
    return {fault.line: fault.words for fault in raised.value.faults}


def food() -> Content:
    return copy.deepcopy(content_of(FOOD))


@pytest.mark.parametrize("standard", load_standards(), ids=lambda s: s.key)
def test_a_standard_comes_back_whole_from_its_content(standard: Standard) -> None:
    content = content_of(standard)
    assert read_content(content, head_of(standard)) == standard
    assert parse(canonical(content)) == content


def test_rows_are_named_by_their_codes_or_places() -> None:
    content = food()
    assert [row["id"] for row in content["materials"]] == [m.code for m in FOOD.materials]
    assert [row["id"] for row in content["conditions"]] == [f"c{n}" for n in range(1, len(FOOD.conditions) + 1)]
    assert value_at(content, "materials/M03/copies") == FOOD.materials[2].copies
    assert value_at(content, "sections/premises/fields/water")["label"] == "用水来源"
    assert value_at(content, "promised")["value"] == FOOD.promised.value
    with pytest.raises(KeyError):
        value_at(content, "materials/M99")


def test_the_order_and_the_ids_of_rows_are_no_part_of_the_standard_but_its_order_is() -> None:
    content = food()
    for number, row in enumerate(content["conditions"]):
        row["id"] = f"x{number}"
    assert read_content(content, head_of(FOOD)) == FOOD
    content["conditions"].reverse()
    assert read_content(content, head_of(FOOD)) == replace(FOOD, conditions=FOOD.conditions[::-1])


def test_what_the_list_says_is_not_written_by_the_department() -> None:
    content = food() | {"name": "别的名称"}
    assert faults_of(content) == {"name": "这一栏由事项清单决定，不在规程里填写。"}


@pytest.mark.parametrize(
    ("line", "value", "words"),
    [
        ("materials/M03/copies", "两份", "应当是整数。"),
        ("materials/M03/role", "secret", "不是可以选的值。"),
        ("promised/value", -1, "时限不能为负数。"),
        ("sections/premises/fields/water/type", "colour", "不是可以选的值。"),
        ("materials/M03/dayz", "3", "没有这一栏。"),
        ("procedure", "magic", "请选择办理程序。"),
        ("instant", "大概", "应当是“是”或者“否”。"),
    ],
)
def test_a_fault_is_told_on_its_line(line: str, value: object, words: str) -> None:
    content = food()
    *path, name = line.split("/")
    (value_at(content, "/".join(path)) if path else content)[name] = value
    told = faults_of(content)
    assert told.get(line, told.get(line.rpartition("/")[0])) == words


def test_rows_that_nothing_can_name_are_told() -> None:
    content = food()
    content["materials"][1]["id"] = "M01"
    del content["steps"][0]["id"]
    content["fees"] = "无"
    told = faults_of(content)
    assert told["materials/M01"] == "第2行的行号“M01”重复。"
    assert told["steps"] == "第1行没有行号。"
    assert told["fees"] == "应当是逐行的表。"


@given(st.lists(st.integers(0, 50), unique=True))
def test_a_new_id_is_one_that_no_row_has(numbers: list[int]) -> None:
    rows = [{"id": f"c{number}"} for number in numbers]
    assert new_id(rows, "c") not in {row["id"] for row in rows}


@given(st.sampled_from(sorted(LISTS)), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.integers())))
def test_whatever_stands_in_a_list_is_refused_on_a_line_or_read(name: str, value: object) -> None:
    content = food() | {name: value}
    try:
        read_content(content, head_of(FOOD))
    except BadContent as bad:
        assert all(fault.line.split("/")[0] for fault in bad.faults)
