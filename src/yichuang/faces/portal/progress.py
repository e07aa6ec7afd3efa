"""办到哪了 without an account: number and query code. Wrong tries are counted, per visitor and per number."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yichuang.cases import view
from yichuang.faces.portal.page import page
from yichuang.faces.visitor import address_of
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.visitor import counted_network
from yichuang.people import tries

SHUT = (
    "查询次数过多，请 {} 分钟后再查。为防止他人试出查询码，一小时内在同一处输错同一编号 {} 次、各编号合计 {} 次，"
    "或者同一编号在各处合计输错 {} 次，就会暂停；着急的请登录后在“我的办件”查看，或者到窗口查询。"
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
    number, code = tidy(request.POST.get("number", "")[:100]), tidy(request.POST.get("code", "")[:40])
    context = {"title": "办到哪了", "number": number[:60], "found": None}
    counts = _counts(request, number)
    if wait := tries.count_try(*counts):
        return page(request, "progress.html", {**context, "error": _shut(wait)}, 429)
    missing = [name for name, value in (("办件编号", number), ("查询码", code)) if not value]
    if missing:
        return page(request, "progress.html", {**context, "error": f"请填写{'和'.join(missing)}。"}, 422)
    course = view.progress(number, code)
    if course is None:
        return page(request, "progress.html", {**context, "error": WRONG}, 422)
    tries.uncount_try(*counts)
    return page(request, "progress.html", {**context, "title": f"{course.title}办到哪了", "found": course})


def _counts(request: HttpRequest, number: str) -> list[tries.Count]:
    address = counted_network(address_of(request))
    visitor, numbers = (tries.PROGRESS_ADDRESS, address), [number] if number else []
    return tries.make_number_counters(visitor, tries.PROGRESS_HERE, tries.PROGRESS_NUMBER, address, *numbers)


def _shut(wait: int) -> str:
    limits = (tries.PROGRESS_HERE, tries.PROGRESS_ADDRESS, tries.PROGRESS_NUMBER)
    return SHUT.format(tries.whole_minutes(wait), *(limit.most for limit in limits))
