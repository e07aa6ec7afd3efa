"""Logging in: where an account lands, the first password, and in a demo store the people one may be without one.

Never enters: how a password or a code is checked, which is allauth's; a way past the password in a production store.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import SetPasswordForm
from allauth.account.utils import perform_login
from allauth.account.views import LoginView, SignupView
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yichuang.faces import traces
from yichuang.faces.errors import too_many
from yichuang.faces.known import device_of, remember_device
from yichuang.faces.requests import or_404
from yichuang.faces.visitor import address_of
from yichuang.kernel.codes import resident_id
from yichuang.kernel.codes.problem import tidy
from yichuang.kernel.visitor import counted_network
from yichuang.org import queries as org
from yichuang.people import first_login as links
from yichuang.people import queries as people
from yichuang.people import tries
from yichuang.people.demo import DEMO_ACCOUNTS, DemoAccount
from yichuang.people.mfa import is_demo_store
from yichuang.people.security import read_numbers
from yichuang.people.sessions import ENDED

if TYPE_CHECKING:
    from yichuang.people.models import Account

SHUT = (
    "输错密码的次数过多，请 {} 分钟后再试。用别的以前登录过的电脑和浏览器登录不受影响；"
    "忘记密码的，请用“忘记密码”重新设置。"
)
WATCHING = {"supervisor", "inspector"}  # posts with nothing to do on the desk: their day begins on the watch


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """After logging in without an address to go back to: officers to their work, others to the home page.

    That one is logged in or out now stands in the head of the page: allauth's sentences on it would only say it twice.
    Wrong passwords are counted by `people.tries`: per account and address, or per account and known device. Tries that
    are not looked at any more leave a trace.
    """

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at. Raises ValidationError when there were too many."""
        self._counts = counts_of_login(request, str(credentials.get("username", "")))
        if wait := tries.count_try(*self._counts):
            raise ValidationError(SHUT.format(tries.whole_minutes(wait)), code="too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth calls it after a right password."""
        tries.uncount_try(*self._counts)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth calls it after a password was reset by mail. What the address tried on others still counts."""
        counts = counts_of_login(request, str(credentials.get("username", "")))
        tries.clear_counters(*(count for count in counts if count[0] is not tries.LOGIN_ADDRESS))

    def post_login(self, request: HttpRequest, user: Account, **more: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **more)
        remember_device(request, response, user.username)
        return response

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

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Who has just given the password need not give it again to set up the first second factor."""
        account = self.request.user
        if account.is_authenticated and not is_mfa_enabled(account):
            given = get_authentication_records(self.request, account)
            if given and time.time() - given[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
                return False
        return bool(super().is_reauthentication_required(app=app))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """As allauth does; a try that is not looked at any more leaves its trace."""
        try:
            return super().authenticate(request, **credentials)
        except ValidationError:
            traces.follow_lockout(request, str(credentials.get("username") or ""))
            raise

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        account = request.user
        if not account.is_authenticated or account.kind != "officer":
            return str(super().get_login_redirect_url(request))
        _, seats = org.seats_now(account)
        return reverse("watch:home" if seats and seats[0].post.kind in WATCHING else "desk:home")


def offered() -> list[DemoAccount]:
    """The demo accounts to be tried here; none in a production store or where the installation hides them."""
    if not settings.DEMO_LOGIN or not is_demo_store():
        return []
    there = people.filter_open_accounts([account.username for account in DEMO_ACCOUNTS])
    return [account for account in DEMO_ACCOUNTS if account.username in there]


def limit_here() -> tries.TryLimit:
    """Wrong passwords of an account in one place, by the numbers the security administrator set. One statement."""
    numbers = read_numbers("login_tries", "login_minutes")
    return replace(tries.LOGIN_HERE, most=numbers["login_tries"], seconds=numbers["login_minutes"] * 60)


def counts_of_login(request: HttpRequest, username: str) -> tuple[tries.Count, ...]:
    """The counters of a wrong password. A known device of the account has its own, which nobody else can fill."""
    account, here = username.strip().casefold(), limit_here()
    if device := device_of(request, account):
        return ((here, f"{account}|device|{device}"),)
    address = counted_network(address_of(request))
    return (
        (here, f"{account}|{address}"),
        (tries.LOGIN_HERE_AT_MOST, f"{account}|{address}"),
        (tries.LOGIN_ADDRESS, address),
        (tries.LOGIN_ACCOUNT, account),
    )


class Login(LoginView):  # type: ignore[misc]
    """allauth's login page: why the last session of this browser ended above it, the demo accounts below it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        here = limit_here()
        return context | {
            "demo_accounts": offered(),
            "demo_url": reverse("demo_login"),
            "most_wrong": here.most,
            "shut_minutes": here.minutes,
            "ended": why_ended(self.request),
        }

    def form_invalid(self, form: Any) -> HttpResponse:
        """A try that never came to the password, such as one without it, counts on the address."""
        if not form.cleaned_data.get("login") or not form.cleaned_data.get("password"):
            tries.count_try((tries.LOGIN_ADDRESS, counted_network(address_of(self.request))))
        response: HttpResponse = super().form_invalid(form)
        return response


def why_ended(request: HttpRequest) -> str:
    """The sentence on why this browser's last session ended; empty when none did. One statement when one did."""
    why = ENDED.get(getattr(request.session, "ended", ""), "")
    if not why:
        return ""
    numbers = read_numbers("idle_minutes", "session_hours")
    return why.format(idle=numbers["idle_minutes"], hours=numbers["session_hours"])


class SignUp(SignupView):  # type: ignore[misc]
    """allauth's sign-up page. Every form sent counts: on its address, and on the document number it names."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address, number = counted_network(address_of(request)), tidy(request.POST.get("id_number", "")[:60])
        visitor, numbers = (tries.SIGNUP_ADDRESS, address), [number] if number else []
        counts = tries.make_number_counters(visitor, tries.SIGNUP_HERE, tries.SIGNUP_NUMBER, address, *numbers)
        if wait := tries.count_try(*counts):
            return too_many(request, seconds=wait)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Be one of the demo accounts. Raises Http404 for any other account, and always in a production store."""
    name = request.POST.get("account", "")
    if name not in {demo.username for demo in offered()}:
        raise Http404(name)
    account = or_404(people.find_account(name))
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
