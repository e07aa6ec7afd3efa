"""体外循环迹象: what the rules on handling outside the system found, by rule and by department."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.faces import who
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.supervision import findings
from yichuang.supervision.queries import reading
from yichuang.supervision.reach import reach_of
from yichuang.supervision.rules.catalogue import RULES

ACTIVE = "watch:signs"
OUTSIDE = tuple(rule for rule in RULES if rule.code.startswith("R-O"))


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open findings of these rules within the reader's reach; every number leads to what it counts."""
    frame.only_watchers(actor)
    names = org.names_of_departments(reach_of(actor).divisions)
    counts = findings.counted(actor, "department", "rule", rule__in=[rule.code for rule in OUTSIDE])
    rules = [rule for rule in OUTSIDE if any(code == rule.code for _, code in counts)]
    totals: dict[str, int] = {}
    for (department, _), number in counts.items():
        totals[department] = totals.get(department, 0) + number
    departments = sorted(totals, key=lambda place: (-totals[place], place))
    context = {
        "title": "体外循环迹象",
        "rules": OUTSIDE,
        "by_rule": {rule.code: sum(n for (_, code), n in counts.items() if code == rule.code) for rule in OUTSIDE},
        "departments": departments,
        "names": names,
        "totals": totals,
        "chart": _option(counts, departments, names, rules),
        "head": ["部门", *(rule.title for rule in rules), "合计"],
        "rows": [
            [names.get(place, place), *(counts.get((place, rule.code), 0) for rule in rules), totals[place]]
            for place in departments
        ],
        "reading": reading,
    }
    return frame.page(request, actor, "signs.html", context, active=ACTIVE)


def _option(
    counts: dict[tuple[str, ...], int], departments: list[str], names: dict[str, str], rules: list[Any]
) -> dict[str, Any]:
    """A bar a department, its findings by rule one on the other."""
    return {
        "legend": {},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [names.get(code, code)[-10:] for code in departments],
        },
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": rule.title,
                "data": [counts.get((code, rule.code), 0) for code in departments],
            }
            for rule in rules
        ],
    }
