"""规则参数: numbers of rules, orders and reconciliation, who set them and when, and setting one. No finding here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.refusal import Refused
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.supervision.parameters import (
    ORDERS,
    RECONCILING,
    current,
    known,
    list_changes,
    newest_changes,
    set_parameter,
)
from yichuang.supervision.rights import PARAMETERS
from yichuang.supervision.rules.catalogue import RULES
from yichuang.supervision.rules.rule import Parameter
from yichuang.supervision.tasks import rejudge

if TYPE_CHECKING:
    from yichuang.supervision.models import Setting

ACTIVE = "house:rules"


@dataclass(frozen=True, slots=True)
class Owner:
    """What parameters belong to: a rule, or something of the house, which says from when on a change holds."""

    code: str
    title: str
    basis: str
    weak: str = ""
    since: str = ""


OWNERS = {rule.code: Owner(rule.code, rule.title, rule.basis, rule.weak) for rule in RULES} | {
    owner.code: owner
    for owner in (
        Owner(
            ORDERS, "督办期限和层级", "本级督办办法；初值是各地常用的，不是法律规定的",
            since="以后开始的阶段按新的期限；已经开始的不变。",
        ),
        Owner(RECONCILING, "部门报送的对账", "本级对接办法；初值是本系统的，没有规定", since="以后对账按新的天数。"),
    )
}  # fmt: skip


class ValueForm(forms.Form):
    """The value of one parameter. Its bounds are the rule's own, and `set_parameter` holds them."""

    use_required_attribute = False
    value = forms.IntegerField()

    def __init__(self, parameter: Parameter, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["value"]
        bounds = f"{parameter.least}到{parameter.most}"
        field.label, field.help_text = f"{parameter.label}（{parameter.unit}）", f"{bounds}的整数。"
        field.error_messages = {"required": f"请填写{bounds}的整数。", "invalid": f"请填写{bounds}的整数。"}


@require_safe
@frame.for_right(PARAMETERS)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every parameter with its value in force and its last change."""
    last = newest_changes()
    context = {
        "title": "规则参数",
        "rows": [
            (owner, name, parameter, _value(last.get((owner.code, name)), parameter), last.get((owner.code, name)))
            for owner in OWNERS.values()
            for name, parameter in known(owner.code).items()
        ],
        "names": org.names_of({row.set_by for row in last.values()}),
    }
    return frame.page(request, actor, "rules.html", context, active=ACTIVE)


def _value(setting: Setting | None, parameter: Parameter) -> int:
    return setting.value if setting else parameter.default


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(PARAMETERS)
def parameter(request: HttpRequest, actor: Actor, code: str, name: str) -> HttpResponse:
    """One parameter: the form, and its history. A value out of bounds is refused with 422."""
    owner = OWNERS.get(code)
    if owner is None or name not in known(code):
        raise Http404(f"{code}/{name}")
    parameter = known(code)[name]
    now = current().get(code, {}).get(name, parameter.default)
    form = ValueForm(parameter, request.POST if request.method == "POST" else None, initial={"value": now})
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, owner, name, now, form.cleaned_data["value"], actor)
            return redirect(ACTIVE)
        except Refused as refused:
            form.add_error("value", refused.message)
    history = list_changes(code, name)
    errors = django_errors(form)
    context = {
        "title": f"{owner.title}：{parameter.label}",
        "rule": owner,
        "name": name,
        "parameter": parameter,
        "now": now,
        "form": form,
        "history": history,
        "names": org.names_of({row.set_by for row in history}),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "rule.html", context, active=ACTIVE, status=422 if errors else 200)


def _set(request: HttpRequest, owner: Owner, name: str, now: int, value: int, actor: Actor) -> None:
    """Set it and have a rule judged again, both or neither."""
    parameter = known(owner.code)[name]
    if value == now:
        messages.info(request, f"“{parameter.label}”与现行的一致，没有改动。")
        return
    told = f"“{parameter.label}”改为{value}{parameter.unit}。"
    with transaction.atomic():
        set_parameter(owner.code, name, value, actor)
        if owner.since:
            messages.success(request, told + owner.since)
            return
        # no queueing lock: a job that has begun with the old value must not stand for this one
        rejudge.defer(rule=owner.code)
    messages.success(request, f"{told}{owner.code} {owner.title}由后台对全部办件重新判断，发现随之更新或撤销。")
