"""The same matter filed twice: open cases of the same applicant, item, situation and place as an application being
written. A warning for people, never a bar: what bars a second licence is the law's (`core.intake`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from yichuang.aggregates import door
from yichuang.aggregates.moments import rows_of
from yichuang.cases.declared import CASE
from yichuang.cases.drafts import Open
from yichuang.cases.queries import Row, list_open_of
from yichuang.cases.service import case_id_for
from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import terms_of
from yichuang.kernel.text import fold_text
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor


def find_twins(opened: Open, actor: Actor) -> tuple[Row, ...]:
    """Open cases of the same matter that exist for the actor, the latest first. One statement; two more where there are
    open cases of the same applicant, item and situation.
    """
    standard, draft = opened.standard, opened.draft
    place = place_of(standard, opened.values)
    same = list_open_of(actor, draft.subject, standard.division, standard.item, draft.situation)
    itself = case_id_for(draft.command_id)  # filed already, when this is a retry
    others = [row for row in same if row.id != itself]
    forms = _read_forms(others) if others else {}
    return tuple(row for row in others if place_of(standard, forms[row.id]) == place)


def place_of(standard: Standard, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells two matters of an item apart: the fields by which its licences are one a place; else the addresses of
    its form. How they are written does not count (`fold_text`). Empty where the form asks for no place.
    """
    sole = terms_of(standard.item).sole
    names = sole.by if sole else _addresses(standard)
    return tuple(fold_text(str(values.get(name) or "")) for name in names)


def _addresses(standard: Standard) -> tuple[str, ...]:
    fields = (f for section in standard.form.sections if not section.repeat for f in section.fields)
    return tuple(f.name for f in fields if f.name.endswith("address"))


def _read_forms(rows: list[Row]) -> dict[uuid.UUID, dict[str, Any]]:
    """The values of the forms of cases as they were sent last; empty once destroyed. Two statements."""
    refs = {id: life.state.form for id, life in door.read_lives(CASE, [row.id for row in rows]).items()}
    contents = vault.read_many(rows_of(refs.values()))
    forms = {id: vault.resolve_reference(ref, contents) for id, ref in refs.items()}
    return {id: (form.get("values") or {}) if isinstance(form, dict) else {} for id, form in forms.items()}
