"""Errors as RFC 9457 problem details, all in Chinese. Never shows a value somebody sent, a traceback or SQL."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.faces.disk import disk_problem, is_disk_error
from yichuang.faces.errors import RETRY_AFTER
from yichuang.kernel.policy import cite_ground

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
STATUS = {Kind.INPUT: 422, Kind.STALE: 409, Kind.RULE: 409, Kind.FORBIDDEN: 403}
TITLES = {
    400: "请求没有看懂",
    401: "没有通过身份验证",
    403: "不能办理",
    404: "没有找到",
    405: "不支持这种方法",
    409: "与规定或办件现状不符",
    413: "内容太大",
    415: "内容类型不对",
    422: "内容需要改正",
    429: "请求太频繁",
    500: "系统出错了",
    503: "系统暂时连不上数据库",
    507: "系统的磁盘已满",
}


@dataclass(frozen=True, slots=True)
class ProblemBody:
    """An RFC 9457 document; `clause` is the ground, `next` what to do, `fields` what is wrong by place."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    clause: str
    next: str
    fields: dict[str, str]


@dataclass(slots=True)
class Problem(Exception):
    """Answered as a problem. `headers` go with the answer."""

    status: int
    code: str
    detail: str
    clause: str = ""
    next: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


NOT_FOUND = ("no-such-case", "没有这个办件，或您无权查看。", "请核对办件编号，以及本接口用户代表的人员和岗位。")


def no_such_case() -> Problem:
    """The same answer whether there is none or it is not this reader's."""
    code, detail, next = NOT_FOUND
    return Problem(404, code, detail, next=next)


def answer(problem: Problem) -> HttpResponse:
    body = {
        "type": f"urn:yichuang:problem:{problem.code}",
        "title": TITLES[problem.status],
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "clause": cite_ground(problem.clause),
        "next": problem.next,
        "fields": problem.fields,
    }
    dumped: dict[str, Any] = {"ensure_ascii": False}
    response = JsonResponse(body, status=problem.status, content_type=MEDIA_TYPE, json_dumps_params=dumped)
    for name, value in problem.headers.items():
        response[name] = value
    return response


# What the cores say for people before a page, and what a program does instead
_FOR_PROGRAMS = (
    ("请申请人登录后在“我的办件”里撤回", "请申请人用本人账号的令牌撤回"),
    ("可以在证照页面陈述申辩", "可以用证照的陈述申辩操作"),
    ("请按接口说明或页面提示填写", "请按接口说明填写"),
    ("请按提示逐项改正", "请按 fields 逐项改正"),
    ("在本页一并提供", "在同一请求里一并提供"),
    ("在本页继续办理", "继续办理"),
    ("，已填内容不会丢失", ""),
    ("，已填内容可以沿用", ""),
    ("刷新页面", "重新读取"),
    ("在网页上办的，请刷新后再办；程序请", "请"),
    ("中勾选；审查意见引用的已经勾好，请核对", "中选择"),
    ("一次勾选齐全", "一次写齐"),
    ("勾选", "写明"),
    ("用本人账号登录", "用本人账号的令牌"),
    ("请先切换岗位", "请用该岗位的令牌"),
    ("请切换到相应岗位", "请用相应岗位的令牌"),
)


def for_programs(text: str) -> str:
    """A sentence for people before a page, in the words of programs."""
    for said, instead in _FOR_PROGRAMS:
        text = text.replace(said, instead)
    return text


def of_refusal(refused: Refused) -> Problem:
    """What the door said, with the status its kind has."""
    if refused.code == "no-such-case":
        return no_such_case()
    fields = refused.details.get("fields")
    fields = fields if isinstance(fields, dict) else {}
    fields = {name: for_programs(str(said)) for name, said in fields.items()}
    detail, next = for_programs(refused.message), for_programs(refused.next)
    return Problem(STATUS[refused.kind], refused.code, detail, refused.clause, next, fields)


# --- what pydantic found, in Chinese ----------------------------------------------------------------------------------

_SAID = {
    "missing": "没有填写",
    "extra_forbidden": "没有这一项",
    "string_too_long": "太长，最多 {max_length} 个字",
    "string_too_short": "太短，至少 {min_length} 个字",
    "string_pattern_mismatch": "含有不能接受的字符，或者格式不对",
    "string_type": "应当是文字",
    "bool_type": "应当是 true 或 false",
    "int_type": "应当是整数",
    "less_than_equal": "不能大于 {le}",
    "greater_than_equal": "不能小于 {ge}",
    "too_long": "太多，最多 {max_length} 项",
    "tuple_type": "应当是数组",
    "dict_type": "应当是对象",
    "model_attributes_type": "应当是对象",
    "literal_error": "不在可选范围之内",
}
_PLACES = {"path", "query", "header", "body"}


