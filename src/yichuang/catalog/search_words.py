"""The words by which items are found, and the matters that other places handle: the delivered ones of `data/search/`,
with what the office of the city added and took away since. What it sets holds with the next search.

Also what was searched and not understood: kept without who asked, shown to that office.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection, transaction

from yichuang.aggregates.refusal import Kind, Refused, require
from yichuang.catalog.models import ElsewhereEntry, MissedSearch, Published, SearchWord
from yichuang.catalog.rights import SEARCH
from yichuang.catalog.searching import data
from yichuang.catalog.searching.data import Elsewhere, Words
from yichuang.catalog.searching.lexicon import HINT, WORD, Lexicon, Target
from yichuang.catalog.searching.query import fold_word, read_query
from yichuang.kernel.localtime import local_day
from yichuang.kernel.text import clean
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.ledger.service import now, record
from yichuang.org.queries import city_code

LONGEST_WORD, LONGEST_TEXT = 30, 200  # characters
MOST_MISSED = 2000  # searches kept: those asked most often and last
STREAM = "catalog/search"
_CODE = re.compile("[a-z][a-z-]{1,38}[a-z]")


Guess = list[tuple[str, bool]]  # code, and whether it is a matter elsewhere; the nearest first

# The last rows that the office wrote, for the statement that reads what is searched
VERSION = (
    "(select coalesce(max(id), 0) from catalog_searchword), (select coalesce(max(id), 0) from catalog_elsewhereentry)"
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words at one moment."""

    items: dict[str, Words]  # by the code of the item
    elsewhere: dict[str, tuple[Elsewhere, Words]]  # by the code of the matter


def read_vocabulary() -> Vocabulary:
    """The words that hold now. One statement; three when something changed since this process last looked."""
    words, matters = run(f"select {VERSION}", []).fetchone()
    return vocabulary_upto(words, matters)


def list_matters(codes: Iterable[str]) -> list[Elsewhere]:
    """Of these matters those that are on the list of what others handle. One statement, as `read_vocabulary`."""
    known = read_vocabulary().elsewhere
    return [known[code][0] for code in codes if code in known]


@lru_cache(maxsize=4)
def vocabulary_upto(words: int, matters: int) -> Vocabulary:
    """The words with what was written up to these rows, 0 for none. Two statements, none for what is as delivered."""
    elsewhere = dict(data.list_elsewhere())
    for entry in ElsewhereEntry.objects.filter(id__lte=matters).order_by("id") if matters else ():
        known = elsewhere.pop(entry.code, None)
        if entry.listed:
            matter = Elsewhere(entry.code, entry.matter, entry.place, entry.basis, entry.as_of)
            elsewhere[entry.code] = matter, known[1] if known else Words()
    items = dict(data.list_words())
    for row in SearchWord.objects.filter(id__lte=words).order_by("id") if words else ():
        if not row.elsewhere:
            items[row.code] = _change(items.get(row.code, Words()), row.word, row.present)
        elif row.code in elsewhere:
            matter, said = elsewhere[row.code]
            elsewhere[row.code] = matter, _change(said, row.word, row.present)
    return Vocabulary(items, elsewhere)


def _change(said: Words, word: str, present: bool) -> Words:
    words, hints = (tuple(w for w in kept if fold_word(w) != word) for kept in (said.words, said.hints))
    return Words((*words, word) if present else words, hints)


def add_matters(lexicon: Lexicon, elsewhere: Iterable[tuple[Elsewhere, Words]]) -> None:
    """Let the matters handled elsewhere be found by their names and words."""
    for matter, said in elsewhere:
        target = Target(matter.code, elsewhere=True)
        lexicon.add(target, said.hints, HINT)
        lexicon.add(target, said.words, WORD)


