"""预警参数: when the clocks of each family warn, who set that and when. No case here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.settings import list_settings, set_parameter, settings_in_force, value_on
from yichuang.cases.parameters import MOST_DAYS, RUNGS, version_of
from yichuang.cases.rights import WARNINGS
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.faces.house.dated import dated_fields, dated_values, is_unchanged, since_words
from yichuang.faces.who import today
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org

if TYPE_CHECKING:
    from yichuang.aggregates.models import Setting

ACTIVE = "house:warnings"
WORDS = {"remind": "提醒", "warn": "预警"}


class RungsForm(forms.Form):
    """How much is left when a clock reminds and when it warns; empty: it does not."""

    use_required_attribute = False

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        hint = f"剩余多少天时{{}};按该时限自己的单位（工作日或自然日）,0到{MOST_DAYS}，不填即不{{}}。"
        wrong = f"请填写0到{MOST_DAYS}的整数，或者不填。"
        for name, word in WORDS.items():
            self.fields[name] = forms.IntegerField(
                label=word,
                required=False,
                min_value=0,
                max_value=MOST_DAYS,
                help_text=hint.format(word, word),
                error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
            )
        self.fields |= dated_fields()

    @property
    def rungs(self) -> list[list[Any]]:
        return [[name, left] for name in WORDS if (left := self.cleaned_data[name]) is not None]


@require_safe
@frame.for_right(WARNINGS)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every family with its rungs in force and who set them."""
    last = {name: row for (_, name), row in settings_in_force([RUNGS.scope]).items()}
    context = {
        "title": RUNGS.title,
        "families": [
            (name, parameter.label, words(last[name].value if name in last else parameter.default), last.get(name))
            for name, parameter in RUNGS.parameters.items()
        ],
        "names": org.names_of({row.set_by for row in last.values()}),
        "version": version_of(last.values()),
    }
    return frame.page(request, actor, "warnings.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(WARNINGS)
def family(request: HttpRequest, actor: Actor, family: str) -> HttpResponse:
    """One family: the form, and its history."""
    parameter = RUNGS.parameters.get(family)
    if parameter is None:
        raise Http404(family)
    history = list_settings(RUNGS, family)
    now = value_on(RUNGS, family, history, today())
    form = RungsForm(request.POST if request.method == "POST" else None, initial=dict(now))
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, family, history, form, actor)
            return redirect(ACTIVE)
        except Refused as refused:
            frame.refuse(form, refused, {})
    errors = django_errors(form)
    context = {
        "title": f"{parameter.label}的预警",
        "family": family,
        "basis": RUNGS.basis,
        "now": words(now),
        "form": form,
        "history": [(row, words(row.value)) for row in history],
        "first": words(parameter.default),
        "names": org.names_of({row.set_by for row in history}),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "warning.html", context, active=ACTIVE, status=422 if errors else 200)


def _set(request: HttpRequest, family: str, history: list[Setting], form: RungsForm, actor: Actor) -> None:
    label, dated, rungs = RUNGS.parameters[family].label, dated_values(form), form.rungs
    if is_unchanged(RUNGS, family, history, dated["valid_from"], rungs):
        messages.info(request, f"{label}的预警与现行的一致，没有改动。")
        return
    row = set_parameter(RUNGS, family, rungs, actor, **dated)
    message = f"{label}的预警{since_words(row.valid_from)}改为：{words(rungs)}。"
    messages.success(request, f"{message}在办件由后台重新推算。")


def words(rungs: Any) -> str:
    """剩2天提醒，剩1天预警."""
    rungs_in_words = [f"{f'剩{left}天' if left else '到期当天'}{WORDS[name]}" for name, left in rungs]
    return "，".join(rungs_in_words) or "不预警"
