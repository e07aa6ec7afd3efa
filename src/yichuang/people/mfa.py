"""Officers log in with a second factor (allauth MFA). Switched off in a demo store only, with a notice on every page.

Never enters: how a code is checked, which is allauth's; what an officer may do, which is `may`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from yichuang.ledger.service import store_kind
from yichuang.people.models import Account

NOTICE = "演示库：工作人员登录未启用动态口令。正式使用时必须启用。"
View = Callable[..., HttpResponseBase]
_kind = ""


def demo_store() -> bool:
    """Whether this database was created for demonstration: a word that can't change once said, so it is remembered."""
    global _kind
    _kind = _kind or store_kind()
    return _kind == "demo"


def has_second_factor(account: Account) -> bool:
    """Whether the account set up a second factor."""
    return bool(is_mfa_enabled(account))


def lacks_second_factor(account: Account) -> bool:
    """Whether the account is an officer's and has to set up its second factor before anything else."""
    return account.kind == "officer" and not demo_store() and not has_second_factor(account)


def notice() -> str:
    """What the desk shows while no second factor is asked for; empty in production."""
    return NOTICE if demo_store() else ""


def require_mfa(view: View) -> View:
    """For the views of the desk: logged in, and an officer with a second factor; else sent to set it up."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, Account) and lacks_second_factor(request.user):
            return redirect(reverse("mfa_activate_totp"))
        return view(request, *args, **kwargs)

    return guarded
