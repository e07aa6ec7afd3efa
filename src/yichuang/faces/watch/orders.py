"""督办: the list of cards and supervision orders, and what is done with many of them. Which exist for whom is
`orders.queries`'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.prepare import new_command_id
from yichuang.faces import requests, who
from yichuang.faces.watch import frame
from yichuang.faces.watch.ticked import carry_out_ticked, offer_ticked
from yichuang.ledger.actor import Actor
from yichuang.orders import queries
from yichuang.orders.core import decide as core
from yichuang.orders.core.state import CLOSED, OrderLevel, Origin, Stage
from yichuang.orders.queries import OrderFilter
from yichuang.org import queries as org
from yichuang.supervision import findings
from yichuang.supervision.own.known import name_rule
from yichuang.supervision.queries import reading
from yichuang.supervision.reach import reach_of

if TYPE_CHECKING:
    from yichuang.orders.models import Order as Row

ACTIVE = "watch:orders"
STATES = {"todo": "等我办理", "open": "未了结", "closed": "已了结", "all": "全部"}
WATCHERS = [("", "全部"), ("mine", "分给我的")]
# What a light says beside the words: a reminder is blue, a card has its own colour
LIGHTS = {"reminder": "blue", "yellow": "yellow", "red": "red"}


class Find(forms.Form):
    """Filters of the list; all optional."""

    state = forms.ChoiceField(label="状态", required=False)
    level = forms.ChoiceField(
        label="级别", required=False, choices=[("", "全部"), *((v.value, v.label) for v in OrderLevel)]
    )
    department = forms.ChoiceField(label="部门", required=False)
    watcher = forms.ChoiceField(label="跟进", required=False, choices=WATCHERS)

    def __init__(self, data: Any, departments: dict[str, str], *, follows_up: bool) -> None:
        super().__init__(data)
        stages = [(s.value, s.label) for s in Stage if s is not Stage.NEW]
        self._choose("state", [*STATES.items(), *stages])
        self._choose("department", [("", "全部"), *departments.items()])
        if not departments:
            del self.fields["department"]
        if not follows_up:
            del self.fields["watcher"]
        self.full_clean()

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def filter_for(self, actor: Actor) -> OrderFilter:
        given = self.cleaned_data
        watcher = actor.person if given.get("watcher") else ""
        return OrderFilter(given.get("state") or "open", given.get("level", ""), given.get("department", ""), watcher)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The orders that exist for the reader, what is beyond its day first; and one act on those that were ticked."""
    ticked = carry_out_ticked(request, actor) if request.method == "POST" else offer_ticked(request, actor)
    if request.method == "POST" and ticked is None:
        return redirect(request.get_full_path())
    watching = actor.post_kind in findings.FINDING_READERS
    divisions = reach_of(actor).divisions if watching else (actor.division,)
    names = org.names_of_departments(divisions)
    form = Find(request.GET, names if watching else {}, follows_up=actor.post_kind in core.WATCH)
    filter = form.filter_for(actor)
    listing = queries.list_orders(actor, filter, requests.number(request.GET.get("page")))
    today = who.seated(request).day
    counted = queries.count_by_stage(actor, today)
    people = org.names_of({row.person for row in listing.rows} | {row.watcher for row in listing.rows})
    sentences = _sentences(listing.rows)
    context = {
        "title": "督办",
        "found": listing,
        "size": findings.PAGE,
        "state": filter.state,
        "states": [
            (Stage(stage).label, count, f"{reverse(ACTIVE)}?state={stage}") for stage, (count, _) in counted.items()
        ],
        "lines": [
            {
                "order": row,
                "level": OrderLevel(row.level).label,
                "light": LIGHTS[row.level],
                "stage": Stage(row.stage).label,
                "title": name_rule(row.rule) if row.rule else Origin(row.origin).label,
                "says": sentences.get(row.finding, ""),
                "department": names.get(row.department, row.department),
                "person": people.get(row.person, "尚未指定"),
                "watcher": people.get(row.watcher, ""),
                "mine": row.division == actor.division and row.stage not in CLOSED,
                "late": bool(row.due_on and row.due_on < today),
            }
            for row in listing.rows
        ],
        "form": form,
        "may_send": actor.post_kind in core.WATCH,
        "ticked": ticked,
        "wide": len(divisions) > 1,
        "command_id": new_command_id,
        "reading": reading,
    }
    return frame.page(request, actor, "orders.html", context, active=ACTIVE, status=ticked.status if ticked else 200)


def _sentences(rows: tuple[Row, ...]) -> dict[Any, str]:
    """What the findings behind the rows say. One statement."""
    loaded = findings.load_findings(row.finding for row in rows)
    return {id: findings.sentence(finding) for id, finding in loaded.items()}
