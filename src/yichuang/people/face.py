"""Decides what a reader sees of a person and of a case, by two tables; the default is hidden (design §7).

One table is personal field × reader, the other part of a case × reader. Every screen, list, document, upload, export
and API answer uses them; nothing else decides. Whether the reader may see the row at all is checked before, by
`visible_to`. Basis: 个人信息保护法 6 条 (least scope), 51 条 (access by post).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

from yichuang.kernel.codes import phone, resident_id
from yichuang.ledger.actor import Actor


class Reader(StrEnum):
    """The kinds of reader: the columns of both tables."""

    SELF = "self"  # the person, or the organisation's head
    AGENT = "agent"  # acts by mandate
    WINDOW = "window"  # takes in papers, meets the person
    OFFICER = "officer"  # reviews, surveys or decides the case
    CASHIER = "cashier"  # takes the fee
    TUTOR = "tutor"  # 辅导员: guides applicants, does no act on a case
    WATCH = "watch"  # supervises, inspects, administers
    PUBLIC = "public"


class CasePart(StrEnum):
    """The parts of a case that a reader may see or not."""

    FORM = "form"  # 申请表
    FILES = "files"  # 上传的材料
    PAPERS = "papers"  # 文书和证照: they name the applicant in full
    MATERIALS = "materials"  # which materials there are, not their content
    COURSE = "course"  # 环节、时限、经过, with reasons and opinions as the fields above allow
    FEES = "fees"  # 收费


class Row(Protocol):
    kind: str


SHOW, MASK, HIDE = "show", "mask", "hide"
READERS = tuple(Reader)
_ORGANISATION = {
    # field              self  agent window officer cashier tutor watch public
    "name":             (SHOW, SHOW, SHOW, SHOW, SHOW, SHOW, SHOW, SHOW),
    "uscc":             (SHOW, SHOW, SHOW, SHOW, SHOW, SHOW, SHOW, SHOW),
    "legal_name":       (SHOW, SHOW, SHOW, SHOW, HIDE, MASK, MASK, MASK),
    "legal_id_number":  (MASK, MASK, MASK, MASK, HIDE, HIDE, MASK, HIDE),
    "phone":            (SHOW, MASK, SHOW, MASK, HIDE, HIDE, MASK, HIDE),
    "address":          (SHOW, SHOW, SHOW, SHOW, HIDE, HIDE, MASK, HIDE),
}  # fmt: skip
_PERSON = {
    "name":             (SHOW, SHOW, SHOW, SHOW, SHOW, MASK, MASK, MASK),
    "id_number":        (MASK, MASK, MASK, MASK, HIDE, HIDE, MASK, HIDE),
    "phone":            (SHOW, MASK, SHOW, MASK, HIDE, HIDE, MASK, HIDE),
    "address":          (SHOW, MASK, SHOW, SHOW, HIDE, HIDE, MASK, HIDE),
}  # fmt: skip
_ACCOUNT = {
    "username":         (SHOW, MASK, MASK, MASK, HIDE, HIDE, MASK, HIDE),
    "real_name":        (SHOW, SHOW, SHOW, SHOW, MASK, MASK, MASK, MASK),
    "phone":            (SHOW, MASK, SHOW, MASK, HIDE, HIDE, MASK, HIDE),
    "email":            (SHOW, MASK, MASK, MASK, HIDE, HIDE, MASK, HIDE),
}  # fmt: skip
TABLES = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "citizen": _ACCOUNT,
    "officer": _ACCOUNT,
    "system": _ACCOUNT,
}
# MASK: a form shows no words and numbers of people; a file or document opens by a recorded act with a reason
PARTS = {
    # part              self  agent window officer cashier tutor watch public
    CasePart.FORM:         (SHOW, SHOW, SHOW, SHOW, HIDE, HIDE, MASK, HIDE),
    CasePart.FILES:        (SHOW, SHOW, SHOW, SHOW, HIDE, HIDE, MASK, HIDE),
    CasePart.PAPERS:       (SHOW, SHOW, SHOW, SHOW, HIDE, HIDE, MASK, HIDE),
    CasePart.MATERIALS:    (SHOW, SHOW, SHOW, SHOW, HIDE, SHOW, SHOW, HIDE),
    CasePart.COURSE:       (SHOW, SHOW, SHOW, SHOW, HIDE, SHOW, SHOW, HIDE),
    CasePart.FEES:         (SHOW, SHOW, SHOW, SHOW, SHOW, SHOW, SHOW, HIDE),
}  # fmt: skip


def part_level(part: CasePart, reader: Reader) -> str:
    """SHOW, MASK or HIDE for a part of a case."""
    return PARTS[part][READERS.index(reader)]


def mask_name(name: str) -> str:
    """张三丰 → 张**; of a name with an interpunct the first character and three asterisks, whatever its length."""
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


def field_level(row: Row, field: str, reader: Reader) -> str:
    """SHOW, MASK or HIDE; a field or kind the table does not name is hidden."""
    cells = TABLES.get(row.kind, {}).get(field)
    return cells[READERS.index(reader)] if cells else HIDE


def mask_value(field: str, value: str, reader: Reader) -> str:
    """A value of this personal field, given without its row, as `reader` may see it; empty when hidden."""
    level = _PERSON[field][READERS.index(reader)]
    return value if level == SHOW else MASKS[field](value) if level == MASK else ""


def mask_fields(row: Row, reader: Reader) -> dict[str, str]:
    """The fields of a subject or an account as `reader` may see them; hidden ones are left out."""
    fields = {}
    for field in TABLES.get(row.kind, {}):
        value = getattr(row, field) or ""
        level = field_level(row, field, reader)
        if level == SHOW:
            fields[field] = value
        elif level == MASK:
            fields[field] = MASKS[field](value)
    return fields


_BY_POST = {
    "window": Reader.WINDOW,
    "counsellor": Reader.TUTOR,
    "cashier": Reader.CASHIER,
    "reviewer": Reader.OFFICER,
    "surveyor": Reader.OFFICER,
    "head": Reader.OFFICER,
    "office": Reader.WATCH,
    "supervisor": Reader.WATCH,
    "inspector": Reader.WATCH,
    "secadmin": Reader.WATCH,
    "auditadmin": Reader.WATCH,
}


def reader_of(actor: Actor, subject_id: str) -> Reader:
    """The kind of reader an actor is for a subject: by the actor's post, else as the subject or by mandate."""
    if actor.post_kind:
        return _BY_POST.get(actor.post_kind, Reader.PUBLIC)
    if subject_id in actor.own_subjects:
        return Reader.SELF
    principals = (*actor.subjects, *(principal for principal, _ in actor.limited))
    return Reader.AGENT if subject_id in principals else Reader.PUBLIC


