"""Which personal fields a reader sees: one table of field × reader, hidden unless said otherwise (design §7).

Every screen, list, export and message takes personal fields from here; nothing else decides about them. Whether the
reader may see the row at all is `visible_to`'s question, before this one.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from yichuang.kernel.codes import phone, resident_id
from yichuang.ledger.actor import Actor


class Reader(StrEnum):
    """Who looks. The words are those of the table's columns."""

    SELF = "self"  # the person, or the organisation's head
    AGENT = "agent"  # acts by mandate
    WINDOW = "window"  # takes in papers, meets the person
    OFFICER = "officer"  # reviews or decides their case
    WATCH = "watch"  # supervises, inspects, administers
    PUBLIC = "public"


class Row(Protocol):
    kind: str


SHOW, MASK, HIDE = "show", "mask", "hide"
READERS = tuple(Reader)
_ORGANISATION = {
    # field              self  agent window officer watch public
    "name":             (SHOW, SHOW, SHOW, SHOW, SHOW, SHOW),
    "uscc":             (SHOW, SHOW, SHOW, SHOW, SHOW, SHOW),
    "legal_name":       (SHOW, SHOW, SHOW, SHOW, MASK, MASK),
    "legal_id_number":  (MASK, MASK, MASK, MASK, MASK, HIDE),
    "phone":            (SHOW, MASK, SHOW, MASK, MASK, HIDE),
    "address":          (SHOW, SHOW, SHOW, SHOW, MASK, HIDE),
}  # fmt: skip
_PERSON = {
    "name":             (SHOW, SHOW, SHOW, SHOW, MASK, MASK),
    "id_number":        (MASK, MASK, MASK, MASK, MASK, HIDE),
    "phone":            (SHOW, MASK, SHOW, MASK, MASK, HIDE),
    "address":          (SHOW, MASK, SHOW, SHOW, MASK, HIDE),
}  # fmt: skip
_ACCOUNT = {
    "username":         (SHOW, MASK, MASK, MASK, MASK, HIDE),
    "real_name":        (SHOW, SHOW, SHOW, SHOW, MASK, MASK),
    "phone":            (SHOW, MASK, SHOW, MASK, MASK, HIDE),
    "email":            (SHOW, MASK, MASK, MASK, MASK, HIDE),
}  # fmt: skip
TABLES = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "citizen": _ACCOUNT,
    "officer": _ACCOUNT,
    "system": _ACCOUNT,
}


def mask_name(name: str) -> str:
    """张三丰 → 张**; a name with an interpunct keeps its first character and its length is not told."""
    if "·" in name or " " in name:
        return name[:1] + "***"
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask_number(number: str) -> str:
    """Resident identity numbers keep 6 and 4 digits, other documents the first and the last character."""
    if len(number) == 18:
        return resident_id.mask(number)
    return number[:1] + "*" * max(len(number) - 2, 0) + number[-1:] if len(number) > 2 else "*" * len(number)


def mask_address(address: str) -> str:
    """The first six characters, as a rule city and district."""
    return address[:6] + "****" if len(address) > 6 else "****" if address else ""


def mask_email(email: str) -> str:
    head, at, host = email.partition("@")
    return f"{head[:1]}***{at}{host}" if at else ""


MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "real_name": mask_name,
    "username": mask_name,
    "legal_name": mask_name,
    "id_number": mask_number,
    "legal_id_number": mask_number,
    "phone": phone.mask,
    "address": mask_address,
    "email": mask_email,
}


def level(row: Row, field: str, reader: Reader) -> str:
    """SHOW, MASK or HIDE; a field or kind the table does not name is hidden."""
    cells = TABLES.get(row.kind, {}).get(field)
    return cells[READERS.index(reader)] if cells else HIDE


def face(row: Row, reader: Reader) -> dict[str, str]:
    """The fields of a subject or an account as `reader` may see them; hidden ones are left out."""
    shown = {}
    for field in TABLES.get(row.kind, {}):
        value = getattr(row, field) or ""
        how = level(row, field, reader)
        if how == SHOW:
            shown[field] = value
        elif how == MASK:
            shown[field] = MASKS[field](value)
    return shown


_BY_POST = {
    "window": Reader.WINDOW,
    "counsellor": Reader.WINDOW,
    "cashier": Reader.WINDOW,
    "reviewer": Reader.OFFICER,
    "surveyor": Reader.OFFICER,
    "head": Reader.OFFICER,
    "office": Reader.WATCH,
    "supervisor": Reader.WATCH,
    "inspector": Reader.WATCH,
    "secadmin": Reader.WATCH,
    "auditadmin": Reader.WATCH,
}


def reader_of(actor: Actor, subject_id: str, own: tuple[str, ...] = ()) -> Reader:
    """As whom an actor looks at a subject. `own` are the actor's own subjects (`queries.own_subjects`), the others in
    `actor.subjects` are there by mandate."""
    if actor.post:
        return _BY_POST.get(actor.post_kind, Reader.PUBLIC)
    if subject_id in own:
        return Reader.SELF
    return Reader.AGENT if subject_id in actor.subjects else Reader.PUBLIC
