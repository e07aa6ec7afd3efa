"""预警参数: when the clocks of each family warn, who set that and when. The act is cases.parameters'; no case here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.refusal import Refused
from yichuang.cases.core.clocks import LABELS
from yichuang.cases.core.facts import Parameters
from yichuang.cases.parameters import MOST_DAYS, RUNGS, list_changes, parameters_upto, set_rungs
from yichuang.cases.rights import WARNINGS
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.ledger.actor import Actor
from yichuang.org import queries as org

if TYPE_CHECKING:
    from yichuang.cases.models import Parameter

ACTIVE = "house:warnings"
WORDS = {"remind": "提醒", "warn": "预警"}
Rungs = tuple[tuple[str, int], ...]


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

    @property
    def rungs(self) -> list[tuple[str, int]]:
        return [(name, left) for name in WORDS if (left := self.cleaned_data[name]) is not None]


@require_safe
@frame.for_right(WARNINGS)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every family with its rungs in force and its last change."""
    changes = list_changes()
    now = parameters_upto(changes[0].pk if changes else 0)
    last: dict[str, Parameter] = {}
    for change in changes:
        last.setdefault(change.name.removeprefix(RUNGS), change)
    context = {
        "title": "预警参数",
        "families": [(key, LABELS[key], words(rungs), last.get(key)) for key, rungs in now.rungs.items()],
        "names": org.names_of({change.set_by for change in changes}),
        "version": now.version,
    }
    return frame.page(request, actor, "warnings.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(WARNINGS)
def family(request: HttpRequest, actor: Actor, family: str) -> HttpResponse:
    """One family: the form, and its history."""
    if family not in Parameters().rungs:
        raise Http404(family)
    history = list_changes(family)
    now: Rungs = tuple((n, left) for n, left in history[0].value) if history else Parameters().rungs[family]
    form = RungsForm(request.POST if request.method == "POST" else None, initial=dict(now))
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, family, now, form.rungs, actor)
            return redirect("house:warnings")
        except Refused as refused:
            form.add_error(None, refused.message)
    errors = django_errors(form)
    context = {
        "title": f"{LABELS[family]}的预警",
        "family": family,
        "now": words(now),
        "form": form,
        "history": [(change, words(change.value)) for change in history],
        "first": words(Parameters().rungs[family]),
        "names": org.names_of({change.set_by for change in history}),
        "errors": errors,
        "has_errors": bool(errors),
    }
    return frame.page(request, actor, "warning.html", context, active=ACTIVE, status=422 if errors else 200)


def _set(request: HttpRequest, family: str, now: Rungs, rungs: list[tuple[str, int]], actor: Actor) -> None:
    if sorted(now) == sorted(rungs):
        messages.info(request, f"{LABELS[family]}的预警与现行的一致，没有改动。")
        return
    set_rungs(family, rungs, actor)
    messages.success(request, f"{LABELS[family]}的预警改为：{words(tuple(rungs))}。在办件由后台重新推算。")


def words(rungs: Any) -> str:
    """剩2天提醒，剩1天预警."""
    said = [f"{f'剩{left}天' if left else '到期当天'}{WORDS[name]}" for name, left in rungs]
    return "，".join(said) or "不预警"
