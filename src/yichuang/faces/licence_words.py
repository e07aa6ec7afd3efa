"""Words about licences that several faces say: which one it is, whose, and what it says. No rule and no view."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.urls import reverse

from yichuang.kernel.clock import format_day
from yichuang.ledger.actor import Actor
from yichuang.licences.core.content import Content
from yichuang.licences.core.state import Licence
from yichuang.licences.core.window import Window
from yichuang.licences.queries import HeldLicence
from yichuang.licences.service import Choice
from yichuang.people.face import make_veil, mask_fields, reader_of
from yichuang.people.queries import list_subjects, load_subject


def format_validity(licence: Licence) -> str:
    """2018年3月12日至2023年3月11日, or 长期."""
    now = licence.current
    return f"{format_day(now.valid_from)}至{format_day(now.valid_to) if now.valid_to else '长期'}"


def format_window(window: Window) -> str:
    """2026年9月17日起，最迟2027年1月6日提出: when renewal may be asked for, with a word where that is an estimate."""
    since = f"{format_day(window.opens)}起，"
    estimate = "" if window.certain else "；节假日尚未公布，日期是估计"
    return f"{since}最迟{format_day(window.last)}提出{estimate}"


def address_of_paper(licence: Licence) -> str:
    """The address of the newest paper of a licence; empty when none was made here."""
    made = next((version.paper for version in reversed(licence.versions) if version.paper), None)
    if made is None:
        return ""
    kind, _, id = made[0].partition("/")
    return reverse("documents:paper", args=(id, made[1]) if kind == "case" else (kind, id, made[1]))


def words_of_licence(choice: Choice) -> str:
    """One line that tells a licence from others: number, place, state, last day."""
    licence = choice.held.licence
    last = f"有效期至{format_day(licence.valid_to)}" if licence.valid_to else "长期有效"
    parts = (licence.number, choice.content.place, licence.stage.label, last)
    return " · ".join(part for part in parts if part)


def names_of_holders(held: Iterable[HeldLicence], actor: Actor) -> dict[uuid.UUID, str]:
    """Names of the holders for this reader, by licence: masked for who only watches (`people.face`). One statement."""
    licences = list(held)
    ids = list(dict.fromkeys(one.licence.subject for one in licences))
    names = {s.pk: mask_fields(s, reader_of(actor, s.pk)).get("name", "") for s in list_subjects(ids)} if ids else {}
    return {one.id: names.get(one.licence.subject, "") for one in licences}


def lines_for(actor: Actor, subject: str, content: Content) -> tuple[tuple[str, str], ...]:
    """What a licence says, for this reader: who only watches sees persons masked. One statement for an officer."""
    holder = load_subject(subject) if actor.post_kind else None
    if holder is None:
        return content.lines
    known = {name: getattr(holder, name) for name in ("name", "id_number", "phone", "legal_name", "address")}
    filed = {"kind": holder.kind, **known}
    as_filed = {"kind": holder.kind, "name": content.holder, "legal_name": content.legal_name}
    reader = reader_of(actor, subject)
    veils = [make_veil(reader, filed), make_veil(reader, as_filed)]
    return tuple((label, veils[1](veils[0](text))) for label, text in content.lines)
