"""Guesses by meaning at searches that were not understood: made by the worker, shown with the same search afterwards.

Switched on by `settings.MEANING`; without it, and without the model, the words alone answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from yichuang.catalog.models import MissedSearch
from yichuang.catalog.search import Answer, list_entries
from yichuang.catalog.search_words import read_vocabulary
from yichuang.catalog.searching.data import Words
from yichuang.catalog.searching.lexicon import Target
from yichuang.catalog.searching.meaning import guess_targets

BATCH = 20  # searches in one go


def guess_missed() -> int:
    """Guess at the searches that have no guess yet, those asked most often first. Returns how many."""
    rows = list(MissedSearch.objects.filter(guess__isnull=True).order_by("-times", "-id")[:BATCH])
    if not rows:
        return 0
    vocabulary = read_vocabulary()
    others = {Target(code, True): (m.matter, *said.words) for code, (m, said) in vocabulary.elsewhere.items()}
    for row in rows:
        ours = {
            Target(e.item): (e.name, *e.keywords, *vocabulary.items.get(e.item, Words()).words)
            for e in list_entries(row.division)
        }
        row.guess = [[target.code, target.elsewhere] for target in guess_targets(row.words, ours | others)]
        MissedSearch.objects.filter(pk=row.pk).update(guess=row.guess)
    return len(rows)


def read_guess(division: str, guess: Sequence[tuple[str, bool]]) -> Answer:
    """A guess as an answer that is not sure: its items that are listed, its matters on the list. Two statements."""
    listed = {entry.item: entry for entry in list_entries(division)}
    elsewhere = read_vocabulary().elsewhere
    items = tuple(listed[code] for code, other in guess if not other and code in listed)
    matters = tuple(elsewhere[code][0] for code, other in guess if other and code in elsewhere)
    return Answer(items, matters)
