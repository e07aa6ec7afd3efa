"""Licences through the door of every life: what officers and holders do to one. Cases move them by their decisions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.aggregates.refusal import Refused
from yichuang.catalog.standard import Standard
from yichuang.catalog.stated import read_stated
from yichuang.ledger.actor import SYSTEM
from yichuang.licences.core import commands as co
from yichuang.licences.core.applying import NAMES, apply
from yichuang.licences.core.content import Content
from yichuang.licences.core.facts import LicenceFacts
from yichuang.licences.core.state import Licence
from yichuang.licences.declared import LICENCE
from yichuang.licences.queries import HeldLicence, list_licences_of, read_contents

_SPACE = uuid.UUID("3f1f2f0a-0a5d-4c54-8d3e-6f5f6f1c9a21")


def licence_id_of(case: str) -> uuid.UUID:
    """The id of the licence that a case begins."""
    return uuid.uuid5(_SPACE, case)


def demand_applicable(held: HeldLicence, situation: str, subject: str, standard: Standard) -> None:
    """Whether somebody may file now what they want done with a licence, before they fill anything in: the very check
    that the licence makes when the case is filed. Raises Refused.
    """
    if refused := find_refusal(held, situation, subject, standard):
        raise refused


def find_refusal(held: HeldLicence, situation: str, subject: str, standard: Standard) -> Refused | None:
    """Why what somebody wants done with a licence cannot be applied for now; None when it can."""
    return _try(held.licence, _application(situation, subject, standard), LICENCE.facts(held.life, None, SYSTEM))


def _application(situation: str, subject: str, standard: Standard) -> co.Apply:
    department = f"{standard.division}/{standard.department}"
    return co.Apply("", situation, subject, standard.item, department)


def list_applicable(licence: Licence, facts: LicenceFacts) -> list[tuple[str, str]]:
    """What its holder can apply for now, in the order of NAMES: situation and its name. No statement."""
    standard, terms = facts.standard, facts.terms
    known = [s for s in NAMES if standard.situation(s) and terms.needs_licence(s)]
    commands = {s: _application(s, licence.subject, standard) for s in known}
    return [(s, NAMES[s]) for s, command in commands.items() if _try(licence, command, facts) is None]


def _try(licence: Licence, command: co.Apply, facts: LicenceFacts) -> Refused | None:
    try:
        apply(licence, command, facts)
    except Refused as refused:
        return refused
    return None


@dataclass(frozen=True, slots=True)
class Choice:
    """A licence that an application may act on, what it says, and what keeps it from being chosen now."""

    held: HeldLicence
    content: Content
    refused: Refused | None


def list_choices(subject: str, standard: Standard, situation: str) -> list[Choice]:
    """The licences of a holder, made by the body that the standard is of, for what they want done: those that can be
    chosen first. Three statements.
    """
    held = list_licences_of(subject, standard)
    contents = read_contents(held)
    choices = [Choice(one, contents[one.id], find_refusal(one, situation, subject, standard)) for one in held]
    return sorted(choices, key=lambda choice: choice.refused is not None)


def prefill_form(held: HeldLicence) -> dict[str, Any]:
    """What a form that acts on a licence is filled with: what it was granted on, with what was corrected since."""
    content = held.content
    fields = {f.name: f for section in held.standard.form.sections for f in section.fields}
    right = {s.name: s.text for s in content.stated if s.name in dict(held.licence.current.corrections)}
    known = {name: read_stated(fields[name], text) for name, text in right.items() if name in fields}
    return {**(content.values or {}), **known, **fill_licence_fields(held)}


NAMED = ("old_no", "old_valid_to")


def named_in(licence: str, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields that name a licence in a form that was filed for it, as they were filed; none where it has none."""
    return {name: values.get(name) for name in NAMED} if licence and values else {}


def find_contradictions(held: HeldLicence, values: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a form that name another licence than the one acted on, each with the reason."""
    labels = {f.name: f.label for section in held.standard.form.sections for f in section.fields}
    return {
        name: f"“{labels.get(name, name)}”与所办证照的记载不符（记载为{right or '没有'}）；请核对，或者不填。"
        for name, right in fill_licence_fields(held).items()
        if values.get(name) not in (None, "", right)
    }


def fill_licence_fields(held: HeldLicence) -> dict[str, Any]:
    """The fields of a form that name the licence itself: nobody types them."""
    valid_to: date | None = held.licence.valid_to
    return dict(zip(NAMED, (held.licence.number, valid_to.isoformat() if valid_to else None), strict=True))
