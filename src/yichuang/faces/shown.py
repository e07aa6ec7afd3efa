"""Kinds of life without pages of their own: one declaration gives each a page and its operations in the API.

Nothing is decided here: who may see a life and do an act to it is said by its declaration and its core.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.aggregates import door, uploads
from yichuang.aggregates.acts import Act, Offer
from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.door import Outcome
from yichuang.aggregates.moments import Moment, read_moments
from yichuang.aggregates.prepare import prepare_command
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.documents.queries import Paper, papers
from yichuang.ledger.actor import Actor

_SPACE = uuid.UUID("5d0f6c3e-6f0a-4a39-9c55-2f0b8a7f6a10")


@dataclass(frozen=True)
class Shown:
    """How a kind of life is shown: at /lives/<path>/<id>, and to programs at /api/<path>/<id>. `title` is that of one
    life, `stages` and `events` give the words of its stages and of the kinds of its entries, `files` what may be sent.
    """

    aggregate: Aggregate[Any, Any]
    path: str
    title: Callable[[Any], str]
    stages: Mapping[str, str]
    events: Mapping[str, str]
    files: tuple[str, ...] = ("pdf", "jpg", "png")

    @property
    def acts(self) -> dict[str, Act]:
        """The acts of persons, by name."""
        return {name: act for name, act in self.aggregate.life.acts.by_name.items() if not act.system}


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

    @property
    def stage(self) -> str:
        return self.shown.stages.get(self.state.stage, str(self.state.stage))


def see_life(shown: Shown, actor: Actor, id: uuid.UUID) -> Sight | None:
    """The life when it exists for the reader; None otherwise. Six statements."""
    aggregate = shown.aggregate
    known = papers(actor, aggregate.stream(id))
    if known is None:
        return None
    life = door.read_lives(aggregate, [id])[id]
    facts = door.facts_of(aggregate, life, actor)
    state, _ = aggregate.life.lapse(life.state, facts)
    offers = aggregate.life.list_offers(life.state, facts)
    return Sight(shown, id, state, read_moments(aggregate, id), known[1], offers)


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
    kept = _own_files(shown, [file for files in named.values() for file in files], actor, stream)
    content = {name: [kept[file] for file in files] for name, files in named.items()}
    prepared = prepare_command(act, {**data, **named}, subject=stream, plain={**data, **content})
    outcome = door.perform(aggregate, id, prepared, actor, command_id=command_id)
    if kept:
        uploads.file_to(map(uuid.UUID, kept), actor.person, stream)
    return outcome


def _own_files(shown: Shown, ids: list[str], actor: Actor, stream: str) -> dict[str, str]:
    """SM3 by id of files that the actor has sent for this. Raises Refused(input)."""
    own = uploads.own_digests(map(uuid.UUID, ids), actor, stream, shown.files) if ids else {}
    if len(own) != len(set(ids)):
        message = "没有这个文件，或者已用于别的办理。"
        raise Refused("unknown-file", message, next="请重新上传文件后再提交。", kind=Kind.INPUT)
    return own
