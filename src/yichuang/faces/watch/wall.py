"""大屏: the day at a glance from across a room; it looks again by itself. Every number leads to what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yichuang.cases import queries as cases
from yichuang.cases import watching
from yichuang.cases.core.events import LABELS
from yichuang.faces import who
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
    """A department: its light, open cases, those beyond a limit, and open findings by colour."""

    department: str
    name: str
    open: int
    over: int
    yellow: int
    red: int
    light: str


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


def _tiles(lights: list[watching.Lights], counted: list[tuple[str, int, int]], names: dict[str, str]) -> list[Tile]:
    """The departments with anything open, the gravest first."""
    cases_of = {row.key: row for row in lights}
    findings_of = {department: (yellow, red) for department, yellow, red in counted}
    out = []
    for department in cases_of.keys() | findings_of.keys():
        row, (yellow, red) = cases_of.get(department), findings_of.get(department, (0, 0))
        levels = row.levels if row else (0, 0, 0, 0, 0)
        light = (
            "red"
            if red or levels[4]
            else "yellow"
            if yellow or levels[3] or levels[2]
            else "blue"
            if levels[1]
            else "green"
        )
        over = levels[3] + levels[4]
        name = names.get(department, department)
        out.append(Tile(department, name, row.open if row else 0, over, yellow, red, light))
    return sorted(out, key=lambda tile: (WORST.index(tile.light), -tile.red, -tile.yellow, -tile.open, tile.department))
