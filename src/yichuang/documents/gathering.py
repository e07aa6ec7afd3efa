"""Gathering what a document is made from: the entry that issued it, its life before and after, and the private texts.

One function a kind of life (`SOURCES`). Nothing is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from yichuang.aggregates.acts import Happened
from yichuang.cases.codec import load_event
from yichuang.cases.core.state import Case, evolve
from yichuang.cases.view import query_code
from yichuang.catalog.queries import standard as published_standard
from yichuang.documents.content import Content
from yichuang.documents.context import Applicant, Context
from yichuang.documents.kinds import KINDS
from yichuang.kernel.localtime import local_day
from yichuang.ledger import vault
from yichuang.ledger.service import store_kind
from yichuang.org import queries as org
from yichuang.org.door import calendar_upto
from yichuang.org.models import Department
from yichuang.people.models import Subject

_TEXTS = ("reason", "opinion", "result", "recipient", "decision")


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as the register has it. `receipt` is the 受理号 of its case, `calendar` the newest calendar."""

    stream: str
    seq: int
    kind: str
    number: str
    code: str
    issued_at: datetime
    receipt: str
    calendar: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """An issued document with all that its content needs."""

    stream: str
    seq: int
    kind: str
    event: Any
    context: Any  # what its kind is told, by the kind of life
    calendar: int
    sources: list[uuid.UUID]

    def say(self) -> Content:
        """What the document says, as its kind is declared."""
        return KINDS[self.kind].says(self.event, self.context)


def gather(stream: str, seq: int, calendar: int | None = None) -> Gathered:
    """Read everything a document is made from. `calendar` names the calendar it was first reckoned with.

    Raises LookupError when no such document was issued.
    """
    paper = _issued(stream, seq)
    kind, _, id = stream.partition("/")
    return SOURCES[kind](id, paper if calendar is None else replace(paper, calendar=calendar))


def _issued(stream: str, seq: int) -> Issued:
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.stream, p.seq, p.kind, p.number, p.code, p.issued_at, coalesce(c.receipt, ''),"
            " (select coalesce(max(id), 0) from org_calendaryear)"
            " from aggregates_paper p left join cases_case c"
            " on p.stream = 'case/' || c.id and c.id = split_part(p.stream, '/', 2)::uuid"
            " where p.stream = %s and p.seq = %s",
            [stream, seq],
        )
        found = cursor.fetchone()
    if found is None:
        raise LookupError(f"no document {stream}/{seq}")
    return Issued(*found)


# --- of a case --------------------------------------------------------------------------------------------------------


def _gather_of_case(case_id: str, paper: Issued) -> Gathered:
    before, case, last = _fold(case_id, paper.seq)
    forms, texts, sources = _private(last.forms, last.event)
    standard = published_standard(case.standard)
    department = org.department(f"{standard.division}/{standard.department}")
    context = Context(
        kind=paper.kind,
        case=case,
        before=before,
        standard=standard,
        calendar=calendar_upto(paper.calendar),
        day=local_day(paper.issued_at),
        number=paper.number,
        code=paper.code,
        applicant=_applicant(case.subject, forms[0] if forms else None),
        values=next((form.get("values") for form in reversed(forms) if isinstance(form, dict)), None),
        texts=texts,
        division=department.division.name,
        short=department.short,
        receipt=paper.receipt,
        query_code=query_code(case_id),
        verify_url=f"{settings.PUBLIC_URL}/verify",
        demo=store_kind() != "production",
        channel=last.channel,
        officers=tuple(org.names_of({last.actor}).values()),
        phone=department.phone,
        earlier=_earlier(paper),
        departments=_departments(standard.division, {s.department for s in standard.steps}),
    )
    return Gathered(paper.stream, paper.seq, paper.kind, last.event, context, paper.calendar, sources)


@dataclass(frozen=True, slots=True)
class _Last:
    """The event that issued the document, and the references of the form as filed and as corrected until then."""

    event: Any
    actor: str
    channel: str
    forms: tuple[str, ...]


def _fold(case_id: str, seq: int) -> tuple[Case, Case, _Last]:
    """The case before and after the event `seq`: a document says what held when it was issued, whenever it is made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, v, body, actor, occurred_at, recorded_at, channel from ledger_entry"
            " where stream = %s and seq <= %s order by seq",
            [f"case/{case_id}", seq],
        )
        rows = cursor.fetchall()
    before = case = Case(case_id)
    forms = []
    for kind, v, body, actor, at, recorded, channel in rows:
        event = load_event(kind, v, body)
        if form := getattr(event, "form", ""):
            forms.append(form)
        before, case = case, evolve(case, Happened(event, actor, at, recorded, channel))
    return before, case, _Last(event, actor, channel, tuple(forms))


def _private(forms: tuple[str, ...], event: Any) -> tuple[list[Any], dict[str, str], list[uuid.UUID]]:
    """The forms, the event's texts, and the vault rows they come from; a destroyed text says so."""
    refs = {name: value for name in _TEXTS if (value := getattr(event, name, "")) and vault.split(value)}
    ids = sorted({parts[0] for ref in (*forms, *refs.values()) if (parts := vault.split(ref))})
    contents = vault.read_many(ids)
    texts = {name: str(vault.text(ref, contents)) for name, ref in refs.items()}
    return [vault.text(form, contents) for form in forms], texts, [uuid.UUID(id) for id in ids]


def _applicant(subject: str, form: Any) -> Applicant:
    """Who applied, as known at filing; the register only adds what kind of applicant it is."""
    row = Subject.objects.filter(pk=subject).first()
    kind = row.kind if row else ""
    if not isinstance(form, dict):
        return Applicant(vault.DESTROYED, kind)
    said = form.get("applicant") or {}
    known = Applicant(str(said.get("name", "")), kind, str(said.get("uscc", "")), str(said.get("legal_name", "")))
    if row and row.kind == "organisation":
        return replace(known, uscc=known.uscc or row.uscc, legal_name=known.legal_name or row.legal_name)
    return known


def _earlier(paper: Issued) -> tuple[tuple[str, str], ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, number from aggregates_paper where stream = %s and seq < %s order by seq",
            [paper.stream, paper.seq],
        )
        return tuple(cursor.fetchall())


def _departments(division: str, codes: set[str]) -> dict[str, str]:
    found = Department.objects.filter(division_id=division, code__in=codes).values_list("code", "name")
    return dict(found)


SOURCES: dict[str, Callable[[str, Issued], Gathered]] = {"case": _gather_of_case}
