"""规则参数: numbers of rules, orders and reconciliation, who set them and when, and setting one. No finding here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.parameters import Group, Parameter
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.settings import list_settings, set_parameter, settings_in_force, value_on
from yichuang.cases.parameters import GAPS
from yichuang.catalog.consistency.parameters import DAYS as COUNTIES
from yichuang.catalog.laws.parameters import FOLLOWING
from yichuang.catalog.parameters import REMINDING, RESEMBLANCE, REVIEWING
from yichuang.exchange.reconciling import RECONCILING
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.faces.house.dated import dated_fields, dated_values, is_unchanged, since_words
from yichuang.faces.who import today
from yichuang.feedback.parameters import DAYS as FEEDBACK
from yichuang.guidance.parameters import DAYS as GUIDANCE
from yichuang.hall.parameters import QUEUES
from yichuang.ledger.actor import Actor
from yichuang.licences.parameters import DAYS
from yichuang.orders.parameters import LIMITS
from yichuang.org import queries as org
from yichuang.supervision.parameters import GROUPS as OF_RULES
from yichuang.supervision.rights import PARAMETERS
from yichuang.supervision.rules.catalogue import BY_CODE
from yichuang.supervision.tasks import rejudge_from

if TYPE_CHECKING:
    from yichuang.aggregates.models import Setting

ACTIVE = "house:rules"
GROUPS = OF_RULES | {
    group.scope: group
    for group in (
        LIMITS,
        RECONCILING,
        DAYS,
        RESEMBLANCE,
        REVIEWING,
        FOLLOWING,
        COUNTIES,
        REMINDING,
        FEEDBACK,
        GUIDANCE,
        QUEUES,
        GAPS,
    )
}
# From when on a change of what belongs to no rule holds
HOLDS = {LIMITS.scope: "以后开始的阶段按新的期限；已经开始的不变。", RECONCILING.scope: "以后对账按新的天数。"}
HOLDS |= {FOLLOWING.scope: "以后登记的变动按新的天数；已经开出的任务期限不变。"}
HOLDS |= {DAYS.scope: "以后开始的期限和提醒按新的天数；已经告知的期限不变。"}
HOLDS |= {COUNTIES.scope: "以后开始的期限按新的天数；已经告知的期限不变。"}
HOLDS |= {REMINDING.scope: "以后的提醒按新的天数；已经发出的提醒不变。"}
HOLDS |= {GAPS.scope: "以后签署的承诺按新的办法和期限；已经签署的，按承诺书告知的办理。"}
HOLDS |= {QUEUES.scope: "以后叫的号按新的参数。"}
HOLDS |= {FEEDBACK.scope: "以后开始的期限按新的天数；已经告知的期限不变。"}
HOLDS |= {GUIDANCE.scope: "以后提出的咨询按新的天数；已经告知的期限不变。"}


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
        self.fields |= dated_fields()


@require_safe
@frame.for_right(PARAMETERS)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every parameter with its value in force and who set it."""
    last = settings_in_force(GROUPS)
    context = {
        "title": "规则参数",
        "rows": [
            (group, name, parameter, row.value if row else parameter.default, row)
            for group in GROUPS.values()
            for name, parameter in group.parameters.items()
            for row in (last.get((group.scope, name)),)
        ],
        "names": org.names_of({row.set_by for row in last.values()}),
    }
    return frame.page(request, actor, "rules.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(PARAMETERS)
def parameter(request: HttpRequest, actor: Actor, code: str, name: str) -> HttpResponse:
    """One parameter: the form, and its history. A value out of bounds is refused with 422."""
    group = GROUPS.get(code)
    if group is None or name not in group.parameters:
        raise Http404(f"{code}/{name}")
    parameter, history = group.parameters[name], list_settings(group, name)
    now = value_on(group, name, history, today())
    form = ValueForm(parameter, request.POST if request.method == "POST" else None, initial={"value": now})
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, group, name, history, form, actor)
            return redirect(ACTIVE)
        except Refused as refused:
            frame.refuse(form, refused, {}, "value")
    errors = django_errors(form)
    context = {
        "title": f"{group.title}：{parameter.label}",
        "group": group,
        "weak": BY_CODE[code].weak if code in BY_CODE else "",
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


def _set(request: HttpRequest, group: Group, name: str, history: list[Setting], form: ValueForm, actor: Actor) -> None:
    """Set it and have a rule judged again, both or neither."""
    parameter, value, dated = group.parameters[name], form.cleaned_data["value"], dated_values(form)
    if is_unchanged(group, name, history, dated["valid_from"], value):
        messages.info(request, f"“{parameter.label}”与现行的一致，没有改动。")
        return
    with transaction.atomic():
        row = set_parameter(group, name, value, actor, **dated)
        message = f"“{parameter.label}”{since_words(row.valid_from)}改为{value}{parameter.unit}。"
        if group.scope in HOLDS:
            messages.success(request, message + HOLDS[group.scope])
            return
        rejudge_from(group.scope, row.valid_from)
    messages.success(request, f"{message}{group.scope} {group.title}由后台对全部办件重新判断，发现随之更新或撤销。")
