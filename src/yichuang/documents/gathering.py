"""Gathering what a document is made from: the entry that issued it, its life before and after, and the private texts.

The same for every life; a kind of life adds what its own documents need (`SOURCES`). Nothing is written.
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
from yichuang.aggregates.aggregate import AGGREGATES
from yichuang.aggregates.moments import refs_of, rows_of
from yichuang.cases.models import Case as CaseRow
from yichuang.cases.view import query_code
from yichuang.catalog.queries import standard as published_standard
from yichuang.documents.content import Content
from yichuang.documents.context import Applicant, Context
from yichuang.documents.issue import Issue
from yichuang.documents.kinds import KINDS
from yichuang.kernel.localtime import local_day
from yichuang.ledger import vault
from yichuang.ledger.service import store_kind
from yichuang.org import queries as org
from yichuang.org.door import calendar_upto
from yichuang.org.models import Department
from yichuang.people.face import Reader, mask_fields, mask_name
from yichuang.people.models import Subject

FORM = "form"  # the field of an event that holds a whole form, not a sentence


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as the register has it, with the life it was issued in. `calendar` is the newest one loaded then.

    `forms` are the vault references of the forms sent until then; `contents` the private texts by vault row.
    """

    stream: str
    seq: int
    kind: str
    number: str
    code: str
    issued_at: datetime
    calendar: int
    before: Any = None
    state: Any = None
    event: Any = None
    actor: str = ""
    channel: str = ""
    forms: tuple[str, ...] = ()
    contents: dict[str, Any] | None = None

    @property
    def id(self) -> uuid.UUID:
        """Of the life."""
        return uuid.UUID(self.stream.partition("/")[2])

    @property
    def refs(self) -> dict[str, str]:
        """Vault references of the texts that the event holds, by field."""
        return {name: ref for name, ref in refs_of(self.event).items() if name != FORM}

    def shared(self) -> dict[str, Any]:
        """What documents of every life are told, by the fields of `Issue`; who issues it to whom is left to the life.
        Up to two statements.
        """
        return {
            "kind": self.kind,
            "before": self.before,
            "state": self.state,
            "calendar": calendar_upto(self.calendar),
            "day": local_day(self.issued_at),
            "number": self.number,
            "code": self.code,
            "texts": {name: str(vault.resolve_reference(ref, self.contents or {})) for name, ref in self.refs.items()},
            "verify_url": f"{settings.PUBLIC_URL}/verify",
            "demo": store_kind() != "production",
            "channel": self.channel,
            "officers": tuple(org.names_of({self.actor}).values()),
            "earlier": _earlier(self.stream, self.seq),
        }


