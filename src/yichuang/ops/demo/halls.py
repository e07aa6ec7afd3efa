"""The halls of the demo city (3.4a, 3.4b): three business classes, a window of each and one that serves all of them.
The hall of one county has not placed what is built yet, so that its rate says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from yichuang.aggregates.aggregate import Aggregate
from yichuang.aggregates.door import perform
from yichuang.aggregates.prepare import prepare_command
from yichuang.catalog.search import list_entries
from yichuang.hall.declared import HALL
from yichuang.hall.models import Arrangement, Ticket
from yichuang.hall.queries import list_division
from yichuang.hall.serving import call_next, machine_of, take_ticket
from yichuang.hall.tickets import TICKET
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.ops.demo.listing import CITY
from yichuang.ops.demo.revising import find_actor
from yichuang.org.models import Hall

UNFINISHED = "410122"  # 中牟县
CLASSES = {"A": "市场准入", "B": "社会民生", "C": "投资建设"}
# department → class; whatever else there is, is 市场准入
_CLASS_OF = dict.fromkeys(("jyj", "mzj", "rsj", "wjw", "zfj", "xfjy"), "B") | dict.fromkeys(
    ("csglj", "fgw", "jsj", "jtj", "rfb", "slj", "sthj", "wwj", "ylj", "zrzyj", "ghj"), "C"
)
WINDOWS = {"1": ("A",), "2": ("B",), "3": ("C",), "4": ("A", "B", "C")}


def arrange_halls() -> None:
    """Every hall of the city, by the office of its division. Once."""
    if Arrangement.objects.exists():
        return
    for hall in Hall.objects.order_by("division"):
        _arrange(hall, find_actor(f"{hall.division_id}/zwb", "office"))


def _arrange(hall: Hall, office: Actor) -> None:
    id = uuid.uuid4()
    _do(id, office, "arrange", {"hall": str(hall.pk), "kind": "main"})
    for code, name in CLASSES.items():
        _do(id, office, "add_class", {"code": code, "name": name})
    by_class: dict[str, list[str]] = {}
    for entry in list_entries(list_division(hall.division_id)):
        by_class.setdefault(_CLASS_OF.get(entry.department, "A"), []).append(entry.item)
    for code, items in sorted(by_class.items()):
        if (hall.division_id, code) != (UNFINISHED, "C"):
            _do(id, office, "place_items", {"code": code, "items": items})
    for number, classes in WINDOWS.items():
        post = f"{hall.division_id}/zwb/window/{number}"
        _do(id, office, "open_window", {"number": number, "post": post, "classes": classes})


def _do(id: uuid.UUID, actor: Actor, act: str, data: Mapping[str, Any], aggregate: Aggregate[Any, Any] = HALL) -> None:
    prepared = prepare_command(aggregate.life.acts.by_name[act], data, subject=aggregate.stream(id))
    perform(aggregate, id, prepared, actor, command_id=uuid.uuid4())


def give_out_tickets() -> None:
    """Today's queue in the city's hall: some served, some called, some waiting. Once a day."""
    row = Arrangement.objects.filter(division=CITY).order_by("kind").first()
    if row is None or Ticket.objects.filter(arrangement=row.pk, day=local_day(now())).exists():
        return
    machine = machine_of(row.pk, CITY)
    for code in "ABACaBA":  # a: with priority
        take_ticket(row.pk, code.upper(), code.islower(), machine, command_id=uuid.uuid4())
    for number, served in ((2, True), (2, False), (3, False), (4, False)):
        clerk = find_actor(f"{CITY}/zwb", "window", number)
        ticket = call_next(clerk, command_id=uuid.uuid4()).id
        if served:
            for act in ("begin", "finish"):
                _do(ticket, clerk, act, {}, TICKET)
