"""Officers log in with a second factor (allauth MFA). Switched off in a demo store only, with a notice on every page.

Also the way to the log-in page and back, and the password that is past its time.
Never enters: how a code is checked, which is allauth's; what an officer may do, which is `may`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from yichuang.ledger.service import store_kind
from yichuang.people.demo import DEMO_ACCOUNTS
from yichuang.people.models import Account

NOTICE = "演示库：工作人员登录未启用动态口令。正式使用时必须启用。"
View = Callable[..., HttpResponseBase]
# A form that was refused stands at the address of its act, which takes no look: act → the page that has its form
_PAGES = tuple(
    (re.compile(f"^{act}$"), page)
    for act, page in (
        (r"(/desk/case/[^/]+)/(?:do/.+|preview/.+|unmask)", r"\1"),
        (r"(/desk/handover)/.+", r"\1"),
        (r"(/desk/intake/form/[^/]+)/.+", r"\1"),
        (r"(/desk/window)/.+", r"\1"),
        (r"/desk/(?:post|saved)", "/desk/"),
        (r"(/lives/[^/]+/[0-9a-f-]{36})/.+", r"\1"),
        (r"(/studio/edit/[0-9a-f-]{36})/save/(.+)", r"\1/\2"),
        (r"(/studio/edit/[0-9a-f-]{36})/upload", r"\1"),
        (r"(/watch/order/[^/]+)/.+", r"\1"),
        (r"/watch/rates/count/.+", "/watch/rates"),
        (r"(/house/officer/[^/]+)/.+", r"\1"),
        (r"(/house/(?:clients|outages|outbox))/.+", r"\1"),
        (r"/house/post-risk/(.+)", r"/house/post/\1"),
        (r"/house/(?:absence|holding|close|move)/.+", "/house/"),
        (r"(/drafts/[^/]+)/submit", r"\1/review"),
        (r"(/drafts/[^/]+)/autosave", r"\1/form"),
        (r"(/account/devices)/.+", r"\1"),
        (r"(/account)/(?:binding|mandates|organisation|real-name)(?:/.+)?", r"\1"),
        (r"(/messages/).+", r"\1"),
        (r"(/desk/messages)/.+", r"\1"),
        (r"((?:/desk/case|/my)/[^/]+/supply)/keep", r"\1"),
        (r"(/my/[0-9a-f-]{36})/again", r"\1"),
        (r"(/my/licences)/[^/]+/apply", r"\1"),
        (r"(/my/licences/[^/]+/share)/.+", r"\1"),
    )
)
_kind = ""


def is_demo_store() -> bool:
    """Whether this database was created for demonstration. Cached, since that can't change once recorded."""
    global _kind
    _kind = _kind or store_kind()
    return _kind == "demo"


def has_second_factor(account: Account) -> bool:
    """Whether the account set up a second factor."""
    return bool(is_mfa_enabled(account))


def lacks_second_factor(account: Account) -> bool:
    """Whether the account is an officer's and has to set up its second factor before anything else."""
    return account.kind == "officer" and not is_demo_store() and not has_second_factor(account)


def mfa_notice() -> str:
    """The notice that officers' pages show while no second factor is required; empty in production."""
    return NOTICE if is_demo_store() else ""


def ask_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """Redirect to the log-in page, and from there back to this page, or to the page of the form that was sent."""
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(page_of_form(request) or "/")


def page_of_form(request: HttpRequest) -> str:
    """The address of the page from which a form was sent; empty where that is another site's, or not known."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return ""
    path = page_of(page.path)
    return path if path != page.path else page._replace(scheme="", netloc="", fragment="").geturl()


def page_of(path: str) -> str:
    """The page that has the form of an act's address; any other path is its own page."""
    return next((act.sub(page, path) for act, page in _PAGES if act.match(path)), path)


def has_old_password(request: HttpRequest, account: Account) -> bool:
    """Whether an officer's password is too old (`security.NUMBERS`). False for the demo accounts of a demo store, which
    log in without a password.
    """
    if not getattr(getattr(request, "session", None), "password_old", False):
        return False
    return not (is_demo_store() and account.username in {demo_account.username for demo_account in DEMO_ACCOUNTS})


def signed_in(view: View) -> View:
    """Decorate a view that needs an account: visitors are sent to log in and come back. Officers without a second
    factor, or with a password that is too old, are sent to set it first.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = request.user
        if not isinstance(account, Account):
            return ask_to_log_in(request)
        if lacks_second_factor(account):
            return redirect(reverse("mfa_activate_totp"))
        if has_old_password(request, account):
            messages.warning(request, "您的密码已超过规定的使用期限，请先修改密码，再继续办理。")
            return redirect(reverse("account_change_password"))
        return view(request, *args, **kwargs)

    return guarded


require_mfa = signed_in  # the name by which the views of the desk ask for it
