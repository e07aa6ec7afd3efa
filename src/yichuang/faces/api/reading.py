"""Bodies as programs send them: JSON and nothing else, bounded in size and depth, without characters we cannot keep."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from yichuang.faces.api.problems import Problem
from yichuang.kernel.canonical import unique_keys

MOST_BYTES = 256 * 1024  # a form of the catalogue is a few kilobytes; files are no part of a body
DEEPEST = 12  # levels: `form` → group → row → value are four


class StrictJson(Parser):
    """Stricter than `json.loads`: no NaN, no number beyond double precision, no key twice in an object, no NUL and no
    half characters.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise Problem(415, "not-json", "请求内容应当是 application/json。", next="请设置 Content-Type 头。")
        if len(request.body) > MOST_BYTES:
            message = f"请求内容超过 {MOST_BYTES // 1024} KB。"
            raise Problem(413, "too-big", message, next="请减少内容后再提交；材料以文件上传，不写在请求里。")
        try:
            value = json.loads(
                request.body.decode(), parse_constant=_no_number, parse_float=_float, object_pairs_hook=_object
            )
        except (ValueError, RecursionError) as error:
            message = "请求的内容不是完整的 JSON。"
            raise Problem(400, "bad-json", message, next="请核对编码（UTF-8）和括号后重新发送。") from error
        _look(value, 0)
        return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    try:
        return unique_keys(pairs)
    except ValueError as error:
        message = "请求的内容里，同一个对象中有一个键写了两次。"
        raise Problem(400, "duplicate-key", message, next="每个键只写一次；请改正后重新发送。") from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _look(value: Any, depth: int) -> None:
    """Every level and every text once. Raises Problem."""
    if depth > DEEPEST:
        raise Problem(400, "too-deep", f"请求内容的嵌套超过 {DEEPEST} 层。", next="请按接口说明组织内容。")
    if isinstance(value, str):
        _text(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _text(key)
            _look(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _look(inner, depth + 1)


def _text(text: str) -> None:
    if "\x00" in text or (not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)):
        message = "内容中有不能保存的字符（空字符或残缺的字符）。"
        raise Problem(422, "bad-text", message, next="请删去后重新提交。")
