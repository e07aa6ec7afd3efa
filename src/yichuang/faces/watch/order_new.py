"""人工发牌: sending a card that no rule found, from what a supervisor saw or a complaint says."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.cases import queries as cases
from yichuang.faces import requests, who
from yichuang.faces.dates import DayField
from yichuang.faces.fields import choice, short, text
from yichuang.faces.forms import django_errors
from yichuang.faces.watch import frame
from yichuang.faces.watch.orders import ACTIVE
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.orders import service
from yichuang.orders.core.decide import LONGEST
from yichuang.orders.core.state import Drafted, OrderLevel
from yichuang.supervision.rules.catalogue import RULES


class OpenForm(forms.Form):
    """人工发牌: what a supervisor saw or a complaint says."""

    use_required_attribute = False
    origin = choice("来源", [("manual", "监察人员发现"), ("complaint", "投诉举报")])
    complaint = short("投诉编号", required=False, hint="来自投诉的填写，如12345工单号；不写投诉人姓名。")
    received_on = DayField(
        label="投诉收到日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请填写日期，如2026-03-01。"},
    )
    level = choice("级别", [(v.value, v.label) for v in OrderLevel])
    department = choice("被督办部门", [])
    rule = choice("违反的规则", [(r.code, f"{r.code} {r.title}") for r in RULES], required=False)
    number = short("办件编号或受理号", required=False, hint="涉及某一办件的填写。")
    text = text("督办内容", hint=f"写明事实、依据和要求，最多{LONGEST}个字。")

    def __init__(self, departments: dict[str, str], data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["department"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *departments.items()]
        field.widget = forms.Select(choices=field.choices)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("origin") == "complaint" and not given.get("complaint"):
            self.add_error("complaint", "来自投诉的请填写投诉编号。")
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send a card that no rule found."""
    frame.only_senders(actor)
    names = frame.departments(actor.division)
    form = OpenForm(names, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = _draft(actor, form)
            outcome = service.open_order(
                draft, form.cleaned_data["text"], actor, command_id=requests.posted_id(request)
            )
        except Refused as refused:
            name = refused.details.get("field")
            form.add_error(name if name in form.fields else None, f"{refused.message}{refused.next}")
        else:
            messages.success(request, f"督办单 {outcome.state.serial} 已发出。")
            return redirect("watch:order", order_id=outcome.id)
    errors = django_errors(form)
    context = {
        "title": "人工发牌",
        "form": form,
        "errors": errors,
        "has_errors": bool(errors),
        "command_id": new_command_id,
    }
    return frame.page(request, actor, "order_new.html", context, active=ACTIVE, status=422 if errors else 200)


def _draft(actor: Actor, form: OpenForm) -> Drafted:
    given = form.cleaned_data
    number, case = tidy(given["number"]), None
    if number:
        case = cases.visible_by_number(actor, number)
        if case is None:
            message = "没有这个办件，或您无权查看。"
            raise Refused("no-such-case", message, next="请核对编号。", field="number")
    received: date | None = given["received_on"]
    return Drafted(
        origin=given["origin"],
        level=given["level"],
        division=actor.division,
        department=given["department"],
        rule=given["rule"],
        case=str(case.id) if case else "",
        item=case.item if case else "",
        number=case.number if case else "",
        complaint=given["complaint"],
        received_on=received.isoformat() if received else "",
    )
