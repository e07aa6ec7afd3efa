"""搜索用词 at the desk: the office gives words, which hold with the next search; nobody else may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.db.desk.conftest import at_most
from tests.db.watching import officer
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.models import MissedSearch, SearchWord
from yichuang.catalog.search import find_answer
from yichuang.catalog.search_words import read_vocabulary, set_word
from yichuang.catalog.searching.lexicon import Target
from yichuang.ledger.models import Entry

UNKNOWN = "怎么养好一盆多肉植物"
ITEM = "/desk/search/item/ZZ-001"


@pytest.fixture
def office(city: Any, desk: Any) -> Any:
    return desk(officer("office"))


def _missed() -> int:
    Client().get("/search", {"q": UNKNOWN})
    return int(MissedSearch.objects.get().pk)


def _item(text: str) -> str:
    items = find_answer("410100", text).items
    return items[0].item if items else ""


def test_what_was_not_understood_is_listed_and_given_a_word(office: Any) -> None:
    id = _missed()
    assert UNKNOWN in office.get("/desk/search").content.decode()
    assert _item("多肉植物") == ""
    sent = {"step": "add", "word": "多肉", "target": "item:ZZ-001"}
    assert office.client.post(f"/desk/search/missed/{id}", sent).status_code == 302
    assert _item("多肉植物") == "ZZ-001"
    assert not MissedSearch.objects.exists()
    assert Entry.objects.filter(stream="catalog/search", kind="search_word_set").count() == 1


def test_what_needs_no_word_is_settled(office: Any) -> None:
    id = _missed()
    assert office.client.post(f"/desk/search/missed/{id}", {"step": "settle"}).status_code == 302
    assert not MissedSearch.objects.exists() and not SearchWord.objects.exists()
    assert office.get(f"/desk/search/missed/{id}").status_code == 404


def test_a_word_is_taken_away_and_added_again(office: Any) -> None:
    assert _item("奶茶店") == "ZZ-001"
    office.client.post(ITEM, {"step": "drop", "word": "奶茶店"})
    assert "奶茶店" not in read_vocabulary().items["ZZ-001"].words
    office.client.post(ITEM, {"step": "add", "word": "魔法+屋子"})
    assert _item("这个屋子里有魔法") == "ZZ-001"
    office.client.post(ITEM, {"step": "drop", "word": "魔法+屋子"})
    assert _item("这个屋子里有魔法") == ""


def test_a_matter_elsewhere_is_described_added_and_unlisted(office: Any) -> None:
    new = {"matter": "多肉植物评比", "place": "园艺协会", "basis": "协会章程", "code": "succulent"}
    assert office.client.post("/desk/search/matter", new).status_code == 302
    assert office.client.post("/desk/search/matter", new).status_code == 422
    address = "/desk/search/elsewhere/succulent"
    office.client.post(address, {"step": "add", "word": "多肉"})
    assert find_answer("410100", UNKNOWN).elsewhere[0].place == "园艺协会"
    about = {"step": "describe", "matter": "多肉植物评比", "place": "市园艺协会", "basis": "协会章程"}
    assert office.client.post(address, about).status_code == 302
    assert find_answer("410100", UNKNOWN).elsewhere[0].place == "市园艺协会"
    office.client.post(address, {"step": "unlist"})
    assert not find_answer("410100", UNKNOWN).elsewhere
    assert office.get(address).status_code == 404


@pytest.mark.parametrize("word", ["", "店", "长" * 31, "坏\x00字"])
def test_a_bad_word_is_refused_and_kept_on_the_page(office: Any, word: str) -> None:
    answer = office.client.post(ITEM, {"step": "add", "word": word})
    assert answer.status_code == 422 and not SearchWord.objects.exists()


def test_a_bad_code_is_refused(office: Any) -> None:
    sent = {"matter": "甲", "place": "乙", "basis": "丙", "code": "坏 码"}
    answer = office.client.post("/desk/search/matter", sent)
    assert answer.status_code == 422 and "代号用小写字母" in answer.content.decode()


def test_only_the_office_of_the_city_keeps_the_words(city: Any, desk: Any) -> None:
    head = desk(city.head)
    for address in ("/desk/search", ITEM, "/desk/search/matter"):
        assert head.get(address).status_code == 403
    with pytest.raises(Refused):
        set_word(Target("ZZ-001"), "多肉", True, city.head)


def test_the_page_takes_few_statements(office: Any) -> None:
    _missed()
    office.get("/desk/search")
    with at_most(10):
        office.get("/desk/search")
