"""How words are weighed: the longer one, what sounds alike, letters, what is only touched, what is unknown."""

from __future__ import annotations

import pytest

from tests.unit.catalog.searching.lexicons import ask
from yichuang.catalog.searching.data import list_elsewhere, list_words
from yichuang.catalog.searching.lexicon import HINT, WORD, Lexicon, Target
from yichuang.catalog.searching.query import read_query, spell_sounds

SHOP, SCHOOL, MARRIAGE = Target("A"), Target("B"), Target("marriage", elsewhere=True)


def _lexicon() -> Lexicon:
    lexicon = Lexicon()
    lexicon.add(SHOP, ["护士", "开饭馆"], WORD)
    lexicon.add(SCHOOL, ["护士学校", "树+砍"], WORD)
    lexicon.add(SCHOOL, ["教育"], HINT)
    return lexicon


def _points(text: str) -> dict[str, float]:
    return {target.code: points.value for target, points in _lexicon().score(read_query(text)).items()}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("開餐館", "开餐馆"),
        ("ＳＰＪＹ", "spjy"),
        ("食 品，经营？", "食品经营"),
        ("开\u200b店", "开店"),
    ],
)
def test_a_question_is_read_in_one_spelling(written: str, read: str) -> None:
    assert read_query(written).chars == read


def test_papers_that_are_only_carried_are_not_asked_for() -> None:
    assert "身份证" not in read_query("开药店需要身份证吗").chars
    assert read_query("身份证").chars == "身份证"


def test_a_longer_word_rules_out_what_stands_in_it() -> None:
    assert _points("护士学校") == {"B": 4.5}
    assert _points("护士上学校") == {"A": 2.5}


def test_both_parts_of_a_pair_are_said_in_any_order() -> None:
    assert _points("门口的树能砍吗") == {"B": 2.5}
    assert _points("门口的树") == {}


def test_what_sounds_alike_counts_less_than_what_was_said() -> None:
    said, alike = _points("开饭馆"), _points("开犯管")
    assert 0 < alike["A"] < said["A"]


def test_what_sounds_alike_is_ignored_beside_a_word_as_long() -> None:
    assert _points("护士胡事") == {"A": 2.5}


@pytest.mark.parametrize("letters", ["kaifanguan", "kai fan guan", "kaifan", "kfg"])
def test_pinyin_and_initials(letters: str) -> None:
    assert _points(letters).get("A", 0) > 0


def test_a_hint_is_sure_only_when_it_is_the_whole_question() -> None:
    assert _lexicon().score(read_query("教育"))[SCHOOL].sure
    assert not _lexicon().score(read_query("教育孩子真难"))[SCHOOL].sure


def test_sounds_are_as_many_as_characters() -> None:
    assert spell_sounds("开ktv龘了2") == ("kai", "k", "t", "v", *spell_sounds("龘"), "le", "2")


@pytest.mark.parametrize("text", ["", " ", "%", "\x00", "龘龘龘", "a" * 500, "吗", "12345678901234567890", "🙂🙂"])
def test_what_means_nothing_finds_nothing(text: str) -> None:
    found = ask(text)
    assert not found.items and not found.sure


def test_an_item_that_is_only_touched_is_not_said_to_be_meant() -> None:
    found = ask("学校附近太堵")
    assert not found.sure


def test_what_is_ours_and_what_is_not_are_both_named() -> None:
    found = ask("开饭馆要先办健康证")
    assert "ZZ-001" in found.items and "health-certificate" in found.elsewhere


def test_every_word_leads_somewhere_known() -> None:
    from yichuang.catalog.loading import load_standards

    assert set(list_words()) <= {standard.item for standard in load_standards()}
    for matter, said in list_elsewhere().values():
        assert matter.place and matter.basis and matter.matter and (said.words or said.hints)


def test_no_word_is_both_ours_and_not_ours() -> None:
    ours = {word for said in list_words().values() for word in said.words}
    others = {word for _, said in list_elsewhere().values() for word in said.words}
    assert not ours & others
