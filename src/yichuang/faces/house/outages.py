"""停运: recording days on which the system stood still, after seeing what that takes back; cancelling one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.aggregates.refusal import Refused
from yichuang.faces.fields import day_field, text
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.supervision import outages
from yichuang.supervision.correcting import preview_outage
from yichuang.supervision.own.known import name_rule
from yichuang.supervision.rights import OUTAGES
from yichuang.supervision.tasks import follow_outage, forget_outage

ACTIVE = "house:outages"


class OutageForm(forms.Form):
    """The days, and what happened."""

    use_required_attribute = False

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields = {
            "first_day": day_field("停运的首日"),
            "last_day": day_field("停运的末日"),
            "reason": text("原因和经过", hint=f"最多{outages.LONGEST}个字，监察人员和被督办的人都能看到。"),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(OUTAGES)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The outages and the form; a POST tells what would be taken back (`step` is look), or records (record)."""
    if request.method != "POST":
        return _page(request, actor, OutageForm())
    form = OutageForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, form, 422)
    given, step = form.cleaned_data, request.POST.get("step")
    if step == "edit":
        return _page(request, actor, OutageForm(initial=given))
    first, last = given["first_day"], given["last_day"]
    try:
        if step == "record":
            with transaction.atomic():
                outages.record_outage(first, last, given["reason"], actor)
                follow_outage.defer(first=first.isoformat(), last=last.isoformat())
            messages.success(request, "停运已登记。期间到期、随后补办的监察发现由后台一次撤销并留痕。")
            return redirect(ACTIVE)
        outages.weighed(first, last, given["reason"])
    except Refused as refused:
        form.add_error(refused.details.get("field"), f"{refused.message}{refused.next}")
        return _page(request, actor, form, 422)
    context = {
        "title": "核对停运",
        "first": first,
        "last": last,
        "given": {"first_day": first.isoformat(), "last_day": last.isoformat(), "reason": given["reason"]},
        "effect": preview_outage(first, last),
        "name_rule": name_rule,
    }
    return frame.page(request, actor, "outage_look.html", context, active=ACTIVE)


@require_POST
@frame.for_right(OUTAGES)
def cancel(request: HttpRequest, actor: Actor, outage_id: int) -> HttpResponse:
    """An outage that was none: what it excused is found again."""
    try:
        with transaction.atomic():
            outages.cancel_outage(outage_id, actor)
            forget_outage.defer()
        messages.success(request, "这次停运已取消，据以撤销的监察发现由后台重新作出。")
    except Refused as refused:
        messages.error(request, f"{refused.message}{refused.next}")
    return redirect(ACTIVE)


def _page(request: HttpRequest, actor: Actor, form: OutageForm, status: int = 200) -> HttpResponse:
    rows = outages.list_outages()
    errors = django_errors(form)
    context = {
        "title": "系统停运",
        "rows": rows,
        "names": org.names_of({row.set_by for row in rows}),
        "form": form,
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "outages.html", context, active=ACTIVE, status=status)
