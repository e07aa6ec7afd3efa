"""What a browser sends with a form: the command's id, a number; and the status that answers a refusal."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve

from yichuang.aggregates.refusal import Kind, Refused

STATUS = {Kind.INPUT: 422, Kind.STALE: 409, Kind.RULE: 409, Kind.FORBIDDEN: 403}

FORM_BYTES = 2 * 1024 * 1024  # of a request: the longest form, all of it percent-encoded Chinese, stays below
FILE_BYTES = 64 * 1024 * 1024  # of a request with files: three of the largest and some smaller ones


View = TypeVar("View", bound=Callable[..., Any])
T = TypeVar("T")


def takes(most: int) -> Callable[[View], View]:
    """Mark a view that takes files: up to `most` bytes a request. Any other takes `FORM_BYTES`."""

    def mark(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


def body_limit(path: str) -> tuple[int, bool]:
    """How many bytes of body a path takes, and whether it takes files. Asked before anything of a body is read."""
    try:
        most = getattr(resolve(path).func, "most_bytes", 0)
    except (Resolver404, ValueError):
        most = 0
    return most or FORM_BYTES, bool(most)


def or_404(row: T | None) -> T:
    """The row. Raises Http404 for None: there is no such thing, or not for this reader."""
    if row is None:
        raise Http404
    return row


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


def as_uuid(text: str) -> uuid.UUID | None:
    """The id of one of our cases; None for a case of somebody else's."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
