"""Steps of searching on the portal, and of the office that gives words."""

from __future__ import annotations

import re

from django.test import Client
from pytest_bdd import parsers, then, when

from tests.clauses.story import Story
from tests.clauses.ways import text_of
from tests.db.watching import client
from yichuang.catalog.models import MissedSearch

ITEM = re.compile(r'yc-entry__title"><a [^>]*href="/items/[^"]+">([^<]+)<')


@when(parsers.parse("群众搜索“{text}”"), target_fixture="results")
def search(text: str) -> str:
    return text_of(Client().get("/search", {"q": text}))


@then(parsers.parse("首先看到“{name}”"))
def first_is(results: str, name: str) -> None:
    assert ITEM.findall(results)[:1] == [name]


@then(parsers.parse("看到由“{place}”办理，没有一个事项"))
def sent_on(results: str, place: str) -> None:
    assert f"由{place}" in results and not ITEM.findall(results)


@then("没有找到事项，也没有说不用办手续")
def nothing_found(results: str) -> None:
    assert not ITEM.findall(results)
    assert "不等于不用办手续" in results and "不需要审批" not in results


@then(parsers.parse("政务服务办看到有人搜过“{words}”，没有电话号码"))
def listed(story: Story, words: str) -> None:
    page = client(story.who("政务服务办")).get("/desk/search").content.decode()
    assert words in page and "1381234" not in page


@when(parsers.parse("政务服务办把“{word}”作为“{name}”的说法"))
def give_word(story: Story, word: str, name: str) -> None:
    office: Client = client(story.who("政务服务办"))
    missed = MissedSearch.objects.get()
    sent = {"step": "add", "word": word, "target": f"item:{story.city.standard.item}"}
    assert story.city.standard.name == name
    assert office.post(f"/desk/search/missed/{missed.pk}", sent).status_code == 302
