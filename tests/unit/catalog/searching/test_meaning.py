"""Guesses by meaning, by the real model on a few targets."""

from __future__ import annotations

import pytest

from yichuang.catalog.searching.lexicon import Target
from yichuang.catalog.searching.meaning import guess_targets

WORDS = {
    Target("ZZ-014"): ("营业性演出审批", "演唱会", "音乐节", "话剧"),
    Target("ZZ-106"): ("建设工程规划许可证核发", "盖厂房", "加层"),
    Target("divorce", True): ("离婚登记", "离婚", "离婚证"),
    Target("dog", True): ("养犬登记", "养狗", "狗证"),
}


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("请外地剧团来村里唱戏", "ZZ-014"),
        ("厂区里面再盖一个车间", "ZZ-106"),
        ("夫妻两个都想分开过了", "divorce"),
    ],
)
def test_the_nearest_in_meaning_comes_first(question: str, code: str) -> None:
    assert guess_targets(question, WORDS)[0].code == code


def test_a_target_without_words_is_never_nearest() -> None:
    assert guess_targets("养只小狗", WORDS | {Target("ZZ-999"): ()})[0].code != "ZZ-999"
