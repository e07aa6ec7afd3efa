"""登录安全: the numbers of log-ins and sessions (`people.security`), who set them and when, and setting one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.parameters import Parameter
from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.settings import list_settings, set_parameter, settings_in_force, value_on
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.faces.house.dated import dated_fields, dated_values, is_unchanged, since_words
from yichuang.faces.who import today
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.people.rights import SECURITY
from yichuang.people.security import NUMBERS

if TYPE_CHECKING:
    from yichuang.aggregates.models import Setting

ACTIVE = "house:security"


class NumberForm(forms.Form):
    """The value of one number; `set_parameter` holds its bounds."""

    use_required_attribute = False
    value = forms.IntegerField()

    def __init__(self, number: Parameter, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field, bounds = self.fields["value"], f"{number.least}到{number.most}"
        field.label, field.help_text = f"{number.label}（{number.unit}）", f"{bounds}的整数。{number.explanation}"
        field.error_messages = {"required": f"请填写{bounds}的整数。", "invalid": f"请填写{bounds}的整数。"}
        self.fields |= dated_fields()


@require_safe
@frame.for_right(SECURITY)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every number with its value in force and who set it."""
    last = {name: row for (_, name), row in settings_in_force([NUMBERS.scope]).items()}
    context = {
        "title": NUMBERS.title,
        "basis": NUMBERS.basis,
        "rows": [
            (name, number, last[name].value if name in last else number.default, last.get(name))
            for name, number in NUMBERS.parameters.items()
        ],
        "names": org.names_of({row.set_by for row in last.values()}),
    }
    return frame.page(request, actor, "security.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(SECURITY)
def number(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """One number: the form, and its history. A value out of bounds is refused with 422."""
    known = NUMBERS.parameters.get(name)
    if known is None:
        raise Http404(name)
    history = list_settings(NUMBERS, name)
    now = value_on(NUMBERS, name, history, today())
    form = NumberForm(known, request.POST if request.method == "POST" else None, initial={"value": now})
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, name, history, form, actor)
            return redirect(ACTIVE)
        except Refused as refused:
            frame.refuse(form, refused, {}, "value")
    errors = django_errors(form)
    context = {
        "title": known.label,
        "basis": NUMBERS.basis,
        "name": name,
        "number": known,
        "now": now,
        "form": form,
        "history": history,
        "names": org.names_of({row.set_by for row in history}),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "security_number.html", context, active=ACTIVE, status=422 if errors else 200)


def _set(request: HttpRequest, name: str, history: list[Setting], form: NumberForm, actor: Actor) -> None:
    known, value, dated = NUMBERS.parameters[name], form.cleaned_data["value"], dated_values(form)
    if is_unchanged(NUMBERS, name, history, dated["valid_from"], value):
        messages.info(request, f"“{known.label}”与现行的一致，没有改动。")
        return
    row = set_parameter(NUMBERS, name, value, actor, **dated)
    messages.success(request, f"“{known.label}”{since_words(row.valid_from)}改为{value}{known.unit}。")
