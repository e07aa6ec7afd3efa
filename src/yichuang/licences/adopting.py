"""Certificates made before licences had a life of their own: each becomes a licence, its number and its code unchanged.

Runs once, when the store is brought up to date; what was made since is a licence from the start.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from yichuang.aggregates.door import move
from yichuang.aggregates.moments import rows_of
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.terms import terms_of
from yichuang.kernel.localtime import local_day
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.licences.core import commands as co
from yichuang.licences.declared import LICENCE
from yichuang.licences.queries import find_hindrances
from yichuang.licences.service import licence_id_of

PLACE = "licences/adopted"
BATCH = 200
MIGRATED = Actor("system", channel="system", source="migrated")
_MADE = """
select e.stream, e.seq, e.body, f.standard, f.subject, f.situation, f.form
from ledger_entry e
cross join lateral (
  select s.body::jsonb ->> 'standard' as standard, s.body::jsonb ->> 'subject' as subject,
         s.body::jsonb ->> 'situation' as situation,
         coalesce((select u.body::jsonb ->> 'form' from ledger_entry u
                   where u.stream = e.stream and u.kind = 'supplied' and u.body::jsonb ->> 'form' <> ''
                   order by u.seq desc limit 1), s.body::jsonb ->> 'form') as form
  from ledger_entry s where s.stream = e.stream and s.seq = 1
) f
where e.kind = 'certificate_made' and e.stream like 'case/%%'
  and not exists (select 1 from licences_version v where v.paper_stream = e.stream and v.paper_seq = e.seq)
order by e.position limit %s
"""


def adopt_certificates() -> int:
    """Make licences of certificates that have none. Returns how many; nothing the second time."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from aggregates_place where name = %s", [PLACE])
        if cursor.fetchone():
            return 0
    adopted = 0
    while batch := _read_batch():
        with transaction.atomic():
            move(LICENCE, dict(_commands(batch)), {"rivals": ()}, MIGRATED)
        adopted += len(batch)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into aggregates_place (name, position, at) values (%s, %s, ledger_now()) on conflict do nothing",
            [PLACE, adopted],
        )
    return adopted


def _read_batch() -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_MADE, [BATCH])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _places(batch: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """The place of which a holder has one licence, by the stream of the case: of those in force, and only of the first
    one there, since the older program let several be made.
    """
    forms = vault.read_many(rows_of(form for *_, form in batch))
    out: dict[str, str] = {}
    taken: set[tuple[str, str, str]] = set()
    today = local_day(now())
    for stream, _, body, key, subject, situation, form in batch:
        item = published_standard(key).item
        terms, valid_to = terms_of(item), json.loads(body)["valid_to"]
        if not terms.sole or situation == "cancel" or (valid_to and valid_to < today.isoformat()):
            continue
        content = vault.resolve_reference(form, forms)
        place = terms.find_place(content.get("values") if isinstance(content, dict) else None)
        free = (subject, item, place) not in taken and not find_hindrances(subject, item, place)[0]
        if place and free:
            taken.add((subject, item, place))
            out[stream] = place
    return out


def _commands(batch: Sequence[tuple[Any, ...]]) -> Iterator[tuple[uuid.UUID, co.Make]]:
    """A case that asked for a cancellation made no licence, though it gave a number: that is said, too."""
    places = _places(batch)
    for stream, seq, body, standard, subject, situation, form in batch:
        case, made = stream.partition("/")[2], json.loads(body)
        valid_to = made["valid_to"]
        yield (
            licence_id_of(case),
            co.Make(
                number=made["number"],
                identifier=made["identifier"],
                type=made["type"],
                standard=standard,
                subject=subject,
                valid_from=date.fromisoformat(made["valid_from"]),
                valid_to=date.fromisoformat(valid_to) if valid_to else None,
                case=case,
                form=form,
                made_on=date.fromisoformat(made["on"]),
                paper_seq=seq,
                sole=places.get(stream, ""),
                adopted=True,
                void=situation == "cancel",
            ),
        )
