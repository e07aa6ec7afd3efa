"""What the mechanism of every life needs to know of the items of the list: their row, and what their facts are."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any, get_args

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.tables import STREAM, Appended, Entry, Row
from yichuang.catalog.consistency.moving import hand_over_answers
from yichuang.catalog.laws.service import hand_over_tasks
from yichuang.catalog.listing import acts
from yichuang.catalog.listing.facts import ListFacts, Other
from yichuang.catalog.listing.queries import is_list_moved
from yichuang.catalog.listing.state import Ended, Event, Item, Listed, Moved, words_of_move
from yichuang.catalog.models import Item as ItemRow
from yichuang.catalog.models import ListMove, Revision
from yichuang.catalog.parameters import find_share
from yichuang.catalog.queries import current_key, standard
from yichuang.catalog.revising.state import WRITTEN
from yichuang.catalog.revising.state import Stage as RevisionStage
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.org.models import Department, Division

_SPACE = uuid.UUID("0d6f2b0a-3a0e-4f0e-9a5e-51f6a5d7c0b4")


def item_id(division: str, code: str) -> uuid.UUID:
    """The id of an item: one a division and code, for ever."""
    return uuid.uuid5(_SPACE, f"{division}/{code}")


def facts(locked: Locked[Item], command: Any, actor: Actor) -> ListFacts:
    """No statement; each of the questions is one or two, when it is asked."""
    division = locked.state.division or getattr(command, "division", actor.division)

    @cache
    def departments() -> dict[str, str]:
        today = local_day(locked.now)
        rows = Department.objects.filter(division=division).order_by("pk")
        return {row.pk: row.name for row in rows if row.may_exercise and not row.is_closed(today)}

    @cache
    def others() -> tuple[Other, ...]:
        rows = ItemRow.objects.filter(division=division).exclude(pk=locked.id).order_by("code")
        today = local_day(locked.now)
        return tuple(
            Other(row.code, row.name, row.is_open(today), row.part_of, row.ended_by, row.former) for row in rows
        )

    @cache
    def counties() -> dict[str, str]:
        rows = Division.objects.filter(level="county", parent=division).order_by("code")
        return {row.code: row.name for row in rows if not row.is_closed(local_day(locked.now))}

    @cache
    def in_force() -> tuple[str, int] | None:
        key = current_key(division, locked.state.code)
        return (key, standard(key).visits) if key else None

    is_closed = cache(lambda: is_list_moved(division))
    share = cache(find_share)

    @cache
    def revising() -> str:
        today = local_day(locked.now)
        stages = [*WRITTEN, RevisionStage.APPROVED]
        rows = Revision.objects.filter(division=division, item=locked.state.code, stage__in=stages)
        ahead = rows.exclude(stage=RevisionStage.APPROVED, effective_on__lte=today).values_list("stage", flat=True)
        return next((RevisionStage(stage).label for stage in ahead), "")

    return ListFacts(locked.now, actor, departments, others, is_closed, share, counties, in_force, revising)


def _row(item: Item, facts: ListFacts) -> dict[str, Any]:
    return {
        "stage": item.stage.value,
        "division": item.division,
        "code": item.code,
        "name": item.name,
        "former_names": "\n".join(item.former),
        "department": item.department,
        "ground": item.ground.value,
        "part_of": item.part_of,
        "listed_on": item.listed_on,
        "ends_on": item.ending.on if item.ending else None,
        "merged_into": item.ending.into if item.ending else "",
        "ended_by": item.ending.source.words if item.ending else "",
        "rule": item.ending.rule if item.ending else "",
        "transition": item.ending.transition.value if item.ending else "",
        "once": item.once,
        "moved_at": item.moved_at,
        "shared_with": None if item.shared_with is None else list(item.shared_with),
    }


def _move(entry: Entry, item: Item, facts: ListFacts) -> dict[str, Any]:
    """The row of the public ledger that an entry adds. An item counts from the day it is listed to that it ends."""
    event = entry.event
    ended = isinstance(event, Ended)
    source = item.source if isinstance(event, Listed) else getattr(event, "source", None)
    ending = item.ending if ended else getattr(event, "ending", None)
    words = ending.source.words if ending else source.words if source else ""
    change = -1 if ended else 1 if isinstance(event, Listed) else 0
    return {
        "seq": entry.seq,
        "day": event.on if ended else local_day(entry.recorded_at),
        "division": item.division,
        "code": item.code,
        "name": item.name,
        "department": item.department,
        "kind": snake_case(type(event).__name__),
        "words": words_of_move(event),
        "source": words,
        "files": " ".join(event.evidence) if getattr(event, "public", False) else "",
        "change": change if item.counted else 0,
    }


def _carry_effect(event: Any, item: Item, facts: ListFacts) -> None:
    """What changes of laws and the city ask goes with the item to its new department."""
    if isinstance(event, Moved):
        hand_over_answers(item.division, item.code, item.department)
        hand_over_tasks(item.division, item.code, item.department)


KINDS: dict[str, type[Any]] = {snake_case(cls.__name__): cls for cls in get_args(Event)}
ITEM: Aggregate[Item, ListFacts] = Aggregate(
    kind="listing",
    label="审批事项",
    life=acts.LIFE,
    codec=Codec(KINDS, Item),
    blank=Item,
    facts=facts,
    next_moment=acts.next_moment,
    last_moment=lambda item: item.moved_at,
    row=Row(ItemRow, _row),
    appended=(Appended(ListMove, STREAM, "清单变动", _move),),
    # the list is public: what an officer may do with an item says `acts.may`
    scopes=Scopes(lambda item: [("division", item.division)], lambda actor: [("division", actor.division)]),
    effect=_carry_effect,
    alive="stage in ('listed', 'ending')",
    absent=("no-such-item", "清单上没有这个事项。", "请从审批事项清单重新进入。"),
)
