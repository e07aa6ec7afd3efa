"""The few questions of an item, and what their answers leave of its materials: only less, never something else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.catalog.loading import CITY, load_standards
from yichuang.catalog.preparing import (
    MOST,
    NONE,
    SPARED,
    WHOM,
    is_open,
    list_form_answers,
    list_questions,
    prepare_for,
    read_answers,
)
from yichuang.catalog.standard import Standard

ALL = [standard for standard in load_standards() if standard.division == CITY]
BY_ITEM = {standard.item: standard for standard in ALL}
FOOD = BY_ITEM["ZZ-001"]


def codes(standard: Standard, **answers: str) -> set[str]:
    return {m.code for m in prepare_for(standard, answers).materials}


@pytest.mark.parametrize("standard", ALL, ids=lambda s: s.item)
def test_few_questions_each_with_a_choice(standard: Standard) -> None:
    questions = list_questions(standard)
    assert 1 <= len(questions) <= MOST
    assert len({q.name for q in questions}) == len(questions)
    assert all(len(q.answers) > 1 and q.words for q in questions)


def test_the_questions_of_a_food_licence() -> None:
    assert [q.name for q in list_questions(FOOD)] == [SPARED, WHOM, "situation", "vending"]


def test_who_needs_no_licence_is_told_first() -> None:
    found = prepare_for(FOOD, {SPARED: "1", "situation": "new"})
    assert found.unneeded and "备案" in found.unneeded.instead
    assert prepare_for(FOOD, {SPARED: NONE}).unneeded is None


def test_who_is_not_registered_cannot_apply_as_a_body() -> None:
    assert prepare_for(FOOD, {WHOM: "person"}).unable and not prepare_for(FOOD, {WHOM: "household"}).unable
    nurse, company = BY_ITEM["ZZ-004"], BY_ITEM["ZZ-018"]
    assert all(WHOM not in {q.name for q in list_questions(s)} for s in (nurse, company))


def test_an_answer_leaves_out_what_it_does_not_call_for() -> None:
    assert "M05" in codes(FOOD) and "M05" in codes(FOOD, vending="yes") and "M05" not in codes(FOOD, vending="no")
    assert "M03" not in codes(FOOD, situation="cancel")
    vending = next(m for m in FOOD.materials if m.code == "M05")
    assert is_open(vending.when, {}) and not is_open(vending.when, {"vending": "yes"})


def test_an_instant_situation_is_instant() -> None:
    assert prepare_for(FOOD, {"situation": "reissue"}).instant and not prepare_for(FOOD, {"situation": "new"}).instant


def test_only_fields_of_the_form_go_on_into_the_form() -> None:
    answers = {SPARED: NONE, WHOM: "corp", "situation": "new", "vending": "yes"}
    assert list_form_answers(FOOD, answers) == {"vending": "yes"}


@given(st.sampled_from(ALL), st.data())
def test_answers_only_narrow_and_the_application_finds_nothing_more(standard: Standard, data: st.DataObject) -> None:
    """What is on the list contains what the application with the same answers will ask for."""
    answers = {
        q.name: data.draw(st.sampled_from([value for value, _ in q.answers]))
        for q in list_questions(standard)
        if data.draw(st.booleans())
    }
    found = prepare_for(standard, answers)
    if found.unneeded is None:
        assert {m.code for m in standard.materials_for(answers)} <= {m.code for m in found.materials}
    assert {m.code for m in found.materials} <= {m.code for m in standard.materials}


@given(st.dictionaries(st.sampled_from([SPARED, WHOM, "situation", "vending", "agent", "x"]), st.text(max_size=8)))
def test_what_is_no_answer_is_dropped(given_: dict[str, str]) -> None:
    for name, value in read_answers(FOOD, given_).items():
        assert value in dict(next(q.answers for q in list_questions(FOOD) if q.name == name))


def test_a_standard_without_choices_asks_nothing_of_them() -> None:
    plain = replace(FOOD, unneeded=(), situations=FOOD.situations[:1], materials=FOOD.materials[:1])
    assert [q.name for q in list_questions(plain)] == [WHOM]
