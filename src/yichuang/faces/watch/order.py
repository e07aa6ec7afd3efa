"""One supervision order: what is asked, on what ground, until when, its life, and the acts open to the reader. Who may
do what is `orders.core`'s; no limit is reckoned here.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yichuang.aggregates.acts import Offer
from yichuang.aggregates.moments import Moment
from yichuang.aggregates.prepare import new_command_id
from yichuang.aggregates.refusal import Refused
from yichuang.cases import queries as cases
from yichuang.cases.view import cover_texts
from yichuang.faces import entry_words as words
from yichuang.faces import requests, who
from yichuang.faces.act_form import ActForm, Failed, act_forms
from yichuang.faces.fields import choice
from yichuang.faces.requests import as_uuid
from yichuang.faces.watch import frame
from yichuang.faces.watch.orders import ACTIVE, LIGHTS
from yichuang.kernel.clock import explain
from yichuang.ledger.actor import Actor
from yichuang.orders import queries, service
from yichuang.orders.core import decide as core
from yichuang.orders.core.decide import ACTS
from yichuang.orders.core.state import CLOSED, REACH, Order, OrderLevel, Origin
from yichuang.org import queries as org
from yichuang.supervision import findings
from yichuang.supervision.own.known import find_rule

if TYPE_CHECKING:
    from yichuang.orders.models import Order as Row

PERSONS = {name: act for name, act in ACTS.by_name.items() if not (act.system or act.creates)}
MAIN = ("issue", "sign", "reply", "verify", "uphold", "reject")  # before the others
LAST = ("raise", "cancel", "revoke")
NOTICES = {
    "sign": "签收表示已经知道这件事，不表示认可；不认可的，签收后可以申诉。",
    "appeal": "只能申诉一次，由发牌人以外的监察人员复核；申诉期间不计反馈期限。",
    "issue": "发出后责任人和按级别应知道的人都能看到，期限开始计算。",
    "verify": "核实整改属实后销号，督办了结；牌照常计入记录。",
    "revoke": "撤牌后这张牌不再计入，理由公开给被督办人。",
    "raise": "升一级后重新签收，知道的人更多。",
    "entrust": "写明由谁跟进，其他监察人员仍可办理。",
    "uphold": "申诉成立，这张牌撤销，不再计入。",
}
WAITED = {
    "issued": "没有按期签收",
    "signed": "没有按期反馈",
    "returned": "打回后没有按期重新反馈",
    "replied": "没有按期核实",
    "appealed": "申诉没有按期复核",
}


class OrderForm(ActForm):
    """The form of one act: the text it takes, or the person it names, of these people."""

    def __init__(self, name: str, order: Order, people: dict[str, str], data: Any = None, content: str = "") -> None:
        now = order.person if name == "assign" else order.watcher
        self._named = [(p, n) for p, n in people.items() if p != now]
        super().__init__(ACTS.by_name[name], data=data)
        if content:
            self.fields["text"].initial = content
        self.notice = NOTICES.get(name, "")
        self.kind = "warning" if name in LAST else ""

    def build(self) -> dict[str, forms.Field]:
        match self.act.name:
            case "assign":
                return {"person": choice("责任人", self._named)}
            case "entrust":
                return {"watcher": choice("跟进人", self._named)}
        return super().build()


@require_safe
@who.for_officers
def one(request: HttpRequest, actor: Actor, order_id: uuid.UUID) -> HttpResponse:
    """One order: what is asked, on what ground, until when, its life, and the acts open to the reader."""
    return _show(request, actor, _found(actor, order_id))


def _found(actor: Actor, order_id: uuid.UUID) -> Row:
    row = queries.find_order(actor, order_id)
    if row is None:
        raise Http404("order")
    return row


@require_POST
@who.for_officers
def do(request: HttpRequest, actor: Actor, order_id: uuid.UUID, act: str) -> HttpResponse:
    """One act. What is not open goes to the door all the same, so that the door says why and records it."""
    if act not in PERSONS:
        raise Http404(act)
    row = _found(actor, order_id)
    order, *_ = service.read_order(row.id, actor)
    form = OrderForm(act, order, _people(actor, order, request), request.POST)
    if form.is_valid():
        try:
            outcome = service.perform(row.id, act, form.cleaned_data, actor, command_id=requests.posted_id(request))
        except Refused as refused:
            form.refuse(refused)
            return _show(request, actor, _found(actor, order_id), Failed(form, refused), requests.STATUS[refused.kind])
        label = PERSONS[act].label
        messages.success(request, f"“{label}”此前已经办好。" if outcome.repeated else f"“{label}”已办理。")
        return redirect("watch:order", order_id=order_id)
    return _show(request, actor, row, Failed(form), 422)


def _people(actor: Actor, order: Order, request: HttpRequest) -> dict[str, str]:
    """Whom the reader may name: a head the department's own, the watch its own."""
    day = who.seated(request).day
    if actor.post_kind == "head" and actor.department == order.department:
        return org.names_of_colleagues(order.department, day)
    if actor.post_kind in core.WATCH and actor.division == order.division:
        return queries.names_of_watchers(order.division, day)
    return {}


