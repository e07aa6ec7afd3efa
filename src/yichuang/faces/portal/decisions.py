"""准予许可决定公开 (许可法40条): what was granted, for everybody, with figures of the last 30 days."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.cases.decisions import FIGURE_DAYS, PAGE, count_decisions, list_decisions
from yichuang.catalog import search
from yichuang.faces import who
from yichuang.faces.portal.page import page_for_all
from yichuang.faces.requests import number
from yichuang.licences.core.applying import NAMES
from yichuang.org.queries import names_of_departments


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """The list, the latest first, narrowed by division. Five statements."""
    divisions = dict(search.list_divisions())
    asked = request.GET.get("at", "")
    division = asked if asked in divisions else ""
    listed = list_decisions(division, page=number(request.GET.get("page")))
    figures = count_decisions(who.today())
    context: dict[str, Any] = {
        "title": "准予许可决定公开",
        "listed": listed,
        "per_page": PAGE,
        "division": division,
        "divisions": divisions,
        "departments": names_of_departments({row.division for row in listed.rows}),
        "situations": NAMES | {"new": "新办"},
        "days": FIGURE_DAYS,
        "figures": [
            ("作出决定", str(figures.decided)),
            ("准予", str(figures.granted)),
            ("不予", str(figures.decided - figures.granted)),
            ("在承诺时限内", str(figures.in_time)),
        ],
    }
    return page_for_all(request, "decisions.html", context)
