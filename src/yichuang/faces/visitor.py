"""Middleware: every request carries its visitor's own address, whatever proxies stand in between.

It stands first, so that all other code, allauth's too, reads `REMOTE_ADDR` and is right. No other code reads
X-Forwarded-For.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yichuang.kernel.visitor import is_trusted, read_address, visitor_address

FORWARDED = "HTTP_X_FORWARDED_FOR"
# Other words of proxies about a visitor. From a peer that is no trusted proxy they are a visitor's own words.
HEADERS = (FORWARDED, "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")
SCHEME = "HTTP_X_FORWARDED_PROTO"


def name_visitor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Replace `REMOTE_ADDR` by the visitor's address. Forwarding headers go away afterwards.

    Where no proxy is named, X-Forwarded-Proto stays for YICHUANG_HTTPS. Where some are, it counts from them only.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        trusted = settings.TRUSTED_PROXIES
        peer = request.META.get("REMOTE_ADDR", "")
        request.META["REMOTE_ADDR"] = visitor_address(peer, request.META.get(FORWARDED, ""), trusted)
        for header in HEADERS:
            request.META.pop(header, None)
        if trusted and not is_trusted(read_address(peer), trusted):
            request.META.pop(SCHEME, None)
        return get_response(request)

    return middleware


def address_of(request: HttpRequest) -> str:
    """The visitor's address, empty when the server does not know it."""
    return str(request.META.get("REMOTE_ADDR", ""))
