"""The filters of a work list that a person saved under a name, for themselves alone.

No words of a search are kept: they may name a person.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from django.db import transaction

from yichuang.aggregates.refusal import Invalid
from yichuang.people.models import Account

MOST = 12  # lists that one account keeps
LONGEST = 20  # characters of a name


@dataclass(frozen=True, slots=True)
class SavedList:
    """A name, and the query of the list's address without its question mark."""

    name: str
    query: str


def read_saved(account: Account) -> tuple[SavedList, ...]:
    """What this account saved, in the order it was saved. No statement: it comes with the account."""
    return tuple(SavedList(**one) for one in json.loads(account.saved_lists or "[]"))


def save_list(account: Account, name: str, query: str) -> None:
    """Save a query under a name; a name used before means the new query. Raises Invalid for a name or a number of
    lists beyond what is kept.
    """
    name = name.strip()
    if not 1 <= len(name) <= LONGEST:
        raise Invalid("name", f"名称写1至{LONGEST}个字。")
    with transaction.atomic():
        kept = [one for one in _locked(account) if one.name != name]
        if len(kept) >= MOST:
            raise Invalid("many", f"最多保存{MOST}组，请先删去不用的。")
        _store(account, [*kept, SavedList(name, query[:500])])


def drop_list(account: Account, name: str) -> None:
    """Forget what was saved under a name; nothing when there is no such name."""
    with transaction.atomic():
        _store(account, [one for one in _locked(account) if one.name != name])


def _locked(account: Account) -> tuple[SavedList, ...]:
    return read_saved(Account.objects.select_for_update().only("saved_lists").get(pk=account.pk))


def _store(account: Account, lists: list[SavedList]) -> None:
    text = json.dumps([asdict(one) for one in lists], ensure_ascii=False)
    Account.objects.filter(pk=account.pk).update(saved_lists=text)
