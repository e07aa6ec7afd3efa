"""The root of all addresses: each face has its own module; here is only where it hangs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from yichuang.faces.login import Login, SignUp, demo_login, first_login
from yichuang.faces.oidc import sign_in
from yichuang.ops.health import healthz

FACES = ("desk", "watch", "house", "studio", "lives", "api")  # these faces have a word each

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("accounts/login/", Login.as_view(), name="account_login"),  # before allauth's own
    path("accounts/signup/", SignUp.as_view(), name="account_signup"),
    path("accounts/demo/", demo_login, name="demo_login"),
    path("accounts/first/<str:token>", first_login, name="first_login"),
    path("accounts/oidc/<str:provider_id>/login/", sign_in, name="openid_connect_login"),
    path("accounts/", include("allauth.urls")),
    *(path(f"{face}/", include(f"yichuang.faces.{face}.urls")) for face in FACES),
    path("", include("yichuang.faces.portal.urls")),
    path("", include("yichuang.faces.papers.urls")),  # documents, and the addresses printed on them: /verify, /v/CODE
]

handler400 = "yichuang.faces.errors.handler400"
handler403 = "yichuang.faces.errors.handler403"
handler404 = "yichuang.faces.errors.handler404"
handler429 = "yichuang.faces.errors.handler429"  # allauth's rate limits look for it here
handler500 = "yichuang.faces.errors.handler500"
