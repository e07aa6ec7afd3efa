"""Acts on the list that no page asks for: its founding, by the standards that are published first."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction

from yichuang.aggregates.door import move
from yichuang.catalog.listing.acts import Found
from yichuang.catalog.listing.declared import ITEM, item_id
from yichuang.catalog.models import InForce, Item
from yichuang.ledger.actor import SYSTEM, Actor


def found_item(command: Found, actor: Actor = SYSTEM) -> None:
    """Put an item on the first list of its division (首批清单). Raises Refused once the office has moved that list."""
    move(ITEM, {item_id(command.division, command.code): command}, {}, actor)


@transaction.atomic
def found_missing() -> int:
    """Put on the list what was published before there was one. Returns how many; nothing the second time."""
    known = set(Item.objects.values_list("division", "code"))
    rows = InForce.objects.select_related("current").defer("current__document")
    missing = [row for row in rows if (row.division, row.item) not in known]
    move(ITEM, dict(_founding(missing)), {})
    return len(missing)


def _founding(rows: Iterable[InForce]) -> Iterable[tuple[uuid.UUID, Found]]:
    for row in rows:
        found = Found(row.division, row.item, row.current.name, row.current.department)
        yield item_id(row.division, row.item), found
