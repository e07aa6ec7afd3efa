"""Logging in: where an account lands, and in a demo store the people one may be without a password.

Never enters: how a password or a code is checked, which is allauth's; a way past the password in a production store.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yichuang.faces import traces
from yichuang.org import queries as org
from yichuang.people.demo import DEMO_ACCOUNTS, DemoAccount
from yichuang.people.mfa import demo_store
from yichuang.people.models import Account
from yichuang.people.security import read_numbers
from yichuang.people.sessions import ENDED

WATCHING = {"supervisor", "inspector"}  # posts with nothing to do on the desk: their day begins on the watch


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """After logging in without an address to go back to: officers to their work, others to the home page.

    That one is logged in or out now stands in the head of the page: allauth's sentences on it would only say it twice.
    """

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **more: Any
    ) -> None:
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *rest, **more)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try, by the numbers the security administrator set. Raises ValidationError after too many."""
        rates, minutes = login_rates()
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="login_failed", config=rates, key=key
        )
        if not self._login_failed_rl_usage:
            raise ValidationError(f"输错密码的次数过多，请{minutes}分钟后再试。", code="too_many_login_attempts")

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth calls it after a password was set anew by mail: the tries before it are forgotten."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        ratelimit.clear(request, app="allauth.account", action="login_failed", config=login_rates()[0], key=key)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """As allauth does; a try that is not looked at any more leaves its trace."""
        try:
            return super().authenticate(request, **credentials)
        except ValidationError:
            traces.follow_lockout(request, str(credentials.get("username") or ""))
            raise

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        account = request.user
        if not isinstance(account, Account) or account.kind != "officer":
            return str(super().get_login_redirect_url(request))
        _, seats = org.seats_now(account)
        return reverse("watch:home" if seats and seats[0].post.kind in WATCHING else "desk:home")


def login_rates() -> tuple[dict[str, str], int]:
    """How many wrong passwords an account and an address may have, as allauth writes it; and in how many minutes."""
    numbers = read_numbers("login_tries", "login_minutes")
    minutes = numbers["login_minutes"]
    return {"login_failed": f"30/{minutes}m/ip,{numbers['login_tries']}/{minutes}m/key"}, minutes


def offered() -> list[DemoAccount]:
    """The demo accounts to be tried here; none in a production store or where the installation hides them."""
    if not settings.DEMO_LOGIN or not demo_store():
        return []
    there = set(
        Account.objects.filter(username__in=[one.username for one in DEMO_ACCOUNTS], is_active=True).values_list(
            "username", flat=True
        )
    )
    return [one for one in DEMO_ACCOUNTS if one.username in there]


class Login(LoginView):  # type: ignore[misc]
    """allauth's login page: why the last session of this browser ended above it, the demo accounts below it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {
            "demo_accounts": offered(),
            "demo_url": reverse("demo_login"),
            "ended": why_ended(self.request),
        }


def why_ended(request: HttpRequest) -> str:
    """The sentence on why this browser's last session ended; empty when none did. One statement when one did."""
    why = ENDED.get(getattr(request.session, "ended", ""), "")
    if not why:
        return ""
    numbers = read_numbers("idle_minutes", "session_hours")
    return why.format(idle=numbers["idle_minutes"], hours=numbers["session_hours"])


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Be one of the demo accounts. Raises Http404 for any other account, and always in a production store."""
    name = request.POST.get("account", "")
    if name not in {one.username for one in offered()}:
        raise Http404(name)
    account = get_object_or_404(Account, username=name)
    back = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    answer: HttpResponse = perform_login(request, account, redirect_url=back if inside else None)
    return answer
