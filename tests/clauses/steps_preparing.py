"""Steps of somebody who asks what an item takes, before anything is filed."""

from __future__ import annotations

import re

from django.test import Client
from pytest_bdd import parsers, then, when

from tests.clauses.story import MATERIALS, Story
from tests.clauses.ways import text_of, words
from yichuang.catalog.preparing import list_questions

VENDING = "M05"


@when(parsers.re("有人问“(?P<name>[^”]+)”要准备什么，答(?P<said>.+)"), target_fixture="plan")
def ask(story: Story, name: str, said: str) -> str:
    """Each answer goes to the next question that offers it."""
    standard = story.city.standard
    assert standard.name == name
    left, sent = list(list_questions(standard)), {}
    for answer in re.findall("“([^”]+)”", said):
        while left:
            question = left.pop(0)
            if value := next((value for value, text in question.answers if text == answer), None):
                sent[question.name] = value
                break
        else:
            raise AssertionError(f"no question offers {answer}")
    return text_of(Client().get(f"/items/{standard.division}/{standard.item}/prepare", sent))


@then(parsers.parse("清单上要带“{material}”，不带“自动售货设备材料”"))
def lists(story: Story, plan: str, material: str) -> None:
    names = {m.code: m.name for m in story.city.standard.materials}
    assert names[MATERIALS[material]] in words(plan) and names[VENDING] not in words(plan)


@then(parsers.parse("清单写明最迟{year:d}年{month:d}月{day:d}日告知受理"))
def dated(plan: str, year: int, month: int, day: int) -> None:
    lines = re.findall(r"yc-days__item.*?</li>", plan, re.S)
    told = next(line for line in lines if "告知受理" in line)
    assert f"{year}年{month}月{day}日" in re.sub(r"\s|&nbsp;|\u2009|\u00a0", "", told)


@then(parsers.parse("清单写明“{text}”"))
def says(plan: str, text: str) -> None:
    assert text in words(plan)


@then(parsers.parse("答复写明“{text}”和依据“{basis}”"))
def spared(plan: str, text: str, basis: str) -> None:
    assert text in words(plan) and basis in words(plan)


@then("没有列出要带的材料")
def lists_nothing(plan: str) -> None:
    assert "要带的" not in words(plan)