@dataclass(frozen=True, slots=True)
class Source:
    """What a kind of life adds to its documents. `issue`: what a kind of document is told. `read_parties`: who issued
    and who holds the documents of a life, for everybody: persons masked.
    """

    issue: Callable[[Issued], Issue]
    read_parties: Callable[[uuid.UUID], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """An issued document with all that its content needs."""

    stream: str
    seq: int
    kind: str
    event: Any
    context: Issue
    calendar: int
    sources: list[uuid.UUID]  # vault rows it quotes

    def say(self) -> Content:
        """What the document says, as its kind is declared."""
        return KINDS[self.kind].says(self.event, self.context)


def gather(stream: str, seq: int, calendar: int | None = None) -> Gathered:
    """Read everything a document is made from. `calendar` names the calendar it was first reckoned with.

    Raises LookupError when no such document was issued.
    """
    paper = _fold(_issued(stream, seq))
    ids = rows_of((*paper.forms, *paper.refs.values()))
    paper = replace(paper, contents=vault.read_many(ids), calendar=paper.calendar if calendar is None else calendar)
    context = SOURCES[stream.partition("/")[0]].issue(paper)
    return Gathered(stream, seq, paper.kind, paper.event, context, paper.calendar, [uuid.UUID(id) for id in ids])


def _issued(stream: str, seq: int) -> Issued:
    with connection.cursor() as cursor:
        cursor.execute(
            "select stream, seq, kind, number, code, issued_at, (select coalesce(max(id), 0) from org_calendaryear)"
            " from aggregates_paper where stream = %s and seq = %s",
            [stream, seq],
        )
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no document {stream}/{seq}")
    return Issued(*row)


def _fold(paper: Issued) -> Issued:
    """With the life before and after the entry that issued it: a document says what held when it was issued, whenever
    it is made.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, v, body, actor, occurred_at, recorded_at, channel from ledger_entry"
            " where stream = %s and seq <= %s order by seq",
            [paper.stream, paper.seq],
        )
        rows = cursor.fetchall()
    kind, _, id = paper.stream.partition("/")
    aggregate = AGGREGATES[kind]
    before = state = aggregate.blank(id)
    forms = []
    for name, v, body, actor, at, recorded, channel in rows:
        event = aggregate.codec.load_event(name, v, body)
        if form := getattr(event, FORM, ""):
            forms.append(form)
        before, state = state, aggregate.life.evolve(state, Happened(event, actor, at, recorded, channel))
    known = {"before": before, "state": state, "event": event, "actor": actor, "channel": channel}
    return replace(paper, forms=tuple(forms), **known)


def _earlier(stream: str, seq: int) -> tuple[tuple[str, str], ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, number from aggregates_paper where stream = %s and seq < %s order by seq", [stream, seq]
        )
        return tuple(cursor.fetchall())


# --- of a case --------------------------------------------------------------------------------------------------------


def _issue_of_case(paper: Issued) -> Context:
    case = paper.state
    contents = paper.contents or {}
    forms = [vault.resolve_reference(form, contents) for form in paper.forms]
    standard = published_standard(case.standard)
    department = org.get_department(f"{standard.division}/{standard.department}")
    applicant = _applicant(case.subject, forms[0] if forms else None)
    return Context(
        **paper.shared(),
        organ=standard.department_name,
        short=department.short,
        to=applicant.name,
        reference=case.number,
        standard=standard,
        applicant=applicant,
        values=next((form.get("values") for form in reversed(forms) if isinstance(form, dict)), None),
        division=department.division.name,
        receipt=CaseRow.objects.values_list("receipt", flat=True).get(pk=paper.id),
        query_code=query_code(str(paper.id)),
        phone=department.phone,
        departments=_departments(standard.division, {s.department for s in standard.steps}),
    )


def _applicant(subject: str, form: Any) -> Applicant:
    """Who applied, as known at filing; the register only adds what kind of applicant it is."""
    row = Subject.objects.filter(pk=subject).first()
    kind = row.kind if row else ""
    if not isinstance(form, dict):
        return Applicant(vault.DESTROYED, kind)
    filed = form.get("applicant") or {}
    known = Applicant(str(filed.get("name", "")), kind, str(filed.get("uscc", "")), str(filed.get("legal_name", "")))
    if row and row.kind == "organisation":
        return replace(known, uscc=known.uscc or row.uscc, legal_name=known.legal_name or row.legal_name)
    return known


def _departments(division: str, codes: set[str]) -> dict[str, str]:
    named = Department.objects.filter(division_id=division, code__in=codes).values_list("code", "name")
    return dict(named)


def _parties_of_case(id: uuid.UUID) -> tuple[str, str]:
    """An organisation in full, a person masked; who is not in our register is taken for a person. Two statements."""
    row = CaseRow.objects.only("standard", "subject", "applicant").filter(pk=id).first()
    if row is None:
        return "", ""
    subject = Subject.objects.filter(pk=row.subject).first()
    holder = mask_fields(subject, Reader.PUBLIC).get("name", "") if subject else mask_name(row.applicant)
    return published_standard(row.standard).department_name, holder


SOURCES: dict[str, Source] = {"case": Source(_issue_of_case, _parties_of_case)}
