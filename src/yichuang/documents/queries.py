"""Reads of documents: a life's papers for whom it exists, and what anybody may learn by code, number or file.

The public never learns more than the document's holder handed them: names of persons are masked (`people.face`), and
no text and no form is here. Nothing is written.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yichuang.aggregates.aggregate import AGGREGATES, find_life
from yichuang.aggregates.models import Paper as Papers
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import PERMISSIONS
from yichuang.documents.gathering import SOURCES
from yichuang.documents.kinds import KINDS
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.text import drop_invisible
from yichuang.ledger.actor import Actor
from yichuang.licences import queries as licences
from yichuang.licences.queries import Standing

CODE_LENGTH = 16
LICENSED = PERMISSIONS["licence"]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a life, and its file when it has been made."""

    stream: str  # of the life
    seq: int
    kind: str
    number: str
    code: str
    digest: str  # SM3 of the ledger entry that issued it
    issued_at: datetime
    title: str  # of the certificate for a licence
    standard: str = ""  # of the case that issued it
    file: str = ""  # key in the file store
    size: int = 0

    @property
    def life(self) -> str:
        """The id of the life that issued it."""
        return self.stream.partition("/")[2]

    @property
    def name(self) -> str:
        if self.kind == "licence" and self.title:
            return self.title
        return KINDS[self.kind].title_for(published_standard(self.standard).permission if self.standard else LICENSED)

    @property
    def file_name(self) -> str:
        return f"{self.name} {self.number}.pdf"


# The newest generation, unless a text it quotes was destroyed since: then there is no file, and it is made anew.
FRESH = """
left join lateral (
  select f.key, f.size from documents_file f
  where f.stream = p.stream and f.seq = p.seq and f.key <> '' and not exists (
    select 1 from ledger_vault v where v.id = any(f.sources) and v.destroyed_at > f.made_at
  ) order by f.generation desc limit 1
) f on true
"""
_PAPER = f"""
select p.stream, p.seq, p.kind, p.number, p.code, p.digest, p.issued_at,
       coalesce(l.type, ''), coalesce(k.standard, ''), coalesce(f.key, ''), coalesce(f.size, 0)
from aggregates_paper p
left join cases_case k on k.id = case when p.stream like 'case/%%' then split_part(p.stream, '/', 2)::uuid end
left join licences_version c on c.paper_stream = p.stream and c.paper_seq = p.seq
left join licences_licence l on l.id = c.licence_id {FRESH}
where p.stream = %s
"""


# What was issued to another applicant, before that was corrected, is not shown to the right one; officers see all of it
_OWN = """ and (%s or p.seq >= coalesce((
  select max(e.seq) from ledger_entry e where e.stream = p.stream and e.kind = 'applicant_corrected'
  and e.body::jsonb ->> 'former' <> ''), 0))"""


def papers(actor: Actor, stream: str) -> tuple[Any, tuple[Paper, ...]] | None:
    """A life, as its lists show it, and its documents in the order of issue; None when it does not exist for this
    reader.
    """
    row = find_life(actor, stream)
    if row is None:
        return None
    if AGGREGATES[stream.partition("/")[0]].papers is None:
        return row, ()
    with connection.cursor() as cursor:
        cursor.execute(f"{_PAPER}{_OWN} order by p.seq", [stream, bool(actor.post_kind)])
        return row, tuple(Paper(*columns) for columns in cursor.fetchall())


def paper(actor: Actor, stream: str, seq: int) -> tuple[Any, Paper] | None:
    """A life and one document of it, when the life exists for this reader; the paper of a licence also when only the
    licence does, as for an agent who did not file its case. Two statements.
    """
    row = find_life(actor, stream) or _licence_on_paper(actor, stream, seq)
    if row is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"{_PAPER}{_OWN} and p.seq = %s", [stream, bool(actor.post_kind), seq])
        columns = cursor.fetchone()
    return (row, Paper(*columns)) if columns else None


def _licence_on_paper(actor: Actor, stream: str, seq: int) -> Any:
    """The licence that a document is the paper of, as its lists show it, when it exists for the reader."""
    id = licences.find_licence_on(stream, seq)
    return find_life(actor, f"licence/{id}") if id else None


def list_issued(stream: str, first: int, last: int) -> list[tuple[int, str, str]]:
    """(seq, kind, number) of the documents that entries issued. One statement. The caller has checked the reader."""
    issued = Papers.objects.filter(stream=stream, seq__gte=first, seq__lte=last).order_by("seq")
    return list(issued.values_list("seq", "kind", "number"))


