"""What happens to licences of a simulation beside its cases: they are entered, and officers and holders act on them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

from yichuang.aggregates import door
from yichuang.aggregates.prepare import prepare_command
from yichuang.catalog.terms import terms_of
from yichuang.ledger.actor import Actor
from yichuang.licences.core.decide import ACTS
from yichuang.licences.declared import LICENCE
from yichuang.licences.entering import prepare_entry
from yichuang.licences.queries import find_hindrances
from yichuang.ops.simulate.papers import PaperLife
from yichuang.ops.simulate.showcase import LicenceAct


class LicenceStep(Protocol):
    """A step whose moment is known before the history begins. `perform` says how many commands were carried out; one
    that an interrupted run has carried out is not counted again. Raises Refused.
    """

    @property
    def what(self) -> str: ...

    def perform(self) -> int: ...


@dataclass(frozen=True)
class EnterStep:
    """A paper licence is entered by the head, unless its holder has the one they may have."""

    paper: PaperLife
    head: Actor

    @property
    def what(self) -> str:
        return f"{self.paper.standard.key} {self.paper.number}"

    def perform(self) -> int:
        paper, sole = self.paper, terms_of(self.paper.standard.item).sole
        one_each = sole is not None and not sole.by
        if one_each and find_hindrances(paper.holder.id, paper.standard.item, "-")[0]:
            return 0
        data = paper.entry()
        command = prepare_entry(data, data, self.head)
        return int(
            not door.perform(LICENCE, paper.licence_id, command, self.head, command_id=paper.command_id).repeated
        )


@dataclass(frozen=True)
class ActStep:
    """Somebody acts on a licence."""

    licence: uuid.UUID
    act: LicenceAct
    command_id: uuid.UUID

    @property
    def what(self) -> str:
        return f"{self.licence} {self.act.name}"

    def perform(self) -> int:
        act = self.act
        command = prepare_command(ACTS.by_name[act.name], act.data, subject=LICENCE.stream(self.licence))
        outcome = door.perform(LICENCE, self.licence, command, act.actor, command_id=self.command_id)
        return int(not outcome.repeated)
