"""When somebody is absent: who is away, who stands in, and the open steps assigned to them. For heads of a department.

Absence and delegation are org.service's acts; handing a step over is the door's 交接, offered on the case's own page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from yichuang.aggregates.refusal import Invalid
from yichuang.cases import queries
from yichuang.cases.filters import CaseFilter
from yichuang.cases.queries import Row
from yichuang.faces import frame, who
from yichuang.faces.fields import choice, day_field
from yichuang.faces.forms import django_errors
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.org import service
from yichuang.org.kinds import ABSENCE_REASONS
from yichuang.org.rights import HANDOVER

if TYPE_CHECKING:
    from yichuang.org.models import Absence, Officer

ACTIVE = ("desk:handover", "")
AHEAD = timedelta(days=30)  # absences that begin later are not shown


class AbsenceForm(forms.Form):
    first_day = day_field("从哪天")
    last_day = day_field("到哪天")

    def __init__(self, officers: list[Officer], data: Any = None, today: date | None = None) -> None:
        super().__init__(data, initial={"first_day": today}, prefix="absence")
        known = [(str(o.pk), f"{o.name}（{o.number}）") for o in officers]
        self.fields = {
            "officer": choice("谁缺席", known, many=0),
            "reason": choice("原因", list(ABSENCE_REASONS.items()), many=0),
            **self.fields,
        }


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody of the department who is, or soon will be, away."""

    absence: Absence
    posts: list[Any]  # posts held, each with its stand-in or None, and who could stand in
    rows: tuple[Row, ...]  # visible cases with an open step assigned to them


@require_safe
@who.for_officers
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """缺席与交接."""
    HANDOVER.demand(actor)
    officers = _officers(actor, request)
    return _page(request, actor, AbsenceForm(officers, today=who.seated(request).day), officers)


@require_POST
@who.for_officers
def absent(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Record an absence of somebody of the department."""
    HANDOVER.demand(actor)
    officers = _officers(actor, request)
    form = AbsenceForm(officers, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        officer = next(o for o in officers if str(o.pk) == data["officer"])
        try:
            service.record_absence(officer, data["first_day"], data["last_day"], data["reason"], actor)
        except Invalid as error:
            form.add_error({"reason": "reason"}.get(error.code, "first_day"), error.message)
        else:
            messages.success(request, f"已登记{officer.name}缺席。请为其岗位指定代理人，并交接已指派的环节。")
            return redirect("desk:handover")
    return _page(request, actor, form, officers, status=422)


@require_POST
@who.for_officers
def back(request: HttpRequest, actor: Actor, absence_id: int) -> HttpResponse:
    """The officer is back today (销假)."""
    absence = _absence(request, actor, absence_id)
    try:
        service.end_absence(absence, who.seated(request).day, actor)
    except Invalid as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{absence.officer.name}已销假，自今日起恢复办理。")
    return redirect("desk:handover")


@require_POST
@who.for_officers
def stand_in(request: HttpRequest, actor: Actor, absence_id: int) -> HttpResponse:
    """Let a colleague act from a post of somebody absent, from today or the first day of the absence on."""
    absence = _absence(request, actor, absence_id)
    posts = {
        h.post_id: h.post
        for h in org.list_holdings_of_officers([absence.officer_id], actor.department, who.seated(request).day)
    }
    post = posts.get(request.POST.get("post", ""))
    officer = next((o for o in _officers(actor, request) if str(o.pk) == request.POST.get("officer")), None)
    if post is None or officer is None:
        messages.error(request, "请选择岗位和代理人。")
        return redirect("desk:handover")
    first = max(absence.first_day, who.seated(request).day)
    try:
        service.delegate(absence, post, officer, actor, first_day=first)
    except Invalid as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{officer.name}自{first}起代理{post.name}，至{absence.last_day}。")
    return redirect("desk:handover")


def _officers(actor: Actor, request: HttpRequest) -> list[Officer]:
    """Everybody who holds a post of the head's department today."""
    return org.list_staff(actor.department, who.seated(request).day)


def _absence(request: HttpRequest, actor: Actor, id: int) -> Absence:
    """An absence of somebody of the head's own department. Raises Http404."""
    HANDOVER.demand(actor)
    absence = org.find_absence(id)
    if absence is None or absence.officer_id not in {o.pk for o in _officers(actor, request)}:
        raise Http404("absence")
    return absence


def _page(
    request: HttpRequest, actor: Actor, form: AbsenceForm, officers: list[Officer], status: int = 200
) -> HttpResponse:
    today = who.seated(request).day
    errors = django_errors(form)
    context = {
        "title": "缺席与交接",
        "form": form,
        "away": _away(actor, {o.pk: o for o in officers}, today),
        "today": today,
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "handover.html", context, status=status, active=ACTIVE)


def _away(actor: Actor, officers: dict[int, Officer], today: date) -> list[Away]:
    """Seven statements whatever the number of absences."""
    absences = org.list_absences(officers, today, today + AHEAD)
    away = {a.officer_id for a in absences}
    holdings = org.list_holdings_of_officers(away, actor.department, today)
    delegations = org.list_delegations(absences)
    waiting = queries.tally(
        {h.post.kind: ([("todo", f"{actor.department}/{h.post.kind}")], CaseFilter()) for h in holdings}
    )
    rows = queries.list_assigned(actor.department, {f"a:{a.officer.account_id}" for a in absences})
    out = []
    for absence in absences:
        others = [o for pk, o in officers.items() if pk not in away]
        posts = [
            {
                "post": h.post,
                "stand_in": next(
                    (d for d in delegations if d.absence_id == absence.pk and d.post_id == h.post_id), None
                ),
                "others": others,
                "waiting": waiting[h.post.kind],
            }
            for h in holdings
            if h.officer_id == absence.officer_id
        ]
        out.append(Away(absence, posts, rows.get(f"a:{absence.officer.account_id}", ())))
    return out
