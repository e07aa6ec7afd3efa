"""Logging in: where an account lands, the first password, and in a demo store the people one may be without one.

Never enters: how a password or a code is checked, which is allauth's; a way past the password in a production store.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SetPasswordForm
from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.kernel.codes import resident_id
from yichuang.kernel.codes.problem import tidy
from yichuang.org import queries as org
from yichuang.people import first_login as links
from yichuang.people.demo import DEMO_ACCOUNTS, DemoAccount
from yichuang.people.mfa import demo_store
from yichuang.people.models import Account

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

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """A user name that is taken is told to anybody who tries it: so none may be an identity number."""
        if resident_id.check(tidy(username), timezone.localdate()) is None:
            raise ValidationError("用户名不能用身份证号码，请换一个。", code="number")
        return str(super().clean_username(username, shallow))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        account = request.user
        if not isinstance(account, Account) or account.kind != "officer":
            return str(super().get_login_redirect_url(request))
        _, seats = org.seats_now(account)
        return reverse("watch:home" if seats and seats[0].post.kind in WATCHING else "desk:home")


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
    """allauth's login page with the demo accounts below it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"demo_accounts": offered(), "demo_url": reverse("demo_login")}


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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_login(request: HttpRequest, token: str) -> HttpResponse:
    """The page a one-time link opens: set the first password, then log in with it (and set up the second factor)."""
    account = links.find_account_by_link(token)
    form = SetPasswordForm(user=account, data=request.POST or None) if account else None
    if form is not None and request.method == "POST" and form.is_valid():
        if links.set_first_password(token, form.cleaned_data["password1"]) is not None:
            messages.success(request, "密码已设置，请用它登录。")
            return redirect("account_login")
        form = None
    context = {
        "title": "设置您的密码" if form else "链接不能再用",
        "form": form,
        "username": account.username if account else "",
        "action": request.path,
    }
    status = 410 if form is None else 422 if form.errors else 200
    return render(request, "account/first_login.html", context, status=status)
