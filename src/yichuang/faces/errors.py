"""Pages for what goes wrong: each says what happened, why, and what to do next. They touch no database and no session,
but for a form whose token is old, which goes back to its page.

Named in the root URL configuration (`handler400` … `handler500`, and `handler429` for allauth) and in the settings
(`CSRF_FAILURE_VIEW`). Refusals of a rule are not errors: the page that was refused shows them.
"""

from __future__ import annotations

import logging
import math
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.faces.csp import policy
from yichuang.faces.disk import disk_problem, is_disk_error
from yichuang.faces.requests import STATUS

log = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds: the database is back within a second or two when it only restarts
LONGEST_WAIT = 60  # seconds: the longest rate of allauth that answers with this page (ACCOUNT_RATE_LIMITS)
LOST = (OperationalError, InterfaceError)


@dataclass(frozen=True)
class Page:
    """One error page. `steps` are what the person can do, most useful first."""

    status: int
    title: str
    why: str
    steps: tuple[str, ...]


HOME = "回到首页，从“办事”或“办到哪了”重新进入"
PAGES = {
    400: Page(
        400,
        "这次提交没有看懂",
        "浏览器送来的内容不完整或格式不对，系统没有作任何处理。",
        ("返回上一页，核对后重新提交", HOME),
    ),
    403: Page(
        403,
        "您不能打开这一页",
        "这一页只对有关的申请人或者承办岗位开放，您现在的身份不在其中。",
        ("如果换过账号或岗位，请换回原来的再打开", "如果您是申请人，请从“办到哪了”进入自己的办件", HOME),
    ),
    404: Page(
        404,
        "没有找到这一页",
        "网址可能写错了，也可能这一页已经移走。",
        ("核对网址有没有少字或多字", "查办件请用“办到哪了”，输入办件编号", HOME),
    ),
    405: Page(
        405,
        "这个网址不能直接打开",
        "它只用来接收页面上的按钮和表单送来的内容；直接打开、刷新或收藏它，看不到页面。系统没有作任何处理。",
        ("返回上一页，用页面上的按钮再操作一次", HOME),
    ),
    413: Page(
        413,
        "提交的内容太大",
        "一次提交超过了系统能接收的大小，没有保存。",
        ("文件请分几次上传，照片可以先缩小", "文字部分请删减，详细说明可以作为附件", "返回上一页，内容仍在原处"),
    ),
    429: Page(
        429,
        "操作太频繁，请稍等",
        "短时间内尝试的次数过多。为保护账号安全，系统暂停了这项操作。",
        ("请过几分钟再试", "忘记密码的，请用“忘记密码”重新设置", "如果不是您本人操作，请修改密码"),
    ),
    500: Page(
        500,
        "系统出错了",
        "这是我们的问题，不是您填错了。刚才的操作没有完成，也没有留下半截记录。",
        ("请稍后再试一次", "如果仍然出错，请把下面的错误编号告诉窗口或服务热线", HOME),
    ),
    503: Page(
        503,
        "系统暂时连不上数据库",
        "数据库正在重启或网络中断，一般很快恢复。已经提交成功的办件不受影响。",
        (
            "您填写的内容没有丢失：请不要关闭本页，约半分钟后按浏览器的“刷新”，内容会原样再提交一次；同一份提交只办理一次",
            "如果五分钟后仍未恢复，请联系窗口",
        ),
    ),
}
SLOW = Page(
    408,
    "没有收完您发来的内容",
    "内容发送得太慢或者中途停住，系统没有等到全部内容，什么也没有保存。",
    ("请换一个网络再提交一次", "文件很大的，请缩小照片或者分成几次上传", "返回上一页，内容仍在原处"),
)
BUSY = Page(
    503,
    "现在办事的人太多",
    "同时提交的内容超过了系统一次能处理的数量，这一次没有处理，也没有保存。",
    ("请不要关闭本页，约半分钟后按浏览器的“刷新”；同一份提交只办理一次", "一直这样的，请联系窗口"),
)
FULL = Page(
    507,
    "没有保存：系统的磁盘已满",
    "系统存放文件和数据的磁盘没有空间，或者不能写入。刚才的操作没有完成，也没有留下半截记录。这是我们的问题，不是您填错了。",
    (
        "请不要关闭本页，过一会儿按浏览器的“刷新”；同一份提交只办理一次",
        "急需办理的，请带材料到窗口",
        "一直这样的，请告诉窗口或服务热线",
    ),
)
CSRF = Page(
    403,
    "页面停留过久，请重新提交",
    "为防止他人冒用您的身份，每次提交都要核对一个安全标记；它已过期，或者浏览器禁用了 Cookie。",
    ("返回上一页，刷新后再提交", "如果浏览器禁用了 Cookie，请为本站打开", "请重新登录后再试"),
)


