"""Making the file of a document: gather what it says, render, sign, keep, and put the file's digest on record.

The number, the date and the digest of a document exist from the moment of its event; the file is made on first opening.
Making it takes the libraries of rendering and signing (1.1 s to import): run it in the worker (`tasks`), not in web.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from yichuang.documents import queries
from yichuang.documents.content import content_digest
from yichuang.documents.gathering import Gathered, gather
from yichuang.documents.models import File, record_of
from yichuang.kernel.localtime import SHANGHAI
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.service import now, record

_LOCK = 2  # seed of the advisory lock, so that it meets no other


def open(stream: str, seq: int, actor: Actor) -> File | None:
    """The file of a document for a reader, made now when there is none; None when it does not exist for them."""
    return None if queries.paper(actor, stream, seq) is None else make(stream, seq)


def make(stream: str, seq: int) -> File:
    """The document's file; made and signed when there is none, when its bytes were lost, or when a text it quotes was
    destroyed. Two at once make one. Raises LookupError when no such document was issued.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, %s))", [f"paper/{stream}/{seq}", _LOCK])
        last = File.objects.filter(stream=stream, seq=seq).order_by("-generation").first()
        if last is not None and _holds(last):
            return last
        gathered = gather(stream, seq, last.calendar if last else None)
        return _make(gathered, last)


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


def _make(gathered: Gathered, last: File | None) -> File:
    from yichuang.documents.render import render
    from yichuang.documents.signing import LocalSealService

    content = gathered.say()
    when = now()
    seals = LocalSealService(settings.DATA / "seals")
    seals.authority()  # publishes the root certificate that files are checked against
    signed = seals.seal(render(content), content.organ, content.heading, when.astimezone(SHANGHAI))
    digest = sm3(signed).hex()
    generation = last.generation + 1 if last else 1
    of = record_of(gathered.stream)
    with _kept(f"papers/{of.removeprefix('paper/')}/{gathered.seq}-{generation}-{digest[:16]}.pdf", signed) as key:
        file = File.objects.create(
            stream=gathered.stream,
            seq=gathered.seq,
            generation=generation,
            digest=digest,
            content=content_digest(content),
            size=len(signed),
            key=key,
            calendar=gathered.calendar,
            sources=gathered.sources,
            made_at=when,
        )
        body = {"seq": gathered.seq, "generation": generation, "file": digest, "content": file.content}
        record(of, "rendered", body, SYSTEM)
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
