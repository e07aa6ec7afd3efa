"""消息 for programs: what the desk or the portal tells whoever the program acts for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from yichuang.faces.api import shapes
from yichuang.faces.api.caller import Caller, caller
from yichuang.faces.api.problems import ProblemBody
from yichuang.faces.api.reads import known_only, number
from yichuang.people import messages, queries

if TYPE_CHECKING:
    from yichuang.people.models import Message

router = Router(tags=["消息"])
PROBLEMS = frozenset({400, 401, 403, 413, 415, 422, 429, 503})
PAGE = 50  # messages of one answer


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message. `link`: the address of the page that it speaks of, on this site."""

    id: int
    title: str
    text: str
    link: str
    at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class Messages:
    messages: tuple[MessageRow, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class ReadMessages:
    """How many of them had not been read before."""

    marked: int


class MessagesQuery(shapes.Body):
    """Which page is asked for."""

    page: number(1, 1000) = 1  # type: ignore[valid-type]


class ReadBody(shapes.Body):
    """Which messages were read."""

    ids: Annotated[tuple[shapes.Count, ...], Field(min_length=1, max_length=shapes.MOST)]


@router.get(
    "/messages", response={200: Messages, PROBLEMS: ProblemBody}, operation_id="list_messages", summary="消息",
    description=f"新的在前，每页 {PAGE} 条。岗位的程序只看得到告知这个岗位的：轮到办什么、要什么、什么时候以前。",
)  # fmt: skip
def list_of_messages(request: HttpRequest, query: Query[MessagesQuery]) -> Messages:
    """The messages of the post that the program acts from, or of the person. Two statements."""
    known_only(request, MessagesQuery)
    asking = caller(request)
    rows, total, page = queries.list_messages(asking.client.account, query.page, PAGE, _posts(asking))
    return Messages(tuple(map(_row, rows)), total, page)


@router.post(
    "/messages/read", response={200: ReadMessages, PROBLEMS: ProblemBody}, operation_id="mark_messages_read",
    summary="消息标为已读", description="不是本人或者本岗位的编号不起作用；重复送来不改变什么。",
)  # fmt: skip
def read_messages(request: HttpRequest, body: ReadBody) -> ReadMessages:
    """Mark messages read. One statement."""
    asking = caller(request)
    return ReadMessages(messages.mark_read(asking.client.account, body.ids, posts=_posts(asking)))


def _posts(asking: Caller) -> tuple[str, ...]:
    """The post whose messages are asked for: `""` is the person, whom a post's program does not read."""
    return (asking.actor().post,) if asking.client.post else ("",)


def _row(message: Message) -> MessageRow:
    read = message.read_at is not None
    return MessageRow(message.pk, message.title, message.text, message.link, message.created_at, read)
