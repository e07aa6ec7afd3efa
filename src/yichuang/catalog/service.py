"""Acts on the catalogue: standards come into force. The program itself only founds a catalogue; every further version
is published by the examination of its revision (`catalog.revising`, 3.2d).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from yichuang.catalog.consistency.service import compare_published
from yichuang.catalog.document import write_document
from yichuang.catalog.laws.service import demand_lawful, follow_publication, note_citations
from yichuang.catalog.listing.acts import Found
from yichuang.catalog.listing.queries import find_list_fault, find_unexamined, read_standing
from yichuang.catalog.listing.service import found_item
from yichuang.catalog.models import Listed, Published
from yichuang.catalog.rights import PUBLISH
from yichuang.catalog.standard import Standard
from yichuang.catalog.words import pinyin
from yichuang.kernel.localtime import local_day
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import Actor
from yichuang.ledger.fast import run
from yichuang.ledger.service import now, record


@transaction.atomic
def publish(standard: Standard, actor: Actor) -> Published | None:
    """Found the standard of an item: its first version, in force at once. None when this very document is published
    already.

    Raises ValueError when another document was published under the same version: published standards never change.
    Raises Refused for a further version, or for an item that the office has listed: an examination publishes those; for
    an item that is not on the list, or is on it otherwise; and for what may not be cited (3.5h).
    """
    PUBLISH.demand(actor)
    published_digest = Published.objects.filter(key=standard.key).values_list("digest", flat=True).first()
    if published_digest == digest_of(write_document(standard)):
        return None
    if published_digest is not None:
        raise ValueError(f"{standard.key} 已经发布，内容不能更改；请另立新版。")
    _demand_listed(standard, actor)
    if unexamined := find_unexamined(standard):
        raise unexamined
    demand_lawful(standard, actor)
    return put_in_force(standard, actor)


def put_in_force(standard: Standard, actor: Actor, revision: str = "", first_day: date | None = None) -> Published:
    """Put a version on record, in force from `first_day`, or at once. `revision`: the id of the revision whose
    examination published it. The caller has seen that it may be published.
    """
    text = write_document(standard)
    digest = digest_of(text)
    body = {"key": standard.key, "digest": digest, "item_code": standard.item_code, "valid_from": standard.valid_from}
    if revision:
        body["revision"] = revision
    recorded = record(f"standard/{standard.division}/{standard.item}", "published", body, actor)
    row = Published(
        key=standard.key,
        item=standard.item,
        division=standard.division,
        department=f"{standard.division}/{standard.department}",
        version=standard.version,
        name=standard.name,
        item_code=standard.item_code,
        sort=pinyin(standard.name),
        document=text,
        digest=digest,
        published_at=recorded.recorded_at,
    )
    row.save(force_insert=True)
    today = local_day(recorded.recorded_at)
    _order(row, first_day or today)
    note_citations(standard)
    if first_day is None or first_day <= today:
        follow_publication(standard)
    compare_published(row.key, row.division, row.item)
    return row


def _order(row: Published, first_day: date) -> None:
    """Put a version behind the one in force, from its first day on. Three statements."""
    complete_change(row.division, row.item)
    known = {"next_id": row.key, "next_from": first_day}
    Listed.objects.update_or_create(division=row.division, item=row.item, defaults=known)
    complete_change(row.division, row.item)


def complete_change(division: str, item: str) -> None:
    """Make the version whose day has come the current one of its row. Whoever reads `InForce` has seen it since its
    midnight. One statement.
    """
    sql = (
        "update catalog_listed set current_id = next_id, next_id = null, next_from = null where division = %s"
        " and item = %s and next_from <= %s"
    )
    run(sql, [division, item, local_day(now())]).close()


def take_back(standard: Standard, actor: Actor) -> None:
    """A published version whose day has not come never comes into force."""
    Listed.objects.filter(next_id=standard.key).update(next_id=None, next_from=None)
    record(f"standard/{standard.division}/{standard.item}", "taken_back", {"key": standard.key}, actor)


def digest_of(text: str) -> str:
    """SM3 of a document, hex."""
    return sm3(text.encode()).hex()


def _demand_listed(standard: Standard, actor: Actor) -> None:
    """Only an item on the list has a standard (3.1b, 3.1d). The first list of a division is what is first published
    there. Raises Refused.
    """
    standing = read_standing(standard.division, standard.item, local_day(now()))
    if fault := find_list_fault(standard, standing):
        raise fault
    if standing.item is None:
        department = f"{standard.division}/{standard.department}"
        found_item(Found(standard.division, standard.item, standard.name, department), actor)
