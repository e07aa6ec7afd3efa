"""What every page of an administrator has: the guard by right, the navigation of that post. No view, no case.

System, security and audit administration are three hands (三员分立, GB/T 22239-2019 8.1.5): each page is for one
kind of post and closed to all others, the other two administrators included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yichuang.aggregates.refusal import Refused
from yichuang.aggregates.rights import Right
from yichuang.faces import who
from yichuang.faces.addresses import url
from yichuang.faces.frame import identity
from yichuang.ledger.actor import Actor
from yichuang.org.kinds import POST_KINDS
from yichuang.people import mfa

View = Callable[..., HttpResponseBase]

# Kind of post → the pages of its navigation, the first being its home: (words, name of the address)
PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "sysadmin": (
        ("工作日历", "house:calendar"),
        ("系统停运", "house:outages"),
        ("预警参数", "house:warnings"),
        ("规则参数", "house:rules"),
        ("发件箱", "house:outbox"),
        ("系统状态", "house:state"),
    ),
    "secadmin": (
        ("机构、岗位与人员", "house:departments"),
        ("身份核实", "house:identities"),
        ("接口客户端", "house:clients"),
        ("登录安全", "house:security"),
    ),
    "auditadmin": (("审计查询", "house:audit"), ("账本验真", "house:proof")),
}


def for_right(right: Right) -> Callable[[View], View]:
    """A view for who has a right of the room behind it, whose acts ask the same one; the view gets the actor as its
    second argument. Others are refused in the room's words.
    """

    def guard(view: View) -> View:
        @who.for_officers
        @wraps(view)
        def guarded(request: HttpRequest, actor: Actor, *args: Any, **kwargs: Any) -> HttpResponseBase:
            right.demand(actor)
            return view(request, actor, *args, **kwargs)

        return guarded

    return guard


def page(
    request: HttpRequest, actor: Actor, name: str, context: dict[str, Any], *, active: str, status: int = 200
) -> HttpResponse:
    """A page of templates/house/ inside the frame of the desk; `active` is the address in the navigation."""
    places = PLACES[actor.post_kind]
    items = [{"text": text, "href": url(to), "active": to == active} for text, to in places]
    side = [{"title": POST_KINDS[actor.post_kind], "items": items}]
    frame = {"identity": identity(request, actor), "side": side, "notice": mfa.mfa_notice()}
    response = render(request, f"house/{name}", {**frame, **context}, status=status)
    response["Cache-Control"] = "private, no-store"  # a shared terminal keeps none of it
    return response


def refuse(form: forms.Form, refused: Refused, beside: Mapping[str, str], otherwise: str | None = None) -> None:
    """Put a refusal beside the field that it names or its code speaks of, else beside `otherwise` or above the form."""
    form.add_error(refused.details.get("field") or beside.get(refused.code, otherwise), refused.message)
