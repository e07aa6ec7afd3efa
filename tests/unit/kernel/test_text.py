"""Human input: rare characters are kept, what cannot be seen is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel.text import clean


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("\u3000 朱镕基 \r\n", "朱镕基"),
        ("𠮷田𬭊", "𠮷田𬭊"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("e\u0301", "é"),
        ("张\u200b三\ufeff", "张三"),
        ("葛\U000e0100", "葛\U000e0100"),  # a variant form of a character in a name
        ("👩\u200d⚕", "👩\u200d⚕"),
        ("\ue000", "\ue000"),  # private use: names typed in old systems
        ("", ""),
    ],
)
def test_what_is_kept(given_: str, kept: str) -> None:
    assert clean(given_) == kept


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\x00b", "第 2 个字符是看不见的控制字符（U\\+0000）"),
        ("\x1f末", "第 1 个字符是看不见的控制字符"),
        ("末\x85", "看不见的控制字符"),
        ("a\nb", "看不见的控制字符（U\\+000A）"),
        ("a\u2028b", "看不见的控制字符"),
        ("\ud842", "残缺的字符"),
        ("\uffff", "残缺的字符"),
        ("\U0001fffe", "残缺的字符"),
        ("甲\u202e乙", "改变书写方向"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clean(text)


def test_lines_where_lines_are_asked_for() -> None:
    assert clean("一\r\n二\r三\t四\n", lines=True) == "一\n二\n三\t四"
    with pytest.raises(ValueError):
        clean("一\n\x00", lines=True)


@settings(max_examples=200)
@given(st.text(max_size=20), st.booleans())
def test_clean_text_is_clean(text: str, lines: bool) -> None:
    try:
        kept = clean(text, lines=lines)
    except ValueError:
        return
    assert clean(kept, lines=lines) == kept == kept.strip()
    assert unicodedata.is_normalized("NFC", kept)
    assert "\x00" not in kept
    kept.encode()
