"""Two copies of one form become one: what one place changed is taken from there, what both changed is in dispute."""

from __future__ import annotations

from typing import Any

import pytest

from yichuang.catalog.merging import HERE, THERE, marks_of, merge
from yichuang.catalog.standard import Field, FieldType, Form, Section

T = FieldType
FORM = Form(
    (
        Section("basic", "基本", (Field("name", "名称", T.TEXT), Field("street", "街道", T.TEXT))),
        Section("days", "营业", (Field("open", "营业日", T.CHOICES, choices=("周一", "周二")),)),
        Section("staff", "人员", (Field("person", "姓名", T.TEXT), Field("age", "年龄", T.INTEGER)), repeat=(1, 3)),
    )
)
MORNING: dict[str, Any] = {"name": "甲店", "street": "一街", "open": ["周一"], "staff": [{"person": "赵", "age": "30"}]}


def of_morning(sent: dict[str, Any], kept: dict[str, Any], **chosen: str) -> Any:
    return merge(FORM, {**MORNING, **kept}, {**MORNING, **sent}, marks_of(FORM, MORNING), chosen)


def test_what_each_place_changed_is_taken_from_there() -> None:
    merged = of_morning({"name": "乙店"}, {"street": "二街"})
    assert merged.kept == merged.page == {**MORNING, "name": "乙店", "street": "二街"}
    assert not merged.clashes and merged.changed == ["street"]


def test_an_old_copy_that_changed_nothing_replaces_nothing() -> None:
    evening = {"name": "晚上的店", "open": [], "staff": [{"person": "钱", "age": "40"}, {"person": "孙"}]}
    assert of_morning({}, evening).kept == {**MORNING, **evening}


def test_what_both_changed_is_kept_as_it_was_and_both_are_shown() -> None:
    merged = of_morning({"name": "这里的店"}, {"name": "别处的店"})
    assert merged.kept["name"] == "别处的店" and merged.page["name"] == "这里的店"
    assert merged.clashes == {"name": "别处的店"}
    # saved again without a choice, it is in dispute still
    again = merge(FORM, merged.kept, merged.page, merged.marks_for(merged.page))
    assert again.clashes == {"name": "别处的店"} and again.kept["name"] == "别处的店"


@pytest.mark.parametrize(("choice", "kept"), [(HERE, "这里的店"), (THERE, "别处的店")])
def test_a_person_chooses(choice: str, kept: str) -> None:
    merged = of_morning({"name": "这里的店"}, {"name": "别处的店"}, name=choice)
    assert merged.kept["name"] == merged.page["name"] == kept and not merged.clashes and not merged.changed
    assert merge(FORM, merged.kept, merged.page, merged.marks_for(merged.page)).clashes == {}


def test_the_same_change_in_both_places_is_none() -> None:
    merged = of_morning({"name": "新店"}, {"name": "新店"})
    assert merged.kept["name"] == "新店" and not merged.clashes and not merged.changed


def test_cells_of_a_row_are_merged_while_no_row_came_or_went() -> None:
    merged = of_morning({"staff": [{"person": "赵一", "age": "30"}]}, {"staff": [{"person": "赵", "age": "31"}]})
    assert merged.kept["staff"] == [{"person": "赵一", "age": "31"}] and merged.changed == ["staff-0-age"]
    both = of_morning({"staff": [{"person": "赵一", "age": "30"}]}, {"staff": [{"person": "赵二", "age": "30"}]})
    assert both.clashes == {"staff-0-person": "赵二"}


def test_a_row_added_here_and_another_there_are_both_shown() -> None:
    mine, other = [*MORNING["staff"], {"person": "钱"}], [*MORNING["staff"], {"person": "孙"}, {"person": "李"}]
    merged = of_morning({"staff": mine}, {"staff": other})
    assert merged.clashes == {"staff": other} and merged.page["staff"] == mine and merged.kept["staff"] == other
    assert merge(FORM, merged.kept, merged.page, merged.marks_for(merged.page)).clashes == {"staff": other}
    assert of_morning({"staff": mine}, {"staff": other}, staff=HERE).kept["staff"] == mine


def test_a_row_added_and_not_filled_in_is_no_change() -> None:
    merged = of_morning({"staff": [*MORNING["staff"], {}]}, {"staff": [{"person": "赵", "age": "31"}]})
    assert merged.kept["staff"] == [{"person": "赵", "age": "31"}, {}] and not merged.clashes


def test_a_value_is_known_again_however_it_was_sent() -> None:
    """Prefilled values are numbers and truths; a browser sends texts, and lines ended by two characters."""
    kept = {"name": "一\n二", "staff": [{"age": 30}]}
    merged = merge(FORM, kept, {"name": "一\r\n二", "staff": [{"age": "30"}]}, marks_of(FORM, kept))
    assert not merged.clashes and not merged.changed


def test_what_the_form_does_not_know_stays() -> None:
    assert of_morning({}, {"of_an_older_version": "写过的"}).kept["of_an_older_version"] == "写过的"
