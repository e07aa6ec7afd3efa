"""机构、岗位与人员: departments and their posts, who held them when, absences and stand-ins, closing an account.

For the security administrator, in their own division and those under it. The acts are `org.service`'s and
`people.service`'s; the only rule here is whose hand reaches where (`reach`). No case enters.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yichuang.aggregates.refusal import Invalid
from yichuang.faces import who
from yichuang.faces.dates import read_day
from yichuang.faces.fields import choice, day_field, short
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.faces.requests import or_404
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.org import reach, service, structure
from yichuang.org.kinds import POST_KINDS, RISKS
from yichuang.org.rights import STRUCTURE

if TYPE_CHECKING:
    from yichuang.org.models import Officer

ACTIVE = "house:departments"
MOST = 50  # officers of one name
RATED = [("", "未定"), *RISKS.items()]


class PostForm(forms.Form):
    """A new post of a department."""

    use_required_attribute = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields = {
            "kind": choice("岗位类别", list(POST_KINDS.items()), many=0),
            "name": short("岗位名称", hint="例如：食品经营审查岗"),
            "risk": forms.ChoiceField(label="廉政风险等级", choices=RATED, required=False),
        }


class AppointForm(forms.Form):
    """Who holds a post from when, by employee number."""

    use_required_attribute = False

    def __init__(self, data: Any = None, today: date | None = None) -> None:
        super().__init__(data, initial={"first_day": today})
        last = day_field("到哪天")
        last.required, last.help_text = False, "不填即长期。"
        self.fields = {"number": short("工号"), "first_day": day_field("从哪天"), "last_day": last}

    def clean_number(self) -> Officer:
        officer = org.find_officer(self.cleaned_data["number"])
        if officer is None:
            raise forms.ValidationError("没有这个工号的在职人员；请核对工号，或先登记人员。")
        return officer


@require_safe
@frame.for_right(STRUCTURE)
def departments(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The departments of a division, with how many posts each has and how many of them somebody holds today."""
    divisions = reach.list_divisions(actor)
    asked = request.GET.get("division", actor.division)
    division = next((d for d in divisions if d.code == asked), None)
    if division is None:
        raise Http404(asked)
    today = who.seated(request).day
    words = request.GET.get("q", "").strip()[:60]
    context = {
        "title": "机构、岗位与人员",
        "today": today,
        "halls": reach.list_halls(division),
        "division": division,
        "divisions": divisions,
        "departments": reach.list_departments(division, today),
        "q": words,
        "officers": reach.list_officers(actor, words, MOST) if words else [],
    }
    return frame.page(request, actor, "departments.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(STRUCTURE)
def department(request: HttpRequest, actor: Actor, division: str, code: str) -> HttpResponse:
    """A department's posts with who holds each today; POST adds a post."""
    row = or_404(reach.find_department(actor, f"{division}/{code}"))
    form = PostForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            post = structure.add_post(row, given["kind"], given["name"], actor, given["risk"])
        except Invalid as error:
            frame.refuse(form, error, {"kind": "kind"}, "name")
        else:
            messages.success(request, f"已设立岗位{post.name}。现在可以任命人员。")
            return redirect("house:post", post.id)
    errors = django_errors(form)
    context = {
        "title": row.name,
        "department": row,
        "posts": reach.list_posts(row, who.seated(request).day),
        "form": form,
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "department.html", context, active=ACTIVE, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(STRUCTURE)
def post(request: HttpRequest, actor: Actor, post_id: str) -> HttpResponse:
    """A post: who held it when and who stood in; POST appoints somebody."""
    row = or_404(reach.find_post(actor, post_id))
    today = who.seated(request).day
    form = AppointForm(request.POST if request.method == "POST" else None, today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            service.appoint(given["number"], row, given["first_day"], actor, given["last_day"])
        except Invalid as error:
            frame.refuse(form, error, {"days": "last_day"}, "number")
        else:
            messages.success(request, f"已任命{given['number'].name}担任{row.name}。")
            return redirect("house:post", row.pk)
    errors = django_errors(form)
    context = {
        "title": row.name,
        "post": row,
        "risks": RATED,
        "today": today,
        "holdings": reach.list_holdings_of_post(row),
        "delegations": reach.list_delegations_of_post(row),
        "form": form,
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "post.html", context, active=ACTIVE, status=422 if errors else 200)


@require_POST
@frame.for_right(STRUCTURE)
def rate(request: HttpRequest, actor: Actor, post_id: str) -> HttpResponse:
    """The risk of a post is rated anew."""
    row = or_404(reach.find_post(actor, post_id))
    try:
        structure.rate_risk(row, request.POST.get("risk", ""), actor)
    except Invalid as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{row.name}的廉政风险等级已改定，以后发出的牌按新的等级。")
    return redirect("house:post", row.pk)


@require_POST
@frame.for_right(STRUCTURE)
def end(request: HttpRequest, actor: Actor, holding_id: int) -> HttpResponse:
    """A holding ends with the day sent."""
    holding = or_404(reach.find_holding(actor, holding_id))
    try:
        last = read_day(request.POST.get("last_day", ""))
        service.end_holding(holding, last, actor)
    except Invalid as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{holding.officer.name}自{last}后不再担任{holding.post.name}。")
    return redirect("house:post", holding.post_id)
