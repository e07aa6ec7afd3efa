"""The same matter filed twice: open cases of the same applicant, item, situation and place as an application being
written. A warning for people, never a bar: what bars a second licence is the law's (`core.intake`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yichuang.cases.declared import FORM
from yichuang.cases.drafts import Open
from yichuang.cases.queries import Row, list_open_of
from yichuang.cases.service import case_id_for
from yichuang.catalog.standard import Standard
from yichuang.catalog.terms import terms_of
from yichuang.kernel.canonical import parse
from yichuang.kernel.text import drop_invisible
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run


def find_twins(opened: Open, actor: Actor) -> tuple[Row, ...]:
    """Open cases of the same matter that exist for the actor, the latest first. One statement, and one more for each
    open case of the same applicant, item and situation.
    """
    standard, draft = opened.standard, opened.draft
    place = place_of(standard, opened.values)
    same = list_open_of(actor, draft.subject, standard.division, standard.item, draft.situation)
    itself = case_id_for(draft.command_id)  # filed already, when this is a retry
    return tuple(row for row in same if row.id != itself and place_of(standard, _read_values(row)) == place)


def place_of(standard: Standard, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells two matters of an item apart: the fields by which its licences are one a place; else the addresses of
    its form. Blanks and invisible marks do not count. Empty where the form asks for no place.
    """
    sole = terms_of(standard.item).sole
    names = sole.by if sole else _addresses(standard)
    return tuple("".join(drop_invisible(str(values.get(name) or "")).split()) for name in names)


def _addresses(standard: Standard) -> tuple[str, ...]:
    fields = (f for section in standard.form.sections if not section.repeat for f in section.fields)
    return tuple(f.name for f in fields if f.name.endswith("address"))


def _read_values(row: Row) -> dict[str, Any]:
    """The form of a case as it was sent last; empty once it was destroyed. One statement."""
    with run(FORM, {"stream": f"case/{row.id}"}) as cursor:
        found = cursor.fetchone()
    form = parse(bytes(found[1]).decode()).get("form") if found and found[1] else None
    values = form.get("values") if isinstance(form, dict) else None
    return values if isinstance(values, dict) else {}
