"""The API put together: its operations, what it says of itself in OpenAPI 3.1, and how addresses lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from ninja import NinjaAPI, Router
from ninja.renderers import JSONRenderer

from yichuang.faces.api import (
    catalogue,
    consistency,
    decisions,
    exchange,
    feedback,
    findings,
    governing,
    guidance,
    halls,
    identity,
    inbox,
    late,
    manuscripts,
    orders,
    own_rules,
    preparation,
    problems,
    published,
    rates,
    reads,
    reports,
    risks,
)
from yichuang.faces.api.caller import Bearer
from yichuang.faces.api.describing import complete_description
from yichuang.faces.api.lives import router_of
from yichuang.faces.api.reading import StrictJson
from yichuang.faces.requests import FILE_BYTES, takes
from yichuang.faces.shown import SHOWN

ABOUT = """与网页同一个门：同样的命令、同样的规则、同样的可见范围。

每个请求带 `Authorization: Bearer <令牌>`；一个令牌代表一个人，或一个人的一个岗位。
办理操作还要带 `Idempotency-Key`（UUID）：重试用同一个，同一操作只办理一次。
出错时返回 RFC 9457 的 problem+json，`code` 为代码，`clause` 为依据，`next` 为下一步。"""


class Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


class OneDoor(NinjaAPI):
    """NinjaAPI whose description of itself gives errors their own media type."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(*args, **kwargs)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["description"] = problems.phrase(int(status))
                        response["content"] = {problems.MEDIA_TYPE: next(iter(response["content"].values()))}
        complete_description(schema)
        return schema


def build(routers: Iterable[Router], namespace: str = "api") -> OneDoor:
    """An API of these operations."""
    made = OneDoor(
        title="一窗 API",
        version="1",
        description=ABOUT,
        auth=Bearer(),
        parser=StrictJson(),
        renderer=Renderer(),
        docs_url=None,
        openapi_url=None,
        urls_namespace=namespace,
    )
    problems.install(made)
    for router in routers:
        made.add_router("", router)
    return made


# those of the commands of cases come with the reads: an address has one view for all its methods
ROOMS = (
    identity, reads, catalogue, published, consistency, exchange, decisions, late, feedback, guidance, halls, reports,
    findings, orders, own_rules, rates, risks, manuscripts, governing, inbox, preparation,
)  # fmt: skip
api = build((*(room.router for room in ROOMS), *map(router_of, SHOWN.values())))


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document; it does not change while the process runs."""
    return dict(api.get_openapi_schema(path_prefix="/api/"))


def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address below /api/."""
    return problems.answer(problems.Problem(404, "no-such-address", "没有这个接口地址。", next="请见 /api/docs。"))


def told(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A method that an address does not have is answered as a problem too."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        allowed = response["Allow"]
        detail = f"这个地址只支持 {allowed}。"
        return problems.answer(problems.Problem(405, "no-such-method", detail, headers={"Allow": allowed}))

    return wrapped


def addresses(of: OneDoor = api) -> list[URLPattern]:
    """The patterns of all operations."""
    patterns = [p for p in of.urls[0] if isinstance(p, URLPattern) and p.name != "api-root"]
    for pattern in patterns:
        pattern.callback = told(pattern.callback)
        if pattern.name and pattern.name.endswith(("keep_file", "take_manuscript")):
            pattern.callback = takes(FILE_BYTES)(pattern.callback)
    return patterns
