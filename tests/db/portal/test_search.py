"""Searching on the portal: sentences, what others handle, what is not understood and how that is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.db.desk.conftest import at_most
from yichuang.catalog.models import MissedSearch
from yichuang.catalog.search import find_answer
from yichuang.catalog.search_words import Vocabulary
from yichuang.catalog.searching.data import list_elsewhere
from yichuang.catalog.tasks import guess

MARRIAGE = "民政部门的婚姻登记机关"
UNKNOWN = "怎么养好一盆多肉植物"


def _search(text: str, **headers: str) -> str:
    return Client().get("/search", {"q": text}, headers=headers).content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "想开一家小饭馆需要什么手续",
        "想開一間小飯館要什麼手續",
        "kai xiao fan guan",
        "食品经赢许可证",
        "ｓｐｊｙ",
        "spjyxkz怎么办",
    ],
)
def test_a_sentence_finds_the_item(town: Any, text: str) -> None:
    answer = find_answer("410100", text)
    assert answer.sure and answer.items[0].item == "ZZ-001" and not answer.elsewhere_first


def test_what_others_handle_is_sent_there_and_claims_no_item(town: Any) -> None:
    page = _search("周六能领结婚证吗")
    assert MARRIAGE in page and "婚姻登记条例" in page and "整理" in page
    assert 'href="/items/410100/' not in page


def test_a_likely_item_stands_before_what_others_handle(town: Any) -> None:
    page = _search("开饭馆和健康证")
    assert page.index("食品经营许可") < page.index("从业人员健康证明")


def test_nothing_is_said_to_need_no_permit(town: Any) -> None:
    page = _search(UNKNOWN)
    assert "不等于不用办手续" in page and "不需要审批" not in page and "12345" in page


def test_a_division_without_items_still_sends_people_on(town: Any) -> None:
    answer = find_answer("410122", "结婚证")
    assert not answer.items and answer.elsewhere[0].code == "marriage"


def test_what_is_not_understood_is_kept_once_without_who_and_without_numbers(town: Any) -> None:
    for _ in range(2):
        _search(f"{UNKNOWN}13812345678，第2024号")
    row = MissedSearch.objects.get()
    assert row.times == 2 and "多肉" in row.words
    assert not any(number in row.words for number in ("1381", "2024"))


def test_what_is_typed_asked_by_head_or_understood_is_not_kept(town: Any) -> None:
    _search(UNKNOWN, **{"HX-Request": "true"})
    Client().head("/search", {"q": UNKNOWN})
    _search("开饭馆")
    _search("结婚证")
    _search("")
    assert not MissedSearch.objects.exists()


def test_no_more_is_kept_than_the_bound(town: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("yichuang.catalog.search_words.MOST_MISSED", 2)
    for text in ("多肉植物", "多肉植物", "仙人掌花", "昙花一现"):
        _search(text)
    assert [row.words for row in MissedSearch.objects.order_by("id")] == ["多肉植物", "昙花一现"]


def test_a_search_takes_few_statements(town: Any) -> None:
    _search("开饭馆")
    with at_most(4):
        _search("想开一家小饭馆需要什么手续")
    with at_most(6):
        _search(UNKNOWN)


def test_the_home_page_leads_by_theme_and_by_applicant(town: Any) -> None:
    home = Client().get("/").content.decode()
    for words in ("开店做生意", "人生大事", "个体工商户", "企业和其他组织"):
        assert words in home
    shop = Client().get("/items/", {"theme": "shop"}).content.decode()
    assert "食品经营许可" in shop and "护士执业注册" not in shop and "食品生产许可" in shop
    life = Client().get("/items/", {"theme": "life"}).content.decode()
    assert MARRIAGE in life and "食品经营许可" not in life


def test_self_employed_people_see_what_they_ask_for_most(town: Any) -> None:
    page = Client().get("/items/", {"who": "household"}).content.decode()
    assert "个体工商户常办的" in page and "食品经营许可" in page and "护士执业注册" not in page


def test_the_worker_guesses_by_meaning_and_the_same_search_shows_it_as_a_guess(town: Any, settings: Any) -> None:
    settings.MEANING = True
    assert "再搜一次" in _search(UNKNOWN)
    only = Vocabulary({}, {"marriage": list_elsewhere()["marriage"]})
    with pytest.MonkeyPatch.context() as patch:  # the real model, on few words: reading all of them takes a minute
        patch.setattr("yichuang.catalog.search_meaning.read_vocabulary", lambda: only)
        guess(0)
    page = _search(UNKNOWN)
    assert "按意思猜" in page and "再搜一次" not in page and "不等于不用办手续" in page
    assert len(MissedSearch.objects.get().guess) == 3


def test_nothing_is_guessed_unless_it_is_switched_on(town: Any) -> None:
    assert "再搜一次" not in _search(UNKNOWN)
    guess(0)
    assert MissedSearch.objects.get().guess is None
    assert "按意思" not in _search(UNKNOWN)
