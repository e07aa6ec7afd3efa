"""The lexicon of the city's standards and the delivered words, as the search builds it from a store."""

from __future__ import annotations

from functools import cache

from yichuang.catalog.loading import load_standards
from yichuang.catalog.searching.answering import Found, add_item, answer_query
from yichuang.catalog.searching.data import Words, list_elsewhere, list_words
from yichuang.catalog.searching.lexicon import HINT, WORD, Lexicon, Target
from yichuang.catalog.searching.query import read_query


@cache
def _build() -> tuple[Lexicon, dict[str, int]]:
    lexicon, order = Lexicon(), {}
    for standard in load_standards():
        if standard.division == "410100":
            said = list_words().get(standard.item, Words())
            add_item(lexicon, standard, said.words, said.hints)
            order[standard.item] = len(order)
    for code, (_, said) in list_elsewhere().items():
        target = Target(code, elsewhere=True)
        lexicon.add(target, said.hints, HINT)
        lexicon.add(target, said.words, WORD)
    return lexicon, order


def ask(text: str) -> Found:
    lexicon, order = _build()
    return answer_query(lexicon, read_query(text), order)
