"""The local real-name check: which names and numbers can be somebody's, and what people are told about others."""

from __future__ import annotations

from datetime import date

import pytest

from yichuang.kernel.codes import resident_id
from yichuang.people.realname import LONGEST_NAME, LocalProvider, tidy_name

TODAY = date(2018, 3, 1)
NUMBER = resident_id.build("410105", date(1985, 5, 5), 997)


def check(name: str, id_type: str = "111", number: str = NUMBER) -> tuple[bool, str]:
    verdict = LocalProvider().check(tidy_name(name), id_type, number, TODAY)
    return verdict.passed, verdict.reason


@pytest.mark.parametrize(
    "name",
    ["张三", "欧阳建国", "李𠮷", "王䶮", "陈𬱖", "阿依古丽·买买提", "卓玛·次仁·旺堆", "〇一", "朱㒲"],
)
def test_names_on_identity_cards_pass(name: str) -> None:
    assert check(name) == (True, "")


def test_a_rare_character_is_kept_as_it_is() -> None:
    assert tidy_name(" 李𠮷\u200b ") == "李𠮷"


@pytest.mark.parametrize("typed", ["买买提•艾力", "买买提・艾力", "买买提.艾力", "买买提 · 艾力"])
def test_any_dot_in_a_minority_name_becomes_the_interpunct(typed: str) -> None:
    assert tidy_name(typed) == "买买提·艾力"


def test_blanks_inside_a_chinese_name_are_typing_and_inside_a_latin_name_are_not() -> None:
    assert tidy_name("张 三") == "张三"
    assert tidy_name("Anna Maria Smith") == "Anna Maria Smith"


@pytest.mark.parametrize(
    "name", ["张", "", "张三1", "张三🙂", "<b>张三</b>", "·张三", "张·", "张三\ue000", "John Smith"]
)
def test_what_no_identity_card_carries_is_refused(name: str) -> None:
    assert check(name) == (False, "name")


def test_a_latin_name_passes_with_a_passport() -> None:
    assert check("Jean-Luc O'Neill", "414", "E12345678") == (True, "")
    assert check("Ýmir Þór", "414", "A1234567") == (True, "")


def test_ten_thousand_characters_are_refused_in_chinese() -> None:
    verdict = LocalProvider().check("张" * 10_000, "111", NUMBER, TODAY)
    assert not verdict.passed
    assert f"最多{LONGEST_NAME}个字" in verdict.message


def test_a_writing_direction_mark_in_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="书写方向"):
        tidy_name("张\u202e三")


@pytest.mark.parametrize(
    ("id_type", "number", "passed"),
    [
        ("111", NUMBER, True),
        ("111", NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), False),  # check digit
        ("111", resident_id.build("410105", date(2018, 3, 2), 997), False),  # born tomorrow
        ("111", "410105850505997", False),  # fifteen digits: void since 2013
        ("511", "12345678", True),
        ("511", "1234567", False),
        ("516", "H1234567890", True),
        ("516", "X12345678", False),
        ("414", "E1", False),
    ],
)
def test_numbers_are_checked_as_far_as_their_kind_allows(id_type: str, number: str, passed: bool) -> None:
    assert check("张三", id_type, number)[0] is passed


def test_an_unknown_kind_of_document_is_refused() -> None:
    assert check("张三", "999", "1") == (False, "type")


def test_an_organisation_is_checked_by_its_code() -> None:
    assert LocalProvider().check_organisation("郑州市", "11410100005252709W", "张三", "").passed
    assert not LocalProvider().check_organisation("郑州市", "114101000052527090", "张三", "").passed