# --- for everybody ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """What our record says of a document, for everybody."""

    stream: str  # of the life that issued it; never shown
    name: str
    number: str
    code: str
    issuer: str  # empty, like the holder, where nobody says who they are
    issued_at: datetime
    holder: str  # masked for a person
    digest: str
    sealed: bool
    contents: tuple[str, ...]  # SM3 of what it says, of every file made of it; the last is the one in force
    certificate: Standing | None  # of a licence: what it is now


_RECORD = """
select p.stream, p.seq, p.kind, p.number, p.code, p.digest, p.issued_at, coalesce(k.standard, ''),
       exists(select 1 from ledger_seal s join ledger_entry e on e.stream = p.stream and e.seq = p.seq
              where e.position > s.first and e.position <= s.last),
       array(select f.content from documents_file f where f.stream = p.stream and f.seq = p.seq order by f.generation)
from aggregates_paper p
left join cases_case k on k.id = case when p.stream like 'case/%%' then split_part(p.stream, '/', 2)::uuid end
"""


def by_code(text: str) -> Record | None:
    """A document by its verification code, however it was typed: case, spaces and hyphens do not matter."""
    code = normal_code(text)
    return _record("p.code = %s", [code]) if code else None


def is_certificate(text: str) -> bool:
    """Whether we made a licence with this number or identifier (GB/T 36904). Nothing more: numbers can be counted
    through; what a licence says is for who holds its code. Other documents are found by their code alone.
    """
    numbers = _numbers(text)
    return bool(numbers) and licences.is_certificate(numbers)


def find_entered(text: str) -> Standing | None:
    """What a paper licence of before this platform is now, by its number: it has no code that could be asked for."""
    numbers = _numbers(text)
    return licences.find_entered(numbers) if numbers else None


def by_certificate(text: str, code: str) -> Record | None:
    """A licence by its number or identifier together with its verification code; None when they do not belong
    together.
    """
    numbers, code = _numbers(text), normal_code(code)
    record = _record("p.code = %s", [code]) if numbers and code else None
    if record is None or record.certificate is None:
        return None
    known = (record.certificate.licence.number, record.certificate.version.identifier)
    return record if set(numbers) & set(known) else None


def _numbers(text: str) -> list[str]:
    """A number or identifier as it may be kept: without what came along when it was pasted, in both shapes."""
    return [number for number in {re.sub(r"\s", "", drop_invisible(text)), tidy(text)} if number]


def by_paper(stream: str, seq: int) -> Record | None:
    return _record("p.stream = %s and p.seq = %s", [stream, seq])


def normal_code(text: str) -> str:
    """ABCD-EFGH-IJKL-MNOP from what somebody typed; empty when it can be no code. Digits 0, 1 and 8 are not in the
    alphabet (RFC 4648) and are taken for the letters they look like."""
    plain = re.sub(r"[\-—–_]", "", tidy(text)).translate(str.maketrans("018", "OIB"))
    if len(plain) != CODE_LENGTH or re.search("[^A-Z2-7]", plain):
        return ""
    return "-".join(plain[i : i + 4] for i in range(0, CODE_LENGTH, 4))


@dataclass(frozen=True, slots=True)
class Known:
    """A file we made: which document it is, and whether it is the one we hand out today."""

    stream: str
    seq: int
    current: bool


def file_by_digest(digest: str) -> Known | None:
    """The file with these very bytes (SM3, hex)."""
    return _known("f.digest = %s", digest)


def file_by_content(content: str) -> Known | None:
    """The file that states this digest of its content; whether a given file tells the truth is for its signature."""
    return _known("f.content = %s", content)


def _known(condition: str, value: str) -> Known | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select f.stream, f.seq, f.generation = (select max(generation) from documents_file g"
            f" where g.stream = f.stream and g.seq = f.seq) from documents_file f where {condition}"
            " order by f.generation desc limit 1",
            [value],
        )
        row = cursor.fetchone()
    return Known(*row) if row else None


def _record(condition: str, parameters: list[Any]) -> Record | None:
    with connection.cursor() as cursor:
        cursor.execute(f"{_RECORD} where {condition}", parameters)
        row = cursor.fetchone()
    if not row:
        return None
    stream, seq, kind, number, code, digest, issued_at, standard, sealed, contents = row
    permission = published_standard(standard).permission if standard else LICENSED
    life, _, id = stream.partition("/")
    issuer, holder = SOURCES[life].read_parties(uuid.UUID(id), seq) if life in SOURCES else ("", "")
    certificate = licences.find_standing(stream, seq) if kind == "licence" else None
    return Record(
        stream=stream,
        name=certificate.licence.type if certificate else KINDS[kind].title_for(permission),
        number=number,
        code=code,
        issuer=issuer,
        issued_at=issued_at,
        holder=holder,
        digest=digest,
        sealed=sealed,
        contents=tuple(contents),
        certificate=certificate,
    )
