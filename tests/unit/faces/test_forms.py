"""What a browser sends becomes values, and what was given is shown again."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from jsonschema import Draft202012Validator

from yichuang.catalog.form import Filing, json_schema
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Field, FieldType, Form, Section, Standard, When
from yichuang.faces.forms import Bound, bind, show, widget

T = FieldType
FORM = Form(
    (
        Section(
            "basic",
            "基本信息",
            (
                Field("name", "名称", T.TEXT),
                Field("days", "营业日", T.CHOICES, choices=("周一", "周二"), required=False),
                Field("food", "是否制售", T.YES_NO),
            ),
        ),
        Section("kitchen", "后厨", (Field("area", "面积", T.DECIMAL),), when=When("food", ("yes",))),
        Section("staff", "人员", (Field("person", "姓名", T.TEXT), Field("age", "年龄", T.INTEGER)), repeat=(1, 3)),
    )
)
NEW = {"situation": "new", "agent": "no"}
FILING = Filing("410100", date(2026, 6, 1), date(2026, 6, 1))


def sent(text: str) -> Bound:
    return bind(FORM, QueryDict(text), NEW, FILING)


GOOD = "name=一窗&food=no&rows:staff=1&staff-0-person=张三&staff-0-age=30"


def test_a_right_form_is_read() -> None:
    bound = sent(GOOD + "&days=周一&days=周二&area=77&junk=1")
    assert bound.valid and bound.summary == []
    assert bound.values == {
        "name": "一窗",
        "days": ["周一", "周二"],
        "food": False,
        "staff": [{"person": "张三", "age": 30}],
    }


def test_errors_stand_at_their_fields_and_in_the_summary_in_order() -> None:
    bound = sent("name=&food=yes&rows:staff=2&staff-0-person=张三&staff-0-age=x&staff-1-person=&staff-1-age=5")
    assert not bound.valid
    assert bound.summary == [
        ("请填写“名称”。", "#id_name"),
        ("请填写“面积”。", "#id_area"),
        ("人员第 1 行：“年龄”应为整数，如 12；请只填数字，不带单位。", "#id_staff-0-age"),
        ("人员第 2 行：请填写“姓名”。", "#id_staff-1-person"),
    ]
    staff = bound.sections[2]
    assert staff.rows[0][1].value == "x"  # what was wrong is shown again


def test_a_hidden_part_is_shown_hidden_and_not_kept() -> None:
    bound = sent(GOOD + "&area=5")
    assert bound.sections[1].hidden and "area" not in bound.values
    assert not sent(GOOD.replace("food=no", "food=yes") + "&area=5").sections[1].hidden


def test_the_same_form_is_taken_from_a_program() -> None:
    assert bind(FORM, {"name": "一窗", "food": False, "staff": [{"person": "张三", "age": 30}]}, NEW, FILING).valid


@pytest.mark.parametrize(
    ("button", "people"),
    [
        ("add:staff=1", ["张三", "李四", ""]),
        ("remove:staff:0=1", ["李四"]),
        ("remove:staff:7=1", ["张三", "李四"]),
        ("remove:staff:x=1", ["张三", "李四"]),
        ("add:nothing=1", ["张三", "李四"]),
    ],
)
def test_rows_change_by_buttons(button: str, people: list[str]) -> None:
    rows = "&rows:staff=2&staff-0-person=张三&staff-1-person=李四"
    bound = sent("name=" + rows + "&" + button)
    assert bound.editing and not bound.valid and bound.summary == []
    assert [row[0].value for row in bound.sections[2].rows] == people


def test_rows_keep_to_their_limits() -> None:
    full = "rows:staff=3&" + "&".join(f"staff-{n}-person=甲{n}" for n in range(3))
    assert len(sent(full + "&add:staff=1").sections[2].rows) == 3
    assert len(sent("rows:staff=1&staff-0-person=甲&remove:staff:0=1").sections[2].rows) == 1
    assert len(sent("rows:staff=9999").raw["staff"]) == 1  # four looked at, all blank, one must be there
    assert len(sent("rows:staff=99999999&name=x").sections[2].rows) == 1
    assert "最多 3 行" in sent("rows:staff=9&" + "&".join(f"staff-{n}-person=甲" for n in range(9))).errors["staff"]


def test_rows_left_blank_are_dropped() -> None:
    bound = sent(GOOD.replace("rows:staff=1", "rows:staff=3") + "&staff-2-person=李四&staff-2-age=40")
    assert [row["person"] for row in bound.values["staff"]] == ["张三", "李四"]


def test_a_draft_is_shown_without_errors() -> None:
    bound = show(FORM, {"food": True, "area": 12.0, "staff": [{"age": 3}]}, NEW)
    assert bound.summary == [] and not bound.sections[1].hidden
    assert bound.sections[0].fields[2].value == "yes"
    assert bound.sections[1].fields[0].value == "12"


def test_few_choices_are_radios_and_many_a_list() -> None:
    few = Field("a", "甲", T.CHOICE, choices=("1", "2"))
    many = Field("a", "甲", T.CHOICE, choices=tuple("1234567"))
    assert (widget(few), widget(many)) == ("radios", "select")


PAGE = "{% from 'macros/form.html' import standard_form, error_summary %}"


@cache
def page() -> Any:
    from django.template import engines

    return engines["jinja2"].from_string(PAGE + "{{ error_summary(bound.summary) }}{{ standard_form(bound) }}")


def html(bound: Bound) -> str:
    return str(page().render({"bound": bound}))


def test_markup_in_values_is_escaped_and_lines_are_kept() -> None:
    form = Form((Section("s", "说明", (Field("t", "说明", T.LONG_TEXT), Field("n", "名", T.TEXT, max=3))),))
    made = html(bind(form, {"t": "一\n  二</textarea><script>x</script>", "n": '"><script>y</script>'}, NEW, FILING))
    assert "<script>" not in made
    assert "一\n  二&lt;/textarea&gt;" in made  # no indentation added by the component library


def test_error_pages_need_no_request() -> None:
    from yichuang.faces.errors import PAGES

    for page in PAGES.values():
        made = render_to_string("errors/page.html", {"title": page.title, "page": page, "why": page.why, "plain": True})
        assert page.title in made and "Error" not in made and all(step in made for step in page.steps)


@pytest.mark.parametrize("standard", load_standards(), ids=lambda standard: standard.item)
def test_every_form_of_the_catalogue_is_shown_and_described(standard: Standard) -> None:
    Draft202012Validator.check_schema(json_schema(standard.form))
    for situation in standard.situations:
        bound = bind(standard.form, {}, {"situation": situation.code, "agent": "no"}, FILING)
        assert [view for view in bound.sections if not view.hidden], situation
    made = html(bound)
    shown = [f for view in bound.sections for row in (*view.rows, view.fields) for f in row]
    assert all(f'id="{f.id}"' in made for f in shown)
