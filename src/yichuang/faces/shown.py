"""Kinds of life without pages of their own: one declaration gives each a page and its operations in the API.

Nothing is decided here: who may see a life and do an act to it is said by its declaration and its core.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from yichuang.aggregates import door, uploads
from yichuang.aggregates.acts import Act, Offer
from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.door import Outcome
from yichuang.aggregates.moments import Moment, read_moments
from yichuang.aggregates.prepare import Prepared, prepare_command
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.documents.queries import Paper, papers
from yichuang.ledger.actor import Actor

_SPACE = uuid.UUID("5d0f6c3e-6f0a-4a39-9c55-2f0b8a7f6a10")


@dataclass(frozen=True)
class Panel:
    """A part of a life's page: labelled values, and a table under them when it has `headings`. What says how it stands
    (`state`) is shown above what can be done.
    """

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    headings: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # words and address
    state: bool = False


@dataclass(frozen=True)
class Typed:
    """An act whose data are not the fields of its command but those of `data`, a dataclass. `prepare` makes the command
    from such data as a mapping, from what a retry is told by, and from who acts.
    """

    data: type[Any]
    prepare: Callable[[Mapping[str, Any], Mapping[str, Any], Actor], Prepared]


@dataclass(frozen=True)
class Way:
    """What else a reader can do with a life, elsewhere: a page to open, or, with `sent`, what a button posts there."""

    words: str
    address: str
    sent: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Shown:
    """How a kind of life is shown: at /lives/<path>/<id>, and to programs at /api/<path>/<id>. `title` is that of one
    life, `stages` and `events` give the words of its stages and of the kinds of its entries, `exact` that of an event
    which the word of its kind would misname, `files` what may be sent, `panels` what its page shows besides its course
    and its documents, `reads` whether the reader sees what was written and sent, `ways` what a reader can do elsewhere,
    `trail` the pages above it, `place` the one of them in the navigation of a desk, `lights` the colour of a stage,
    `typed` the acts that begin a life from other data than their command has: they have a page of their own, as those
    named in `paged` have.
    """

    aggregate: Aggregate[Any, Any]
    path: str
    title: Callable[[Any], str]
    stages: Mapping[str, str]
    events: Mapping[str, str]
    files: tuple[str, ...] = ("pdf", "jpg", "png")
    panels: Callable[[Sight], Iterable[Panel]] = lambda sight: ()
    ways: Callable[[Sight], Iterable[Way]] = lambda sight: ()
    trail: Callable[[Sight], Iterable[tuple[str, str]]] = lambda sight: ()
    place: str = ""  # name of the address that an officer comes from
    reads: Callable[[Sight], bool] = lambda sight: True
    lights: Mapping[str, str] = field(default_factory=dict)  # stage → green, yellow, red or grey
    trace: Callable[[Actor, Sight], None] = lambda actor, sight: None  # what an officer's look leaves behind
    typed: Mapping[str, Typed] = field(default_factory=dict)
    exact: Callable[[Any], str] = lambda event: ""
    paged: frozenset[str] = frozenset()

    def name_event(self, moment: Moment) -> str:
        """The word of what happened."""
        return self.exact(moment.event) or self.events.get(moment.kind, moment.kind)

    @property
    def acts(self) -> dict[str, Act]:
        """The acts of persons, by name."""
        return {name: act for name, act in self.aggregate.life.acts.by_name.items() if not act.system}


def name_stages(stages: Iterable[Any]) -> dict[str, str]:
    """The words of the stages of a kind of life, each with its own `label`."""
    return {stage.value: stage.label for stage in stages}


def color_stages(stages: Iterable[Any]) -> dict[str, str]:
    """The colours of the stages of a kind of life, each with its own `light`."""
    return {stage.value: stage.light for stage in stages}


SHOWN: dict[str, Shown] = {}


def show(shown: Shown) -> None:
    """Give a kind of life its page and its operations. Raises ValueError when the path is taken."""
    if SHOWN.setdefault(shown.path, shown) is not shown:
        raise ValueError(f"{shown.path} is taken")


@dataclass(frozen=True, slots=True)
class Sight:
    """A life as its reader sees it: its state as passing time has made it, its course, its documents, and the acts of
    persons at its stage, with what keeps each closed.
    """

    shown: Shown
    id: uuid.UUID
    state: Any
    moments: list[Moment]
    papers: tuple[Paper, ...]
    offers: list[Offer]
    facts: Any
    reader: Actor
    row: Any

    @property
    def stage(self) -> str:
        return self.shown.stages.get(self.state.stage, str(self.state.stage))


def see_life(shown: Shown, actor: Actor, id: uuid.UUID) -> Sight | None:
    """The life when it exists for the reader; None otherwise. Six statements at most."""
    aggregate = shown.aggregate
    known = papers(actor, aggregate.stream(id))
    if known is None:
        return None
    life = door.read_lives(aggregate, [id])[id]
    facts = door.facts_of(aggregate, life, actor)
    state, _ = aggregate.life.lapse(life.state, facts)
    offers = aggregate.life.list_offers(life.state, facts)
    moments = read_moments(aggregate, id, life.entries)
    sight = Sight(shown, id, state, moments, known[1], offers, facts, actor, known[0])
    shown.trace(actor, sight)
    return sight


def begun_id(command_id: uuid.UUID) -> uuid.UUID:
    """The id of the life that a command with this id begins: a retry finds it."""
    return uuid.uuid5(_SPACE, str(command_id))


def carry_out(
    shown: Shown, id: uuid.UUID, act: Act, data: Mapping[str, Any], actor: Actor, *, command_id: uuid.UUID
) -> Outcome[Any]:
    """Carry out an act on a life that exists for the actor, or begin one. The files it names belong to the life from
    then on; a retry is told by their content. Raises Refused.
    """
    aggregate, stream = shown.aggregate, shown.aggregate.stream(id)
    named = {name: [str(file) for file in data.get(name) or ()] for name in act.files}
    kept = uploads.demand_own([file for files in named.values() for file in files], actor, stream, shown.files)
    content = {name: [kept[file] for file in files] for name, files in named.items()}
    sent, plain, typed = {**data, **named}, {**data, **content}, shown.typed.get(act.name)
    _demand_right(aggregate, id, act, data, actor)
    prepared = typed.prepare(sent, plain, actor) if typed else prepare_command(act, sent, subject=stream, plain=plain)
    outcome = door.perform(aggregate, id, prepared, actor, command_id=command_id)
    if kept:
        uploads.file_to(map(uuid.UUID, kept), actor.person, stream)
    return outcome


def _demand_right(
    aggregate: Aggregate[Any, Any], id: uuid.UUID, act: Act, data: Mapping[str, Any], actor: Actor
) -> None:
    """What was written must be what the act judges right, of all that it needs to know, where the act is the actor's.
    Raises Refused(input). Three statements for an act that judges, and one a need; none for others.
    """
    judged = {name: asked.judge for name, asked in act.asks.items() if asked.judge}
    if not judged:
        return
    life = door.read_lives(aggregate, [id])[id]
    facts = door.facts_of(aggregate, life, actor, act.needs)
    offers = aggregate.life.list_offers(life.state, facts)
    if not any(offer.act is act and offer.allowed for offer in offers):
        return  # the door says whose act it is, and to nobody else what is right
    for name, judge in judged.items():
        if fault := judge(facts, data):
            raise Refused("bad-value", fault, next="请改正后再提交。", kind=Kind.INPUT, field=name)
