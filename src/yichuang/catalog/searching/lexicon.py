"""The words by which things are found, and what a question means by them. Pure; built anew when a word changes.

A word that is said belongs to its targets. A longer word rules out what stands inside it: 护士资格考试 is no 护士.
What is spelt otherwise but sounds alike counts a little less. Each target's points are the characters that its words
explain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import NamedTuple

from yichuang.catalog.searching.query import Query, fold_sound, fold_word, spell_sounds

WORD, HINT, ORGAN = 1.0, 0.45, 0.3  # what a character explained by a word, a hint, the name of an organ is worth
_WHOLE = 0.5  # on top, for each word: two words of three characters say more than one of six
_ALIKE = 0.8  # of its worth, where it only sounds alike
_MANY = 0.25  # exponent by which a word that belongs to many targets says less of each
_LEAST_LETTERS = 5  # of a sound that is looked for inside Latin letters
_NEAR = 0.4  # share of the pairs of characters that have to be known where no word is


class Target(NamedTuple):
    """What a word leads to: the code of an item, or of a matter handled elsewhere."""

    code: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """How much of a question one target explains; `sure` when a word of it was said, not only a hint or a sound."""

    value: float
    sure: bool


class Hit(NamedTuple):
    """A word found in a question: which of its characters (bits), how many of the word's, and how good."""

    word: str
    mask: int
    size: int
    quality: float
    sure: bool


