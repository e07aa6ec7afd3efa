"""A change of the city's base opens the same change in every county that shares the item (3.2b): the program begins a
revision there, with the change merged into the county's standard and a day until which it is due.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from yichuang.aggregates.door import move, read_lives
from yichuang.aggregates.following import Followed as Entry
from yichuang.aggregates.following import Follower
from yichuang.catalog.consistency.declared import add_days
from yichuang.catalog.consistency.drafts import list_standing
from yichuang.catalog.consistency.exercised import list_exercised
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
    row = Published.objects.defer("document").filter(key=key, division=city_code()).first()
    since = former_key(row) if row else None
    listed = Listed.objects.filter(division=city_code(), item=row.item).first() if row else None
    if row is None or since is None or listed is None or key not in (listed.current_id, listed.next_id):
        return []
    today = local_day(now())
    due_on = max(add_days(today, "follow"), listed.next_from if listed.next_id == key and listed.next_from else today)
    exercised = list_exercised(today, row.item)
    out = []
    for county in Listed.objects.filter(item=row.item).exclude(division=row.division).order_by("division"):
        place = Item.objects.filter(division=county.division, code=row.item).first()
        newest = county.next_id or county.current_id
        if place and newest and exercised.has_item(place):
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
    lifted: tuple[str, ...] = ()
    if under_way:
        content = Manuscript.objects.values_list("content", flat=True).get(revision=under_way.pk)
        told = set(filter(None, (under_way.follows, under_way.owes)))
        lifted = tuple(sorted(told - list_standing(told)))
        follows = replace(follows, since=under_way.follows or follows.since)  # what it has taken in already
    merged = merge_change(follows.since, follows.base, own, content)
    if not merged.changed and not merged.clashes:
        return []
    follows = replace(follows, clashes=tuple(merged.clashes))
    if under_way:
        move(REVISION, {under_way.pk: Tell(follows, lifted)}, {})
        return [under_way.pk]
    beginning = find_beginning(item, today)
    id = uuid.uuid5(_SPACE, f"{follows.base}>{newest}")
    begun = Begun(
        item.division, item.code, item.name, item.department, beginning.version, newest, beginning.former, follows
    )
    move(REVISION, {id: Follow(begun)}, {})
    return [id]


def follow_late(revision: uuid.UUID) -> list[uuid.UUID]:
    """Open the change that came too late for a county's version which its office has approved since. The revisions that
    follow it.
    """
    life = read_lives(REVISION, [revision]).get(revision)
    left = life.state.left if life else None
    if life is None or left is None or not list_standing({left.base}):
        return []
    state, today = life.state, local_day(now())
    item = Item.objects.get(division=state.division, code=state.item)
    left = replace(left, due_on=max(left.due_on, add_days(today, "follow")))
    return _follow(item, state.key, left, today) if list_exercised(today, item.code).has(state) else []


def _take(entries: Sequence[Entry]) -> None:
    """Follow what the city published; and what a county had no time for, once it has published."""
    city = city_code()
    for entry in entries:
        if entry.kind != "published" or not entry.stream.startswith("standard/"):
            continue
        body = json.loads(entry.body)
        if entry.stream.startswith(f"standard/{city}/"):
            follow_base(str(body["key"]))
        elif "revision" in body:
            follow_late(uuid.UUID(body["revision"]))


FOLLOWER = Follower("counties", ("standard/",), _take)
