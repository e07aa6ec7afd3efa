"""自定规则: choosing what a new rule asks, and writing it or its next draft. What is right is said by the door."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.acts import Act
from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.faces import who
from yichuang.faces.act_form import ActForm, Failed, Words, choices_at_birth, choices_of
from yichuang.faces.own_rules import OWN_RULES_SHOWN
from yichuang.faces.requests import STATUS, or_404, posted_id
from yichuang.faces.shown import begun_id, carry_out, see_life
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.supervision.own.state import Content, OwnRule
from yichuang.supervision.own.words import DUE, KINDS
from yichuang.supervision.rights import OWN_RULES

ACTIVE = "watch:rules"
PATH = OWN_RULES_SHOWN.path


class RuleForm(ActForm):
    """What a rule of one kind is asked for, in the words of the kind."""

    def __init__(self, act: Act, kind: str, choices: Mapping[str, Words], data: Any = None) -> None:
        self.of_kind = kind
        super().__init__(act, data=data, choices=choices)

    def build(self) -> dict[str, forms.Field]:
        kind, built = KINDS[self.of_kind], super().build()
        first = built["first"]
        assert isinstance(first, forms.ChoiceField)
        if self.of_kind == "after_due":
            first.choices = [("", "请选择"), *DUE.items()]
        leave = {"kind"} | ({"second"} if not kind.second else set()) | ({"most"} if not kind.most else set())
        leave |= set() if kind.timed else {"unit"}
        for name, label in (("first", kind.first), ("second", kind.second), ("most", kind.most)):
            built[name].label, built[name].required = label, name not in leave
            built[name].error_messages["required"] = f"请填写“{label}”。"
            if name == "most":
                built[name].error_messages["invalid"] = f"“{label}”请填写整数。"
        built["unit"].required = kind.timed
        return {name: field for name, field in built.items() if name not in leave}

    def content(self) -> dict[str, Any]:
        return {**super().content(), "kind": self.of_kind}


@require_safe
@who.for_officers
def choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What a new rule may ask."""
    _demand(actor)
    context = {"title": "编写规则：先选查什么", "kinds": KINDS, "rule": None}
    return frame.page(request, actor, "own_rule_kinds.html", context, active=ACTIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def write(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """A new rule."""
    _demand(actor)
    act = OWN_RULES_SHOWN.acts["write"]
    choices = choices_at_birth(OWN_RULES_SHOWN.aggregate, act, actor)
    form = _form(act, kind, choices, request)
    failed = _sent(request, actor, None, form) if request.method == "POST" else None
    if request.method == "POST" and failed is None:
        return redirect("lives:life", kind=PATH, id=begun_id(posted_id(request)))
    return _page(request, actor, form, failed, "编写规则", 0)


@require_http_methods(["GET", "HEAD", "POST"])
@who.for_officers
def rewrite(request: HttpRequest, actor: Actor, rule_id: uuid.UUID) -> HttpResponse:
    """The next draft of a rule that exists for the reader; it begins from what the rule asks now."""
    _demand(actor)
    sight = or_404(see_life(OWN_RULES_SHOWN, actor, rule_id))
    rule: OwnRule = sight.state
    content = rule.draft.content if rule.draft else or_404(rule.content)
    kind = request.GET.get("kind") or content.kind
    if kind == "choose":
        context = {"title": f"{rule.code}：改查什么", "kinds": KINDS, "rule": rule}
        return frame.page(request, actor, "own_rule_kinds.html", context, active=ACTIVE)
    act = OWN_RULES_SHOWN.acts["rewrite"]
    form = _form(act, kind, choices_of(act, rule, sight.facts), request)
    form.initial = _initial(content)
    failed = _sent(request, actor, rule_id, form) if request.method == "POST" else None
    if request.method == "POST" and failed is None:
        return redirect("lives:life", kind=PATH, id=rule_id)
    return _page(request, actor, form, failed, f"{rule.code}：修改规则", len(sight.moments), rule)


def _demand(actor: Actor) -> None:
    """Raises PermissionDenied for a post that writes no rules."""
    if not OWN_RULES.may(actor):
        raise PermissionDenied(f"{OWN_RULES.message}请切换到相应岗位。")


def _form(act: Act, kind: str, choices: Mapping[str, Words], request: HttpRequest) -> RuleForm:
    if kind not in KINDS:
        raise Http404(kind)
    return RuleForm(act, kind, choices, request.POST if request.method == "POST" else None)


def _initial(content: Content) -> dict[str, Any]:
    first, second = (*content.names, "")[:2]
    return {**asdict(content), "first": first, "second": second}


def _sent(request: HttpRequest, actor: Actor, id: uuid.UUID | None, form: RuleForm) -> Failed | None:
    """Carry it out; None when it is done."""
    if not form.is_valid():
        return Failed(form)
    try:
        command_id = posted_id(request)
        life = id or begun_id(command_id)
        carry_out(OWN_RULES_SHOWN, life, form.act, form.content(), actor, command_id=command_id)
    except Refused as refused:
        form.refuse(refused)
        return Failed(form, refused)
    messages.success(request, "草稿已保存，还不评判任何办件。请试算，再由没有参与编写的另一人启用。")
    return None


def _page(
    request: HttpRequest, actor: Actor, form: RuleForm, failed: Failed | None, title: str, seq: int,
    rule: OwnRule | None = None,
) -> HttpResponse:  # fmt: skip
    status = 200 if failed is None else STATUS[failed.refused.kind] if failed.refused else 422
    context = {
        "title": title,
        "kind": KINDS[form.of_kind],
        "form": form,
        "failed": failed,
        "seq": seq,
        "rule": rule,
        "command_id": new_command_id,
        "has_errors": failed is not None,
    }
    return frame.page(request, actor, "own_rule.html", context, active=ACTIVE, status=status)