@dataclass
class Lexicon:
    """Words with what they lead to. `add` fills it; after that it only answers."""

    words: dict[str, dict[Target, float]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, target: Target, words: Iterable[str], worth: float) -> None:
        """Let words lead to a target. `a+b` is said when both parts are, in any order."""
        for word in words:
            if folded := fold_word(word):
                known = self.words[folded]
                known[target] = max(worth, known.get(target, 0))

    def score(self, query: Query) -> dict[Target, Points]:
        """The points of every target that a question may mean; what is near only when no word is in it."""
        hits = list(self._find(query))
        return self._count(_without_inner(hits), len(query.core)) if hits else self._find_near(query)

    def _find(self, query: Query) -> Iterator[Hit]:
        said = [*self._find_words(query.chars), *self._find_pairs(query.chars)]
        yield from said
        spelled = list(self._find_letters(query)) if query.runs else []
        yield from spelled
        if not query.chars.isascii():
            # two syllables alike are chance unless they are all; so is what is no longer than a word that was said
            fewest = min(3, len(query.core))
            yield from self._find_alike(query, max(fewest, *(hit.size + 1 for hit in (*said, *spelled)), 2))

    def _find_words(self, chars: str) -> Iterator[Hit]:
        for start in range(len(chars)):
            for end in range(start + 1, min(len(chars), start + self._longest) + 1):
                if (word := chars[start:end]) in self.words:
                    yield Hit(word, _mask(start, end), end - start, 1, self._is_sure(word))

    def _find_pairs(self, chars: str) -> Iterator[Hit]:
        for word, parts in self._pairs:
            if all(part in chars for part in parts):
                mask = 0
                for part in parts:
                    mask |= _mask(chars.index(part), chars.index(part) + len(part))
                yield Hit(word, mask, mask.bit_count(), 1, self._is_sure(word))

    def _find_alike(self, query: Query, shortest: int) -> Iterator[Hit]:
        sounds = query.sounds
        if len(sounds) != len(query.chars):
            return
        for start in range(len(sounds)):
            for end in range(start + shortest, min(len(sounds), start + self._longest) + 1):
                for word in self._by_sound.get(sounds[start:end], ()):
                    if word != query.chars[start:end]:
                        yield Hit(word, _mask(start, end), end - start, _ALIKE, self._is_sure(word))

    def _find_letters(self, query: Query) -> Iterator[Hit]:
        """Pinyin in full, inside the letters or begun by them; and initials, of each Latin word."""
        letters = fold_sound(query.letters)
        for sound, word in self._spelled if len(letters) >= _LEAST_LETTERS else ():
            start = letters.find(sound)
            if start >= 0 or letters in sound:
                mask = _mask(max(start, 0), max(start, 0) + min(len(sound), len(letters)))
                yield Hit(word, mask, len(word), _ALIKE, self._is_sure(word))
        for run in {*query.runs, query.letters} - {""}:
            start = max(query.chars.find(run), 0)
            mask = _mask(start, start + len(run))
            for word in self._by_initials.get(run, ()):
                yield Hit(word, mask, len(run), _ALIKE, self._is_sure(word))
            if len(run) > 2 and run not in self._by_initials:
                for initials, words in self._by_initials.items():
                    if initials.startswith(run):
                        yield from (Hit(word, mask, len(run), _ALIKE / 2, self._is_sure(word)) for word in words)

    def _count(self, hits: list[Hit], whole: int) -> dict[Target, Points]:
        """The points of each target. `whole`: characters of the question that count; a hint alone is sure of all."""
        covered: dict[Target, int] = defaultdict(int)
        value: dict[Target, float] = defaultdict(float)
        sure: set[Target] = set()
        for hit in hits:  # the longest first, so that a character is explained once
            targets = self.words[hit.word]
            share = len(targets) ** -_MANY
            for target, worth in targets.items():
                fresh = (hit.mask & ~covered[target]).bit_count() / hit.mask.bit_count()
                covered[target] |= hit.mask
                more = _WHOLE if worth >= WORD and fresh == 1 else 0
                value[target] += hit.quality * worth * (hit.size * fresh + more) * share
                if (hit.sure and worth >= WORD) or (hit.quality == 1 and hit.size >= whole):
                    sure.add(target)
        return {target: Points(points, target in sure) for target, points in value.items()}

    def _find_near(self, query: Query) -> dict[Target, Points]:
        """Targets whose words share most pairs of characters with the core of the question, the rare ones first."""
        pairs = _pairs_of(query.core)
        rarest = log(1 + len(self._targets))
        worth = {pair: log(1 + len(self._targets) / len(self._grams[pair])) for pair in pairs if pair in self._grams}
        total = sum(worth.get(pair, rarest) for pair in pairs)
        shared: dict[Target, float] = defaultdict(float)
        for pair, weight in worth.items():
            for target in self._grams[pair]:
                shared[target] += weight
        return {t: Points(points / total, False) for t, points in shared.items() if points >= total * _NEAR}

    def _is_sure(self, word: str) -> bool:
        return max(self.words[word].values()) >= WORD

    @cached_property
    def _longest(self) -> int:
        return max((len(word) for word in self.words if "+" not in word), default=0)

    @cached_property
    def _pairs(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(word, tuple(word.split("+"))) for word in self.words if "+" in word]

    @cached_property
    def _by_sound(self) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for word in self.words:
            if "+" not in word and len(word) > 1 and not word.isascii():
                found[spell_sounds(word)].append(word)
        return dict(found)

    @cached_property
    def _spelled(self) -> list[tuple[str, str]]:
        joined = (("".join(sounds), word) for sounds, words in self._by_sound.items() for word in words)
        return [(fold_sound(sound), word) for sound, word in joined if len(sound) >= _LEAST_LETTERS]

    @cached_property
    def _by_initials(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for sounds, words in self._by_sound.items():
            found["".join(sound[:1] for sound in sounds)].extend(words)
        return dict(found)

    @cached_property
    def _targets(self) -> frozenset[Target]:
        return frozenset(target for targets in self.words.values() for target in targets)

    @cached_property
    def _grams(self) -> dict[str, set[Target]]:
        found: dict[str, set[Target]] = defaultdict(set)
        for word, targets in self.words.items():
            for pair in _pairs_of(word):
                found[pair] |= targets.keys()
        return dict(found)


def _mask(start: int, end: int) -> int:
    return (1 << end) - (1 << start)


def _pairs_of(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _without_inner(hits: list[Hit]) -> list[Hit]:
    """The hits that stand in no longer one, the longest first."""
    ordered = sorted(hits, key=lambda hit: (-hit.mask.bit_count(), -hit.quality))
    kept: list[Hit] = []
    for hit in ordered:
        if not any(hit.mask & ~other.mask == 0 and hit.mask != other.mask for other in kept):
            kept.append(hit)
    return kept