def answer(
    request: HttpRequest | None, page: Page, *, why: str = "", incident: str = "", typed: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """The page, or for programs a problem in JSON (RFC 9457). `typed`: (label, text) of what the reader had sent."""
    why = why or page.why
    if request is not None and request.path.startswith("/api/"):
        body = {
            "status": page.status,
            "title": page.title,
            "detail": why,
            **({"incident": incident} if incident else {}),
        }
        plain: dict[str, object] = {"ensure_ascii": False}
        return JsonResponse(body, status=page.status, content_type="application/problem+json", json_dumps_params=plain)
    # rendered without the request: context processors would ask for the user, and so for the database
    context = {"title": page.title, "page": page, "why": why, "incident": incident, "typed": typed, "plain": True}
    return HttpResponse(render_to_string("errors/page.html", context), status=page.status)


EARLY = {400: PAGES[400], 408: SLOW, 413: PAGES[413], 500: PAGES[500], 503: BUSY, 507: FULL}


def answer_early(status: int, program: bool) -> HttpResponse:
    """The answer of the web server's front to a request that no view has seen; a problem in JSON for a `program`."""
    request = HttpRequest()
    request.path = "/api/" if program else "/"
    response = answer(request, EARLY[status])
    response["Content-Security-Policy"] = policy()
    response["X-Content-Type-Options"] = "nosniff"
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    big = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return answer(request, PAGES[413 if big else 400])


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A `PermissionDenied` with a message says it: our own code writes them in Chinese, Django's carry none."""
    return answer(request, PAGES[403], why=str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, PAGES[404])


def too_many(request: HttpRequest, exception: Exception | None = None, *, seconds: int = LONGEST_WAIT) -> HttpResponse:
    """429 with the time after which the next try is taken. allauth, which does not tell it, waits a minute at most."""
    page = PAGES[429]
    steps = (f"请等 {math.ceil(seconds / 60)} 分钟再试", *page.steps[1:])
    response = answer(request, replace(page, steps=steps))
    response["Retry-After"] = str(seconds)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is not this browser's any more: its cookies went, or somebody logged in again meanwhile.

    Nothing of it is taken, but what was typed waits in the browser (scripts/keep.mjs): back to its page, by the login
    page for whom is not logged in. A form of another site, or of the login page itself, is told what is wrong.
    """
    from django.contrib.auth.views import redirect_to_login  # both load models, and the other pages need none

    from yichuang.people.mfa import page_of_form

    page = page_of_form(request)
    if not page or page.startswith("/accounts/") or _is_script(request):
        return answer(request, CSRF)
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    messages.error(request, "登录状态在这一页打开以后变过，刚才没有办理。请核对下面的内容，再提交一次。")
    return redirect(page)


def _is_script(request: HttpRequest) -> bool:
    """Whether a script sent it, which reads the status: a navigation asks for HTML by name."""
    return "text/html" not in request.headers.get("Accept", "")


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with a number that stands in the log beside the traceback; a lost database below the views is 503."""
    error = sys.exc_info()[1]
    if is_disk_error(error) or isinstance(error, LOST):
        return unavailable(request, error)
    incident = secrets.token_hex(4)
    log.error("incident %s at %s %s", incident, request.method, request.resolver_match and request.resolver_match.route)
    return answer(request, PAGES[500], incident=incident)


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """503 for a database that is away; 507 when a full disk is what failed, also when it took the database along."""
    full = is_disk_error(error) or disk_problem()
    if full:
        log.error("nothing can be written: %s", full if isinstance(full, str) else type(error).__name__)
    response = answer(request, FULL if full else PAGES[503])
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal without a page of its own, such as a form that came without its hidden number, or a page that is
    another post's.
    """
    forbidden = refusal.kind is Kind.FORBIDDEN
    title = "您不能办理这项操作" if forbidden else "这一步没有办成"
    steps = tuple(step for step in (refusal.next, HOME if forbidden else "返回上一页，您写的内容仍在原处") if step)
    page = Page(STATUS[refusal.kind], title, refusal.message, steps)
    return answer(request, page, why=refusal.message + (f"（{refusal.basis}）" if refusal.basis else ""))


class Outage:
    """Middleware: a view that lost the database answers 503 and when to come back, not 500, and 507 where a disk is
    full; one that was sent NUL, which no database keeps or looks up, answers 400; a method that an address does not
    take is told with a page; a refusal that the view itself did not show is shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = answer(request, PAGES[405])
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return refused(request, exception)
        if isinstance(exception, DataError) and "NUL" in str(exception):
            return answer(request, PAGES[400])
        if is_disk_error(exception):
            return unavailable(request, exception)
        if not isinstance(exception, LOST):
            return None
        log.warning("database lost: %s", type(exception).__name__)
        return unavailable(request, exception)


handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler429 = too_many
handler500 = server_error
