"""What a licence says: read from the form that its version was granted on, with what was corrected since."""

from __future__ import annotations

from typing import Any

from yichuang.aggregates.moments import rows_of
from yichuang.catalog.standard import Standard
from yichuang.catalog.stated import Stated, list_stated, state_text
from yichuang.ledger import vault
from yichuang.licences.core.content import Content
from yichuang.licences.core.state import Version


def refs_of_version(version: Version) -> tuple[str, ...]:
    """The vault references that a version is read from."""
    return tuple(ref for ref in (version.form, *(ref for _, ref in version.corrections)) if ref)


def read_content(standard: Standard, version: Version) -> Content:
    """What a version says. One statement."""
    return content_of(standard, version, vault.read_many(rows_of(refs_of_version(version))))


def content_of(standard: Standard, version: Version, contents: dict[str, Any]) -> Content:
    """What a version says, from vault rows already read."""
    form = vault.resolve_reference(version.form, contents)
    form = form if isinstance(form, dict) else {}
    applicant, values = form.get("applicant") or {}, form.get("values")
    right = {name: str(vault.resolve_reference(ref, contents)) for name, ref in version.corrections}
    holder = right.get("holder") or applicant.get("name", "" if form else vault.DESTROYED)
    uscc, legal_name = (right.get(name) or applicant.get(name, "") for name in ("uscc", "legal_name"))
    fields = {f.name: f for section in standard.form.sections for f in section.fields}
    stated = tuple(
        Stated(s.name, s.label, state_text(fields[s.name], right[s.name]) if s.name in right else s.text)
        for s in list_stated(standard, values)
    )
    return Content(str(holder), str(uscc), str(legal_name), stated, values)
