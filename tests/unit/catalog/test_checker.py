"""The checker finds each fault on a copy broken for it, and none that blocks in the data as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from yichuang.catalog.check_parts import levels_cited
from yichuang.catalog.checker import StandardFinding, StandardPart, is_publishable, list_findings, parts_passed
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import (
    VERIFIED,
    Basis,
    Check,
    Condition,
    Field,
    FieldType,
    Standard,
    Step,
    StepKind,
    When,
)
from yichuang.kernel.clock import Limit, Unit

STANDARDS = load_standards()
BY_ITEM = {s.item: s for s in STANDARDS if s.division == "410100"}
FOOD = BY_ITEM["ZZ-001"]
ROAD = BY_ITEM["ZZ-022"]
FILING = BY_ITEM["ZZ-102"]
WATER = BY_ITEM["ZZ-024"]

Break = Callable[[Standard], Standard]


@pytest.mark.clause("3.2a.1")
@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.key)
def test_every_standard_of_the_catalogue_can_be_published(standard: Standard) -> None:
    assert [f for f in list_findings(standard) if f.blocks] == []
    assert is_publishable(standard)
    assert set(parts_passed(standard)) == set(StandardPart)


def _step(standard: Standard, code: str, /, **changes: Any) -> Standard:
    return replace(standard, steps=tuple(replace(s, **changes) if s.code == code else s for s in standard.steps))


def _material(standard: Standard, /, **changes: Any) -> Standard:
    return replace(standard, materials=(replace(standard.materials[0], **changes), *standard.materials[1:]))


def _fee(standard: Standard, /, **changes: Any) -> Standard:
    return replace(standard, fees=(replace(standard.fees[0], **changes), *standard.fees[1:]))


def _condition(standard: Standard, text: str, basis: str) -> Standard:
    return replace(standard, conditions=(*standard.conditions, Condition(text, basis)))


def _section(standard: Standard, /, **changes: Any) -> Standard:
    first, *rest = standard.form.sections
    return replace(standard, form=replace(standard.form, sections=(replace(first, **changes), *rest)))


def _bases(standard: Standard, level: str) -> Standard:
    return replace(standard, bases=tuple(replace(b, level=level) for b in standard.bases))


def _stated(standard: Standard, name: str) -> Standard:
    return replace(standard, result=replace(standard.result, fields=(name,)))


ONE_SECTION = replace(FOOD, form=replace(FOOD.form, sections=FOOD.form.sections[:1]))
FIRST = FOOD.form.sections[0].fields[0]
ONE_CHOICE = Field("one", "唯一", FieldType.CHOICE, choices=("是",))
RULE_BASIS = Basis("食品经营许可管理办法（2017修正）", "11条", "rule", "demo")
WITH_RULE = replace(FOOD, bases=(*FOOD.bases, RULE_BASIS))
OPINION = Step("S4", "意见", StepKind.OPINION, ("S2",), "gaj", FOOD.steps[0].post, Limit(1, Unit.WORKDAY))

BROKEN: list[tuple[str, StandardPart, Standard]] = [
    # 名称规范化
    ("name-length", StandardPart.NAME, replace(FOOD, name="")),
    ("name-loose", StandardPart.NAME, replace(FOOD, name="关于食品经营的许可")),
    ("item-code", StandardPart.NAME, replace(FOOD, item_code=FOOD.item_code[:-1])),
    ("item-code-level", StandardPart.NAME, replace(FOOD, level="4")),
    # 条件法定化
    ("no-basis", StandardPart.CONDITIONS, replace(FOOD, bases=())),
    ("basis-rank", StandardPart.CONDITIONS, _bases(FOOD, "rule")),
    ("no-condition", StandardPart.CONDITIONS, replace(FOOD, conditions=())),
    ("condition-basis", StandardPart.CONDITIONS, _condition(FOOD, "有停车场", "内部会议纪要")),
    ("condition-rank", StandardPart.CONDITIONS, _bases(FOOD, "document")),
    ("disguised", StandardPart.CONDITIONS, replace(_bases(FOOD, "rule"), name="食品经营年检")),
    ("disguised", StandardPart.CONDITIONS, _condition(FOOD, "每年度通过卫生达标验收", "食品经营许可管理办法11条")),
    (
        "disguised",
        StandardPart.CONDITIONS,
        _material(WITH_RULE, name="上年度换证审核表", basis="食品经营许可管理办法11条"),
    ),
    ("filing-with-review", StandardPart.CONDITIONS, replace(FILING, steps=(FOOD.steps[0],))),
    ("filing-refuses", StandardPart.CONDITIONS, replace(FILING, procedure=FOOD.procedure)),
    ("filing-consents", StandardPart.CONDITIONS, replace(FILING, result=replace(FILING.result, name="项目批复"))),
    (
        "filing-consents",
        StandardPart.CONDITIONS,
        _condition(FILING, "须先经主管部门同意", FILING.conditions[0].basis),
    ),
    ("filing-approves", StandardPart.CONDITIONS, replace(_bases(FOOD, "rule"), name="食品经营备案")),
    (
        "proof-without-law",
        StandardPart.CONDITIONS,
        _material(WITH_RULE, name="居住证明", generated=False, basis="食品经营许可管理办法11条"),
    ),
    # 材料格式化
    ("no-material", StandardPart.MATERIALS, replace(FOOD, materials=())),
    ("material-code", StandardPart.MATERIALS, replace(FOOD, materials=(FOOD.materials[0], FOOD.materials[0]))),
    ("material-part", StandardPart.MATERIALS, _material(FOOD, acceptance="")),
    ("material-part", StandardPart.MATERIALS, _material(FOOD, format=" ")),
    ("material-copies", StandardPart.MATERIALS, _material(FOOD, copies=0)),
    ("catch-all", StandardPart.MATERIALS, _material(FOOD, name="需要提交的其他材料")),
    ("material-when", StandardPart.MATERIALS, _material(FOOD, when=When("no_such_field", ("yes",)))),
    ("material-when", StandardPart.MATERIALS, _material(FOOD, when=When("business_type", ("夜总会",)))),
    ("material-when", StandardPart.MATERIALS, _material(ROAD, when=When("situation", ("cancel",)))),
    ("no-blank-form", StandardPart.MATERIALS, replace(FOOD, materials=(FOOD.materials[1],))),
    ("no-sample", StandardPart.MATERIALS, replace(FOOD, materials=(FOOD.materials[1],))),
    ("sheet-empty", StandardPart.MATERIALS, _material(FOOD, generated=False, how_to_fill="手写")),
    ("sheet-doubled", StandardPart.MATERIALS, _material(FOOD, fields=(ONE_CHOICE, ONE_CHOICE))),
    ("generated-no-blank", StandardPart.MATERIALS, _material(FOOD, blank_form=None)),
    ("generated-unmarked", StandardPart.MATERIALS, _material(FOOD, generated=False)),
    ("stated-field", StandardPart.SERVICE, _stated(FOOD, "no_such_field")),
    ("stated-field", StandardPart.SERVICE, _stated(FOOD, "change_reason")),
    (
        "no-form",
        StandardPart.MATERIALS,
        _section(ONE_SECTION, fields=()),
    ),
    (
        "field-doubled",
        StandardPart.MATERIALS,
        _section(FOOD, fields=(*FOOD.form.sections[0].fields, FIRST)),
    ),
    (
        "field-choices",
        StandardPart.MATERIALS,
        _section(FOOD, fields=(ONE_CHOICE,)),
    ),
    ("form-when", StandardPart.MATERIALS, _section(FOOD, when=When("vending", ("maybe",)))),
    (
        "check-field",
        StandardPart.MATERIALS,
        replace(FOOD, form=replace(FOOD.form, checks=(Check("needs", ("vending", "ghost"), "缺字段"),))),
    ),
    ("no-project-code", StandardPart.MATERIALS, replace(FOOD, uses_project_code=True)),
    # 流程科学化
    ("step-code", StandardPart.FLOW, replace(FOOD, steps=(*FOOD.steps, FOOD.steps[0]))),
    ("step-unknown", StandardPart.FLOW, _step(FOOD, "S3", after=("S1", "S9"))),
    ("step-circle", StandardPart.FLOW, _step(FOOD, "S1", after=("S3",))),
    ("no-step", StandardPart.FLOW, replace(FOOD, steps=())),
    ("instant-steps", StandardPart.FLOW, replace(FOOD, instant=True)),
    ("survey-officers", StandardPart.FLOW, _step(FOOD, "S2", officers=1)),
    ("silence", StandardPart.FLOW, _step(FOOD, "S1", silence_agrees=True)),
    ("own-opinion", StandardPart.FLOW, _step(FOOD, "S1", kind=StepKind.OPINION)),
    ("stop-untold", StandardPart.FLOW, _step(FOOD, "S1", kind=StepKind.EXPERT_REVIEW)),
    ("step-when", StandardPart.FLOW, _step(FOOD, "S2", when=When("ghost", ("yes",)))),
    # 内部审核并联化
    ("in-series", StandardPart.PARALLEL, replace(FOOD, steps=(*FOOD.steps, OPINION))),
    ("in-series", StandardPart.PARALLEL, _step(ROAD, "S4", after=("S3",))),
    # 时间承诺化
    ("promise", StandardPart.TIME, replace(FOOD, promised=Limit(11, Unit.WORKDAY))),
    ("promise", StandardPart.TIME, replace(FILING, promised=Limit(1, Unit.WORKDAY))),
    ("no-promise", StandardPart.TIME, replace(FOOD, promised=Limit(0, Unit.WORKDAY))),
    ("instant-promise", StandardPart.TIME, replace(BY_ITEM["ZZ-018"], promised=Limit(2, Unit.WORKDAY))),
    ("steps-longer", StandardPart.TIME, _step(FOOD, "S2", limit=Limit(4, Unit.WORKDAY))),
    ("stop-unlawful", StandardPart.TIME, replace(FOOD, specials=(replace(FOOD.specials[0], counts=False),))),
    # 收费公开化
    ("fee-part", StandardPart.FEES, _fee(ROAD, standard="")),
    ("fee-basis", StandardPart.FEES, _fee(ROAD, basis_level="local_reg")),
    ("fee-amount", StandardPart.FEES, _fee(ROAD, rate=0)),
    ("fee-elsewhere", StandardPart.FEES, _fee(WATER, fixed=100)),
    ("fee-per", StandardPart.FEES, _fee(ROAD, per="road")),
    ("fee-when", StandardPart.FEES, _fee(ROAD, when=When("ghost", ("yes",)))),
    # 服务标准体系化
    ("situations", StandardPart.SERVICE, replace(FOOD, situations=FOOD.situations[1:])),
    ("result", StandardPart.SERVICE, replace(FOOD, result=replace(FOOD.result, certificate_type=""))),
    ("channels", StandardPart.SERVICE, replace(FOOD, channels=("fax",))),
    ("hall-class", StandardPart.SERVICE, replace(FOOD, hall_class="内部事项")),
    ("instant-gaps", StandardPart.SERVICE, replace(BY_ITEM["ZZ-018"], gaps_allowed=True)),
    ("points", StandardPart.SERVICE, replace(FOOD, points=tuple(p for p in FOOD.points if p.kind != "fee"))),
    ("point-place", StandardPart.SERVICE, replace(FOOD, points=(*FOOD.points, replace(FOOD.points[0], at="S9")))),
    ("point-place", StandardPart.SERVICE, replace(FOOD, points=(*FOOD.points, replace(FOOD.points[0], rule="T03")))),
]


def _broken(number: int, code: str, part: StandardPart, standard: Standard) -> Any:
    points = pytest.mark.clause("3.2g.1") if code == "points" else ()
    return pytest.param(code, part, standard, id=f"{code}-{number}", marks=points)


@pytest.mark.clause("3.2a.1")
@pytest.mark.breach
@pytest.mark.parametrize(("code", "part", "standard"), [_broken(i, *one) for i, one in enumerate(BROKEN)])
def test_each_fault_is_found_and_blocks(code: str, part: StandardPart, standard: Standard) -> None:
    found = [f for f in list_findings(standard) if f.code == code]
    assert found, "the broken copy passed"
    assert all(f.part is part and f.message for f in found)
    assert any(f.blocks for f in found)
    assert not parts_passed(standard)[part]
    assert not is_publishable(standard)


NOTED: list[tuple[str, Standard]] = [
    ("reviewer-decides", replace(FOOD, reviewer_may_decide=True)),
    ("visits", replace(FOOD, visits=2)),
    ("keywords", replace(FOOD, keywords=("开饭店",))),
    (
        "condition-rank",
        _condition(WITH_RULE, "有停车场", "食品经营许可管理办法11条"),
    ),
    ("fee-basis", BY_ITEM["ZZ-023"]),
    ("all-in-row", BY_ITEM["ZZ-105"]),
    (
        "three-in-row",
        replace(
            BY_ITEM["ZZ-004"],
            promised=Limit(9, Unit.WORKDAY),
            steps=(*BY_ITEM["ZZ-004"].steps, replace(BY_ITEM["ZZ-004"].steps[1], code="S3", after=("S2",))),
        ),
    ),
]


def _noted(code: str, standard: Standard) -> Any:
    serial = (pytest.mark.clause("3.2a.2"), pytest.mark.breach) if code.endswith("in-row") else ()
    return pytest.param(code, standard, id=code, marks=serial)


@pytest.mark.parametrize(("code", "standard"), [_noted(*one) for one in NOTED])
def test_what_a_person_must_judge_is_noted_and_does_not_block(code: str, standard: Standard) -> None:
    assert code in {f.code for f in list_findings(standard) if not f.blocks}
    assert is_publishable(standard)


READ = replace(
    FOOD,
    bases=tuple(replace(b, confidence=VERIFIED) for b in FOOD.bases),
    materials=tuple(replace(m, basis=m.basis.replace("（条目待核）", "12条")) for m in FOOD.materials),
    procedure=replace(FOOD.procedure, ways=tuple(replace(way, confidence=VERIFIED) for way in FOOD.procedure.ways)),
)
OFFLINE = replace(READ.procedure, ways=tuple(replace(way, online="") for way in READ.procedure.ways))


@pytest.mark.clause("3.5h.1")
@pytest.mark.breach
@pytest.mark.parametrize(
    ("code", "standard"),
    [
        ("basis-unread", replace(READ, bases=FOOD.bases)),
        ("article-unread", replace(READ, materials=FOOD.materials)),
        ("remedy-unread", replace(READ, procedure=FOOD.procedure)),
        ("no-online-review", replace(READ, procedure=OFFLINE)),
    ],
)
def test_for_real_use_every_article_that_a_notice_may_cite_was_read(code: str, standard: Standard) -> None:
    assert [f for f in list_findings(READ, real=True) if f.blocks] == []
    assert {f.code for f in list_findings(standard, real=True) if f.blocks} == {code}
    told = [f.message for f in list_findings(standard) if f.code == code and not f.blocks]
    assert told, "a demo is told, and may"
    assert not re.search("[A-Za-z]{3}", "".join(told)), "in words of the office, not of the program"


@pytest.mark.clause("3.1c.1")
@pytest.mark.breach
@pytest.mark.parametrize("word", ["事前备案", "核准性备案", "达标", "验收", "年检", "换证"])
def test_each_forbidden_form_needs_a_basis_of_rank(word: str) -> None:
    without = _condition(WITH_RULE, f"每年{word}一次", "食品经营许可管理办法11条")
    assert [f.clause for f in list_findings(without) if f.code == "disguised"] == ["3.1c"]
    by_law = _condition(FOOD, f"每年{word}一次", "食品安全法35条")
    assert "disguised" not in {f.code for f in list_findings(by_law)}


@pytest.mark.clause("3.1c.1")
@pytest.mark.breach
@pytest.mark.parametrize(
    ("name", "is_proof"),
    [
        ("无犯罪记录证明", True),
        ("经营场所使用证明", True),
        ("亲属关系证明材料", True),
        ("申请人身份证明", False),
        ("授权委托书及代理人身份证明", False),
        ("营业执照", False),
        ("产品合格证明", False),
    ],
)
def test_a_proof_needs_a_law_and_other_papers_do_not(name: str, is_proof: bool) -> None:
    """优化营商环境条例44条;身份证件、证照和自己写的不是证明。"""
    asked = _material(WITH_RULE, name=name, generated=False, basis="食品经营许可管理办法11条")
    found = [f for f in list_findings(asked) if f.code == "proof-without-law"]
    assert [(f.blocks, f.clause) for f in found] == ([(True, "3.1c")] if is_proof else [])
    assert all("优化营商环境条例44条" in f.message and "由申请人书面承诺" in f.message for f in found)
    by_law = _material(asked, basis="食品安全法35条")
    assert "proof-without-law" not in {f.code for f in list_findings(by_law)}


@pytest.mark.clause("3.1c.1")
def test_what_is_disguised_is_told_with_the_rule_and_the_cure() -> None:
    for code, part, standard in BROKEN:
        for finding in list_findings(standard):
            if finding.clause == "3.1c":
                assert "请" in finding.message and re.search("号|条|法规", finding.message), (code, part)


def test_findings_come_in_the_order_of_the_eight_parts() -> None:
    broken = replace(FOOD, name="", channels=(), bases=(), promised=Limit(99, Unit.WORKDAY))
    parts = [f.part for f in list_findings(broken)]
    assert parts == sorted(parts, key=list(StandardPart).index)
    assert isinstance(list_findings(broken)[0], StandardFinding)


def test_a_citation_names_the_longest_title() -> None:
    bases = (
        Basis("公共场所卫生管理条例（2019修订）", "4条", "admin_reg", "verified"),
        Basis("公共场所卫生管理条例实施细则（卫生部令80号）", "22条", "rule", "memory-high"),
    )
    assert levels_cited("公共场所卫生管理条例7条", bases) == {"admin_reg"}
    assert levels_cited("公共场所卫生管理条例实施细则22条", bases) == {"rule"}
    assert levels_cited("公共场所卫生管理条例7条；公共场所卫生管理条例实施细则22条", bases) == {"admin_reg", "rule"}
    assert levels_cited("会议纪要", bases) == set()
