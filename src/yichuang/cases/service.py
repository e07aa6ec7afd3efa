"""Cases through the door of every life: filing an application, acting on a case, letting time pass on it."""

from __future__ import annotations

import uuid
from dataclasses import replace

from yichuang.aggregates import door
from yichuang.aggregates.door import Outcome as _Outcome
from yichuang.aggregates.prepare import Prepared
from yichuang.aggregates.replay import read_state
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Case
from yichuang.cases.corrected import follow_correction
from yichuang.cases.declared import CASE
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.licences.service import licence_id_of

Outcome = _Outcome[Case]
NAMESPACE = uuid.UUID("0b6f0f34-5a34-4d5e-9f2a-5c3c1d7a4e10")


def case_id_for(command_id: uuid.UUID) -> uuid.UUID:
    """The id of the case a Submit with this command id makes: a retry finds it."""
    return uuid.uuid5(NAMESPACE, str(command_id))


def submit(prepared: Prepared, actor: Actor, *, command_id: uuid.UUID, applicant: str) -> Outcome:
    """File an application. `applicant` is the name lists show. Raises Refused."""
    named = replace(prepared, given={"applicant": applicant})
    return door.perform(CASE, case_id_for(command_id), named, actor, command_id=command_id)


def perform(case_id: uuid.UUID | str, prepared: Prepared, actor: Actor, *, command_id: uuid.UUID) -> Outcome:
    """Carry out a command on an existing case. Raises Refused (also when there is no such case)."""
    outcome = door.perform(CASE, case_id, prepared, actor, command_id=command_id)
    for dated in outcome.events:
        if isinstance(dated.event, ev.ApplicantCorrected):
            follow_correction(outcome.state, dated.event, str(prepared.given.get("applicant", "")), actor)
    return outcome


def tick(case_id: uuid.UUID | str, actor: Actor = SYSTEM) -> Outcome:
    """Let time pass on one case: what the sweep does. Writes nothing when nothing has lapsed."""
    return door.tick(CASE, case_id, actor)


def licence_of(case: Case) -> uuid.UUID | None:
    """The licence that a case acts on, or has made."""
    if case.licence:
        return uuid.UUID(case.licence)
    return licence_id_of(case.id) if case.made_on else None


def replay_case(case_id: uuid.UUID | str) -> Case:
    """The state of a case from its stream alone. One statement."""
    return read_state(CASE, case_id)
