"""Filters of the work list that an officer saves under a name, and forgets again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from yichuang.aggregates.refusal import Invalid
from yichuang.faces import who
from yichuang.ledger.actor import Actor
from yichuang.people.saved import drop_list, save_list

KEPT = ("list", "stage", "light", "item", "department", "sort")  # never the words of a search: they may name a person


@require_POST
@who.for_officers
def save(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Save the filters in force under a name, or forget a name."""
    account, sent = who.account_of(request), QueryDict(request.POST.get("query", "")[:500])
    query = urlencode({name: sent[name][:64] for name in KEPT if sent.get(name)})
    if name := request.POST.get("drop", ""):
        drop_list(account, name)
        messages.success(request, f"已删去“{name[:20]}”。")
    else:
        try:
            save_list(account, request.POST.get("name", ""), query)
        except Invalid as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "这组筛选已经保存，以后在清单上方点名称打开。")
    return redirect(f"{reverse('desk:home')}{'?' if query else ''}{query}")
