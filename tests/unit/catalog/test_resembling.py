"""3.1b.3: whatever a cancelled item is called now, its standard is recognised; other items are left in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.catalog.listing.resembling import EndedItem, find_resemblances
from yichuang.catalog.loading import load_standards
from yichuang.catalog.revising.questions import ask_questions
from yichuang.catalog.standard import Standard

CITY = [standard for standard in load_standards() if standard.division == "410100"]
ENDED = [EndedItem(standard.item, standard.name, "国发〔2018〕9号", "", standard) for standard in CITY]
FOOD = next(standard for standard in CITY if standard.name == "食品经营许可")


def renamed(standard: Standard, name: str) -> Standard:
    result = replace(standard.result, name=f"{name}结果", certificate_type=f"{name}证明书")
    return replace(standard, item="NEW-1", name=name, result=result)


@settings(deadline=None, max_examples=30)
@given(ended=st.sampled_from(ENDED), name=st.sampled_from(["万象示范评估", "星辰服务", "甲乙丙丁"]))
def test_no_other_name_hides_what_was_cancelled(ended: EndedItem, name: str) -> None:
    """By its conditions, its materials or its articles it is told all the same."""
    assert ended.standard
    (hit,) = find_resemblances(renamed(ended.standard, name), [ended])
    assert {one.what for one in hit.likenesses} & {"条件", "材料", "依据"}
    assert all(one.share >= 50 for one in hit.likenesses)


def test_few_pairs_of_real_items_resemble_each_other() -> None:
    """A sign that is given at every turn is read by nobody: of 42 items beside 41 others, few are alike."""
    hits = [(s.name, hit.ended.name) for s in CITY for hit in find_resemblances(s, ENDED)]
    assert ("企业投资项目备案", "企业投资项目核准") in hits
    assert ("护士执业注册", "食品经营许可") not in hits
    assert len(hits) <= 40, hits


def test_what_demands_the_result_of_a_cancelled_item_is_found() -> None:
    planning = EndedItem("X", "规划核实", "国发〔2018〕9号", "", renamed(FOOD, "规划核实"))
    asks = replace(FOOD, materials=(replace(FOOD.materials[1], name="规划核实证明书复印件"),), conditions=(), bases=())
    (hit,) = find_resemblances(replace(asks, item="N"), [replace(planning, standard=None)])
    assert [(one.what, one.line) for one in hit.likenesses] == [
        ("要求提交其结果", f"materials/{FOOD.materials[1].code}")
    ]


def test_an_item_does_not_resemble_what_was_merged_into_it() -> None:
    part = EndedItem("OLD", FOOD.name, "国发〔2018〕9号", FOOD.item, FOOD)
    assert find_resemblances(FOOD, [part]) == ()


@pytest.mark.parametrize(("share", "asked"), [(50, True), (100, False)])
def test_a_resemblance_is_a_question_and_its_share_is_set(share: int, asked: bool) -> None:
    beside = EndedItem("OLD", "食品经营户评估", "国发〔2018〕9号")
    hits = find_resemblances(replace(FOOD, name="食品经营点评估"), [beside], share)
    questions = ask_questions([], hits)
    assert bool(questions) is asked
    for question in questions:
        assert question.code == "r-OLD" and "“食品经营点评估”对“食品经营户评估”" in question.words