def of_validation(errors: Iterable[dict[str, Any]]) -> Problem:
    """Each wrong place once, named as the request names it."""
    fields: dict[str, str] = {}
    for error in errors:
        place = ".".join(str(part)[:60] for part in error["loc"] if part not in _PLACES and part != "content")
        words = _SAID.get(error["type"], "格式不对").format(**error.get("ctx", {}))
        fields.setdefault(place or "body", words)
    named = "、".join(fields)[:300]
    return Problem(422, "malformed", f"提交的内容格式不对：{named}", next="请按接口说明改正后再提交。", fields=fields)


# --- handlers ---------------------------------------------------------------------------------------------------------


def lost(exception: Exception) -> Problem:
    """503 for a database that is away; 507 when a full disk is what failed, also when it took the database along."""
    if is_disk_error(exception) or disk_problem():
        log.error("nothing can be written: %s", type(exception).__name__)
        detail = "系统存放文件和数据的磁盘没有空间，或者不能写入。操作没有完成，也没有留下半截记录。"
        next = "请过几分钟用同一个 Idempotency-Key 再试；同一操作只办理一次。"
        return Problem(507, "disk-full", detail, next=next, headers={"Retry-After": str(RETRY_AFTER)})
    log.warning("database lost: %s", type(exception).__name__)
    next = f"请约 {RETRY_AFTER} 秒后用同一个 Idempotency-Key 再试；同一操作只办理一次。"
    detail = "数据库正在重启或网络中断，一般很快恢复。"
    return Problem(503, "unavailable", detail, next=next, headers={"Retry-After": str(RETRY_AFTER)})


def unauthorised(detail: str = "请求没有带有效的令牌，或者令牌已经停用。") -> Problem:
    next = "请在 Authorization 头中写 Bearer 加令牌；没有令牌的，请向系统管理员申请。"
    return Problem(401, "unauthorised", detail, next=next, headers={"WWW-Authenticate": 'Bearer realm="yichuang"'})


def _http(error: HttpError) -> HttpResponse:
    """ninja's own errors; a body that could not be read carries what we said of it as its cause."""
    cause = error.__cause__
    if isinstance(cause, Problem):
        return answer(cause)
    if isinstance(cause, OperationalError | InterfaceError):
        return answer(lost(cause))
    if error.status_code == 401:
        return answer(unauthorised())
    return answer(Problem(400, "bad-request", "请求的内容不是完整的 JSON。", next="请核对后重新发送。"))


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """500 with a number that stands in the log beside the traceback."""
    incident = secrets.token_hex(4)
    log.error("incident %s at %s", incident, request.resolver_match and request.resolver_match.route, exc_info=error)
    detail = "这是我们的问题。操作没有完成，也没有留下半截记录。"
    return answer(Problem(500, "fault", detail, next=f"请稍后再试；仍然出错的，请报告错误编号 {incident}。"))


def of_error(request: HttpRequest, error: Any) -> HttpResponse:
    """The answer to anything an operation raised."""
    match error:
        case Problem():
            return answer(error)
        case Refused():
            return answer(of_refusal(error))
        case ValidationError():
            return answer(of_validation(error.errors))
        case HttpError():
            return _http(error)
        case PermissionDenied():  # our own code writes its message, in Chinese
            detail = str(error) or "您不能办理。"
            return answer(Problem(403, "forbidden", detail, next="请核对本接口用户代表的人员和岗位。"))
        case RequestDataTooBig():
            return answer(Problem(413, "too-big", "请求内容太大，没有读取。", next="请减少内容后再提交。"))
        case SuspiciousOperation() | MultiPartParserError() | UnreadablePostError():
            return answer(Problem(400, "bad-request", "请求的内容不完整，没有处理。", next="请核对后重新发送。"))
        case OperationalError() | InterfaceError():
            return answer(lost(error))
        case OSError() if is_disk_error(error):
            return answer(lost(error))
        case _:
            return _unexpected(request, error)


def install(api: NinjaAPI) -> None:
    """Every error of an operation is answered as a problem."""
    for cls in (Exception, ValidationError, HttpError):  # ninja has handlers of its own for the last two
        api.add_exception_handler(cls, of_error)


def phrase(status: int) -> str:
    return TITLES.get(status) or HTTPStatus(status).phrase
