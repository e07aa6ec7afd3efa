"""What every page of the watch has: who may watch, the navigation beside it, no copy in a shared terminal. No view."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yichuang.cases import queries
from yichuang.catalog import queries as catalog
from yichuang.faces import frame
from yichuang.faces.addresses import url
from yichuang.ledger.actor import Actor
from yichuang.orders import queries as orders
from yichuang.orders.core.decide import WATCH
from yichuang.org import queries as org
from yichuang.people.mfa import mfa_notice

PAGE_READERS = frozenset({"supervisor", "office", "inspector", "head"})
PLACES = {
    "监察": (
        ("今日监察", "watch:home"),
        ("监察大屏", "watch:wall"),
        ("亮灯", "watch:lights"),
        ("监察发现", "watch:findings"),
        ("督办", "watch:orders"),
        ("三率", "watch:rates"),
    ),
    "分析": (
        ("流程图谱", "watch:process"),
        ("环节用时", "watch:durations"),
        ("办理时段", "watch:hours"),
        ("体外循环迹象", "watch:signs"),
        ("对账", "watch:reconcile"),
        ("廉政风险点", "watch:risks"),
        ("监察规则", "watch:rules"),
    ),
    "另见": (("消息", frame.MESSAGES), ("账本日根", "watch:roots"), ("办件清单", "desk:home")),
}


def only_watchers(actor: Actor) -> None:
    """Raises PermissionDenied for a post that does not watch."""
    if actor.post_kind not in PAGE_READERS:
        raise PermissionDenied("监察页由电子监察、政务服务办、督查和机关负责人查看。请切换到相应岗位。")


def only_senders(actor: Actor) -> None:
    """Raises PermissionDenied for a post that sends no cards."""
    if actor.post_kind not in WATCH:
        raise PermissionDenied("发牌由电子监察岗或政务服务办办理。请切换到相应岗位。")


def page(
    request: HttpRequest, actor: Actor, name: str, context: dict[str, Any], *, active: str, status: int = 200
) -> HttpResponse:
    """A page of templates/watch/ inside the frame of the desk. Who does not watch keeps the navigation of the desk."""
    shared = {
        "identity": frame.identity(request, actor),
        "side": _side(actor, active) if actor.post_kind in PAGE_READERS else frame.side(actor, (active, "")),
        "notice": mfa_notice(),
    }
    response = render(request, f"watch/{name}", {**shared, **context}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _side(actor: Actor, active: str) -> list[dict[str, Any]]:
    """The navigation of the watch, with how many orders and messages wait for the reader. One statement."""
    counts = queries.tally({}, {frame.ORDERS: orders.sql_waiting(actor), frame.MESSAGES: frame.sql_messages(actor)})
    return [
        {
            "title": title,
            "items": [
                {"text": text, "href": url(name), "active": name == active} | frame.make_badge(name, counts)
                for text, name in places
            ],
        }
        for title, places in PLACES.items()
    ]


def name_item(division: str, item: str) -> str:
    """The name in force of an item with its code: 食品经营许可（ZZ-001）; the code alone of one that is not listed, and
    nothing for none. At most one statement.
    """
    name = catalog.names_of_items([item]).get((division, item)) if item else ""
    return f"{name}（{item}）" if name else item


def departments(division: str) -> dict[str, str]:
    """Names of a division's departments by id, those without an item of their own too. One statement."""
    return org.names_of_departments([division])
