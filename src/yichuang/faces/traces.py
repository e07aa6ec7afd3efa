"""Traces of log-ins (GB/T 22239-2019 8.1.4.3 安全审计): receivers of Django's and allauth's signals, from any page.

What an entry holds is `people.logins`'; here only who came and from where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from yichuang.faces import who
from yichuang.faces.sessions import SessionStore
from yichuang.ledger.actor import Actor
from yichuang.people import logins, sessions

if TYPE_CHECKING:
    from yichuang.people.models import Account

LONGEST = 120  # characters kept of what a browser says of itself


def _actor(request: HttpRequest | None, account: Account | None = None) -> Actor:
    """Who stands before the page, the account or nobody known yet, with what their browser says of itself: by that
    people know their devices in the list of log-ins.
    """
    person = account.person if account else ""
    if request is None or not hasattr(request, "session"):
        return Actor(person=person)
    agent = request.headers.get("User-Agent", "")[:LONGEST]
    came = who.meta(request)
    return Actor(person=person, session=came["session"], ip=came["ip"], device=agent)


@receiver(user_logged_in)
def follow_login(request: HttpRequest, user: Account, **more: Any) -> None:
    actor = _actor(request, user)
    if isinstance(request.session, SessionStore):
        request.session.came_from = (actor.ip, actor.device)
    logins.record_login(user, actor)


@receiver(user_logged_out)
def follow_logout(request: HttpRequest, user: Account | None, **more: Any) -> None:
    if user is not None:
        logins.record_logout(user, _actor(request, user))


@receiver(user_login_failed)
def follow_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    """A name and password that do not go together; from a page, not from a program that only asks."""
    if request is not None:
        logins.record_failure(str(credentials.get("username") or ""), _actor(request))


def follow_lockout(request: HttpRequest, username: str) -> None:
    """A try that was not looked at: there had been too many."""
    logins.record_failure(username, _actor(request), kind="locked_out")


@receiver(authentication_failed)
def follow_code(request: HttpRequest, user: Account, **more: Any) -> None:
    """A wrong code of the second factor, behind a right password."""
    logins.record_failure(user.username, _actor(request, user), kind="code_failed")


@receiver([password_changed, password_reset, password_set])
def follow_password(request: HttpRequest, user: Account, **more: Any) -> None:
    """A new password ends every other session of the account."""
    actor = _actor(request, user)
    logins.record_new_password(user, actor)
    sessions.end_others(user, request.session.session_key or "", "password", actor)
