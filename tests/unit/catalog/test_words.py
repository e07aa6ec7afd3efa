"""Search words of names: pairs of characters, the last one alone, pinyin and initials from each character on."""

from __future__ import annotations

from yichuang.catalog.words import name_words


def test_a_name_is_found_by_its_last_character_and_by_sound() -> None:
    words = name_words("郑州王小面").split()
    assert "面" in words and "wangxiaomian" in words and "wxm" in words and "zhengzhouwangxiaomian" in words


def test_a_name_in_letters_has_no_sound() -> None:
    assert name_words("Siemens AG") == "g"
