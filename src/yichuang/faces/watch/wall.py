"""大屏: the day at a glance from across a room; it looks again by itself. Every number leads to what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.orders import queries as orders
from yichuang.orders.core.state import Stage
from yichuang.org import queries as org
from yichuang.supervision import findings, rates
from yichuang.supervision.findings import DepartmentStanding
from yichuang.supervision.own.known import rule_of
from yichuang.supervision.queries import reading
from yichuang.supervision.reach import reach_of

TILES = 20  # departments that fit, the gravest first; of the others only their number is told
LATEST = 4  # red findings
WORST = ("red", "yellow", "blue", "green")
TODAY = ("submitted", "accepted", "decided", "closed")
STAGES = (Stage.DRAFTED, Stage.ISSUED, Stage.SIGNED, Stage.RETURNED, Stage.REPLIED, Stage.APPEALED)


@dataclass(frozen=True, slots=True)
class Tile:
    """A department: its open cases, and what is found against it."""

    department: str
    name: str
    lamps: Lights
    found: DepartmentStanding
    today: date

    @property
    def red(self) -> int:
        return self.found.red

    @property
    def yellow(self) -> int:
        return self.found.yellow

    @property
    def reason(self) -> str:
        """What most of the gravest findings are about, and how old the oldest of these is."""
        if not self.found.since:
            return ""
        days = (self.today - local_day(self.found.since)).days
        return f"{rule_of(self.found.reason).title} {self.found.number}，最早的{f'已{days}天' if days else '今天发现'}"

    @property
    def change(self) -> str:
        """Findings against those when today began."""
        more = self.found.change
        return f"比昨天多{more}" if more > 0 else f"比昨天少{-more}" if more else "与昨天持平"

    @property
    def share(self) -> int:
        """Per cent of the open cases that are beyond a limit."""
        return round(100 * self.over / self.lamps.open) if self.lamps.open else 0

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
    day, reach = who.seated(request).day, reach_of(actor)
    names = {id: name.removeprefix(place) for id, name in org.names_of_departments(reach.divisions).items()}
    found = findings.standing(actor, day)
    own = f"{actor.division}/"
    below = [row for row in found if not row.department.startswith(own)]
    tiles = _tiles(watching.lights(scopes), [row for row in found if row not in below], names, day)
    done = watching.today(scopes, moment)
    standing = orders.count_by_stage(actor, day)
    context: dict[str, Any] = {
        "title": "监察大屏",
        "now": moment,
        "today": [(LABELS[kind], done[kind]) for kind in TODAY],
        "rates": list(rates.on(day, reach, rates.window()).total().items()),
        "tiles": tiles[:TILES],
        "others": tiles[TILES:],
        "below": (sum(row.red for row in below), sum(row.yellow for row in below)),
        "wide": len(reach.divisions) > 1,
        "latest": [
            (finding, rule_of(finding.rule).title, names.get(finding.department, finding.department))
            for finding in findings.latest(actor, "red", LATEST)
        ],
        "orders": [(stage, *standing.get(stage.value, (0, 0))) for stage in STAGES],
        "health": watching.health(),
        "reading": reading(),
    }
    response = render(request, "watch/wall.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _tiles(lights: list[Lights], standing: list[DepartmentStanding], names: dict[str, str], today: date) -> list[Tile]:
    """The departments of the division with anything open, the gravest first: by colour, by the share of cases beyond a
    limit, by red and yellow findings.
    """
    lamps = {row.key: row for row in lights}
    found = {row.department: row for row in standing if row.red + row.yellow}
    nothing = DepartmentStanding("", 0, 0, 0, "", 0, None)
    tiles = [
        Tile(id, names.get(id, id), lamps.get(id, Lights(id, {})), found.get(id, nothing), today)
        for id in lamps.keys() | found.keys()
    ]
    return sorted(tiles, key=_gravity)


def _gravity(tile: Tile) -> tuple[Any, ...]:
    return (WORST.index(tile.light), -tile.share, -tile.red, -tile.yellow, -tile.lamps.open, tile.department)
