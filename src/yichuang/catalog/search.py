"""Finding items the way people ask, and the place that handles what is not on the list. Reads only.

What lists show of an item is read once from its published document and kept: published documents never change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from yichuang.catalog.document import load_document
from yichuang.catalog.models import Published
from yichuang.catalog.queries import OPEN
from yichuang.catalog.ratios import count_asked
from yichuang.catalog.search_words import VERSION, add_matters, vocabulary_upto
from yichuang.catalog.searching.answering import add_item, answer_query
from yichuang.catalog.searching.data import Elsewhere, Words
from yichuang.catalog.searching.lexicon import Lexicon
from yichuang.catalog.searching.query import read_query
from yichuang.catalog.standard import Basis, Standard
from yichuang.ledger.fast import run


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item as lists show it."""

    key: str
    item: str
    division: str
    name: str
    department: str  # department code
    department_name: str
    applicants: tuple[str, ...]  # person | corp
    instant: bool
    online: bool
    visits: int
    promised: str
    fees: bool
    keywords: tuple[str, ...]
    bases: tuple[Basis, ...]
    at_window: bool
    asked: int  # materials that whoever applies for the first time has to bring
    hall_class: str  # which of the four classes of 3.4a
    later: tuple[str, ...]  # names of the materials that may come after acceptance (3.6a)


# The items of a division for which applications are taken in today
_LISTED = f"from catalog_in_force l join catalog_published p on p.key = l.current_id where l.division = %s and {OPEN}"
_entries: dict[str, ListedItem] = {}


def list_entries(division: str) -> tuple[ListedItem, ...]:
    """Every item listed in a division, in pinyin order. One statement, two when versions are new to this process."""
    rows = run(f"select p.key {_LISTED} order by p.sort, p.key", [division])
    return read_entries([key for (key,) in rows.fetchall()])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question means. `sure`: the first of it was named, not only touched. `elsewhere_first`: what another place
    handles is the likelier answer.
    """

    items: tuple[ListedItem, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    sure: bool = False
    elsewhere_first: bool = False


def find_answer(division: str, text: str) -> Answer:
    """The items listed in a division that a person may mean, the likeliest first, and the matters handled elsewhere;
    nothing for an empty text.

    Words, whole sentences, pinyin, initials, traditional characters, what sounds alike. One statement; a few more when
    a standard or a word is new to this process.
    """
    query = read_query(text)
    if not query.chars:
        return Answer()
    listed = f"select array(select p.key {_LISTED} order by p.sort, p.key), {VERSION}"
    keys, words, matters = run(listed, [division]).fetchone()
    lexicon, elsewhere = _lexicon(tuple(keys), words, matters)
    by_code = {entry.item: entry for entry in read_entries(keys)}
    found = answer_query(lexicon, query, {code: place for place, code in enumerate(by_code)})
    return Answer(
        tuple(by_code[code] for code in found.items),
        tuple(elsewhere[code] for code in found.elsewhere),
        found.sure,
        found.elsewhere_first,
    )


def search(division: str, text: str) -> tuple[ListedItem, ...]:
    """The items of `find_answer`."""
    return find_answer(division, text).items


@lru_cache(maxsize=16)  # divisions of a city
def _lexicon(keys: tuple[str, ...], words: int, matters: int) -> tuple[Lexicon, dict[str, Elsewhere]]:
    """The lexicon of these standards, with the words up to a version; and the matters handled elsewhere."""
    vocabulary, lexicon = vocabulary_upto(words, matters), Lexicon()
    for entry in read_entries(keys):
        said = vocabulary.items.get(entry.item, Words())
        add_item(lexicon, entry, said.words, said.hints)
    add_matters(lexicon, vocabulary.elsewhere.values())
    return lexicon, {code: matter for code, (matter, _) in vocabulary.elsewhere.items()}


def list_divisions() -> tuple[tuple[str, str], ...]:
    """Code and name of every division with listed items, the city first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select d.code, d.name from org_division d where exists"
            f" (select 1 from catalog_in_force l where l.division = d.code and {OPEN}) order by d.code"
        )
        return tuple(cursor.fetchall())


def read_entries(keys: Sequence[str]) -> tuple[ListedItem, ...]:
    """The items of these published standards, by their keys. A statement when some are new to this process."""
    unknown = [key for key in keys if key not in _entries]
    if unknown:
        for text in Published.objects.filter(key__in=unknown).values_list("document", flat=True):
            standard = load_document(text)
            _entries[standard.key] = _entry(standard)
    return tuple(_entries[key] for key in keys)


def _entry(standard: Standard) -> ListedItem:
    return ListedItem(
        key=standard.key,
        item=standard.item,
        division=standard.division,
        name=standard.name,
        department=standard.department,
        department_name=standard.department_name,
        applicants=standard.applicants,
        instant=standard.instant,
        online="online" in standard.channels,
        visits=standard.visits,
        promised=standard.promised.label,
        fees=any(fee.collected_here for fee in standard.fees),
        keywords=standard.keywords,
        bases=standard.bases,
        at_window="window" in standard.channels,
        asked=count_asked(standard),
        hall_class=standard.hall_class,
        later=tuple(m.name for m in standard.materials_later),
    )
