"""What the mechanism of every life needs to know of halls: their rows, and what their facts are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, partial
from typing import Any, get_args

from yichuang.aggregates.acts import snake_case
from yichuang.aggregates.aggregate import Aggregate, Locked
from yichuang.aggregates.codec import Codec
from yichuang.aggregates.scopes import Scopes
from yichuang.aggregates.tables import Owned, Row, Values
from yichuang.hall import queries
from yichuang.hall.arrangement import Hall, HallEvent
from yichuang.hall.arrangement_acts import HALL_LIFE, HallFacts
from yichuang.hall.models import Arrangement, BusinessClass, Place, Window
from yichuang.ledger.actor import Actor

READERS = frozenset({"office", "supervisor", "inspector", "window", "counsellor"})


def kinds_of(events: Any) -> dict[str, type[Any]]:
    """The names in the ledger of the classes of a union of events."""
    return {snake_case(cls.__name__): cls for cls in get_args(events)}


def of_reader(actor: Actor) -> Iterable[tuple[str, str]]:
    """Halls and tickets exist for the officers of the division who work in its halls or watch over them."""
    return [("division", actor.division)] if actor.post_kind in READERS else []


def hall_facts(locked: Locked[Hall], command: Any, actor: Actor) -> HallFacts:
    """No statement; the questions are asked when they matter."""
    division = locked.state.division or actor.division
    return HallFacts(
        locked.now,
        actor,
        halls=cache(partial(queries.list_unarranged, division)),
        items=cache(partial(queries.names_of_items, division)),
        posts=cache(partial(queries.list_free_posts, division, locked.state.hall)),
    )


def _row(hall: Hall, facts: HallFacts) -> Values:
    consent = hall.consent
    return {
        "stage": hall.stage.value,
        "hall": hall.hall,
        "name": hall.name,
        "division": hall.division,
        "kind": hall.kind,
        "kiosk": hall.kiosk,
        "consent": f"{consent.issuer}{consent.number}（{consent.day}）" if consent else "",
        "moved_at": hall.moved_at,
    }


def _classes(hall: Hall, facts: HallFacts, row: Mapping[str, Any]) -> list[Values]:
    return [{"code": code, "name": name} for code, name in hall.classes.items()]


def _places(hall: Hall, facts: HallFacts, row: Mapping[str, Any]) -> list[Values]:
    placed = {item: {"code": code, "excepted": ""} for item, code in hall.items.items()}
    kept_out = {item: {"code": "", "excepted": basis} for item, basis in hall.excepted.items()}
    return [{"item": item, "division": hall.division, **known} for item, known in (kept_out | placed).items()]


def _windows(hall: Hall, facts: HallFacts, row: Mapping[str, Any]) -> list[Values]:
    return [
        {"number": w.number, "post": w.post, "classes": " ".join(w.classes), "since": w.since}
        for w in hall.windows.values()
    ]


HALL: Aggregate[Hall, HallFacts] = Aggregate(
    kind="hall",
    label="大厅设置",
    life=HALL_LIFE,
    codec=Codec(kinds_of(HallEvent), Hall),
    blank=Hall,
    facts=hall_facts,
    next_moment=lambda hall, facts: None,
    last_moment=lambda hall: hall.moved_at,
    row=Row(Arrangement, _row),
    scopes=Scopes(lambda hall: [("division", hall.division)], of_reader),
    owned=(
        Owned(BusinessClass, "arrangement", "业务类别", _classes),
        Owned(Place, "arrangement", "进驻的事项", _places),
        Owned(Window, "arrangement", "窗口", _windows),
    ),
    alive="false",
    absent=("no-such-hall", "没有这个大厅，或者您无权查看。", "请从“大厅”重新进入。"),
)