# --- words somebody wrote ---------------------------------------------------------------------------------------------

_RESIDENT = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")


def has_personal_number(text: str) -> bool:
    """Whether a text holds something shaped like an identity number or a mobile number."""
    return bool(_RESIDENT.search(text) or _MOBILE.search(text))


def make_veil(reader: Reader, applicant_data: dict[str, Any], applicant: str = "") -> Callable[[str], str]:
    """What covers, in a text, the personal values this reader does not see whole. `known` is the applicant as filed
    (kind, name, id_number, phone …, and the agent's name); `applicant` the name on the case's row.

    Identity numbers and mobile numbers of anybody are covered too, for a reader to whom the table shows none.
    """
    kind = str(applicant_data.get("kind") or "person")
    table = TABLES.get(kind, _PERSON)
    place = READERS.index(reader)
    values = [(name, str(applicant_data.get(name) or "")) for name in table]
    values += [("name", applicant)] if applicant != applicant_data.get("name") else []
    masked_values = {
        value: MASKS[name](value) for name, value in values if len(value) > 1 and table[name][place] != SHOW
    }
    if (agent := str(applicant_data.get("agent") or "")) and _PERSON["name"][place] != SHOW:
        masked_values[agent] = mask_name(agent)
    by_length = sorted(masked_values, key=len, reverse=True)
    longest_first = [(_caseless(value), value, masked_values[value]) for value in by_length]
    numbers = _PERSON["id_number"][place] != SHOW
    phones = _PERSON["phone"][place] != SHOW

    def cover(text: str) -> str:
        for written, value, masked in longest_first:
            if written <= set(text):  # else it cannot stand there, and no pattern need be made
                text = _spaced(value).sub(masked.replace("\\", r"\\"), text)
        if numbers:
            text = _RESIDENT.sub(lambda match: mask_number(match[0]), text)
        return _MOBILE.sub(lambda match: phone.mask(match[0]), text) if phones else text

    return cover


def _caseless(value: str) -> set[str]:
    """The characters of a value that can be written in one way only, such as 汉字 and digits."""
    return {c for c in value if c.isalnum() and c.lower() == c.upper()}


def _spaced(value: str) -> re.Pattern[str]:
    """A pattern that finds the value even with blanks or hyphens between its characters."""
    return re.compile(r"[\s\-－—·]*".join(map(re.escape, re.sub(r"[\s\-]", "", value))), re.IGNORECASE)


def kinds_with_hidden_names(reader: Reader) -> frozenset[str]:
    """Kinds of subject whose names this reader does not see whole."""
    return frozenset(kind for kind in ("person", "organisation") if TABLES[kind]["name"][READERS.index(reader)] != SHOW)
