"""A department and an officer as supervision sees them: lights, findings, orders, durations, hours. Personal data but
names of officers is on no page of these.
"""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.cases import queries, watching
from yichuang.faces import who
from yichuang.faces.watch import frame
from yichuang.faces.watch.hours import heat, table
from yichuang.ledger.actor import Actor
from yichuang.orders import queries as orders
from yichuang.orders.core.state import OrderLevel, Stage
from yichuang.org import queries as org
from yichuang.org.kinds import POST_KINDS, RISKS
from yichuang.supervision import figures, findings, risks
from yichuang.supervision.figures import Asked
from yichuang.supervision.findings import FINDING_READERS
from yichuang.supervision.own.known import name_rule, rule_of
from yichuang.supervision.reach import Reach

ACTIVE = "watch:lights"
DAYS = 90
SLOWEST = 10
LATEST = 20  # orders of an officer


@require_safe
@who.for_officers
def department(request: HttpRequest, actor: Actor, division: str, code: str) -> HttpResponse:
    """One department of the reader's division, a head's own alone."""
    asked = f"{division}/{code}"
    names = _own(actor, asked)
    day = who.seated(request).day
    since = day - timedelta(days=DAYS)
    lamps = next((row for row in watching.lights(queries.scopes_of(actor)) if row.key == asked), None)
    points = risks.register(asked, day, actor.division)
    staff = {person: [p for p in points if person in p.holders] for point in points for person in point.holders}
    context = {
        "title": names[asked],
        "department": asked,
        "lamps": lamps,
        "rules": _rules(findings.counted(actor, "rule", department=asked)),
        "orders": orders.count_of_department(actor, department=asked),
        "stages": Stage,
        "steps": figures.steps(Asked(Reach((division,)), since, department=asked))[:SLOWEST],
        "staff": sorted(staff.items(), key=lambda member: member[1][0].post),
        "done": figures.officers(staff, since, division),
        "found": findings.counted(actor, "person", department=asked),
        "names": org.names_of(staff),
        "kinds": POST_KINDS,
        "levels": {"": "未定级", **RISKS},
        "days": DAYS,
    }
    return frame.page(request, actor, "department.html", context, active=ACTIVE)


@require_safe
@who.for_officers
def officer(request: HttpRequest, actor: Actor, account: int) -> HttpResponse:
    """One officer who holds or held a post of the reader's division, of a head's own department alone."""
    frame.only_watchers(actor)
    day = who.seated(request).day
    own = "" if actor.post_kind in FINDING_READERS else actor.department
    holdings = org.list_holdings_of_account(account, actor.division, own)
    if not holdings:
        raise Http404(str(account))
    person, since = f"a:{account}", day - timedelta(days=DAYS)
    # elsewhere in the city somebody else watches
    mine = Asked(Reach((actor.division,), own), since, person=person)
    hours = figures.hours(mine)
    context = {
        "title": holdings[0].officer.name,
        "person": person,
        "holdings": holdings,
        "today": day,
        "done": figures.officers([person], since, actor.division)[person],
        "rules": _rules(findings.counted(actor, "rule", person=person)),
        "orders": orders.orders_of_person(actor, person)[:LATEST],
        "stages": Stage,
        "order_levels": OrderLevel,
        "steps": figures.steps(mine)[:SLOWEST],
        "hours": hours,
        "chart": heat(hours),
        "head": ["星期", *(f"{hour}时" for hour in range(24))],
        "rows": table(hours),
        "name_rule": name_rule,
        "days": DAYS,
    }
    return frame.page(request, actor, "officer.html", context, active=ACTIVE)


def _own(actor: Actor, asked: str) -> dict[str, str]:
    """The names of departments when the asked one is the reader's to see. Raises Http404."""
    frame.only_watchers(actor)
    names = frame.departments(actor.division)
    if asked not in names or (actor.post_kind not in FINDING_READERS and asked != actor.department):
        raise Http404(asked)
    return names


def _rules(counts: dict[tuple[str, ...], int]) -> list[tuple[str, str, int]]:
    """(code, title, number) of open findings by rule, the most first."""
    return [
        (code, rule_of(code).title, n)
        for (code,), n in sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    ]
