"""Who asks: a token's client as the person or post it acts for. One statement a request, nothing remembered.

A revoked token, a closed account, a post that ended yesterday or an officer recorded as away therefore count from the
next request on; a cache would owe that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.security import HttpBearer

from yichuang.catalog.standard import PostKind
from yichuang.faces.api import limits
from yichuang.faces.api.problems import Problem, unauthorised
from yichuang.faces.visitor import address_of
from yichuang.kernel.visitor import counted_network
from yichuang.ledger.actor import CLIENT, Actor
from yichuang.org import queries as org
from yichuang.people import tries
from yichuang.people.queries import Speaking, find_client_by_token, parse_speaking, sql_speaking

if TYPE_CHECKING:
    from yichuang.people.models import ApiClient

CHANNEL = "api"
# Read in the statement that finds the token: the seats of a client with a post, else for whom its account may speak
_ACTS_AS = f"case when c.post <> '' then {org.sql_seats('a.id')} else {sql_speaking('a.id')} end"


@dataclass(frozen=True)
class Caller:
    """A client and where its request came from."""

    client: ApiClient
    acts_as: Any  # what `_ACTS_AS` answered
    ip: str

    @cached_property
    def seat(self) -> org.Seat:
        _, seats = org.read_seats(self.acts_as)
        seat_of_post = next((seat for seat in seats if seat.post.id == self.client.post), None)
        if seat_of_post is None:
            raise PermissionDenied("这个接口用户代表的人员今天不在其岗位上（未任此岗、任期已过或已登记缺席）。")
        return seat_of_post

    @cached_property
    def speaking(self) -> Speaking:
        return parse_speaking(self.client.account, self.acts_as)

    def actor(self, *, item: str | None = None, subject: str = "") -> Actor:
        """Who acts: from the client's post, or for `subject` on an item. Raises PermissionDenied off that post."""
        if self.client.post:
            return self._seated
        return self.speaking.actor(subject=subject, item=item, channel=CHANNEL, **self._envelope)

    @cached_property
    def _envelope(self) -> dict[str, str]:
        mark = f"{CLIENT}{self.client.pk}"
        return {"session": mark, "ip": self.ip, "device": mark}

    @cached_property
    def _seated(self) -> Actor:
        """Who acts from the client's post: on whatever item, for whatever subject."""
        seat = self.seat
        # a window's own program takes in what people bring to the window, and its officer is part of the intake
        channel = "window" if seat.post.kind == PostKind.WINDOW else CHANNEL
        return org.actor_of_seat(self.client.account, seat, channel=channel, **self._envelope)


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`. Whoever has none is turned away before anything else is read."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        match = find_client_by_token(token.strip(), _ACTS_AS) if token.isascii() and len(token) <= 200 else None
        if match is None:
            raise _refused(request)
        client, acts_as = match
        if wait := limits.wait_for(client.pk):
            seconds = math.ceil(wait)
            message = "这个接口用户的请求太频繁。"
            raise Problem(
                429, "too-many", message, next=f"请 {seconds} 秒后再试。", headers={"Retry-After": str(seconds)}
            )
        return Caller(client, acts_as, address_of(request))


def _refused(request: HttpRequest) -> Problem:
    """401, or 429 for an address with too many wrong tokens. A right token is never counted and never kept out."""
    wait = tries.count_try((tries.TOKEN_ADDRESS, counted_network(address_of(request))))
    if not wait:
        return unauthorised()
    next = f"请 {tries.whole_minutes(wait)} 分钟后再试，并核对令牌。"
    return Problem(429, "too-many", "这个地址送来的无效令牌太多。", next=next, headers={"Retry-After": str(wait)})


def caller(request: HttpRequest) -> Caller:
    """Who asks, as `Bearer` found."""
    asking = getattr(request, "auth", None)
    if not isinstance(asking, Caller):
        raise unauthorised()
    return asking
