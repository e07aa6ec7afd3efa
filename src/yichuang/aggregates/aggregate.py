"""What a room declares of a kind of life; the door, the sweep and the rebuild read nothing else.

The purpose of each part stands at its field. A new kind is one `Aggregate`, registered when its room starts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import QuerySet

from yichuang.aggregates.acts import Facts, Life
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.flattening import Flattener
from yichuang.aggregates.numbers import Numbered
from yichuang.aggregates.papers import papers_table
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.aggregates.scopes import Scopes, scopes_table, visible_rows
from yichuang.aggregates.tables import STREAM, Appended, Owned, Row, Statements
from yichuang.ledger.actor import Actor

if TYPE_CHECKING:
    from yichuang.aggregates.models import Upload

S = TypeVar("S")
F = TypeVar("F", bound=Facts)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of a life, as it was recorded."""

    seq: int
    kind: str
    v: int
    body: str
    actor: str
    post: str
    on_behalf_of: str
    channel: str
    occurred_at: datetime
    recorded_at: datetime
    hash: bytes


@dataclass(frozen=True, slots=True)
class Locked(Generic[S]):
    """A life as it stands under the lock, and what the same statement told of the outside.

    `row` has the columns that the last writing left: dates, and what no entry holds. `given` is what the command says
    beside the ledger at a birth.
    """

    id: uuid.UUID
    state: S
    seq: int
    head: bytes
    now: datetime
    reads: Mapping[str, int]
    row: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, int] = field(default_factory=dict)
    entries: Sequence[Recorded] = ()  # that the state was read from; none for a snapshot

    @property
    def reckoning(self) -> int:
        """Grows with every loading of what dates are reckoned with."""
        return sum(self.reads.values())


@dataclass(frozen=True)
class Entailed:
    """What an event entails for another life: `command` makes the command from the event as recorded and its seq."""

    aggregate: Aggregate[Any, Any]
    id: uuid.UUID
    command: Callable[[Any, int], Any]


def _for_all(actor: Actor, row: Any, upload: Upload) -> bool:
    return True


def _no_number(event: Any, state: Any, facts: Any) -> Numbered | None:
    return None


def _nothing_entailed(event: Any, state: Any, facts: Any) -> Entailed | None:
    return None


def _nothing_besides(event: Any, state: Any, facts: Any) -> None:
    return None


@dataclass(frozen=True)
class Aggregate(Generic[S, F]):
    """One kind of life in the ledger: its streams are `<kind>/<id>`.

    `reads`: name → SQL of a number that grows with what dates are reckoned with; read under the lock, so that facts
    may be cached by it. `beside` is read with it: facts may be cached by it too, but no date hangs on it, so that
    nothing is woken when it grows. `needs`: fact → how it is found, for acts that name it. `number` says which counter
    an event draws from, `papers` which kind of document it issues in this state, if any, `entails` what it does to a
    life of a lower floor, `effect` what it does to tables that no stream makes again, in the same transaction. `alive`
    is the SQL condition of rows that time may still change. For whom a life exists say its `scopes`, or `finds`: the
    life as its lists show it when it exists for a reader, else None. `may_open` says which of its files a reader for
    whom it exists may open. `snapshot` is the version of the state kept on the row; None: the stream is replayed each
    time. `flattener` begins to read the stream of an id into rows of the log contract, where supervision judges this
    kind.
    """

    kind: str
    label: str
    life: Life[S, F]
    codec: Codec
    blank: Callable[[str], S]
    facts: Callable[[Locked[S], Any, Any], F]
    next_moment: Callable[[S, F], datetime | None]
    last_moment: Callable[[S], datetime | None]
    row: Row[S, F]
    alive: str
    absent: tuple[str, str, str]  # code, sentence and next step when there is no such life, or not for this reader
    scopes: Scopes[S] | None = None
    finds: Callable[[Actor, uuid.UUID], Any] | None = None
    may_open: Callable[[Actor, Any, Upload], bool] = _for_all
    owned: tuple[Owned[S, F], ...] = ()
    appended: tuple[Appended[S, F], ...] = ()
    papers: Callable[[Any, S], str] | None = None
    number: Callable[[Any, S, F], Numbered | None] = _no_number
    entails: Callable[[Any, S, F], Entailed | None] = _nothing_entailed
    effect: Callable[[Any, S, F], None] = _nothing_besides
    needs: Mapping[str, Callable[[S, Any, F], Any]] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    snapshot: int | None = None
    flattener: Callable[[str], Flattener] | None = None

    def find(self, actor: Actor, id: uuid.UUID) -> Any:
        """The life as its lists show it when it exists for a reader, else None: nothing of it is handed out without."""
        if self.finds:
            return self.finds(actor, id)
        return self.visible(actor).filter(pk=id).first()

    def visible(self, actor: Actor) -> QuerySet[Any]:
        """The rows that exist for a reader, by the declared scopes; none without any."""
        if self.scopes is None:
            return self.row.model._default_manager.none()
        return visible_rows(self.row.model, self.kind, self.scopes, actor)

    @cached_property
    def holds(self) -> tuple[Owned[S, F], ...]:
        """The tables whose rows follow from a life's state: its scopes first, then those of the life's own."""
        return (scopes_table(self.scopes), *self.owned) if self.scopes else self.owned

    @cached_property
    def added(self) -> tuple[Appended[S, F], ...]:
        """The tables to which entries add rows: documents first, then those of the life's own."""
        return (papers_table(self.papers), *self.appended) if self.papers else self.appended

    @cached_property
    def statements(self) -> Statements:
        read = (*self.reads.values(), *self.beside.values())
        return Statements(self.row, self.holds, self.added, read, self.snapshot is not None)

    def split_reads(self, values: Sequence[int]) -> tuple[dict[str, int], dict[str, int]]:
        """What a statement read as `reads` and as `beside`, by name."""
        n = len(self.reads)
        return dict(zip(self.reads, values[:n], strict=True)), dict(zip(self.beside, values[n:], strict=True))

    @property
    def table(self) -> str:
        return self.row.model._meta.db_table

    def stream(self, id: uuid.UUID | str) -> str:
        return f"{self.kind}/{id}"

    def owner(self, column: str, id: uuid.UUID | str) -> str:
        """What a table has in its owner column for a life: its stream or its id."""
        return self.stream(id) if column == STREAM else str(id)

    def refuse_absent(self) -> Refused:
        code, message, next = self.absent
        return Refused(code, message, next=next, kind=Kind.FORBIDDEN)


def find_life(actor: Actor, stream: str) -> Any:
    """The life of a stream as its lists show it, when it exists for this reader; None otherwise."""
    kind, _, id = stream.partition("/")
    return AGGREGATES[kind].find(actor, uuid.UUID(id)) if kind in AGGREGATES else None


AGGREGATES: dict[str, Aggregate[Any, Any]] = {}


def register(aggregate: Aggregate[Any, Any]) -> None:
    """Let the sweep and the rebuild know a kind of life. Raises ValueError for a second one of the same name."""
    if AGGREGATES.setdefault(aggregate.kind, aggregate) is not aggregate:
        raise ValueError(f"{aggregate.kind} is declared twice")
