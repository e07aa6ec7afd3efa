"""For whom lives exist: a life has scopes, a reader has scopes, and where one meets another the life exists for them.

A kind of life with few reads declares both here; one whose lists are long keeps a table of its own (`cases_access`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from yichuang.aggregates.models import Scope
from yichuang.aggregates.tables import STREAM, Owned
from yichuang.ledger.actor import Actor

S = TypeVar("S")
Scoped = Iterable[tuple[str, str]]  # kind and name: ("person", "a:7")


@dataclass(frozen=True)
class Scopes(Generic[S]):
    """The scopes of a life by its state, and those of a reader: none for who has no business with this kind."""

    of_life: Callable[[S], Scoped]
    of_reader: Callable[[Actor], Scoped]


def scopes_table(scopes: Scopes[S]) -> Owned[S, Any]:
    """The rows that a life's scopes are kept in."""

    def rows(state: S, facts: Any, row: Any) -> list[dict[str, Any]]:
        return [{"kind": kind, "name": name} for kind, name in dict.fromkeys(scopes.of_life(state))]

    return Owned(Scope, STREAM, "可见范围", rows)


def visible_rows(model: type[Model], kind: str, scopes: Scopes[Any], actor: Actor) -> QuerySet[Any]:
    """The rows of a kind of life that exist for a reader: what every list, count and search of it starts from."""
    readers = [Q(kind=kind, name=name) for kind, name in scopes.of_reader(actor)]
    if not readers:
        return model._default_manager.none()
    stream = Concat(Value(f"{kind}/"), Cast(OuterRef("pk"), TextField()))
    return model._default_manager.filter(Exists(Scope.objects.filter(reduce(or_, readers), stream=stream)))
