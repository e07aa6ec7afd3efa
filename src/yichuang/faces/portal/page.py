"""What every page of the portal has: who is logged in, how many messages wait, whether this is a demonstration.

No view is here, and nothing of one subject.
"""

from __future__ import annotations

import hashlib
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.faces import requests
from yichuang.people import queries as people
from yichuang.people.mfa import is_demo_store
from yichuang.people.mfa import signed_in as signed_in  # what the portal's views are guarded by


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of templates/portal/, with the frame's own values."""
    account = request.user if request.user.is_authenticated else None
    frame = {"unread": people.count_unread(account) if account else 0, "demo": is_demo_store()}
    response = render(request, f"portal/{name}", {**frame, **context}, status=status)
    if account:  # what a person reads stays out of a public terminal's back button
        response["Cache-Control"] = "private, no-store"
    return response


def page_for_all(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A page that anybody may read. A visitor without a session is told when it has not changed (304), by the digest of
    the whole page: whatever changes on it is shown with the next look. Proxies keep none of it.
    """
    response = page(request, name, context)
    if settings.SESSION_COOKIE_NAME in request.COOKIES or request.user.is_authenticated:
        return response
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = quote_etag(hashlib.blake2b(response.content, digest_size=16).hexdigest())
    unchanged = get_conditional_response(request, etag=response["ETag"], response=response)
    return cast(HttpResponse, unchanged)


def refused(request: HttpRequest, error: Refused, back: tuple[str, str], *, kept: str = "") -> HttpResponse:
    """The page of a refusal: what happened, on what ground, what to do next. `back` is (text, address), `kept` what
    somebody wrote that would otherwise be lost."""
    title = "您不能办理这项操作" if error.kind is Kind.FORBIDDEN else "这一步没有办成"
    return page(
        request,
        "refused.html",
        {"title": title, "error": error, "back": back, "kept": kept},
        requests.STATUS[error.kind],
    )


def login_then(address: str) -> HttpResponse:
    """To the login page, and from there to the address."""
    return redirect(f"{reverse('account_login')}?{urlencode({'next': address})}")
