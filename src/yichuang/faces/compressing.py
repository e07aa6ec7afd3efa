"""Middleware: HTML goes out compressed, unless another site may have had a hand in a page that holds a secret.

The size of a compressed page tells whether words of a stranger stand in it twice (BREACH): who can make a browser ask
for pages with words of his choice and sees their sizes reads, guess by guess, what only its owner should. So a browser
that has a session is answered compressed only when it says that our own page or the person at it started the request
(Sec-Fetch-Site), and never when it says nothing. Without a session a page holds no secret but the CSRF token, which
Django masks anew in each answer. Django's padding of random length comes on top.

Files are left alone (static ones lie compressed on the disk), and so are the answers of the API.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

OURS = frozenset({"same-origin", "none"})  # started by a page of this site, or by an address typed or kept


def may_compress(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the size of the answer tells a stranger nothing."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return False
    return settings.SESSION_COOKIE_NAME not in request.COOKIES or request.headers.get("Sec-Fetch-Site") in OURS


def compress(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        return gzip.process_response(request, response) if may_compress(request, response) else response

    return middleware
