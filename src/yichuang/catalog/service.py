"""Acts on the catalogue: publishing a standard. Drafting and examination come with a later issue."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from yichuang.catalog.document import write_document
from yichuang.catalog.listing.acts import Found
from yichuang.catalog.listing.queries import find_list_fault
from yichuang.catalog.listing.service import found_item
from yichuang.catalog.models import Item, Listed, Published
from yichuang.catalog.rights import PUBLISH
from yichuang.catalog.standard import Standard
from yichuang.catalog.words import bigrams, initials, pinyin
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import record


@transaction.atomic
def publish(standard: Standard, actor: Actor) -> Published | None:
    """Publish a version and put it in force. None when this very document is published already.

    Raises ValueError when another document was published under the same version: published standards never change.
    Raises Refused for an item that is not on the list, or is on it otherwise.
    """
    PUBLISH.demand(actor)
    text = write_document(standard)
    digest = sm3(text.encode()).hex()
    published_digest = Published.objects.filter(key=standard.key).values_list("digest", flat=True).first()
    if published_digest == digest:
        return None
    if published_digest is not None:
        raise ValueError(f"{standard.key} 已经发布，内容不能更改；请另立新版。")
    _demand_listed(standard, actor)
    recorded = record(
        f"standard/{standard.division}/{standard.item}", "published", _publication_body(standard, digest), actor
    )
    row = Published(
        key=standard.key,
        item=standard.item,
        division=standard.division,
        department=f"{standard.division}/{standard.department}",
        version=standard.version,
        name=standard.name,
        item_code=standard.item_code,
        initials=initials(standard.name),
        sort=pinyin(standard.name),
        document=text,
        digest=digest,
        published_at=recorded.recorded_at,
    )
    _insert(row, bigrams(standard.name, standard.department_name, *standard.keywords, standard.result.name))
    Listed.objects.update_or_create(
        division=standard.division, item=standard.item, defaults={"current_id": standard.key}
    )
    return row


def _demand_listed(standard: Standard, actor: Actor) -> None:
    """Only an item on the list has a standard (3.1b, 3.1d). The first list of a division is what is first published
    there. Raises Refused.
    """
    if fault := find_list_fault(standard):
        raise fault
    if not Item.objects.filter(division=standard.division, code=standard.item).exists():
        department = f"{standard.division}/{standard.department}"
        found_item(Found(standard.division, standard.item, standard.name, department), actor)


def _publication_body(standard: Standard, digest: str) -> dict[str, Any]:
    return {"key": standard.key, "digest": digest, "item_code": standard.item_code, "valid_from": standard.valid_from}


def _insert(row: Published, words: str) -> None:
    names = [f.attname for f in Published._meta.fields if f.attname != "words"]
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into catalog_published ({', '.join(names)}, words) values ({marks}, to_tsvector('simple', %s))",
            [*(getattr(row, n) for n in names), words],
        )
