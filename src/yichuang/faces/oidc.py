"""Signing in through an identity service (统一身份认证, OpenID Connect) for allauth. Who comes in is people.identity's.

Services come from the settings alone: a row in a table makes nobody an identity service. Claims are read at each
sign-in and not kept.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect.views import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from requests import RequestException

from yichuang.people import identity

AGAIN = "同一个身份正在另一个窗口登录。请稍等片刻再试一次。"


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth's hooks: after the service answered and before anybody is logged in."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        configured = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in configured.values() for app in apps]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Put the account they come into behind the sign-in; else answer with the page that says why not."""
        social = sociallogin.account
        data_sent = social.extra_data if isinstance(social.extra_data, dict) else {}
        connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        connected = sociallogin.user if sociallogin.is_existing else None
        forget(social)
        if connected is None and connecting and request.user.is_authenticated:
            connected = request.user
        try:
            claims = identity.read_claims(social.provider, social.uid, merge(data_sent))
            identity.compare_claims(claims, connected)
            with transaction.atomic():
                account = identity.admit(claims, connected, request.META.get("REMOTE_ADDR", ""))
                if connecting and account != request.user:
                    raise identity.Unwelcome(identity.ELSEWHERE)
                if social.pk is None or social.user_id != account.pk:
                    sociallogin.connect(request, account)
        except identity.Unwelcome as unwelcome:
            raise ImmediateHttpResponse(refusal(request, str(unwelcome))) from unwelcome
        except IntegrityError as error:  # two first sign-ins of one person at once
            raise ImmediateHttpResponse(refusal(request, AGAIN)) from error

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        return sociallogin.user  # nothing of the claims is taken over unchecked

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False  # whoever may come in has an account by now

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("portal:account")


def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """allauth's way to the identity service; a service that does not answer is a calm page."""
    try:
        answer: HttpResponse = login(request, provider_id=provider_id)
    except RequestException:
        return render(request, "socialaccount/authentication_error.html", status=503)
    return answer


def merge(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims of both answers, the user's first; none when they speak of two people (OIDC Core 5.3.2)."""
    token, user = claims.get("id_token") or {}, claims.get("userinfo") or {}
    if token and user and token.get("sub") != user.get("sub"):
        return {}
    return {**token, **user}


def forget(social: Any) -> None:
    """What the service told stays in the request."""
    social.extra_data = {}
    if social.pk:
        social.save(update_fields=["extra_data"])


def refusal(request: HttpRequest, why: str) -> Any:
    return render(request, "socialaccount/refused.html", {"why": why}, status=403)
