"""Rating a case that has ended, what one has rated and complained of, and the public figures of both (3.5i)."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.catalog import search
from yichuang.faces import who
from yichuang.faces.act_form import ActForm, Failed
from yichuang.faces.feedback import RATINGS
from yichuang.faces.fields import choice, text, ticks
from yichuang.faces.place import choose_division
from yichuang.faces.portal.page import page, page_for_all, signed_in
from yichuang.faces.requests import STATUS, number, or_404, posted_id
from yichuang.faces.shown import begun_id, carry_out
from yichuang.feedback.complaint import KINDS, ComplaintStage
from yichuang.feedback.figures import count_feedback
from yichuang.feedback.lists import PAGE, find_rating, list_complaints, list_ratings
from yichuang.feedback.queries import find_served
from yichuang.feedback.rating import RatingLevel, RatingStage
from yichuang.feedback.rating_acts import LEVELS, list_indicators
from yichuang.feedback.served import Served

RATE = RATINGS.acts["rate"]


class RateForm(ActForm):
    """The five levels for one case, and what there is to point at, of the way in which it was handled."""

    def __init__(self, served: Served, data: Any = None) -> None:
        self.served = served
        super().__init__(RATE, data=data)

    def build(self) -> dict[str, forms.Field]:
        asks = RATE.asks
        return {
            "level": choice(asks["level"].label, list(LEVELS.items())),
            "indicators": ticks(asks["indicators"].label, list(list_indicators(self.served).items())),
            "words": text(asks["words"].label, required=False, hint=f"最多{asks['words'].most}个字。"),
        }

    def content(self) -> dict[str, Any]:
        return {**super().content(), "case": self.served.case}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rate(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Rate one case that has ended; of one that was rated already, its rating."""
    actor = who.applicant(request)
    served = or_404(find_served(actor, str(id)))
    if served.subject not in actor.own_subjects:
        actor = who.applicant(request, subject=served.subject, item=served.item)
    if request.method != "POST" and (known := find_rating(actor, id)):
        return redirect("lives:life", "ratings", known.pk)
    if request.method != "POST" and served.closed_on is None:
        messages.info(request, "本件还没有办结，办结以后可以评价。")
        return redirect("portal:case", id)
    form, failed = RateForm(served), None
    if request.method == "POST":
        form = RateForm(served, request.POST)
        failed = Failed(form)
        if form.is_valid():
            try:
                command_id = posted_id(request)
                carry_out(RATINGS, begun_id(command_id), RATE, form.content(), actor, command_id=command_id)
            except Refused as refused:
                form.refuse(refused)
                failed = Failed(form, refused)
            else:
                messages.success(request, "谢谢您的评价，已记录在案。")
                return redirect("lives:life", "ratings", begun_id(command_id))
    context = {"title": "评价这次办理", "served": served, "form": form, "failed": failed, "command_id": new_command_id}
    status = STATUS[failed.refused.kind if failed.refused else Kind.INPUT] if failed else 200
    return page(request, "rate.html", context | {"has_errors": failed is not None}, status)


@require_safe
@signed_in
def feedback(request: HttpRequest) -> HttpResponse:
    """What those of the account rated and complained of."""
    actor = who.applicant(request)
    ratings = list_ratings(actor, number(request.GET.get("page")), bad=False)
    complaints = list_complaints(actor)
    context = {
        "title": "我的评价和投诉",
        "ratings": [(row, RatingStage(row.stage), RatingLevel(row.level)) for row in ratings.rows],
        "listed": ratings,
        "per_page": PAGE,
        "complaints": [(row, ComplaintStage(row.stage), KINDS[row.kind]) for row in complaints.rows],
    }
    return page(request, "feedback.html", context)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """By department: how those who were served rate it, what came of bad ratings and of complaints. For everybody."""
    places = search.list_divisions()
    division = choose_division(request.GET.get("at"), places)
    today = who.today()
    first = today.replace(year=today.year - 1, day=1)
    rows = [row for row in count_feedback(first, today) if row.department.partition("/")[0] == division]
    context = {
        "title": "评价和投诉",
        "places": places,
        "division": division,
        "place": dict(places).get(division, ""),
        "rows": rows,
        "levels": list(LEVELS.values()),
        "first": first,
        "today": today,
    }
    return page_for_all(request, "ratings.html", context)