@transaction.atomic
def set_word(target: Target, text: str, present: bool, actor: Actor) -> str:
    """Let a word lead to an item or a matter from now on, or no longer. Returns the word. Raises Refused."""
    demand_keeper(actor)
    word = fold_word(_line("word", "说法", text, LONGEST_WORD))
    require(len(word) > 1 or not present, "short-word", "说法至少两个字。", kind=Kind.INPUT, field="word")
    known = (
        target.code in read_vocabulary().elsewhere
        if target.elsewhere
        else Published.objects.filter(item=target.code).exists()
    )
    require(known, "no-target", "没有这件事。", kind=Kind.STALE, next="请刷新页面。")
    body = {"code": target.code, "elsewhere": target.elsewhere, "word": word, "present": present}
    # the entry first: its lock lets rows be written one after another, so that their ids tell versions
    record(STREAM, "search_word_set", body, actor)
    SearchWord.objects.create(
        code=target.code, elsewhere=target.elsewhere, word=word, present=present, set_by=actor.person, set_at=now()
    )
    return word


@transaction.atomic
def set_elsewhere(matter: Elsewhere, actor: Actor, *, listed: bool = True) -> None:
    """Describe a matter that another place handles, as of today, or take it from the list. Raises Refused."""
    demand_keeper(actor)
    message = "代号用小写字母，可以有短横，最多40个字符。"
    require(_CODE.fullmatch(matter.code), "bad-code", message, kind=Kind.INPUT, field="code")
    labels = {"matter": "事情", "place": "由谁办理", "basis": "依据"}
    texts = {name: _line(name, label, getattr(matter, name), LONGEST_TEXT) for name, label in labels.items()}
    day = local_day(now())
    record(STREAM, "elsewhere_set", {"code": matter.code, **texts, "listed": listed}, actor)
    ElsewhereEntry.objects.create(
        code=matter.code, **texts, as_of=day, listed=listed, set_by=actor.person, set_at=now()
    )


def demand_keeper(actor: Actor) -> None:
    """Raises Refused(forbidden) for whoever is not the office of the city."""
    SEARCH.demand(actor)
    require(
        actor.division in ("", city_code()), SEARCH.code, SEARCH.message, next="请由市级办理。", kind=Kind.FORBIDDEN
    )


def _line(field: str, label: str, text: str, most: int) -> str:
    require(len(text) <= most, "long-text", f"“{label}”最多{most}个字。", kind=Kind.INPUT, field=field)
    try:
        kept = clean(text)
    except ValueError as fault:
        raise Refused("bad-text", f"{label}：{fault}", kind=Kind.INPUT, field=field) from fault
    require(kept, "no-text", f"请填写“{label}”。", kind=Kind.INPUT, field=field)
    return kept


def note_missed(division: str, text: str) -> Guess | None:
    """Keep what was searched and not understood: how often, since when; its numbers masked. Returns what the worker
    guessed at it since it was first asked, None when it has not. Two statements.
    """
    words = re.sub(r"\d{3,}", "＊", read_query(text).chars)
    if len(words) < 2:
        return None
    today = local_day(now())
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [division, words, today, today])
        (guess,) = cursor.fetchone()
        cursor.execute(_PRUNE, [MOST_MISSED])
    return None if guess is None else json.loads(guess)


_NOTE = """
insert into catalog_missedsearch (division, words, times, first_on, last_on) values (%s, %s, 1, %s, %s)
on conflict (division, words) do update
set times = catalog_missedsearch.times + 1, last_on = excluded.last_on
returning guess
"""
_PRUNE = """
delete from catalog_missedsearch where id in
(select id from catalog_missedsearch order by times desc, last_on desc, id desc offset %s)
"""


def list_missed(actor: Actor, most: int) -> tuple[list[MissedSearch], int]:
    """What was not understood, the most frequent first, and how many there are. Two statements. Raises Refused."""
    demand_keeper(actor)
    rows = MissedSearch.objects.order_by("-times", "-last_on", "-id")
    return list(rows[:most]), rows.count()


def find_missed(id: int, actor: Actor) -> MissedSearch | None:
    """One search that was not understood. One statement. Raises Refused."""
    demand_keeper(actor)
    return MissedSearch.objects.filter(pk=id).first()


@transaction.atomic
def settle_missed(id: int, actor: Actor) -> None:
    """Take a search from the page: a word was added for it, or nothing is to be done. Comes back when asked again."""
    demand_keeper(actor)
    MissedSearch.objects.filter(pk=id).delete()