def _show(
    request: HttpRequest, actor: Actor, row: Row, failed: Failed | None = None, status: int = 200
) -> HttpResponse:
    order, facts, offers = service.read_order(row.id, actor)
    finding = findings.load_finding(row.finding)
    case_id = as_uuid(order.case)
    case = cases.visible(actor, case_id) if case_id else None
    cover = cover_texts(actor, case)
    moves = [
        replace(m, texts={name: cover(written) for name, written in m.texts.items()})
        for m in service.read_course(row.id)
    ]
    seen = findings.seen(finding) if finding else []
    staff = _people(actor, order, request)
    people = {order.person, order.watcher, order.issuer, *(m.person for m in moves), *(s.person for s in seen)}
    names = org.names_of(people | {named for m in moves if (named := _named_by(m.event))})
    proposed = service.content_of(finding) if finding else ""
    rule = find_rule(order.rule)
    due = core.due(order, facts)
    department = frame.departments(order.division).get(order.department, order.department)
    context = {
        "title": f"督办单 {order.serial}" if order.serial else "待发的牌",
        "order": order,
        "colour": LIGHTS[order.level.value],
        "rule": rule,
        "finding": finding,
        "says": findings.sentence(finding) if finding else "",
        "case": case,
        "content": next((m.texts["content"] for m in moves if "content" in m.texts), ""),
        "reply": next((m.texts["text"] for m in reversed(moves) if m.kind == "replied" and "text" in m.texts), ""),
        "department": department,
        "item": frame.name_item(order.division, order.item),
        "person": names.get(order.person, "尚未指定，由部门负责人签收或指定"),
        "watcher": names.get(order.watcher, ""),
        "merged_into": queries.find_order(actor, order.merged_into) if order.merged_into else None,
        "issuer": names.get(order.issuer, "系统"),
        "recipients": REACH[: order.reach + 1] if order.person else REACH[1 : order.reach + 1],
        "due": due,
        "late": bool(due and due[0] < facts.today),
        "lines": explain(order.clock, facts.calendar, facts.today) if order.clock else (),
        "acts": _acts(order, offers, staff, proposed, failed),
        "closed": order.stage in CLOSED,
        "elsewhere": actor.post_kind in core.WATCH and actor.division != order.division,
        "seen": [(s, s.label, _who(s.person, names) if s.person else "—") for s in seen],
        "moves": [_told(move, names) for move in moves],
        "failed": failed,
        "seq": len(moves),
        "has_errors": bool(failed),
        "command_id": new_command_id,
    }
    return frame.page(request, actor, "order.html", context, active=ACTIVE, status=status)


def _acts(
    order: Order, offers: list[Offer], staff: dict[str, str], proposed: str, failed: Failed | None
) -> list[dict[str, Any]]:
    """The forms of the acts that pass, the one just refused as it was sent."""

    def form_of(offer: Offer) -> OrderForm:
        return OrderForm(offer.act.name, order, staff, content=proposed if offer.act.name == "issue" else "")

    def address_of(offer: Offer) -> str:
        return reverse("watch:order_do", args=[order.id, offer.act.name])

    place = {name: n for n, name in enumerate((*MAIN, "", *LAST))}
    out = act_forms(offers, form_of, address_of, failed, opened=MAIN)
    return sorted(out, key=lambda act: place.get(act["key"], place[""]))


def _who(person: str, names: dict[str, str]) -> str:
    return names.get(person) or ("系统" if person == "system" else "申请人")


def _named_by(event: Any) -> str:
    """The person whom a move names."""
    return getattr(event, "responsible", "") or getattr(event, "watcher", "")


def _told(move: Moment, names: dict[str, str]) -> dict[str, Any]:
    """A move as the timeline shows it."""
    event = move.event
    parts = list(move.texts.values())
    if move.kind == "drafted":
        parts = [f"{Origin(event.origin).label}，{OrderLevel(event.level).label}。"]
    elif move.kind in ("cancelled", "revoked") and "ground_gone" in (getattr(event, "cause", ""), event.reason):
        parts = ["据以发牌的发现已经撤销，牌随之撤回。"]
    elif move.kind == "raised":
        because = "发现的级别升高" if event.reason == "finding" else " ".join(parts)
        parts = [f"升为{OrderLevel(event.level).label}：{because}"]
    elif move.kind == "merged":
        parts = [f"与另一条发现出于同一原因，并入那条发现{'的牌' if event.into else ''}，不另督办。"]
    elif move.kind == "assigned":
        parts = [f"责任人：{names.get(event.responsible, '')}"]
    elif move.kind == "entrusted":
        parts = [f"由{names.get(event.watcher, '')}跟进。"]
    elif move.kind == "escalated":
        sure = "" if event.certain else "（次年假期未公布，按推算）"
        parts = [f"{WAITED[event.waits]}，应在{event.due_on}以前{sure}；已报至{REACH[event.reach]}。"]
    by = "系统" if move.person == "system" else names.get(move.person, "")
    return {"title": words.kind("order", move.kind), "by": by, "at": move.at, "text": "".join(parts)}
