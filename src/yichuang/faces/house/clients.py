"""接口客户端: programs let in, each in the name of an officer at a post; issue and revoke. No case enters.

The token is shown once, on the page that answers the issuing, and is not kept (people.service).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.aggregates.refusal import Invalid
from yichuang.faces import who
from yichuang.faces.fields import choice, short
from yichuang.faces.forms import django_errors
from yichuang.faces.house import frame
from yichuang.faces.requests import or_404
from yichuang.ledger.actor import Actor
from yichuang.ledger.service import now
from yichuang.org import queries as org
from yichuang.org import reach
from yichuang.people import queries as people
from yichuang.people import service
from yichuang.people.rights import CLIENTS

if TYPE_CHECKING:
    from yichuang.org.models import Holding

ACTIVE = "house:clients"
MOST = 20  # seats offered for one search
TERMS = [("90", "三个月"), ("365", "一年"), ("730", "两年")]  # days


class IssueForm(forms.Form):
    """A name, and the officer and post the program acts as, from those a search found."""

    use_required_attribute = False

    def __init__(self, holdings: list[Holding], data: Any = None) -> None:
        super().__init__(data, initial={"days": "365"})
        offered = [
            (str(h.pk), f"{h.officer.name}（{h.officer.number}） · {h.post.department.name} · {h.post.name}")
            for h in holdings
        ]
        self.fields = {
            "seat": choice("以谁的名义、在哪个岗位办理", offered, many=MOST),
            "name": short("接口用户名称", hint="例如：市市场监管局业务系统"),
            "days": choice("令牌有效期", TERMS, hint="到期自动停用；需要继续使用的，到期前另行签发。"),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(CLIENTS)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The clients; a search for the officer a new one acts as; POST issues its token and shows it."""
    words = (request.POST.get("q") or request.GET.get("q") or "").strip()[:60]
    seats = reach.list_seats(actor, words, who.seated(request).day, MOST) if words else []
    form = IssueForm(seats, request.POST if request.method == "POST" else None) if seats else None
    if request.method == "POST" and form is not None and form.is_valid():
        holding = next(h for h in seats if str(h.pk) == form.cleaned_data["seat"])
        try:
            client, token = service.issue_client(
                form.cleaned_data["name"],
                holding.officer.account,
                actor,
                holding.post_id,
                days=int(form.cleaned_data["days"]),
            )
        except Invalid as error:
            frame.refuse(form, error, {}, "name")
        else:
            context = {"title": "接口令牌已签发", "client": client, "token": token, "holding": holding}
            return frame.page(request, actor, "token.html", context, active=ACTIVE)
    clients = people.list_clients(reach.posts_within(actor))
    moment = now()
    errors = django_errors(form) if form else []
    context = {
        "title": "接口客户端",
        "clients": sorted(clients, key=lambda c: c.revoked_at is not None or c.expires_at <= moment),
        "now": moment,
        "names": org.names_of({client.account.person for client in clients}),
        "q": words,
        "form": form,
        "errors": errors,
        "has_errors": bool(errors),
    }
    status = 422 if request.method == "POST" else 200
    return frame.page(request, actor, "clients.html", context, active=ACTIVE, status=status)


@require_POST
@frame.for_right(CLIENTS)
def revoke(request: HttpRequest, actor: Actor, client_id: int) -> HttpResponse:
    """The token stops working at once; a second send changes nothing."""
    client = or_404(people.find_client(reach.posts_within(actor), client_id))
    if client.revoked_at is None:
        service.revoke_client(client, actor)
        messages.success(request, f"“{client.name}”的令牌已停用，立即生效。")
    else:
        messages.info(request, f"“{client.name}”的令牌此前已经停用。")
    return redirect(ACTIVE)
