"""The catalogue's data: every item loads, says what the facts say, and differs where the city's items differ."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from yichuang.catalog import flow, loading
from yichuang.catalog.form import Filing, json_schema, prune, validate
from yichuang.catalog.loading import load_departments, load_deviations, load_items, load_standards
from yichuang.catalog.reading import read_step
from yichuang.catalog.standard import (
    ARTICLE_45,
    Field,
    FieldType,
    Form,
    Must,
    PointKind,
    Role,
    Situation,
    Standard,
    Step,
    StepKind,
    When,
    applies,
)
from yichuang.kernel.clock import Unit
from yichuang.kernel.codes import item_code, resident_id, uscc

STANDARDS = load_standards()
CITY = {s.item: s for s in STANDARDS if s.division == "410100"}
FULL = ("ZZ-001", "ZZ-002", "ZZ-003", "ZZ-009", "ZZ-015", "ZZ-018", "ZZ-022", "ZZ-101", "ZZ-106", "ZZ-108")
AT_COUNTIES = {"ZZ-001", "ZZ-002", "ZZ-010", "ZZ-020", "ZZ-108"}

every = pytest.mark.parametrize("standard", CITY.values(), ids=CITY)


def _fields(form: Form) -> list[str]:
    return [field.name for section in form.sections for field in section.fields]


# --- loading -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.2b.1")
def test_all_items_load_at_the_city_and_five_at_two_counties() -> None:
    assert set(CITY) == set(load_items())
    assert len(CITY) == 42
    for county in ("410122", "410184"):
        assert {s.item for s in STANDARDS if s.division == county} == AT_COUNTIES
    assert len({s.key for s in STANDARDS}) == len(STANDARDS) == 52


def test_loading_is_deterministic_cached_and_quick() -> None:
    started = time.process_time()
    load_standards.cache_clear()
    loading._designs.cache_clear()
    load_items.cache_clear()
    again = load_standards()
    assert time.process_time() - started < 1.5
    assert again == STANDARDS
    assert again is load_standards()


def test_a_key_nobody_reads_is_refused() -> None:
    row: dict[str, Any] = {"code": "S1", "name": "审查", "kind": "review", "days": 1, "task": "审资料", "审场所": None}
    with pytest.raises(ValueError, match="审场所"):
        read_step(row, "scjg", {"posts": {}, "officers": {}})


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.key)
def test_codes_are_well_formed(standard: Standard) -> None:
    assert item_code.check(standard.item_code) is None
    assert uscc.check(standard.item_code[:18]) is None
    assert standard.item_code[18] == standard.level
    assert standard.item_code[19:] == load_items()[standard.item]["local_catalog_code_demo"]


def test_departments_are_those_of_the_facts_and_their_codes_differ() -> None:
    departments = load_departments()
    for standard in CITY.values():
        department = departments[standard.department]
        now = load_items()[standard.item]["dept_now"]
        assert department.name in now or department.name.removeprefix("市委") in now, standard.item
    seats = [seat for d in departments.values() for seat in d.seats.values()]
    assert len({seat.uscc for seat in seats}) == len(seats)
    assert all(uscc.check(seat.uscc) is None for seat in seats)
    assert len({d.short for d in departments.values()}) == len(departments)


@pytest.mark.clause("3.2b.1")
@pytest.mark.parametrize("standard", [s for s in STANDARDS if s.division != "410100"], ids=lambda s: s.key)
def test_a_county_has_the_citys_content(standard: Standard) -> None:
    base = CITY[standard.item]
    deviating = {d.attribute for d in load_deviations() if (d.item, d.division) == (standard.item, standard.division)}
    own = (
        {"division", "department_name", "item_code", "level"} | deviating | {f"{name}_confidence" for name in deviating}
    )
    for name in standard.__dataclass_fields__:
        if name not in own:
            assert getattr(standard, name) == getattr(base, name), name
    assert standard.level == "4"
    assert standard.department_name == load_departments()[standard.department].seats[standard.division].name


@pytest.mark.clause("3.2c.1")
def test_the_one_deviation_is_approved_and_real() -> None:
    (deviation,) = load_deviations()
    assert (deviation.item, deviation.division, deviation.attribute) == ("ZZ-020", "410184", "promised")
    assert deviation.reason and deviation.approved_by and deviation.document
    local = next(s for s in STANDARDS if (s.item, s.division) == ("ZZ-020", "410184"))
    assert (CITY["ZZ-020"].promised.value, local.promised.value) == (1, 3)


def test_everything_designed_here_says_so() -> None:
    for standard in STANDARDS:
        parts = [*standard.steps, *standard.materials, *standard.points, *standard.fees, *standard.specials]
        assert {standard.confidence, *(part.confidence for part in parts)} == {"demo"}


@every
def test_what_the_facts_say_is_kept(standard: Standard) -> None:
    facts = load_items()[standard.item]
    own = standard.materials[: len(facts["materials"])]
    for material, row in zip(own, facts["materials"], strict=True):
        assert (material.role, material.necessity, material.form, material.source) == (
            row["role"],
            row["necessity"],
            row["form"],
            row["source"],
        )
        if "replace_by_license" in row and standard.item != "ZZ-012":  # there the item's own certificate name is used
            assert material.replaced_by == row["replace_by_license"]
    assert [c.text for c in standard.conditions][: len(facts["conditions"])] == facts["conditions"]
    assert standard.statutory.value == facts["statutory_limit"]["value"]
    assert standard.gaps_allowed == facts["rongque_allowed"]
    assert bool(standard.fees) == facts["fee"]["charge"]
    assert len(standard.specials) >= len(facts["special_procedures"])
    for basis, row in zip(standard.bases, facts["legal_basis"], strict=False):
        assert (basis.law, basis.confidence) == (row["law"], row["confidence"])


def test_procedures_follow_the_kind_of_item() -> None:
    kinds = {"01": "licence", "07": "registration", "10": "filing"}
    assert all(s.procedure.code == kinds[s.task_type] for s in STANDARDS)
    licence = loading.load_procedures()["licence"]
    assert set(licence.stops) == ARTICLE_45
    assert (licence.accept_within.value, licence.extension and licence.extension.value) == (5, 10)
    assert [p.silence_accepts for p in loading.load_procedures().values()] == [True, True, False]
    assert all(name in licence.articles for name in ("accept_within", "extension", "stops", "deliver_within"))


@pytest.mark.parametrize(("item", "days"), [("ZZ-001", 5), ("ZZ-018", 3), ("ZZ-101", 40), ("ZZ-113", 10)])
def test_an_items_own_extension_is_used(item: str, days: int) -> None:
    extension = CITY[item].statutory_extension
    assert extension is not None
    assert (extension.value, extension.unit) == (days, Unit.WORKDAY)


# --- steps ---------------------------------------------------------------------------------------------------------


def shape(steps: tuple[Step, ...]) -> tuple[Any, ...]:
    """What stays of a step graph when names go: kinds and who follows whom, refined until it no longer changes.

    Equal graphs have equal shapes; should two different ones fall together, the count below is only too low.
    """
    colour: dict[str, Any] = {s.code: (s.kind.value,) for s in steps}
    for _ in steps:
        after = {s.code: sorted(colour[code] for code in s.after) for s in steps}
        before = {s.code: sorted(colour[t.code] for t in steps if s.code in t.after) for s in steps}
        fresh = {s.code: repr((colour[s.code], after[s.code], before[s.code])) for s in steps}
        number = {text: rank for rank, text in enumerate(sorted(set(fresh.values())))}
        colour = {s.code: (s.kind.value, number[fresh[s.code]]) for s in steps}
    by_code = {s.code: s for s in steps}
    edges = sorted((colour[after], colour[code]) for code, s in by_code.items() for after in s.after)
    return tuple(sorted(colour.values())), tuple(edges)


def test_shape_sees_structure_and_not_names() -> None:
    steps = CITY["ZZ-001"].steps
    renamed = {"S1": "A", "S2": "B", "S3": "C"}
    other = tuple(
        replace(s, code=renamed[s.code], name="另名", after=tuple(renamed[a] for a in s.after)) for s in steps
    )
    assert shape(other) == shape(steps)
    assert shape((*steps[:2], replace(steps[2], after=("S1",)))) != shape(steps)
    assert shape((steps[0], replace(steps[1], kind=StepKind.REVIEW), steps[2])) != shape(steps)


@pytest.mark.clause("3.2a.1")
def test_step_graphs_differ() -> None:
    shapes = {shape(s.steps) for s in CITY.values()}
    assert len(shapes) >= 20  # twelve were asked for; as many as departments work differently
    kinds = {step.kind for s in CITY.values() for step in s.steps}
    special = {"hearing", "auction", "inspection", "testing", "appraisal", "expert_review"}
    assert kinds >= {StepKind(kind) for kind in special | {"review", "survey", "opinion", "publication"}}


@every
def test_steps_are_lawful(standard: Standard) -> None:
    departments = load_departments()
    for step in standard.steps:
        assert step.department in departments
        if step.kind in (StepKind.SURVEY, StepKind.TESTING, StepKind.INSPECTION, StepKind.QUARANTINE):
            assert step.officers >= 2
        if step.kind is StepKind.SURVEY:
            assert step.post == "surveyor"
        assert step.silence_agrees <= (step.kind is StepKind.OPINION)
        assert (step.kind is StepKind.OPINION) == (step.department != standard.department)
    for division in [s.division for s in STANDARDS if s.item == standard.item]:
        assert all(division in departments[step.department].seats for step in standard.steps)


def test_silence_agrees_only_where_no_law_asks_for_consent() -> None:
    silent = {(s.item, step.department) for s in CITY.values() for step in s.steps if step.silence_agrees}
    assert silent == {("ZZ-021", "gaj"), ("ZZ-101", "zrzyj"), ("ZZ-101", "gxj")}


def test_food_is_reviewed_and_surveyed_at_the_same_time() -> None:
    first, survey, last = CITY["ZZ-001"].steps_for({"situation": "new"})
    assert (first.after, survey.after) == ((), ())
    assert set(last.after) == {first.code, survey.code}
    assert (survey.kind, survey.officers) == (StepKind.SURVEY, 2)


def test_expert_review_only_for_special_designs() -> None:
    fire = CITY["ZZ-109"]
    assert [s.code for s in fire.steps_for({"situation": "new", "special_design": True})] == ["S1", "S2", "S3"]
    plain = fire.steps_for({"situation": "new", "special_design": False})
    assert [(s.code, s.after) for s in plain] == [("S1", ()), ("S3", ("S1",))]


def _visible(standard: Standard, situation: Situation) -> set[str]:
    """Fields that can be shown in a situation, whatever is answered."""
    fields: set[str] = set()

    def possible(when: When | None) -> bool:
        if when is None or when.field == "agent":
            return True
        if when.field == "situation":
            return situation.code in when.values
        return when.field in fields

    while True:
        shown = {
            field.name
            for section in standard.form.sections
            if possible(section.when)
            for field in section.fields
            if possible(field.when)
        }
        if shown == fields:
            return fields
        fields |= shown


@every
def test_an_instant_situation_has_one_step_at_most(standard: Standard) -> None:
    for situation in standard.situations:
        if situation.instant:
            application = {"situation": situation.code}
            assert len(standard.steps_for(application)) <= 1, situation.code
            visible = _visible(standard, situation)
            hidden = [s for s in standard.steps if s.when and s.when.field not in ("situation", *visible)]
            sure = [s for s in standard.steps if s.when and s.when.field == "situation"]
            assert len(hidden) + len(sure) >= len(standard.steps) - 1, situation.code


# --- forms ---------------------------------------------------------------------------------------------------------


@every
def test_forms_ask_enough_and_hold_together(standard: Standard) -> None:
    assert len(_fields(standard.form)) >= (15 if standard.item in FULL else 6)
    schema = json_schema(standard.form)
    assert schema["type"] == "object"
    assert validate(standard.form, {}, {"situation": "new"}, _filing(standard)), "an empty form is never right"


@pytest.mark.parametrize("item", FULL)
def test_full_forms_have_all_three_kinds_of_structure(item: str) -> None:
    form = CITY[item].form
    own = [s for s in form.sections if s.code not in ("original", "handling", "project")]
    assert any(s.when and s.when.field != "situation" and not s.repeat for s in own)
    assert any(s.repeat for s in own)
    assert form.checks


def test_a_conditional_section_and_a_check_really_work() -> None:
    form = CITY["ZZ-001"].form
    application = {"situation": "new"}
    values: dict[str, Any] = {
        "business_type": "集中用餐单位食堂",
        "diners": 200,
        "premises_area": 80.0,
        "kitchen_area": 90.0,
    }
    assert "diners" in prune(form, values, application)
    assert "diners" not in prune(form, {**values, "business_type": "食品销售经营者"}, application)
    assert "不能大于经营场所面积" in validate(form, values, application, _filing(CITY["ZZ-001"]))["premises_area"]


def test_construction_items_ask_for_the_project_code() -> None:
    building = {item for item, row in load_items().items() if row.get("uses_project_code")}
    assert {s.item for s in CITY.values() if s.uses_project_code or s.assigns_project_code} == building
    for item in building:
        kinds = {f.type for section in CITY[item].form.sections for f in section.fields}
        assert FieldType.PROJECT_CODE in kinds
    assert CITY["ZZ-102"].assigns_project_code and not CITY["ZZ-102"].uses_project_code


# --- materials -----------------------------------------------------------------------------------------------------


def _names(standard: Standard, **application: Any) -> set[str]:
    return {m.name for m in standard.materials_for({"situation": "new", **application})}


def test_materials_come_and_go_with_the_situation() -> None:
    food = CITY["ZZ-001"]
    plain = _names(food, vending=False, agent="no")
    assert _names(food, vending=True, agent="no") - plain == {"自动售货设备放置地点/产品合格证明"}
    assert _names(food, vending=False, agent="yes") - plain == {"授权委托书及代理人身份证明"}
    assert plain <= _names(food, vending=True, agent="yes")
    assert "食品经营许可证（原证）" in _names(food, situation="change")
    assert "食品经营许可证（原证）" not in plain


@pytest.mark.parametrize(
    ("item", "application", "name"),
    [
        ("ZZ-002", {"central_ac": True}, "集中空调通风系统卫生检测或评价报告"),
        ("ZZ-002", {"handling": "告知承诺方式"}, "公共场所卫生许可告知承诺书"),
        ("ZZ-004", {"exam_over_3y": True}, "3个月临床护理培训考核合格证明"),
        ("ZZ-020", {"key_unit": True}, "重点排污单位自动监测设备材料"),
        ("ZZ-107", {"build_mode": "易地建设"}, "易地建设理由证明"),
    ],
)
def test_notes_of_the_facts_became_conditions(item: str, application: dict[str, Any], name: str) -> None:
    assert name in _names(CITY[item], **application)
    assert name not in _names(CITY[item])


def test_every_agents_letter_depends_on_there_being_an_agent() -> None:
    letters = [m for s in STANDARDS for m in s.materials if m.name == "授权委托书及代理人身份证明"]
    assert len(letters) > 20
    assert all(m.when == When("agent", ("yes",)) for m in letters)


def test_many_items_ask_differently_in_different_situations() -> None:
    differing = [
        s.item
        for s in CITY.values()
        if len({frozenset(_names(s, situation=situation.code)) for situation in s.situations}) > 1
    ]
    assert len(differing) >= 30


@every
def test_instant_situations_do_not_ask_for_the_whole_file(standard: Standard) -> None:
    for situation in standard.situations:
        asked = [m for m in standard.materials if applies(m.when, {"situation": situation.code})]
        assert asked, situation.code
        if situation.instant and situation.code in ("reissue", "cancel"):
            assert sum(m.role is Role.PRIMARY for m in asked) <= 2, situation.code


# --- the rest of 3.2a ----------------------------------------------------------------------------------------------


@pytest.mark.clause("3.2g.1")
@every
def test_points_of_all_four_kinds(standard: Standard) -> None:
    assert {p.kind for p in standard.points} == set(PointKind)
    surveys = [s.code for s in standard.steps if s.kind is StepKind.SURVEY]
    assert [p.at for p in standard.points if p.rule == "R-P04"] == surveys
    assert len({p.code for p in standard.points}) == len(standard.points)


@every
def test_people_find_it_by_everyday_words(standard: Standard) -> None:
    assert len(set(standard.keywords)) >= 4
    assert standard.situation("new") is not None
    assert standard.visits <= 1


def test_steps_fit_the_promise_without_what_stops_the_clock() -> None:
    longest = {item: flow.longest_way(s.steps, s.procedure.stops) for item, s in CITY.items()}
    assert longest["ZZ-001"] == 5
    assert longest["ZZ-024"] == 14  # hearing, review by experts and opinion are out: 取水许可条例 19 条三款
    assert all(days <= flow.workdays(CITY[item].promised) for item, days in longest.items())


def test_a_special_law_adds_to_what_stops_the_clock() -> None:
    assert StepKind.OPINION in CITY["ZZ-024"].procedure.stops
    assert StepKind.PUBLICATION in CITY["ZZ-019"].procedure.stops
    for item in ("ZZ-003", "ZZ-013", "ZZ-015", "ZZ-105", "ZZ-106", "ZZ-111"):
        assert set(CITY[item].procedure.stops) == ARTICLE_45, item


def test_fees_can_be_reckoned_and_what_is_paid_elsewhere_has_no_amount() -> None:
    house = {f.name: f.fixed for f in CITY["ZZ-019"].fees}
    assert house == {"不动产登记费（住宅）": 8000, "不动产登记费（非住宅）": 55000}
    dig = CITY["ZZ-022"].fees[0]
    assert (dig.rate, dig.per, dig.confidence) == (30000, "dig_area", "demo")
    elsewhere = {s.item for s in CITY.values() for f in s.fees if not f.collected_here}
    assert elsewhere == {"ZZ-021", "ZZ-023", "ZZ-024", "ZZ-105", "ZZ-113", "ZZ-115"}
    assert all(f.fixed == f.rate == 0 for s in CITY.values() for f in s.fees if not f.collected_here)


def test_certificates_replace_the_materials_that_name_them() -> None:
    issued = {s.result.certificate_type for s in CITY.values()}
    reused = {m.replaced_by for s in CITY.values() for m in s.materials if m.replaced_by}
    assert issued & reused >= {
        "营业执照",
        "建设工程规划许可证",
        "建设用地规划许可证",
        "不动产权证书",
        "企业投资项目备案证明",
    }


# --- every form can be filled ----------------------------------------------------------------------------------------


def _filing(standard: Standard) -> Filing:
    return Filing(standard.division, date(2018, 3, 1), date(2018, 3, 1))


def _answer(field: Field, number: int) -> Any:
    """A right value for a field; `number` makes those of different rows differ."""
    match field.type:
        case FieldType.INTEGER:
            return int(max(field.min or 0, 1))
        case FieldType.DECIMAL:
            return float(max(field.min or 0, 1))
        case FieldType.DATE:
            return "2018-02-01" if field.must is Must.PAST else "2018-03-01"
        case FieldType.CHOICE:
            return field.choices[number % len(field.choices)]
        case FieldType.CHOICES:
            return list(field.choices)
        case FieldType.YES_NO:
            return True
        case FieldType.USCC:
            return "11410100005252709W"
        case FieldType.RESIDENT_ID:
            first_17 = f"4101011990010{100 + number:03d}1"
            return next(first_17 + c for c in "0123456789X" if resident_id.check(first_17 + c) is None)
        case FieldType.PHONE:
            return "13800138000"
        case FieldType.PROJECT_CODE:
            return "2017-410100-47-03-000001"
        case _:
            return str(number).rjust(int(field.min or 1), "字")


def _fill(standard: Standard, situation: str, number: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for section in standard.form.sections:
        if section.repeat:
            rows = range(max(section.repeat[0], 1))
            values[section.code] = [{f.name: _answer(f, row) for f in section.fields} for row in rows]
        else:
            # an optional second name must differ from the first, so optional fields stay empty
            values |= {f.name: _answer(f, number) for f in section.fields if f.required}
    return prune(standard.form, values, {"situation": situation})


@every
@pytest.mark.parametrize("number", range(4))
def test_every_form_can_be_filled_in_every_situation(standard: Standard, number: int) -> None:
    for situation in standard.situations:
        values = _fill(standard, situation.code, number)
        assert validate(standard.form, values, {"situation": situation.code}, _filing(standard)) == {}, situation.code
