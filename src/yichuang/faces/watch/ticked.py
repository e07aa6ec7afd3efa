"""One act on the cards that were ticked in a list: to send them, to leave them unsent with one reason, to entrust them.

Each goes through the door by itself (`orders.service.perform_many`); those refused stay ticked, and are told by number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from yichuang.aggregates.refusal import Refused
from yichuang.faces import requests, who
from yichuang.faces.fields import choice, text
from yichuang.faces.forms import django_errors
from yichuang.faces.watch import frame
from yichuang.ledger.actor import Actor
from yichuang.orders import queries, service
from yichuang.orders.core.decide import ACTS, LONGEST, WATCH
from yichuang.supervision.findings import PAGE
from yichuang.supervision.own.known import name_rule

if TYPE_CHECKING:
    from yichuang.orders.models import Order

MANY = ("issue", "cancel", "entrust")
ASKS = {"cancel": "text", "entrust": "watcher"}  # the field that an act can't do without


class TickedForm(forms.Form):
    """Which act, with one reason or one name for all."""

    use_required_attribute = False
    act = forms.ChoiceField(
        choices=[(name, ACTS.by_name[name].label) for name in MANY], required=False, widget=forms.HiddenInput
    )
    text = text("不予发出的理由", required=False, hint=f"写给勾选的每一张，最多{LONGEST}个字，记录在案。")
    watcher = choice("跟进人", [], required=False)

    def __init__(self, watchers: dict[str, str], data: Any = None) -> None:
        super().__init__(data, auto_id="ticked_%s")  # the filters above have fields of these names
        self.fields["watcher"] = choice("跟进人", list(watchers.items()), required=False, many=0)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        name = ASKS.get(given.get("act", ""), "")
        if name and not given.get(name) and name not in self.errors:
            self.add_error(name, "请填写理由。" if name == "text" else "请选择跟进人。")
        if not given.get("act"):
            self.add_error(None, "请按下面的一个按钮，说明对勾选的牌怎么办。")
        return given


@dataclass(frozen=True, slots=True)
class Ticked:
    """The form below a list, what stays ticked, and the cards that were refused: number and why."""

    form: TickedForm
    chosen: frozenset[str] = frozenset()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def errors(self) -> list[tuple[str, str]]:
        return django_errors(self.form)

    @property
    def status(self) -> int:
        return 422 if self.errors else 409 if self.refused else 200


def offer_ticked(request: HttpRequest, actor: Actor) -> Ticked | None:
    """The empty form; None for a reader who acts on no cards. At most one statement."""
    if actor.post_kind not in WATCH:
        return None
    return Ticked(TickedForm(queries.names_of_watchers(actor.division, who.seated(request).day)))


def carry_out_ticked(request: HttpRequest, actor: Actor) -> Ticked | None:
    """Carry out what was sent; None when all of it is done. Raises PermissionDenied, Refused."""
    frame.only_senders(actor)
    command_id = requests.posted_id(request)
    form = TickedForm(queries.names_of_watchers(actor.division, who.seated(request).day), request.POST)
    given = dict.fromkeys(request.POST.getlist("order")[:PAGE])
    rows = queries.find_orders(actor, [id for value in given if (id := requests.as_uuid(value))])
    if not rows:
        form.add_error(None, "没有勾选牌。请在列表中勾选后再办。")
    if not form.is_valid():
        return Ticked(form, frozenset(given))
    act = form.cleaned_data["act"]
    content = {name: form.cleaned_data[name] for name in {ASKS.get(act, "")} & form.cleaned_data.keys()}
    outcome = service.perform_many(rows, act, content, actor, command_id=command_id)
    if outcome.done:
        messages.success(request, f"“{ACTS.by_name[act].label}”已办理{outcome.done}张。")
    if not outcome.refused:
        return None
    told = tuple((name_order(row), _why(refused)) for row, refused in outcome.refused)
    return Ticked(form, frozenset(str(row.id) for row, _ in outcome.refused), told)


def name_order(row: Order) -> str:
    """What a card is called by: its own number, else that of its case, else its rule."""
    if row.serial:
        return f"监察编号{row.serial}"
    title = name_rule(row.rule)
    return f"办件编号{row.number}（{title}）" if row.number else title


def _why(refused: Refused) -> str:
    return f"{refused.message}{refused.next}"
