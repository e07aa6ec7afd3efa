"""What a browser sends with a form: the command's id, a number; and the status that answers a refusal."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from yichuang.cases.core.refusal import Kind, Refused

STATUS = {Kind.INPUT: 422, Kind.STALE: 409, Kind.RULE: 409, Kind.FORBIDDEN: 403}


def posted_id(request: HttpRequest) -> uuid.UUID:
    """The command id rendered with the form: a second send is the same command. Raises Refused(input) without one."""
    try:
        return uuid.UUID(request.POST.get("command_id", ""))
    except ValueError as error:
        message = "这次提交没有带操作编号。"
        raise Refused("no-command-id", message, next="请返回上一页，刷新后再提交。", kind=Kind.INPUT) from error


def number(text: str | None, least: int = 1) -> int:
    """A number a browser says; anything else is the least."""
    return max(least, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else least
