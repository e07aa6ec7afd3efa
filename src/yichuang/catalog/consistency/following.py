"""A change of the city's base opens the same change in every county that shares the item (3.2b): the program begins a
revision there, with the change merged into the county's standard and a day until which it is due.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from yichuang.aggregates.door import move
from yichuang.aggregates.following import Followed as Entry
from yichuang.aggregates.following import Follower
from yichuang.catalog.consistency.declared import add_days
from yichuang.catalog.consistency.merging import merge_change
from yichuang.catalog.drafting.content import content_of
from yichuang.catalog.models import Item, Listed, Manuscript, Published, Revision
from yichuang.catalog.queries import former_key, standard
from yichuang.catalog.revising.acts import Follow, Tell
from yichuang.catalog.revising.declared import REVISION, find_beginning
from yichuang.catalog.revising.state import WRITTEN, Begun, Followed
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import now
from yichuang.org.queries import city_code

_SPACE = uuid.UUID("b6b3f1de-2f0a-4f63-9c7e-0a6f3f2f5a77")


def follow_base(key: str) -> list[uuid.UUID]:
    """Open the change that a version of the city's brought in the counties that share its item. The revisions that
    follow it; none for a first version, for one that is no longer in force, nor where nothing is to be changed.
    """
    row = Published.objects.defer("document", "words").filter(key=key, division=city_code()).first()
    since = former_key(row) if row else None
    listed = Listed.objects.filter(division=city_code(), item=row.item).first() if row else None
    if row is None or since is None or listed is None or key not in (listed.current_id, listed.next_id):
        return []
    today = local_day(now())
    due_on = max(add_days(today, "follow"), listed.next_from if listed.next_id == key and listed.next_from else today)
    item = Item.objects.filter(division=row.division, code=row.item).first()
    out = []
    for county in Listed.objects.filter(item=row.item).exclude(division=row.division).order_by("division"):
        place = Item.objects.filter(division=county.division, code=row.item).first()
        shared = item is None or item.shared_with is None or county.division in item.shared_with
        newest = county.next_id or county.current_id
        if place and shared and newest and place.is_open(today):
            out += _follow(place, newest, Followed(key, since, due_on), today)
    return out


def _follow(item: Item, newest: str, follows: Followed, today: date) -> list[uuid.UUID]:
    """Begin a revision of a county's item from its newest version, which may still wait for its day; or tell the one
    that is under way. Neither where the county has the change already.
    """
    known = {"division": item.division, "item": item.code}
    if Revision.objects.filter(**known, follows=follows.base).exists():
        return []
    under_way = Revision.objects.filter(**known, stage__in=WRITTEN).first()
    own = standard(newest)
    content = content_of(own)
    if under_way:
        content = Manuscript.objects.values_list("content", flat=True).get(revision=under_way.pk)
    merged = merge_change(follows.since, follows.base, own, content)
    if not merged.changed and not merged.clashes:
        return []
    follows = replace(follows, clashes=tuple(merged.clashes))
    if under_way:
        move(REVISION, {under_way.pk: Tell(follows)}, {})
        return [under_way.pk]
    beginning = find_beginning(item, today)
    id = uuid.uuid5(_SPACE, f"{follows.base}>{newest}")
    begun = Begun(
        item.division, item.code, item.name, item.department, beginning.version, newest, beginning.former, follows
    )
    move(REVISION, {id: Follow(begun)}, {})
    return [id]


def _take(entries: Sequence[Entry]) -> None:
    """Follow what the city published."""
    city = city_code()
    for entry in entries:
        if entry.kind == "published" and entry.stream.startswith(f"standard/{city}/"):
            follow_base(str(json.loads(entry.body)["key"]))


FOLLOWER = Follower("counties", ("standard/",), _take)
