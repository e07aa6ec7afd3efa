"""亮灯: open cases by department, item or level of government; from here to a list, from the list to a case."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yichuang.cases import queries, watching
from yichuang.catalog import search
from yichuang.faces import who
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.supervision.reach import reach_of

ACTIVE = "watch:lights"
BY: dict[watching.By, str] = {"department": "按部门", "item": "按事项", "division": "按层级"}


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The lights one way; a division under the reader's own is counted and leads nowhere."""
    frame.only_watchers(actor)
    by: watching.By = next((way for way in BY if way == request.GET.get("by")), "department")
    scopes = queries.scopes_of(actor)
    if by == "division" and not (reach := reach_of(actor)).department:
        scopes = [("division", code) for code in reach.divisions]
    rows = watching.lights(scopes, by)
    names = _names(by, actor, [row.key for row in rows])
    context = {
        "title": "亮灯",
        "by": by,
        "ways": BY,
        "rows": [(row, names.get(row.key, row.key), _address(by, row.key, actor)) for row in rows],
    }
    return frame.page(request, actor, "lights.html", context, active=ACTIVE)


def _names(by: str, actor: Actor, keys: list[str]) -> dict[str, str]:
    if by == "department":
        return frame.departments(actor.division)
    if by == "item":
        return {entry.item: entry.name for entry in search.list_entries(actor.division)}
    return org.names_of_divisions(keys)


def _address(by: str, key: str, actor: Actor) -> str:
    """Where its open cases are listed; nothing for another division's."""
    if by == "division":
        return f"{reverse('desk:home')}?list=open" if key == actor.division else ""
    asked: dict[str, Any] = {"list": "open", by: key}
    return f"{reverse('desk:home')}?{urlencode(asked)}"
