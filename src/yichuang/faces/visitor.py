"""Middleware: every request carries its visitor's own address, whatever proxies stand in between.

It stands first, so that all other code, allauth's too, reads `REMOTE_ADDR` and is right. No other code reads
X-Forwarded-For.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yichuang.kernel.visitor import is_trusted, read_address, visitor_address

log = logging.getLogger(__name__)
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
        if request.META.get(FORWARDED) and not trusted:
            _warn_once(peer)
        request.META["REMOTE_ADDR"] = visitor_address(peer, request.META.get(FORWARDED, ""), trusted)
        for header in HEADERS:
            request.META.pop(header, None)
        if trusted and not is_trusted(read_address(peer), trusted):
            request.META.pop(SCHEME, None)
        return get_response(request)

    return middleware


@lru_cache(maxsize=256)
def _warn_once(peer: str) -> None:
    """A proxy next door that nobody named makes all visitors one. A stranger's own header is no proxy."""
    address = read_address(peer)
    if address is not None and address.is_private:
        log.warning("X-Forwarded-For from %s is ignored: name the proxy in YICHUANG_TRUSTED_PROXIES", address)


def address_of(request: HttpRequest) -> str:
    """The visitor's address, empty when the server does not know it."""
    return str(request.META.get("REMOTE_ADDR", ""))
