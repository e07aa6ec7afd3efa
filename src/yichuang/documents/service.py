"""Making the file of a document: gather what it says, render, sign, keep, and put the file's digest on record.

The number, the date and the digest of a document exist from the moment of its event; the file is made on first opening.
Making it takes the libraries of rendering and signing (1.1 s to import): run it in the worker (`tasks`), not in web.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from yichuang.aggregates.acts import Happened
from yichuang.cases.codec import load_event
from yichuang.cases.core.state import Case, evolve
from yichuang.cases.view import query_code
from yichuang.catalog.queries import standard as published_standard
from yichuang.documents import queries
from yichuang.documents.content import Content, content_digest
from yichuang.documents.context import Applicant, Context
from yichuang.documents.kinds import KINDS
from yichuang.documents.models import File
from yichuang.kernel.localtime import SHANGHAI, local_day
from yichuang.kernel.sm3 import sm3
from yichuang.ledger import vault
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.service import now, record, store_kind
from yichuang.org import queries as org
from yichuang.org.door import calendar_upto
from yichuang.org.models import Department
from yichuang.people.models import Subject

_LOCK = 2  # seed of the advisory lock, so that it meets no other
_TEXTS = ("reason", "opinion", "result", "recipient", "decision")


def open(case_id: uuid.UUID | str, seq: int, actor: Actor) -> File | None:
    """The file of a document for a reader, made now when there is none; None when it does not exist for them."""
    return None if queries.paper(actor, case_id, seq) is None else make(case_id, seq)


def make(case_id: uuid.UUID | str, seq: int) -> File:
    """The document's file; made and signed when there is none, when its bytes were lost, or when a text it quotes was
    destroyed. Two at once make one. Raises LookupError when no such document was issued.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, %s))", [f"paper/{case_id}/{seq}", _LOCK])
        last = File.objects.filter(case_id=case_id, seq=seq).order_by("-generation").first()
        if last is not None and _holds(last):
            return last
        found = gather(case_id, seq, last.calendar if last else None)
        return _make(found, last)


def _holds(file: File) -> bool:
    """Whether the file may still be handed out: its bytes are there and nothing it quotes was destroyed since."""
    if not file.key or not default_storage.exists(file.key):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists(select 1 from ledger_vault where id = any(%s::uuid[]) and destroyed_at > %s)",
            [[str(s) for s in file.sources], file.made_at],
        )
        return not cursor.fetchone()[0]


def _make(found: Gathered, last: File | None) -> File:
    from yichuang.documents.render import render
    from yichuang.documents.signing import LocalSealService

    said = found.say()
    when = now()
    seals = LocalSealService(settings.DATA / "seals")
    seals.authority()  # publishes the root certificate that files are checked against
    signed = seals.seal(render(said), said.organ, said.heading, when.astimezone(SHANGHAI))
    digest = sm3(signed).hex()
    generation = last.generation + 1 if last else 1
    with _kept(f"papers/{found.case_id}/{found.seq}-{generation}-{digest[:16]}.pdf", signed) as key:
        file = File.objects.create(
            case_id=found.case_id,
            seq=found.seq,
            generation=generation,
            digest=digest,
            content=content_digest(said),
            size=len(signed),
            key=key,
            calendar=found.calendar,
            sources=found.sources,
            made_at=when,
        )
        body = {"seq": found.seq, "generation": generation, "file": digest, "content": file.content}
        record(f"paper/{found.case_id}", "rendered", body, SYSTEM)
    return file


def drop_destroyed() -> int:
    """Take away the bytes of files that quote what was destroyed since; how many. The next opening makes them anew."""
    stale = File.objects.exclude(key="").extra(
        where=["exists(select 1 from ledger_vault v where v.id = any(sources) and v.destroyed_at > made_at)"]
    )
    count = 0
    for file in stale:
        default_storage.delete(file.key)
        count += File.objects.filter(pk=file.pk).update(key="")
    return count


@contextmanager
def _kept(key: str, data: bytes) -> Iterator[str]:
    """The bytes in the file store; taken away again when what follows fails, since the store knows no transaction."""
    key = default_storage.save(key, ContentFile(data))
    try:
        yield key
    except BaseException:
        default_storage.delete(key)
        raise


# --- what a document is made from -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gathered:
    """An issued document with all that its content needs."""

    case_id: uuid.UUID
    seq: int
    kind: str
    event: Any
    context: Context
    calendar: int
    sources: list[uuid.UUID]

    def say(self) -> Content:
        """What the document says, as its kind is declared."""
        return KINDS[self.kind].says(self.event, self.context)


def gather(case_id: uuid.UUID | str, seq: int, calendar: int | None = None) -> Gathered:
    """Read everything a document is made from. `calendar` names the calendar it was first reckoned with.

    Raises LookupError when no such document was issued.
    """
    paper = _paper(case_id, seq)
    before, case, last = _fold(case_id, seq)
    forms, texts, sources = _private(last.forms, last.event)
    standard = published_standard(case.standard)
    department = org.department(f"{standard.division}/{standard.department}")
    calendar = paper.calendar if calendar is None else calendar
    context = Context(
        kind=paper.kind,
        case=case,
        before=before,
        standard=standard,
        calendar=calendar_upto(calendar),
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
        earlier=_earlier(case_id, seq),
        departments=_departments(standard.division, {s.department for s in standard.steps}),
    )
    return Gathered(uuid.UUID(str(case_id)), seq, paper.kind, last.event, context, calendar, sources)


@dataclass(frozen=True, slots=True)
class _Issued:
    kind: str
    number: str
    code: str
    issued_at: datetime
    receipt: str
    calendar: int


def _paper(case_id: uuid.UUID | str, seq: int) -> _Issued:
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.kind, p.number, p.code, p.issued_at, c.receipt,"
            " (select coalesce(max(id), 0) from org_calendaryear)"
            " from cases_paper p join cases_case c on c.id = p.case_id where p.case_id = %s and p.seq = %s",
            [str(case_id), seq],
        )
        found = cursor.fetchone()
    if found is None:
        raise LookupError(f"no document {case_id}/{seq}")
    return _Issued(*found)


@dataclass(frozen=True, slots=True)
class _Last:
    """The event that issued the document, and the references of the form as filed and as corrected until then."""

    event: Any
    actor: str
    channel: str
    forms: tuple[str, ...]


def _fold(case_id: uuid.UUID | str, seq: int) -> tuple[Case, Case, _Last]:
    """The case before and after the event `seq`: a document says what held when it was issued, whenever it is made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, v, body, actor, occurred_at, recorded_at, channel from ledger_entry"
            " where stream = %s and seq <= %s order by seq",
            [f"case/{case_id}", seq],
        )
        rows = cursor.fetchall()
    before = case = Case(str(case_id))
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


def _earlier(case_id: uuid.UUID | str, seq: int) -> tuple[tuple[str, str], ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, number from cases_paper where case_id = %s and seq < %s order by seq", [str(case_id), seq]
        )
        return tuple(cursor.fetchall())


def _departments(division: str, codes: set[str]) -> dict[str, str]:
    found = Department.objects.filter(division_id=division, code__in=codes).values_list("code", "name")
    return dict(found)
