"""Who stands before a page: the request's account as an `Actor`, and the ways a view asks for one. No rule about
cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from yichuang.faces.known import mark_of
from yichuang.faces.sessions import SessionStore
from yichuang.faces.visitor import address_of
from yichuang.kernel.clock import format_day
from yichuang.kernel.localtime import local_day
from yichuang.ledger.actor import BROWSER, Actor
from yichuang.ledger.service import now
from yichuang.org import queries as org
from yichuang.org.kinds import ABSENCE_REASONS
from yichuang.people import queries as people
from yichuang.people.mfa import require_mfa, signed_in
from yichuang.people.models import Account
from yichuang.people.sessions import digest_key

View = Callable[..., HttpResponseBase]
POST = "post"  # session key: the post the officer acts from
POST_COOKIE = f"{settings.SESSION_COOKIE_NAME}_post"  # the same for the next session of this browser: after logging in
SEATED = "yichuang_seated"  # attribute of the request, set by `officer`
SPEAKING = "yichuang_speaking"  # attribute of the request, set by `speaking`


@dataclass(frozen=True, slots=True)
class Seated:
    """The day, the post acted from and all others the officer could act from."""

    day: date
    seat: org.Seat
    seats: tuple[org.Seat, ...]


def today() -> date:
    """The ledger's day in Zhengzhou."""
    return local_day(now())


def account_of(request: HttpRequest) -> Account:
    """The account logged in. Raises PermissionDenied for nobody."""
    if not isinstance(request.user, Account):
        raise PermissionDenied("请先登录。")
    return request.user


def store_of(request: HttpRequest) -> SessionStore:
    """The page's session, as our engine."""
    return cast(SessionStore, request.session)


def meta(request: HttpRequest) -> dict[str, str]:
    """Session, address and device for the envelope: the session as a short digest, never the key itself."""
    mark = mark_of(request)
    return {
        "session": digest_key(request.session.session_key or ""),
        "ip": address_of(request),
        "device": f"{BROWSER}{mark}" if mark else "",
    }


def officer(request: HttpRequest) -> Actor:
    """The officer acting from the post chosen in the session, or in the browser's one before it, else from the first
    they hold. Raises PermissionDenied.
    """
    account = account_of(request)
    day, seats = store_of(request).seats(account)
    if not seats:
        raise PermissionDenied(why_unseated(account, day))
    chosen = request.session.get(POST) or request.COOKIES.get(POST_COOKIE)
    seat = next((s for s in seats if s.post.id == chosen), seats[0])
    setattr(request, SEATED, Seated(day, seat, tuple(seats)))
    return org.actor_of_seat(account, seat, **meta(request))


def why_unseated(account: Account, day: date) -> str:
    """Why an officer acts from no post today, and what to do. Two statements for who is away, else one."""
    absence = org.find_absence_now(account.pk, day)
    if absence is None:
        return "您今天没有可以办理业务的岗位。请联系本单位管理员登记岗位或委托。"
    stand_ins = "、".join(sorted({d.stand_in.name for d in org.list_delegations([absence])}))
    acting = f"由{stand_ins}代班" if stand_ins else "还没有登记代班的人，本部门负责人可以办理交接"
    until = format_day(absence.last_day) if absence.last_day else ""
    return (
        f"您已登记缺席（{ABSENCE_REASONS.get(absence.reason, absence.reason)}），自{format_day(absence.first_day)}起"
        + (f"至{until}止" if until else "")
        + f"，其间不能办理业务，{acting}。提前回来的，请本部门负责人先结束缺席登记。"
    )


def choose_post(request: HttpRequest, response: HttpResponse, post: str) -> None:
    """Act from this post from now on, also when the session has ended and the officer logs in again in this browser:
    they come back to pages that may be this post's alone.
    """
    request.session[POST] = post
    response.set_cookie(POST_COOKIE, post, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")


def seated(request: HttpRequest) -> Seated:
    """What `officer` found of this request: for the identity strip. Ask `officer` first."""
    known: Seated = getattr(request, SEATED)
    return known


def applicant(request: HttpRequest, *, subject: str = "", item: str | None = None) -> Actor:
    """The applicant or agent logged in, acting for `subject`."""
    return speaking(request).actor(subject=subject, item=item, **meta(request))


def speaking(request: HttpRequest) -> people.Speaking:
    """For whom the account logged in may speak, as the session said when it was read."""
    known = getattr(request, SPEAKING, None)
    if known is None:
        known = store_of(request).speaking(account_of(request))
        setattr(request, SPEAKING, known)
    return cast(people.Speaking, known)


def for_officers(view: View) -> View:
    """A view of the desk: an officer with a post today; the view gets the actor as its second argument."""

    @require_mfa
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, officer(request), *args, **kwargs)

    return guarded


def for_applicants(view: View) -> View:
    """A view of 我的办件: any account logged in; the view gets the actor as its second argument."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, applicant(request), *args, **kwargs)

    return guarded


def for_readers(view: View) -> View:
    """A view for applicants, agents and officers alike; it gets the actor as its second argument."""
    officers, applicants = for_officers(view), for_applicants(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        officer = getattr(request.user, "kind", "") == "officer"
        return (officers if officer else applicants)(request, *args, **kwargs)

    return guarded
