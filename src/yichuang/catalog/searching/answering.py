"""From points to an answer: which items, which matters elsewhere, and how sure. Pure.

An answer never says that something needs no permit. It says who handles what is known to be handled elsewhere, and
shows an item only where the question says more of it than of that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from yichuang.catalog.searching.lexicon import HINT, ORGAN, WORD, Lexicon, Points, Target
from yichuang.catalog.searching.query import Query

MOST = 30  # items of an answer
MOST_ELSEWHERE = 3
_BESIDE = 0.35  # of the best one's points: what has less is noise
_RIVAL = 0.6  # of the best one's points: a matter elsewhere that has less is not spoken of
_BOTH = 0.9  # of the points of a likelier matter elsewhere: an item that has less is not shown
_SUFFIXES = ("许可证核发", "核发", "审批", "批准", "许可", "登记", "核准", "备案")


@dataclass(frozen=True, slots=True)
class Found:
    """Codes, the likeliest first. `sure`: a word of the first was said. `elsewhere_first`: that is likelier."""

    items: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    sure: bool = False
    elsewhere_first: bool = False


class Names(Protocol):
    """What of a standard its item is found by."""

    @property
    def item(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def department_name(self) -> str: ...
    @property
    def keywords(self) -> tuple[str, ...]: ...


def add_item(lexicon: Lexicon, names: Names, more: Iterable[str] = (), hints: Iterable[str] = ()) -> None:
    """Let an item be found by its code, its name and parts of it, its keywords, its organ, and by more words."""
    target = Target(names.item)
    lexicon.add(target, hints, HINT)
    lexicon.add(target, (names.department_name,), ORGAN)
    lexicon.add(target, (names.item, *_names(names.name), *names.keywords, *more), WORD)


def answer_query(lexicon: Lexicon, query: Query, order: dict[str, int]) -> Found:
    """What a question means; `order` breaks ties between items."""
    points = lexicon.score(query)
    items = sorted(
        ((t.code, p) for t, p in points.items() if not t.elsewhere), key=lambda row: (-row[1].value, order[row[0]])
    )
    others = sorted(((t.code, p) for t, p in points.items() if t.elsewhere), key=lambda row: -row[1].value)
    best, rival = _best(items), _best(others)
    first = rival.value > best.value or (rival.sure and not best.sure)
    if first and not (best.sure and best.value >= rival.value * _BOTH):
        items = []
    elif not first:
        others = [row for row in others if row[1].sure or not best.sure]
    top = rival if first else best
    return Found(
        tuple(code for code, p in items if p.value >= best.value * _BESIDE)[:MOST],
        tuple(code for code, p in others if p.value >= top.value * _RIVAL)[:MOST_ELSEWHERE],
        top.sure,
        first,
    )


def _best(rows: list[tuple[str, Points]]) -> Points:
    return rows[0][1] if rows else Points(0, False)


def _names(name: str) -> set[str]:
    """The name, its parts outside and inside brackets, and these without what every name ends with."""
    parts = {part for part in name.replace("（", "、").replace("）", "、").split("、") if len(part) > 2}
    short = {part.removesuffix(suffix) for part in (name, *parts) for suffix in _SUFFIXES}
    papers = {f"{part}证" for part in (name, *parts) if part.endswith("许可")}
    return {name, *parts, *papers, *(part for part in short if len(part) > 3)}
