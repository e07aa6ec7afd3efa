"""Finding items the way people ask: everyday words, pinyin, initials, names of departments. Reads only.

What lists show of an item is read once from its published document and kept: published documents never change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from yichuang.catalog.document import load_document
from yichuang.catalog.models import Published
from yichuang.catalog.queries import OPEN
from yichuang.catalog.ratios import count_asked
from yichuang.catalog.standard import Basis, Standard
from yichuang.catalog.words import bigrams, initials
from yichuang.ledger.fast import run

LONGEST = 60  # characters of a query that are looked at
MOST = 30  # items a search answers with
_NEAR = 0.5  # of the best score: what is further away is noise


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
    letters: tuple[str, ...]  # initials of the keywords: kfd
    bases: tuple[Basis, ...]
    at_window: bool
    asked: int  # materials that whoever applies for the first time has to bring


_entries: dict[str, ListedItem] = {}


def list_entries(division: str) -> tuple[ListedItem, ...]:
    """Every item listed in a division, in pinyin order. One statement, two when versions are new to this process."""
    rows = run(
        "select p.key from catalog_in_force l join catalog_published p on p.key = l.current_id"
        f" where l.division = %s and {OPEN} order by p.sort, p.key",
        [division],
    )
    return read_entries([key for (key,) in rows.fetchall()])


def search(division: str, text: str) -> tuple[ListedItem, ...]:
    """The items listed in a division that a person may mean, the likeliest first; none for an empty text.

    Chinese is compared by pairs of characters with the name, the department, the result and the everyday words of the
    standard; letters with the initials and the pinyin of the name, and with the initials of the everyday words.
    Four statements at most.
    """
    query = "".join(c for c in text[:LONGEST].lower() if c.isalnum() or c == "-")
    if not query:
        return ()
    words = bigrams(query).split()
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, {"division": division, "asked": query, "words": words, "most": MOST})
        scored = cursor.fetchall()
    best = max((score for _, score in scored), default=0)
    by_words = read_entries([key for key, score in scored if score >= best * _NEAR])
    if not (query.isascii() and query.isalpha() and len(query) > 1):
        return by_words
    by_letters = (entry for entry in list_entries(division) if any(word.startswith(query) for word in entry.letters))
    return tuple(dict.fromkeys((*by_words, *by_letters)))[:MOST]


def list_divisions() -> tuple[tuple[str, str], ...]:
    """Code and name of every division with listed items, the city first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select d.code, d.name from org_division d where exists"
            f" (select 1 from catalog_in_force l where l.division = d.code and {OPEN}) order by d.code"
        )
        return tuple(cursor.fetchall())


# A name that is, begins with or contains what was asked stands above a mere share of words. `strpos` takes the text as
# it is, where `like` would read % and _ as signs.
_SEARCH = f"""
select key, score from (
  select p.key, p.sort,
    case when p.name = %(asked)s or lower(p.item) = %(asked)s or p.initials = %(asked)s then 4
         when strpos(p.name, %(asked)s) > 0 then 3
         when p.initials like %(asked)s || '%%' and %(asked)s ~ '^[a-z]+$' then 2.5
         when %(asked)s ~ '^[a-z]{{3,}}$'
           and (strpos(p.initials, %(asked)s) > 0 or strpos(p.sort, %(asked)s) > 0) then 2
         else 0 end
    + cardinality(array(select unnest(tsvector_to_array(p.words)) intersect select unnest(%(words)s::text[])))::float
      / greatest(cardinality(%(words)s::text[]), 1) as score
  from catalog_in_force l join catalog_published p on p.key = l.current_id
  where l.division = %(division)s and {OPEN}
) scored
where score > 0 order by score desc, sort, key limit %(most)s
"""


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
        letters=tuple(initials(word) for word in standard.keywords),
        bases=standard.bases,
        at_window="window" in standard.channels,
        asked=count_asked(standard),
    )
