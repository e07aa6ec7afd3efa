"""Gathering what a document is made from: the entry that issued it, its life before and after, and the private texts.

The same for every life; a kind of life adds what its own documents need (`SOURCES`). Nothing is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.aggregate import AGGREGATES
from yichuang.aggregates.moments import refs_of, rows_of
from yichuang.aggregates.settings import all_values
from yichuang.cases.core.state import Case
from yichuang.cases.models import Case as CaseRow
from yichuang.cases.view import query_code
from yichuang.catalog.laws.queries import read_register
from yichuang.catalog.queries import standard as published_standard
from yichuang.documents.content import Content
from yichuang.documents.context import Applicant, Context
from yichuang.documents.guidance_context import GuidanceContext
from yichuang.documents.issue import Issue
from yichuang.documents.kinds import KINDS
from yichuang.documents.licence_context import LicenceContext
from yichuang.guidance.models import Guidance as GuidanceRow
from yichuang.guidance.state import Guidance
from yichuang.kernel.localtime import local_day
from yichuang.ledger import vault
from yichuang.ledger.service import store_kind
from yichuang.licences.content import content_of, refs_of_version
from yichuang.licences.core.state import Licence, Version
from yichuang.licences.parameters import DAYS
from yichuang.licences.queries import read_licence
from yichuang.org import queries as org
from yichuang.org.door import calendar_upto
from yichuang.org.models import Department
from yichuang.people.face import Reader, mask_fields, mask_name
from yichuang.people.models import Subject

FORMER = "原登记的申请人（已更正）"
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
        Up to four statements.
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
            "register": read_register(),
        }


@dataclass(frozen=True, slots=True)
class Source:
    """What a kind of life adds to its documents. `issue`: what a kind of document is told. `read_parties`: who issued
    and who holds a document of a life, by its seq, for everybody: persons masked. `quotes`: vault references it quotes
    besides those of its own entries.
    """

    issue: Callable[[Issued], Issue]
    read_parties: Callable[[uuid.UUID, int], tuple[str, str]]
    quotes: Callable[[Issued], Iterable[str]] = lambda paper: ()


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
    source = SOURCES[stream.partition("/")[0]]
    ids = rows_of((*paper.forms, *paper.refs.values(), *source.quotes(paper)))
    paper = replace(paper, contents=vault.read_many(ids), calendar=paper.calendar if calendar is None else calendar)
    context = source.issue(paper)
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
    case, held = paper.state, _held(paper.state)
    contents = paper.contents or {}
    forms = [vault.resolve_reference(form, contents) for form in paper.forms]
    standard = published_standard(case.standard)
    department = org.get_department(f"{standard.division}/{standard.department}")
    # each form carries the applicant as known at filing, until that was corrected
    filed = next((form for form in reversed(forms) if isinstance(form, dict)), None)
    applicant = _applicant(case.subject, filed)
    return Context(
        **paper.shared(),
        organ=standard.department_name,
        short=department.short,
        to=applicant.name,
        reference=case.number,
        standard=standard,
        applicant=applicant,
        values=filed.get("values") if filed else None,
        division=department.division.name,
        review_online=standard.procedure.review_online,
        receipt=CaseRow.objects.values_list("receipt", flat=True).get(pk=paper.id),
        query_code=query_code(str(paper.id)),
        phone=department.phone,
        departments=_departments(standard.division, {s.department for s in standard.steps}),
        licence=held,
        content=content_of(standard, _version_of(case, held), contents) if held else None,
    )


def _held(case: Case) -> Licence | None:
    """The licence that a case acts on."""
    held = read_licence(case.licence) if case.licence else None
    return held.licence if held else None


def _version_of(case: Case, licence: Licence) -> Version:
    """What the licence says by the case's decision; without one, what it says now."""
    return licence.version_of(case.id) or licence.current


def _quoted_by_case(paper: Issued) -> Iterable[str]:
    held = _held(paper.state)
    return refs_of_version(_version_of(paper.state, held)) if held else ()


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


# What stands on the row, and whether a document was issued to another applicant, before that was corrected
_PARTIES = """
select c.standard, c.subject, c.applicant, exists(
  select 1 from ledger_entry e where e.stream = 'case/' || c.id and e.seq > %s and e.kind = 'applicant_corrected'
  and e.body::jsonb ->> 'former' <> '')
from cases_case c where c.id = %s
"""


def _parties_of_case(id: uuid.UUID, seq: int) -> tuple[str, str]:
    """An organisation in full, a person masked; who is not in our register is taken for a person. Two statements.

    A document that was issued to another applicant, before that was corrected, says so and names nobody.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PARTIES, [seq, str(id)])
        row = cursor.fetchone()
    if row is None:
        return "", ""
    standard, subject_id, applicant, of_another = row
    issuer = published_standard(standard).department_name
    if of_another:
        return issuer, FORMER
    subject = Subject.objects.filter(pk=subject_id).first()
    return issuer, mask_fields(subject, Reader.PUBLIC).get("name", "") if subject else mask_name(applicant)


# --- of a licence -----------------------------------------------------------------------------------------------------


def _issue_of_licence(paper: Issued) -> LicenceContext:
    licence = paper.state
    standard = published_standard(licence.standard)
    department = org.get_department(f"{standard.division}/{standard.department}")
    content = content_of(standard, licence.current, paper.contents or {})
    subject = Subject.objects.filter(pk=licence.subject).first()
    return LicenceContext(
        **paper.shared(),
        organ=standard.department_name,
        short=department.short,
        to=content.holder,
        reference=licence.number,
        division=department.division.name,
        review_online=standard.procedure.review_online,
        standard=standard,
        content=content,
        you=Applicant(content.holder, subject.kind if subject else "").you,
        respond_days=all_values(DAYS)["respond"],
    )


def _parties_of_licence(id: uuid.UUID, seq: int) -> tuple[str, str]:
    """An organisation in full, a person masked. Three statements."""
    held = read_licence(id)
    if held is None:
        return "", ""
    subject = Subject.objects.filter(pk=held.licence.subject).first()
    holder = mask_fields(subject, Reader.PUBLIC).get("name", "") if subject else mask_name(held.content.holder)
    return held.standard.department_name, holder


# --- of a guidance ----------------------------------------------------------------------------------------------------


def _issue_of_guidance(paper: Issued) -> GuidanceContext:
    guidance: Guidance = paper.state
    assert guidance.matter is not None
    standard = published_standard(guidance.matter.standard)
    department = org.get_department(guidance.matter.department)
    subject = Subject.objects.filter(pk=guidance.subject).first()
    return GuidanceContext(
        **paper.shared(),
        organ=standard.department_name,
        short=department.short,
        to=subject.name if subject else vault.DESTROYED,
        reference=guidance.number,
        division=department.division.name,
        standard=standard,
        you=Applicant("", subject.kind if subject else "").you,
    )


def _parties_of_guidance(id: uuid.UUID, seq: int) -> tuple[str, str]:
    """An organisation in full, a person masked. Two statements."""
    row = GuidanceRow.objects.filter(pk=id).first()
    if row is None:
        return "", ""
    subject = Subject.objects.filter(pk=row.subject).first()
    holder = mask_fields(subject, Reader.PUBLIC).get("name", "") if subject else ""
    return published_standard(row.standard).department_name, holder


SOURCES: dict[str, Source] = {
    "guidance": Source(_issue_of_guidance, _parties_of_guidance),
    "case": Source(_issue_of_case, _parties_of_case, _quoted_by_case),
    "licence": Source(_issue_of_licence, _parties_of_licence, lambda paper: refs_of_version(paper.state.current)),
}
