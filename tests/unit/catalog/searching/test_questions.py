"""How many everyday questions are understood: of the open set of questions, each half apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.catalog.searching.lexicons import ask

with (Path(__file__).parent / "questions.yaml").open(encoding="utf-8") as file:
    QUESTIONS: dict[str, dict[str, list[list[Any]]]] = yaml.load(file, Loader=yaml.CSafeLoader)
HALVES = ("first", "second")
LEAST = 0.95  # of the questions that are ours, with the right item among the first three


def _fail(questions: list[list[Any]], understood: Callable[[str, list[str]], bool]) -> list[str]:
    return [question for question, *wanted in questions if not understood(question, wanted)]


def _named(question: str, wanted: list[str]) -> bool:
    found = ask(question)
    return not found.elsewhere_first and bool(set(found.items[:3]) & set(wanted))


def _sent_on(question: str, wanted: list[str]) -> bool:
    found = ask(question)
    return found.elsewhere_first and bool(set(found.elsewhere) & set(wanted))


def _claimed(question: str, wanted: list[str]) -> bool:
    found = ask(question)
    return bool(found.items) and found.sure and not found.elsewhere_first


def test_the_set_is_large_and_no_question_is_asked_twice() -> None:
    asked = [question for half in HALVES for rows in QUESTIONS[half].values() for question, *_ in rows]
    assert len(asked) >= 200 and len(set(asked)) == len(asked)


@pytest.mark.parametrize("half", HALVES)
def test_the_right_item_is_among_the_first_three(half: str) -> None:
    questions = QUESTIONS[half]["ours"]
    failed = _fail(questions, _named)
    assert len(failed) <= len(questions) * (1 - LEAST), failed


@pytest.mark.parametrize("half", HALVES)
def test_what_is_not_ours_is_sent_to_the_place_that_handles_it(half: str) -> None:
    questions = QUESTIONS[half]["elsewhere"]
    failed = _fail(questions, _sent_on)
    assert len(failed) <= len(questions) * (1 - LEAST), failed


@pytest.mark.parametrize("half", HALVES)
def test_no_item_of_ours_is_said_to_be_meant_by_what_is_not_ours(half: str) -> None:
    assert not [question for question, *wanted in QUESTIONS[half]["elsewhere"] if _claimed(question, wanted)]
