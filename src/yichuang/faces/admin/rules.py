"""规则参数: the numbers of supervision's rules, who set them and when, and setting one. No finding, no case here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.cases.core.refusal import Refused
from yichuang.faces.admin import frame
from yichuang.faces.forms import django_errors
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.supervision.models import Setting
from yichuang.supervision.parameters import current, set_parameter
from yichuang.supervision.rules.catalogue import BY_CODE, RULES
from yichuang.supervision.rules.rule import Parameter, Rule
from yichuang.supervision.tasks import rejudge

ACTIVE = "house:rules"


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
@frame.for_post("sysadmin")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every parameter with its value in force and its last change."""
    newest = Setting.objects.order_by("rule", "name", "-id").distinct("rule", "name")
    last = {(row.rule, row.name): row for row in newest}
    context = {
        "title": "规则参数",
        "rows": [
            (rule, name, parameter, _value(last.get((rule.code, name)), parameter), last.get((rule.code, name)))
            for rule in RULES
            for name, parameter in rule.parameters.items()
        ],
        "names": org.names_of({row.set_by for row in last.values()}),
    }
    return frame.page(request, actor, "rules.html", context, active=ACTIVE)


def _value(setting: Setting | None, parameter: Parameter) -> int:
    return setting.value if setting else parameter.default


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_post("sysadmin")
def parameter(request: HttpRequest, actor: Actor, code: str, name: str) -> HttpResponse:
    """One parameter: the form, and its history. A value out of bounds is refused with 422."""
    rule = BY_CODE.get(code)
    if rule is None or name not in rule.parameters:
        raise Http404(f"{code}/{name}")
    known = rule.parameters[name]
    now = current().get(code, {}).get(name, known.default)
    form = ValueForm(known, request.POST if request.method == "POST" else None, initial={"value": now})
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, rule, name, now, form.cleaned_data["value"], actor)
            return redirect(ACTIVE)
        except Refused as refused:
            form.add_error("value", refused.message)
    history = list(Setting.objects.filter(rule=code, name=name).order_by("-id"))
    errors = django_errors(form)
    context = {
        "title": f"{rule.title}：{known.label}",
        "rule": rule,
        "name": name,
        "parameter": known,
        "now": now,
        "form": form,
        "history": history,
        "names": org.names_of({row.set_by for row in history}),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "rule.html", context, active=ACTIVE, status=422 if errors else 200)


def _set(request: HttpRequest, rule: Rule, name: str, now: int, value: int, actor: Actor) -> None:
    """Set it and have the rule judged again, both or neither."""
    known = rule.parameters[name]
    if value == now:
        messages.info(request, f"“{known.label}”与现行的一致，没有改动。")
        return
    with transaction.atomic():
        set_parameter(rule.code, name, value, actor)
        # no queueing lock: a job that has begun with the old value must not stand for this one
        rejudge.defer(rule=rule.code)
    told = f"“{known.label}”改为{value}{known.unit}。"
    messages.success(request, f"{told}{rule.code} {rule.title}由后台对全部办件重新判断，发现随之更新或撤销。")
