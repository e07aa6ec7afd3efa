"""Known devices: a signed cookie that says which accounts have logged in from this browser before.

A stranger who tries passwords of an account elsewhere then keeps its owner out nowhere (OWASP: device cookies). The
cookie opens nothing by itself: it only decides which counter a wrong password counts on.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

SALT = "yichuang.known-device"
AGE = 180 * 24 * 3600  # seconds
MOST = 8  # accounts one browser is known for; the oldest goes


def _mark(username: str) -> str:
    return salted_hmac(SALT, username.casefold(), algorithm="sha256").hexdigest()[:20]


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    """The device and the marks of its accounts; empty for a browser that has no cookie of ours."""
    try:
        device, marks = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return str(device), list(marks)


def device_of(request: HttpRequest, username: str) -> str:
    """The device when this account has logged in from it before, else empty."""
    device, marks = _read(request)
    return device if _mark(username) in marks else ""


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Set the cookie after a whole log-in, second factor included."""
    device, marks = _read(request)
    mine = _mark(username)
    marks = [*(mark for mark in marks if mark != mine), mine][-MOST:]
    value = signing.dumps([device or secrets.token_urlsafe(12), marks], salt=SALT, compress=True)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        value,
        max_age=AGE,
        path="/accounts/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
