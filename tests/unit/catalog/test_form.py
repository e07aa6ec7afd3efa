"""The form of a standard: reading, conditions, repeated groups, checks across fields, and its JSON Schema."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from yichuang.catalog.form import Filing, coerce, json_schema, prune, validate
from yichuang.catalog.standard import Check, Field, FieldType, Form, Must, Section, When

T = FieldType
FILING = Filing("410100", date(2026, 6, 1), date(2026, 6, 8))  # a correction, a week after the filing

FORM = Form(
    sections=(
        Section(
            "basic",
            "基本信息",
            (
                Field("name", "企业名称", T.TEXT, max=60),
                Field("capital", "注册资本", T.DECIMAL, min=0, unit="万元"),
                Field("staff", "从业人数", T.INTEGER, required=False, min=1, max=100000),
                Field("opened", "成立日期", T.DATE),
                Field("closed", "有效期至", T.DATE, required=False),
                Field("trade", "行业", T.CHOICE, choices=("餐饮", "零售")),
                Field("days", "营业日", T.CHOICES, choices=("周一", "周二", "周三"), required=False),
                Field("food", "是否现场制售", T.YES_NO),
                Field("phone", "联系电话", T.PHONE),
                Field("note", "说明", T.LONG_TEXT, required=False),
            ),
        ),
        Section(
            "kitchen",
            "后厨",
            (
                Field("area", "加工面积", T.DECIMAL, unit="平方米", min=1),
                Field("cold", "是否制作冷食", T.YES_NO),
                Field("cold_area", "专间面积", T.DECIMAL, when=When("cold", ("yes",))),
            ),
            when=When("food", ("yes",)),
        ),
        Section(
            "change",
            "变更内容",
            (Field("changed", "变更事项", T.TEXT),),
            when=When("situation", ("change",)),
        ),
        Section(
            "owners",
            "股东",
            (
                Field("person", "姓名", T.TEXT, max=30),
                Field("share", "出资额", T.DECIMAL, min=0),
                Field("from_on", "认缴起", T.DATE, required=False),
                Field("to_on", "认缴止", T.DATE, required=False),
            ),
            repeat=(1, 3),
        ),
    ),
    checks=(
        Check("not_after", ("opened", "closed"), "有效期不能早于成立日期。"),
        Check("sum_at_most", ("owners.share", "capital"), "出资额之和不能超过注册资本。"),
        Check("differ", ("owners.person",), "股东不能重复。"),
        Check("not_after", ("owners.from_on", "owners.to_on"), "认缴止不能早于认缴起。"),
        Check("needs", ("closed", "note"), "填写有效期的，请说明理由。"),
        Check("not_less", ("area", "cold_area"), "加工面积不能小于专间面积。"),
    ),
)


def good(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": "郑州一窗餐饮有限公司",
        "capital": 100.0,
        "opened": "2018-03-01",
        "trade": "餐饮",
        "food": False,
        "phone": "13800138000",
        "owners": [{"person": "张三", "share": 60.0}, {"person": "李四", "share": 40.0}],
    }
    return {k: v for k, v in (values | changes).items() if v is not None}


def errors(application: dict[str, Any] | None = None, **changes: Any) -> dict[str, str]:
    return validate(FORM, coerce(FORM, good(**changes)), application or {}, FILING)


def test_a_right_application_has_no_errors() -> None:
    assert errors() == {}


def test_text_as_people_type_it_is_read() -> None:
    raw = {
        "name": "  郑州\u200b一窗 ",
        "capital": "1,234.50",
        "staff": "１２",
        "opened": "2018年3月1日",
        "closed": "20200229",
        "food": "是",
        "days": ["周一", ""],
        "phone": "+86 138 0013 8000",
        "unknown": "x",
        "note": " \n ",
    }
    assert coerce(FORM, raw) == {
        "name": "郑州一窗",
        "capital": 1234.5,
        "staff": 12,
        "opened": "2018-03-01",
        "closed": "2020-02-29",
        "food": True,
        "days": ["周一"],
        "phone": "13800138000",
    }


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("name", None, "请填写“企业名称”。"),
        ("trade", None, "请选择“行业”。"),
        ("food", "也许", "“是否现场制售”请选择“是”或“否”。"),
        ("trade", "采矿", "选项不在列表中"),
        ("days", ["周一", "周一"], "重复"),
        ("days", ["周日"], "不在列表中"),
        ("days", [{"a": 1}], "不在列表中"),
        ("staff", "3.5", "应为整数"),
        ("staff", "0", "不能小于 1"),
        ("staff", 100001, "不能大于 100,000"),
        ("staff", True, "应为整数"),
        ("staff", 10**400, "应为整数"),
        ("capital", "一百", "应为数字"),
        ("capital", "1e5", "应为数字"),
        ("capital", "1,23", "应为数字"),
        ("capital", "123456789012345.123456", "应为数字"),
        ("capital", float("nan"), "应为数字"),
        ("capital", float("inf"), "应为数字"),
        ("capital", -1, "不能小于 0"),
        ("opened", "2018-02-30", "不是正确的日期"),
        ("opened", "0018-02-03", "1900 至 2100"),
        ("opened", ["2018-02-03"], "不是正确的日期"),
        ("phone", "1380013800", "不是正确的电话号码"),
        ("phone", "١٣٨٠٠١٣٨٠٠٠", "不是正确的电话号码"),
        ("name", {"a": "b"}, "应为文字"),
        ("owners", "x", "格式不对"),
        ("owners", [1], "格式不对"),
    ],
)
def test_a_wrong_value_is_refused_in_chinese(name: str, value: Any, says: str) -> None:
    assert says in errors(**{name: value})[name]


@pytest.mark.parametrize("phone", ["13800138000", "0371-67180000", "0371-67180000-12", "400-123-4567"])
def test_telephone_numbers_in_use_are_taken(phone: str) -> None:
    assert errors(phone=phone) == {}


@pytest.mark.parametrize(
    ("type_", "right", "wrong"),
    [
        (T.USCC, "91350100M000100Y43", "91350100M000100Y44"),
        (T.RESIDENT_ID, "11010519491231002x", "110105194912310021"),
        (T.PROJECT_CODE, "2304-441900-04-01-135254", "2304-441900-04-01-135255"),
    ],
)
def test_codes_are_checked_to_their_last_character(type_: FieldType, right: str, wrong: str) -> None:
    form = Form((Section("s", "单位", (Field("code", "代码", type_),)),))
    assert validate(form, coerce(form, {"code": f" {right} "}), {}, FILING) == {}
    assert "校验不符" in validate(form, coerce(form, {"code": wrong}), {}, FILING)["code"]


# --- conditions ----------------------------------------------------------------------------------------------------


def test_a_hidden_section_is_neither_required_nor_kept() -> None:
    values = coerce(FORM, good(food=False, area="x", cold=True))
    assert validate(FORM, values, {}, FILING) == {}
    assert prune(FORM, values, {}) == good(food=False)


def test_a_shown_section_is_required() -> None:
    assert set(errors(food=True)) == {"area", "cold"}


def test_what_falls_away_takes_with_it_what_hung_on_it() -> None:
    values = coerce(FORM, good(food=False, cold=True, cold_area=5))
    assert "cold_area" not in prune(FORM, values, {})


def test_a_condition_reads_the_situation() -> None:
    assert "changed" in errors({"situation": "change"})
    assert errors({"situation": "new"}) == {}


# --- repeated groups -----------------------------------------------------------------------------------------------


def test_rows_are_counted_and_each_row_is_checked() -> None:
    assert "至少填写 1 行" in errors(owners=[])["owners"]
    rows = [{"person": f"股东{n}", "share": 1} for n in range(5000)]
    assert "最多 3 行" in errors(owners=rows)["owners"]
    assert len(coerce(FORM, good(owners=rows))["owners"]) == 4
    assert errors(owners=[{"person": "张三", "share": "x"}, {"share": 1}]).keys() == {
        "owners.0.share",
        "owners.1.person",
    }


def test_a_row_too_many_with_a_wrong_value_breaks_no_check() -> None:
    rows = [*({"person": f"股东{n}", "share": 1} for n in range(3)), {"person": "多", "share": "x"}]
    assert errors(owners=rows).keys() == {"owners"}


# --- checks across fields ------------------------------------------------------------------------------------------


def test_not_after_between_fields_and_within_a_row() -> None:
    assert errors(closed="2018-02-28", note="试营业") == {"closed": "有效期不能早于成立日期。"}
    assert errors(closed="2018-03-01", note="试营业") == {}
    row = {"person": "张三", "share": 1, "from_on": "2020-01-02", "to_on": "2020-01-01"}
    assert errors(owners=[{"person": "李四", "share": 1}, row]).keys() == {"owners.1.to_on"}


def test_a_sum_is_exact() -> None:
    shares = [{"person": f"股东{n}", "share": 0.1} for n in range(3)]
    assert errors(capital=0.3, owners=shares) == {}
    assert errors(capital=0.29, owners=shares) == {"capital": "出资额之和不能超过注册资本。"}


def test_differ_over_rows_names_the_later_one() -> None:
    same = [{"person": "张三", "share": 1}, {"person": "张三", "share": 1}]
    assert errors(owners=same) == {"owners.1.person": "股东不能重复。"}


def test_needs_and_not_less() -> None:
    assert errors(closed="2019-01-01") == {"note": "填写有效期的，请说明理由。"}
    assert errors(food=True, area=10, cold=True, cold_area=11).keys() == {"area"}
    assert errors(food=True, area=10, cold=False, cold_area=11) == {}


def test_an_unknown_kind_of_check_is_the_standards_fault() -> None:
    form = Form((Section("s", "单位", (Field("a", "甲", T.TEXT),)),), (Check("magic", ("a",), "x"),))
    with pytest.raises(KeyError, match="magic"):
        validate(form, {"a": "x"}, {}, FILING)


# --- hostile input -------------------------------------------------------------------------------------------------


def test_rare_characters_and_markup_are_kept_as_they_are() -> None:
    name = "𠮷野家𬭊镕<script>alert(1)</script>&amp;"
    values = coerce(FORM, good(name=name))
    assert values["name"] == name and validate(FORM, values, {}, FILING) == {}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("汉" * 10_000, "最多 60 个字，现有 10000 个"),
        ("a\0b", "U+0000"),
        ("a\ud800", "U+D800"),
        ("a\u202eb", "改变书写方向"),
    ],
)
def test_too_long_and_unprintable_text_is_refused(value: str, says: str) -> None:
    assert says in errors(name=value)["name"]


def test_long_numbers_and_codes_cost_nothing_and_are_not_echoed() -> None:
    found = errors(capital="9" * 1_000_000, phone="1" * 1_000_000, opened="2" * 1_000_000)
    assert found.keys() == {"capital", "phone", "opened"}
    assert all(len(message) < 100 for message in found.values())


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
NAMES = [f.name for s in FORM.sections if not s.repeat for f in s.fields] + ["owners"]


# The first draw of any text builds hypothesis's tables, which on a busy machine takes longer than it allows
@given(st.dictionaries(st.sampled_from(NAMES), anything))
def test_nothing_that_is_sent_raises(raw: dict[str, Any]) -> None:
    values = coerce(FORM, good() | raw)
    assert coerce(FORM, values) == values or _has_nan(values)
    assert all(message.endswith("。") for message in validate(FORM, values, {}, FILING).values())


def _has_nan(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nan, value.values()))
    return any(map(_has_nan, value)) if isinstance(value, list) else value != value


# --- JSON Schema ---------------------------------------------------------------------------------------------------

SCHEMA = json_schema(FORM)
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema_with_chinese_titles() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    json.dumps(SCHEMA)
    assert SCHEMA["properties"]["name"]["title"] == "企业名称"
    assert SCHEMA["properties"]["owners"]["items"]["required"] == ["person", "share"]
    assert [c["kind"] for c in SCHEMA["x-checks"]] == [c.kind for c in FORM.checks]


@pytest.mark.parametrize(
    ("application", "right"),
    [
        (good(), True),
        (good(situation="change"), False),
        (good(situation="change", changed="名称"), True),
        (good(situation="new", changed="名称"), False),
        (good(food=True), False),
        (good(food=True, area=20.0, cold=True, cold_area=5.0), True),
        (good(food=True, area=20.0, cold=True), False),
        (good(food=True, area=20.0, cold=False, cold_area=5.0), False),
        (good(owners=[]), False),
        (good(trade="采矿"), False),
        (good(days=["周一", "周一"]), False),
        (good(extra=1), False),
    ],
)
def test_the_schema_holds_conditions(application: dict[str, Any], right: bool) -> None:
    assert VALIDATOR.is_valid(application) is right


choice = {
    "staff": st.sampled_from([None, 1, 0, 3.5, "x"]),
    "opened": st.sampled_from([None, "2018-03-01", "2018-3-1x"]),
    "days": st.sampled_from([None, ["周一"], ["周一", "周日"]]),
    "food": st.sampled_from([None, True, False]),
    "area": st.sampled_from([None, 0.5, 20.0]),
    "cold": st.sampled_from([None, True, False]),
    "cold_area": st.sampled_from([None, 5.0]),
    "changed": st.sampled_from([None, "名称"]),
    "phone": st.sampled_from(["13800138000", "123"]),
}


@given(st.fixed_dictionaries(choice), st.sampled_from(["new", "change"]))
def test_schema_and_validation_agree_on_what_is_kept(changes: dict[str, Any], situation: str) -> None:
    application = {"situation": situation}
    kept = prune(FORM, coerce(FORM, good(**changes)), application)
    found = validate(Form(FORM.sections), kept, application, FILING)
    assert VALIDATOR.is_valid({**kept, **application}) is (found == {})


# --- values that cannot be --------------------------------------------------------------------------------------------

RULED = Form(
    (
        Section(
            "s",
            "组",
            (
                Field("open_on", "拟开业日期", T.DATE, required=False, must=Must.AHEAD),
                Field("trained_on", "培训日期", T.DATE, required=False, must=Must.PAST),
                Field("project", "项目代码", T.PROJECT_CODE, required=False, must=Must.LOCAL),
            ),
        ),
    )
)


@pytest.mark.parametrize(
    ("name", "value", "situation", "message"),
    [
        ("open_on", "1999-05-01", "new", "不能早于申请当天（2026年6月1日（周一））"),
        ("open_on", "2026-05-31", "new", "不能早于申请当天"),
        ("open_on", "2026-06-01", "new", ""),  # the day of the filing itself, though a week has passed since
        ("open_on", "1999-05-01", "renew", ""),  # what exists already opened once
        ("trained_on", "2030-01-01", "new", "是2030年1月1日（周二），还没有到"),
        ("trained_on", "2026-06-08", "new", ""),  # between filing and correction
        ("trained_on", "2026-06-09", "renew", "还没有到"),
        ("project", "2304-441900-04-01-135254", "new", "第二段441900不是本省的行政区划"),
        ("project", "2017-410100-47-03-000001", "new", ""),
        ("project", "2017-000052-48-01-000123", "new", ""),  # of the central government
        ("project", "2304-441900-04-01-135255", "new", "校验不符"),  # wrong by itself: its own message
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_reason(name: str, value: str, situation: str, message: str) -> None:
    found = validate(RULED, coerce(RULED, {name: value}), {"situation": situation}, FILING)
    assert message in found[name] if message else found == {}


@pytest.mark.parametrize("number", ["12345", "12315", "10086", "1380013800", "0371"])
def test_a_short_number_is_nobodys_phone(number: str) -> None:
    assert "不是正确的电话号码" in errors(phone=number)["phone"]


def test_the_schema_says_the_rule_too() -> None:
    properties = json_schema(RULED)["properties"]
    assert properties["trained_on"]["x-must"] == "past"
    assert "不能晚于填写当天" in properties["trained_on"]["description"]
