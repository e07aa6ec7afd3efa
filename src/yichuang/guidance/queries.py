"""What a guidance is about, read where it stands: an item in force, a draft, and the materials of either."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from yichuang.cases import drafts
from yichuang.cases.models import Draft
from yichuang.catalog.listing.queries import find_open_key
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import Material, Standard
from yichuang.guidance.acts import Need
from yichuang.guidance.state import Guidance, Matter
from yichuang.ledger.actor import Actor
from yichuang.people.models import Subject
from yichuang.people.queries import list_subjects


def find_matter(item: str, situation: str = "") -> Matter | None:
    """What an item of a division (410100/ZZ-001) is now; None for one that is not there. Raises Refused for an item
    that has left the list. One statement.
    """
    division, _, code = item.partition("/")
    key = find_open_key(division, code)
    if key is None:
        return None
    standard = published_standard(key)
    return _matter(standard, situation) if not situation or standard.situation(situation) else None


def find_draft(actor: Actor, id: str) -> tuple[str, Matter] | None:
    """Whose an unfinished draft of the actor is, and what it is about. One statement."""
    try:
        draft = drafts.own(actor, uuid.UUID(id))
    except ValueError:
        return None
    if draft is None or draft.submitted_as is not None:
        return None
    return draft.subject, _matter(published_standard(draft.standard), draft.situation, str(draft.pk))


def list_applicants(actor: Actor, matter: Matter) -> dict[str, str]:
    """Of whom the actor may speak for, those who may apply for the item, by id. One statement."""
    limited = [subject for subject, item in actor.limited if item == matter.item]
    standard = published_standard(matter.standard)
    known = list_subjects([*actor.subjects, *limited])
    return {subject.pk: subject.name for subject in known if drafts.may_apply(standard, subject)}


def list_situations(matter: Matter) -> dict[str, str]:
    """The situations of the item, in words by code."""
    return {situation.code: situation.name for situation in published_standard(matter.standard).situations}


def _matter(standard: Standard, situation: str, draft: str = "") -> Matter:
    department = f"{standard.division}/{standard.department}"
    return Matter(standard.division, standard.item, standard.key, standard.name, department, situation, draft)


def list_needs(guidance: Guidance) -> Mapping[str, Need]:
    """The materials that the application needs, by code: of its draft as it is now, else all that its situation can
    call for. Five statements for a draft.
    """
    matter = guidance.matter
    if matter is None:
        return {}
    draft = Draft.objects.filter(pk=matter.draft, submitted_as=None).first() if matter.draft else None
    if draft is not None and draft.standard == matter.standard:
        supplies = drafts.load(draft, (draft.subject,)).supplies
        return {
            s.material.code: Need(s.material.name, not s.given, situation=_only_in(s.material, draft.situation))
            for s in supplies
        }
    materials = published_standard(matter.standard).materials
    about = {"situation": matter.situation} if matter.situation else {}
    called = [m for m in materials if m.when is None or m.when.field not in about or m.when.holds(about)]
    return {
        m.code: Need(m.name, sure=m.when is None or m.when.field in about, situation=_only_in(m, matter.situation))
        for m in called
    }


def _only_in(material: Material, situation: str) -> str | None:
    """The situation, where it is known and alone calls for the material: no answer of the form decides."""
    if material.when is None:
        return situation
    return situation or None if material.when.field == "situation" else None


def is_known(subject: str) -> bool:
    """Whether somebody is on record by this id. One statement."""
    return Subject.objects.filter(pk=subject).exists()
