"""督办: the list of cards and supervision orders, and sending many that wait. Which exist for whom is
`orders.queries`'.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.faces import requests, who
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.orders import queries, service
from yichuang.orders.core import decide as core
from yichuang.orders.core.state import OrderLevel, Origin, Stage
from yichuang.orders.queries import OrderFilter
from yichuang.org import queries as org
from yichuang.supervision import findings
from yichuang.supervision.rules.catalogue import BY_CODE

if TYPE_CHECKING:
    from yichuang.orders.models import Order as Row

ACTIVE = "watch:orders"
STATES = {"todo": "等我办理", "open": "未了结", "closed": "已了结", "all": "全部"}
# What a light says beside the words: a reminder is blue, a card has its own colour
LIGHTS = {"reminder": "blue", "yellow": "yellow", "red": "red"}


class Find(forms.Form):
    """Filters of the list; all optional."""

    state = forms.ChoiceField(label="状态", required=False)
    level = forms.ChoiceField(
        label="级别", required=False, choices=[("", "全部"), *((v.value, v.label) for v in OrderLevel)]
    )
    department = forms.ChoiceField(label="部门", required=False)

    def __init__(self, data: Any, departments: dict[str, str]) -> None:
        super().__init__(data)
        stages = [(s.value, s.label) for s in Stage if s is not Stage.NEW]
        self._choose("state", [*STATES.items(), *stages])
        self._choose("department", [("", "全部"), *departments.items()])
        if not departments:
            del self.fields["department"]
        self.full_clean()

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def filter(self) -> OrderFilter:
        given = self.cleaned_data
        return OrderFilter(given.get("state") or "open", given.get("level", ""), given.get("department", ""))


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The orders that exist for the reader, what is beyond its day first."""
    watching = actor.post_kind in findings.FINDING_READERS
    names = frame.departments(actor.division)
    form = Find(request.GET, names if watching else {})
    listing = queries.list_orders(actor, form.filter, requests.number(request.GET.get("page")))
    today = who.seated(request).day
    counted = queries.count_by_stage(actor, today)
    people = org.names_of({row.person for row in listing.rows})
    drafts = [row for row in listing.rows if row.stage == Stage.DRAFTED.value]
    sentences = _sentences(listing.rows)
    context = {
        "title": "督办",
        "found": listing,
        "size": findings.PAGE,
        "state": form.filter.state,
        "states": [
            (Stage(stage).label, count, f"{reverse(ACTIVE)}?state={stage}") for stage, (count, _) in counted.items()
        ],
        "lines": [
            {
                "order": row,
                "level": OrderLevel(row.level).label,
                "light": LIGHTS[row.level],
                "stage": Stage(row.stage).label,
                "title": BY_CODE[row.rule].title if row.rule in BY_CODE else Origin(row.origin).label,
                "says": sentences.get(row.finding, ""),
                "department": names.get(row.department, row.department),
                "person": people.get(row.person, "尚未指定"),
                "late": bool(row.due_on and row.due_on < today),
            }
            for row in listing.rows
        ],
        "form": form,
        "may_send": actor.post_kind in core.WATCH,
        "sendable": bool(drafts) and actor.post_kind in core.WATCH,
        "command_id": new_command_id,
    }
    return frame.page(request, actor, "orders.html", context, active=ACTIVE)


def _sentences(rows: tuple[Row, ...]) -> dict[Any, str]:
    """What the findings behind the rows say. One statement."""
    loaded = findings.load_findings(row.finding for row in rows)
    return {id: findings.sentence(finding) for id, finding in loaded.items()}


@require_POST
@who.for_officers
def send(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send the cards that were ticked, each with the words its finding gives it, each in a transaction of its own."""
    base, done, refused = requests.posted_id(request), 0, list[Refused]()
    for text_id in request.POST.getlist("order")[: findings.PAGE]:
        row = queries.find_order(actor, _uuid(text_id))
        finding = findings.load_finding(row.finding) if row else None
        if row is None or finding is None:
            continue
        content = {"text": service.content_of(finding)}
        try:
            service.perform(row.id, "issue", content, actor, command_id=uuid.uuid5(base, str(row.id)))
            done += 1
        except Refused as error:
            refused.append(error)
    if done:
        messages.success(request, f"已发出{done}张。")
    if refused:
        messages.error(request, f"{len(refused)}张没有发出：{refused[0].message}{refused[0].next}")
    if not done and not refused:
        messages.error(request, "没有勾选要发出的牌。请在列表中勾选后再发。")
    return redirect(f"{reverse(ACTIVE)}?state={Stage.DRAFTED.value}")


def _uuid(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError as error:
        raise Http404("order") from error
