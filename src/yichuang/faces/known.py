"""Known devices: the random mark of a browser, and a signed cookie that says which accounts have logged in from it.

The mark goes with every request and into the ledger beside what is done (`Actor.device`): two officers of a case who
share a device are told apart from two whose browsers are alike (R-P02). It says nothing of who anybody is.

With the signed cookie a stranger who tries passwords of an account elsewhere keeps its owner out nowhere (OWASP: device
cookies). Neither opens anything by itself.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

SALT = "yichuang.known-device"
AGE = 180 * 24 * 3600  # seconds
LONGEST = 400 * 24 * 3600  # seconds: longer, no browser keeps a cookie
MOST = 8  # accounts one browser is known for; the oldest goes


def mark_of(request: HttpRequest) -> str:
    """The mark of the browser; empty for one that nobody has logged in from."""
    mark = request.COOKIES.get(settings.MARK_COOKIE_NAME, "")
    return mark if re.fullmatch(r"[\w-]{16}", mark, re.ASCII) else ""


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
    """Set both cookies after a whole log-in, second factor included."""
    device, marks = _read(request)
    mine = _mark(username)
    marks = [*(mark for mark in marks if mark != mine), mine][-MOST:]
    value = signing.dumps([device or secrets.token_urlsafe(12), marks], salt=SALT, compress=True)
    _set_cookie(response, settings.DEVICE_COOKIE_NAME, value, AGE, "/accounts/")
    _set_cookie(response, settings.MARK_COOKIE_NAME, mark_of(request) or secrets.token_urlsafe(12), LONGEST, "/")


def _set_cookie(response: HttpResponse, name: str, value: str, age: int, path: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=age, path=path, secure=secure, httponly=True, samesite="Lax")
