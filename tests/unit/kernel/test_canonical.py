"""Canonical JSON: the examples of RFC 8785 and what may not enter."""

from __future__ import annotations

import json
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel.canonical import MAX_INTEGER, canonical, parse


def test_keys_in_the_order_of_utf16_code_units() -> None:
    # RFC 8785 §3.2.3: the emoji, beyond U+FFFF, sorts before U+FB33
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical({"in": [dict.fromkeys(names)]}))["in"][0]) == ordered


def test_strings_as_in_the_standard() -> None:
    # RFC 8785 §3.2.2.2
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/') == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    assert canonical("\x7f\u2028<>&") == '"\x7f\u2028<>&"'


def test_plain_values() -> None:
    value = {"b": [1, -1, 0, True, None], "a": {"名": "𠮷", "": ""}}
    assert canonical(value) == '{"a":{"":"","名":"𠮷"},"b":[1,-1,0,true,null]}'
    assert canonical(MAX_INTEGER) == "9007199254740991"


class Number(IntEnum):
    ONE = 1


class Word(StrEnum):
    ONE = "one"


def test_enumerations_are_their_values() -> None:
    assert canonical({Word.ONE: [Number.ONE, Word.ONE]}) == '{"one":[1,"one"]}'


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.0, "float"),
        (float("nan"), "float"),
        ([{"a": 0.5}], "float"),
        ([{"\U00020bb7": 1}, 0.5], "float"),  # the slow ordering looks at every part too
        (MAX_INTEGER + 1, "失真"),
        ([-MAX_INTEGER - 1], "失真"),
        ({1: "a"}, "键必须是文字"),
        ({None: "a"}, "键必须是文字"),
        ("\ud800", "残缺"),
        ({"\udfff": 1}, "残缺"),
        (["\U00020bb7", {"\U00020bb7\udfff": 1}], "残缺"),
        ((1, 2), "tuple"),
        ({1, 2}, "set"),
        (b"bytes", "bytes"),
    ],
)
def test_what_may_not_enter(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        canonical(value)


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(ValueError, match="嵌套过深"):
        canonical(value)


@pytest.mark.parametrize(
    "text",
    [
        "1.0",
        "1e3",
        "NaN",
        "-Infinity",
        '{"a":1,"a":2}',
        "9007199254740992",
        "9" * 5000,
        '"\\ud800"',
        "",
        "{",
        "[" * 10**5,
    ],
)
def test_parse_refuses_what_could_be_read_in_two_ways(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-MAX_INTEGER, MAX_INTEGER), texts)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


@settings(max_examples=150)
@given(values)
def test_a_value_comes_back_and_its_text_is_the_only_one(value: Any) -> None:
    text = canonical(value)
    assert parse(text) == value
    assert canonical(parse(text)) == text
    assert canonical(json.loads(json.dumps(value, indent=1))) == text
