"""登录安全: the numbers of log-ins and sessions (`people.security`), who set them and when, and setting one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org
from yichuang.people.rights import SECURITY
from yichuang.people.security import BASIS, NUMBERS, Number, list_changes, newest_changes, read_number, set_number

ACTIVE = "house:security"


class NumberForm(forms.Form):
    """The value of one number; `set_number` holds its bounds."""

    use_required_attribute = False
    value = forms.IntegerField()

    def __init__(self, number: Number, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field, bounds = self.fields["value"], f"{number.least}到{number.most}"
        field.label, field.help_text = f"{number.label}（{number.unit}）", f"{bounds}的整数。{number.explanation}"
        field.error_messages = {"required": f"请填写{bounds}的整数。", "invalid": f"请填写{bounds}的整数。"}


@require_safe
@frame.for_right(SECURITY)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every number with its value in force and its last change."""
    last = newest_changes()
    context = {
        "title": "登录安全",
        "basis": BASIS,
        "rows": [
            (name, number, last[name].value if name in last else number.default, last.get(name))
            for name, number in NUMBERS.items()
        ],
        "names": org.names_of({row.set_by for row in last.values()}),
    }
    return frame.page(request, actor, "security.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(SECURITY)
def number(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """One number: the form, and its history. A value out of bounds is refused with 422."""
    known = NUMBERS.get(name)
    if known is None:
        raise Http404(name)
    now = read_number(name)
    form = NumberForm(known, request.POST if request.method == "POST" else None, initial={"value": now})
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, name, now, form.cleaned_data["value"], actor)
            return redirect(ACTIVE)
        except ValidationError as error:
            frame.refuse(form, error, {}, "value")
    history = list_changes(name)
    errors = django_errors(form)
    context = {
        "title": known.label,
        "basis": BASIS,
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


def _set(request: HttpRequest, name: str, now: int, value: int, actor: Actor) -> None:
    known = NUMBERS[name]
    if value == now:
        messages.info(request, f"“{known.label}”与现行的一致，没有改动。")
        return
    set_number(name, value, actor)
    messages.success(request, f"“{known.label}”改为{value}{known.unit}。")
