"""办到哪了 without an account: number and query code. Wrong tries are counted, per address and per number."""

from __future__ import annotations

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yichuang.cases import view
from yichuang.faces.portal.page import page

WRONG_TRIES = 10  # an hour, from one address or for one number
HOUR = 3600
SHUT = (
    "查询次数过多，已暂停一小时。为防止他人试出查询码，输错 {} 次就会暂停；"
    "着急的请登录后在“我的办件”查看，或者到窗口查询。"
)
WRONG = (
    "办件编号和查询码对不上。请核对收件凭证：办件编号 42 位（或者受理号 20 位），查询码 6 位，不含 0、O、1、I、L。"
    "代理人的授权结束以后，原来的查询码不能再用，请登录后在“我的办件”里看新的，或者到窗口查询。"
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Looked up by POST, so that numbers and codes stay out of addresses and logs. Shows no personal data."""
    if request.method != "POST":
        return page(request, "progress.html", {"title": "办到哪了", "number": "", "found": None})
    number, code = request.POST.get("number", "")[:60].strip(), request.POST.get("code", "")[:20].strip()
    context = {"title": "办到哪了", "number": number, "found": None}
    missing = [name for name, value in (("办件编号", number), ("查询码", code)) if not value]
    if missing:
        return page(request, "progress.html", {**context, "error": f"请填写{'和'.join(missing)}。"}, 422)
    keys = _keys(request, number)
    if any(cache.get(key, 0) >= WRONG_TRIES for key in keys):
        return page(request, "progress.html", {**context, "error": SHUT.format(WRONG_TRIES)}, 429)
    found = view.progress(number, code)
    if found is None:
        for key in keys:
            _count(key)
        return page(request, "progress.html", {**context, "error": WRONG}, 422)
    return page(request, "progress.html", {**context, "title": f"{found.title}办到哪了", "found": found})


def _keys(request: HttpRequest, number: str) -> tuple[str, str]:
    """Names of the two counters. The number is hashed: it is a person's, and may hold anything."""
    return (
        f"progress/from/{request.META.get('REMOTE_ADDR', '')}",
        f"progress/of/{sha256(number.upper().encode()).hexdigest()[:32]}",
    )


def _count(key: str) -> None:
    if not cache.add(key, 1, HOUR):
        try:
            cache.incr(key)
        except ValueError:  # it ran out this very moment
            cache.add(key, 1, HOUR)
