"""大屏: the day at a glance from across a room; it looks again by itself. Every number leads to what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yichuang.cases import queries as cases
from yichuang.cases import watching
from yichuang.cases.core.events import LABELS
from yichuang.cases.core.lights import BEYOND_LAW, BEYOND_PROMISE
from yichuang.cases.watching import Lights
from yichuang.faces import who
from yichuang.faces.addresses import url
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.orders import queries as orders
from yichuang.orders.core.state import Stage
from yichuang.supervision import findings, rates
from yichuang.supervision.queries import reading
from yichuang.supervision.reach import reach_of
from yichuang.supervision.rules.catalogue import BY_CODE

TILES = 20  # departments that fit, the gravest first; of the others only their number is told
LATEST = 4  # red findings
WORST = ("red", "yellow", "blue", "green")
TODAY = ("submitted", "accepted", "decided", "closed")
STAGES = (Stage.DRAFTED, Stage.ISSUED, Stage.SIGNED, Stage.RETURNED, Stage.REPLIED, Stage.APPEALED)


@dataclass(frozen=True, slots=True)
class Tile:
    """A department: its open cases, and its open findings by colour."""

    department: str
    name: str
    lamps: Lights
    yellow: int
    red: int

    @property
    def light(self) -> str:
        """The graver colour of the two."""
        found = "red" if self.red else "yellow" if self.yellow else "green"
        return min(found, self.lamps.light[0], key=WORST.index)

    @property
    def over(self) -> int:
        """Open cases beyond a limit by the office's doing."""
        return self.lamps.count(BEYOND_PROMISE) + self.lamps.count(BEYOND_LAW)

    @property
    def href(self) -> str:
        """What the light stands for: the findings of its colour, else the cases of the worst level."""
        if {"red": self.red, "yellow": self.yellow}.get(self.light):
            return f"{url('watch:findings')}?{urlencode({'department': self.department, 'level': self.light})}"
        asked = {"list": "open", "department": self.department}
        worst = {"light": self.lamps.worst} if self.lamps.worst else {}
        return f"{url('desk:home')}?{urlencode(asked | worst)}"


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Figures of the day, a tile a department, the last red findings, the orders, and whether the house is well."""
    frame.only_watchers(actor)
    scopes, moment = cases.scopes_of(actor), now()
    place = who.seated(request).seat.post.department.division.name
    names = {id: name.removeprefix(place) for id, name in frame.departments(actor.division).items()}
    tiles = _tiles(watching.lights(scopes), findings.totals(actor), names)
    done = watching.today(scopes, moment)
    standing = orders.count_by_stage(actor, who.seated(request).day)
    context: dict[str, Any] = {
        "title": "监察大屏",
        "now": moment,
        "today": [(LABELS[kind], done[kind]) for kind in TODAY],
        "rates": list(rates.on(who.seated(request).day, reach_of(actor), rates.window()).total().items()),
        "tiles": tiles[:TILES],
        "others": tiles[TILES:],
        "latest": [
            (finding, BY_CODE[finding.rule].title, names.get(finding.department, finding.department))
            for finding in findings.latest(actor, "red", LATEST)
        ],
        "orders": [(stage, *standing.get(stage.value, (0, 0))) for stage in STAGES],
        "health": watching.health(),
        "reading": reading(),
    }
    response = render(request, "watch/wall.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _tiles(lights: list[Lights], counted: list[tuple[str, int, int]], names: dict[str, str]) -> list[Tile]:
    """The departments with anything open, the gravest first."""
    lamps = {row.key: row for row in lights}
    found = {department: (yellow, red) for department, yellow, red in counted}
    tiles = [
        Tile(id, names.get(id, id), lamps.get(id, Lights(id, {})), *found.get(id, (0, 0)))
        for id in lamps.keys() | found.keys()
    ]
    return sorted(
        tiles, key=lambda tile: (WORST.index(tile.light), -tile.red, -tile.yellow, -tile.lamps.open, tile.department)
    )
